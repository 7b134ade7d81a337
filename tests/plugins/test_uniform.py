"""The uniform model: as unsure as its vocabulary is large."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.text.sequences import Sequences
from core.training.counting import CountingLearner
from plugins.uniform import PLUGIN, Config


def test_perplexity_is_the_size_of_the_vocabulary_whatever_was_learned() -> None:
    model = PLUGIN(Config(), 28)
    learner = CountingLearner(model, CountingLearner.Config(), seed=0)
    [window] = learner.windows(Sequences.of_stream([3, 3, 3, 3]), epoch=0)
    assert learner.learn(window, 0.0).tokens == 3
    scores, _ = model.score(np.array([[3, 3, 3]]), np.array([[3, 3, 0]]), model.initial_state(1))
    assert scores.dtype == np.float64
    assert np.exp(-scores.mean()) == pytest.approx(28)


def test_distributions_steps_and_scores_agree() -> None:
    model = PLUGIN(Config(), 7)
    ids = np.array([[0, 5, 6], [1, 2, 3]], dtype=np.int32)
    log_probs, state = model.log_probs(ids, model.initial_state(2))
    assert log_probs.shape == (2, 3, 7)
    assert np.exp(log_probs).sum(axis=-1) == pytest.approx(np.ones((2, 3)))
    step, _ = model.step(ids[:, 0], state)
    assert np.array_equal(step, log_probs[:, 0])
    assert np.array_equal(model.score(ids, ids, state)[0], log_probs[..., 0])


def test_nothing_is_saved_and_nothing_else_is_loaded() -> None:
    model = PLUGIN(Config(), 7)
    assert model.tensors() == {} and model.num_parameters == 0
    model.load_tensors({})
    with pytest.raises(BadCheckpoint):
        model.load_tensors({"weights": np.zeros(3)})
