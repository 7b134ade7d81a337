"""Learning by EM: iterations, pieces, lines, resuming, and a likelihood that never falls."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BrokenPlugin
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.events import Step
from core.training.expectation import ExpectationConfig, ExpectationLearner
from core.training.run import RunConfig, TrainingData
from core.training.trainer import Trainer
from tests.training.going_on import taken_up

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB = 6


def learner(model: dict[str, Any] | None = None, **values: Any) -> Any:
    plugin = REGISTRY.get("hmm")
    made = plugin(build(plugin.Config, {"num_states": 5, **(model or {})}), VOCAB, seed=1)
    return ExpectationLearner(made, build(ExpectationConfig, {"batch_size": 3, "num_steps": 20, **values}), seed=7)


def stream(length: int = 400) -> Sequences:
    return Sequences.of_stream(np.cumsum(np.random.default_rng(3).integers(1, 4, length)) % VOCAB)


def iterate(taught: Any, data: Sequences, times: int) -> list[float]:
    """Return the loss of every window."""
    return [taught.learn(window, 0.0).loss_nats for epoch in range(times) for window in taught.windows(data, epoch)]


@pytest.mark.parametrize("smoothing", [1e-6, 0.1, 5.0])
@pytest.mark.parametrize("lines", [False, True])
def test_no_iteration_lowers_the_likelihood_times_the_prior(smoothing: float, lines: bool) -> None:
    data = Sequences.of_lines([stream(9 + seed % 5).ids for seed in range(30)]) if lines else stream()
    taught, reached = learner({"smoothing": smoothing}), []
    for epoch in range(40):
        prior = taught.model.log_prior
        for window in taught.windows(data, epoch):
            taught.learn(window, 0.0)
        reached.append(taught.log_likelihood + prior)
    # The tables are kept, and paths are counted, in float32: seven digits.
    assert (np.diff(reached) >= -1e-6 * abs(reached[0])).all()
    assert reached[-1] > reached[0] + 10


def test_windows_only_count_and_the_last_one_of_an_epoch_changes_the_model() -> None:
    taught = learner()
    before = taught.model.tensors()
    windows = list(taught.windows(stream(), 0))
    for window in windows[:-1]:
        taught.learn(window, 0.0)
        np.testing.assert_array_equal(taught.model.tensors()["emission"], before["emission"])
    taught.learn(windows[-1], 0.0)
    assert (taught.model.tensors()["emission"] != before["emission"]).any()


@pytest.mark.parametrize("length", [2, 19, 20, 21, 22, 41, 400])
def test_every_token_is_counted_once(length: int) -> None:
    taught = learner()
    data = stream(length)
    counted = np.concatenate([np.append(w.inputs[:, 0], w.targets[w.mask]) for w in taught.windows(data, 0)])
    np.testing.assert_array_equal(np.bincount(counted, minlength=VOCAB), np.bincount(data.ids, minlength=VOCAB))


def test_the_size_of_a_batch_decides_nothing() -> None:
    few, many = learner(batch_size=2), learner(batch_size=50)
    for taught in (few, many):
        iterate(taught, stream(), 5)
    for name, array in few.model.tensors().items():
        np.testing.assert_allclose(array, many.model.tensors()[name], atol=1e-4)


def test_the_loss_is_that_of_the_windows_tokens_before_the_step() -> None:
    taught = learner(num_steps=400)
    data = stream(300)  # one piece
    scores, _ = taught.model.score(data.ids[None, :-1], data.ids[None, 1:], taught.model.initial_state(1))
    (loss,) = iterate(taught, data, 1)
    assert loss == pytest.approx(-scores.mean(), rel=1e-5)


@pytest.mark.parametrize("stop_at", [1, 6, 7, 8, 20])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(stop_at: int) -> None:
    def trainer(**more: Any) -> Trainer:
        ids = stream().ids
        data = TrainingData(*(Sequences.of_stream(part) for part in (ids[:380], ids[380:390], ids[390:])))
        return Trainer(learner(), data, build(RunConfig, {"epochs": 4, "evaluations": 0}), **more)

    whole = trainer()
    assert sum(isinstance(event, Step) for event in whole.events()) == 4 * 7  # 19 pieces, 3 side by side
    second = taken_up(trainer, stop_at)
    list(second.events())
    for name, array in whole.model.tensors().items():
        np.testing.assert_array_equal(array, second.model.tensors()[name])


def test_a_text_that_repeats_is_learned() -> None:
    taught = learner(num_steps=100)
    losses = iterate(taught, Sequences.of_stream(np.arange(1000) % 3), 60)
    assert math.exp(losses[-1]) < 1.1


def test_only_a_model_with_hidden_states_learns_so() -> None:
    plugin = REGISTRY.get("uniform")
    with pytest.raises(BrokenPlugin, match="CountsUnseen"):
        ExpectationLearner(plugin(plugin.Config(), VOCAB), ExpectationConfig(), 0)
