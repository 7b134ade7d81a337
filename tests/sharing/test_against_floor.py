"""Models against exp(H): who reaches the floor, who does not, and that nobody is below it but by chance."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadSetting, Refused
from core.lab import Lab
from core.places import Places
from core.sharing.against_floor import Contestant

PROJECT = Path(__file__).parents[2]
TRUTH = Contestant("truth")
SMALL = {"hidden_size": 8, "embedding_size": 0, "num_steps": 16, "batch_size": 8, "epochs": 1, "learning_rate": 0.02}


def ngram(order: int) -> Contestant:
    return Contestant("ngram", {"order": order})


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("floor")
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


def measured(lab: Lab, corpus: str, *contestants: Contestant, **limits: int) -> list[dict[str, Any]]:
    news = list(lab.against_floor(corpus, contestants, **limits))
    shares = [each for each in news if isinstance(each, float)]
    assert shares == sorted(shares) and all(0 <= each <= 1 for each in shares)
    return [each for each in news if isinstance(each, dict)]


@pytest.mark.parametrize("corpus", ["markov1", "markov2", "markov3", "hidden", "brackets", "copies"])
def test_the_true_model_reaches_the_floor_within_its_interval(lab: Lab, corpus: str) -> None:
    (truth,) = measured(lab, corpus, TRUTH)
    assert truth["low"] <= truth["floor"] <= truth["high"]
    assert truth["parameters"] == 0


@pytest.mark.parametrize("order", [1, 2, 3])
def test_an_ngram_reaches_the_floor_of_a_markov_chain_from_one_order_more_on(lab: Lab, order: int) -> None:
    truth, *rows = measured(lab, f"markov{order}", TRUTH, *map(ngram, (order, order + 1, order + 2)))
    assert rows[0]["low"] > 1.1 * rows[0]["floor"]  # one letter too few: far above
    for row in rows[1:]:
        assert row["low"] <= row["floor"] <= row["high"]
        assert row["perplexity"] == pytest.approx(truth["perplexity"], rel=0.005)


@pytest.mark.parametrize(("corpus", "least"), [("brackets", 0.1), ("copies", 0.1)])
def test_no_ngram_of_eight_or_fewer_comes_near_the_floor_of_brackets_and_of_copies(lab: Lab, corpus: str, least: float) -> None:  # fmt: skip
    for row in measured(lab, corpus, *map(ngram, (2, 4, 6, 8))):
        assert row["low"] > (1 + least) * row["floor"]


def test_an_ngram_that_sees_a_whole_block_copies(lab: Lab) -> None:
    short, whole = measured(lab, "copies:lag=3", ngram(3), ngram(6))
    assert short["above"] > 0.2
    assert whole["above"] < 0.01


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("corpus", ["markov:order=1,characters=30000", "copies:lag=2,characters=30000"])
def test_no_network_is_below_the_floor_beyond_its_interval(lab: Lab, corpus: str, model: str) -> None:
    (row,) = measured(lab, corpus, Contestant(model, SMALL))
    assert not row["beats_floor"]
    assert row["floor"] <= row["high"] and row["perplexity"] < 6


def test_nobody_beats_the_floor_of_any_corpus_beyond_its_interval(lab: Lab) -> None:
    for corpus in ("markov1", "markov2", "markov3", "hidden", "brackets", "copies"):
        assert not any(row["beats_floor"] for row in measured(lab, corpus, TRUTH, *map(ngram, (3, 5, 7))))


def test_the_interval_is_of_the_loss_beyond_the_entropy(lab: Lab) -> None:
    (row,) = measured(lab, "copies", TRUTH)
    assert row["perplexity"] == pytest.approx(math.exp(row["nats"]))
    assert row["above"] == pytest.approx(row["perplexity"] / 2 - 1)  # H = ln 2
    assert row["low"] < row["perplexity"] < row["high"]


def test_the_floor_is_not_where_the_intervals_of_many_texts_would_put_it_by_mistake(lab: Lab) -> None:
    # Of twenty texts of one source about nineteen have the floor in their interval, and the mean has no bias.
    rows = [measured(lab, f"hidden:clear=0.9,stay=0.8,characters=40000,seed={seed}", TRUTH)[0] for seed in range(20)]
    assert sum(row["low"] <= row["floor"] <= row["high"] for row in rows) >= 16
    above = np.array([row["above"] for row in rows])
    assert abs(above.mean()) < 3 * above.std(ddof=1) / math.sqrt(20)


def test_a_text_whose_entropy_nobody_knows_has_no_floor(lab: Lab) -> None:
    with pytest.raises(Refused, match="entropy of 'tide_clock' is not known"):
        next(lab.against_floor("tide_clock", [TRUTH]))


def test_a_source_is_told_only_to_models_of_the_characters_of_a_generated_text(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="Nobody knows the source"):
        lab.train("truth", "tide_clock", tmp_path / "a")
    with pytest.raises(BadSetting, match="level 'bpe'"):
        lab.train("truth", "copies", tmp_path / "b", {"level": "bpe"})


def test_what_was_measured_is_kept_and_comes_at_once_the_next_time(lab: Lab) -> None:
    first = [each for each in lab.against_floor("copies:lag=2,characters=30000", [ngram(3)]) if isinstance(each, dict)]
    assert list(lab.against_floor("copies:lag=2,characters=30000", [ngram(3)])) == first


def test_closing_it_stops_it(lab: Lab) -> None:
    news = lab.against_floor("copies", [TRUTH, ngram(2)])
    assert next(news) == 0
    news.close()  # type: ignore[attr-defined]
    assert list(news) == []
