"""How far back a model looks, against prediction one place at a time."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadText, Refused
from core.measures.context_length import FEWEST_PLACES, MOST_PLACES, by_context_length
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB = 6


def text(length: int = 300, seed: int = 1) -> Sequences:
    """Return ids that go round with gaps, so that the past says something of the future."""
    steps = np.random.default_rng(seed).integers(1, 3, size=length)
    return Sequences.of_stream(np.cumsum(steps) % VOCAB)


def learned(name: str, **values: Any) -> LanguageModel:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, values), VOCAB, seed=2)
    learner = model.Learner(model, model.Learner.Config(), seed=3)
    for window in learner.windows(text(), 0):
        learner.learn(window, 0.0)
    return model


def rows(model: LanguageModel, sequences: Sequences, *lengths: int) -> list[dict[str, Any]]:
    news = list(by_context_length(model, sequences, lengths or (1, 2, 4, 8, 16)))
    shares = [each for each in news if isinstance(each, float)]
    assert shares == sorted(shares) and shares[-1] == 1
    return [each for each in news if isinstance(each, dict)]


@pytest.mark.parametrize(
    ("name", "values"), [("ngram", {"order": 3}), ("lstm", {"hidden_size": 8, "embedding_size": 4})]
)
def test_it_is_the_prediction_from_the_last_tokens_alone(name: str, values: Any) -> None:
    model, sequences = learned(name, **values), text(40, seed=5)
    found = rows(model, sequences, 2, 8)
    assert [row["context"] for row in found] == [2, 8]
    for row in found:
        nats = 0.0
        for place in range(8, 40):  # all places with eight tokens before them, one by one
            state = model.initial_state(1)
            for id_ in sequences.ids[place - row["context"] : place]:
                log_probs, state = model.step(np.array([id_]), state)
            nats -= float(log_probs[0, sequences.ids[place]])
        assert row["scored"] == 32
        assert row["perplexity"] == pytest.approx(math.exp(nats / 32), rel=1e-5)


@pytest.mark.parametrize("order", [2, 3, 5])
def test_an_ngrams_curve_is_flat_from_one_less_than_its_order_on(order: int) -> None:
    found = {
        row["context"]: row["perplexity"] for row in rows(learned("ngram", order=order), text(), 1, 2, 3, 4, 5, 8, 16)
    }
    assert len({round(found[k], 9) for k in found if k >= order - 1}) == 1
    if order > 2:
        assert found[order - 2] != pytest.approx(found[order - 1], rel=1e-3)


def test_the_uniform_models_curve_is_flat_at_the_size_of_the_vocabulary() -> None:
    assert [row["perplexity"] for row in rows(learned("uniform"), text())] == pytest.approx([VOCAB] * 5)


def test_the_same_tokens_are_predicted_at_every_length_and_of_a_long_text_some() -> None:
    found = rows(learned("ngram", order=2), text(5000), 1, 8)
    assert len({row["scored"] for row in found}) == 1
    assert 0.5 * MOST_PLACES < found[0]["scored"] <= MOST_PLACES


def test_lengths_that_a_short_text_does_not_have_are_left_out() -> None:
    model = learned("ngram", order=2)
    assert [row["context"] for row in rows(model, text(FEWEST_PLACES + 4), 1, 4, 8)] == [1, 4]
    with pytest.raises(BadText, match="longer text"):
        rows(model, text(FEWEST_PLACES), 1)


def test_no_context_reaches_into_another_line() -> None:
    model = learned("ngram", order=3)
    lines = Sequences.of_lines([text(6, seed).ids for seed in range(10)])
    (one, four) = rows(model, lines, 1, 4)
    assert one["scored"] == four["scored"] == 10 * 2  # the fifth and sixth of every line


def test_a_model_without_probabilities_is_refused() -> None:
    with pytest.raises(Refused):
        rows(learned("ngram", smoothing="stupid_back_off"), text())
