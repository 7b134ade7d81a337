"""Perplexity against order for every smoothing: the figures of the references, and what cannot be compared."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadSetting, BadText, UnknownName
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:4000]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("sweep")
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


def rows(lab: Lab, text: str, most: int = 3, **values: Any) -> dict[tuple[str, int], dict[str, Any]]:
    swept = lab.sweep("ngram", "", text, values, most=most)
    return {(row["by"], row["along"]): row for row in swept.rows()}


@pytest.mark.skipif("UNROLL_CORPORA" not in os.environ, reason="the corpora are not here (UNROLL_CORPORA)")
def test_the_books_ten_thousand_characters_have_the_perplexities_of_the_references() -> None:
    values: dict[str, Any] = {"form": "d2l", "max_tokens": 10_000}
    swept = Lab().sweep("ngram", "time_machine", "", values, most=12)
    plan = swept.plan()
    assert (plan["train_tokens"], plan["held_out_tokens"], plan["vocab_size"]) == (10_000, 10_000, 28)
    found = {(row["by"], row["along"]): row for row in swept.rows()}
    for order, perplexity in ((4, 2.70), (6, 1.37), (8, 1.11), (10, 1.046), (12, 1.025)):
        raw = found["none", order]
        assert raw["train"] == pytest.approx(perplexity, abs=0.005) and raw["held_out"] is None
    for order, perplexity in ((4, 6.83), (6, 7.70), (8, 8.75), (10, 9.28), (12, 9.55)):
        assert found["witten_bell", order]["held_out"] == pytest.approx(perplexity, abs=0.008)
    assert found["witten_bell", 12]["train"] == pytest.approx(1.038, abs=0.0005)


def test_what_the_unsmoothed_model_holds_impossible_is_counted_one_by_one(lab: Lab) -> None:
    order = 4
    row = rows(lab, TEXT, order)["none", order]
    train, held_out = TEXT[:3600], TEXT[3600:]
    followed = {(train[max(0, i - n) : i], train[i]) for i in range(len(train)) for n in range(order) if i >= n}
    contexts = {context for context, _ in followed}
    impossible = 0
    for i in range(1, len(held_out)):  # the longest context that was seen decides
        context = next(c for n in range(order - 1, -1, -1) if (c := held_out[max(0, i - n) : i]) in contexts)
        impossible += (context, held_out[i]) not in followed
    assert row["impossible"] == impossible > 0


def test_a_combination_is_the_model_that_a_training_makes(lab: Lab) -> None:
    (lab.places.data / "mine").mkdir(parents=True)
    file = lab.places.data / "mine" / "text.txt"
    file.write_text(TEXT)
    values = {"order": 3, "smoothing": "add_k", "k": 0.5, "level": "word"}
    list(lab.train("ngram", str(file), lab.places.checkpoints / "one", values))
    trained = next(row for row in lab.checkpoints() if row["name"] == "one")
    row = rows(lab, TEXT, k=0.5, level="word")["add_k", 3]
    assert row["train"] == pytest.approx(trained["train_perplexity"])
    assert row["held_out"] == pytest.approx(trained["held_out_perplexity"])
    assert row["held_out_bits_per_char"] == pytest.approx(trained["bits_per_char"])
    assert row["parameters"] == trained["parameters"]


def test_every_combination_is_there_one_order_after_the_other(lab: Lab) -> None:
    swept = lab.sweep("ngram", "", TEXT, most=2)
    plan = swept.plan()
    assert plan["numbers"] == [1, 2] and "witten_bell" in plan["choices"]
    assert [(row["along"], row["by"]) for row in swept.rows()] == list(
        itertools.product(plan["numbers"], plan["choices"])
    )


def test_scores_that_are_no_probabilities_say_so_and_the_others_go_on(lab: Lab) -> None:
    found = rows(lab, TEXT)
    stupid = found["stupid_back_off", 2]
    assert (
        stupid["train"] is None and "do not sum to 1" in stupid["refused"]["en"] and "概率" in stupid["refused"]["zh"]
    )
    assert found["witten_bell", 2]["refused"] is None


def test_an_unsmoothed_model_is_infinite_and_not_refused(lab: Lab) -> None:
    row = rows(lab, TEXT)["none", 3]
    assert (row["held_out"], row["refused"]) == (None, None) and row["impossible"] > 0 and row["train"] > 1


@pytest.mark.parametrize("text", ["", "a", "aaaaaaaaaa"])
def test_a_text_with_nothing_to_hold_out_says_so(lab: Lab, text: str) -> None:
    with pytest.raises(BadText):
        lab.sweep("ngram", "", text)


def test_a_text_of_twenty_characters_and_a_vocabulary_of_one_are_compared(lab: Lab) -> None:
    for text in ("abcdefghijabcdefghij", "a" * 20):
        found = rows(lab, text, most=16)
        assert len(found) == 16 * 9
        assert all(row["refused"] or row["train"] >= 1 for row in found.values())


def test_what_cannot_be_compared_says_why(lab: Lab) -> None:
    assert "ngram" in lab.sweepable() and "ngram" in lab.sweepable("order", "framing")
    assert lab.sweepable("hidden_size", "smoothing") == []
    with pytest.raises(BadSetting, match="along 'hidden_size'"):
        lab.sweep("lstm", "", TEXT, along="hidden_size")
    with pytest.raises(BadSetting, match="every value"):
        lab.sweep("ngram", "", TEXT, {"smoothing": "none"})
    with pytest.raises(BadSetting, match="1 to 16"):
        lab.sweep("ngram", "", TEXT, most=17)
    with pytest.raises(UnknownName):
        lab.sweep("ngrams", "", TEXT)


def test_closing_it_stops(lab: Lab) -> None:
    swept = lab.sweep("ngram", "", TEXT).rows()
    assert next(swept)["along"] == 1
    swept.close()  # type: ignore[attr-defined]
    assert list(swept) == []
