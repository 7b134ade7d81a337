"""Gradient steps: clipping, carried state, schedules."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.clipping import clip_by_norm, gradient_norm
from core.training.gradient import GradientLearner
from core.training.gradient_config import GradientConfig
from core.training.schedule import rate_factor

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB = 9


def learner(name: str = "rnn_scratch", model: dict[str, Any] | None = None, **values: Any) -> GradientLearner:
    plugin = REGISTRY.get(name)
    made = plugin(build(plugin.Config, {"hidden_size": 8, **(model or {})}), VOCAB, seed=1)
    return GradientLearner(made, build(GradientConfig, {"batch_size": 4, "num_steps": 6, **values}), seed=7)


@pytest.mark.parametrize("word", ["true", "1", "True"])
def test_learning_stays_on_the_cpu_where_a_gpu_is_only_lent(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """On ZeroGPU PyTorch is made to say that CUDA is there; whoever uses it outside of marked functions ends in an error."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("SPACES_ZERO_GPU", word)
    assert learner().model.device.type == "cpu"


def test_learning_uses_a_gpu_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    monkeypatch.setattr("core.models.neural.NeuralModel.to", lambda model, device: moved.append(device))
    learner()
    assert moved == ["cuda"]


def stream(length: int = 400) -> Sequences:
    return Sequences.of_stream(np.random.default_rng(3).integers(0, VOCAB, length))


def with_gradients(*gradients: list[float]) -> list[torch.Tensor]:
    parameters = [torch.zeros(len(g), requires_grad=True) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    return parameters


def test_clipping_shortens_to_theta_and_keeps_direction() -> None:
    # ||(3, 4, 12)|| = sqrt(9 + 16 + 144) = 13
    parameters = with_gradients([3.0, 4.0], [12.0])
    assert clip_by_norm(parameters, theta=1.0) == (pytest.approx(13.0), True)
    assert gradient_norm(parameters) == pytest.approx(1.0)
    clipped = torch.cat([p.grad for p in parameters])  # type: ignore[misc]
    torch.testing.assert_close(clipped, torch.tensor([3.0, 4.0, 12.0]) / 13)


def test_a_short_gradient_and_theta_zero_change_nothing() -> None:
    parameters = with_gradients([0.3, 0.4])
    assert clip_by_norm(parameters, theta=1.0) == (pytest.approx(0.5), False)
    assert clip_by_norm(parameters, theta=0.0)[1] is False
    torch.testing.assert_close(parameters[0].grad, torch.tensor([0.3, 0.4]))


def test_clipping_equals_pytorchs() -> None:
    ours, theirs = with_gradients([5.0, -2.0, 0.5], [7.0]), with_gradients([5.0, -2.0, 0.5], [7.0])
    clip_by_norm(ours, 1.5)
    torch.nn.utils.clip_grad_norm_(theirs, 1.5)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-5, atol=1e-6)


def test_schedules_by_hand() -> None:
    assert rate_factor("constant", 0.7) == 1
    assert rate_factor("linear", 0.25) == 0.75
    assert rate_factor("cosine", 0.0) == 1
    assert rate_factor("cosine", 1.0) == 0
    assert rate_factor("cosine", 1 / 3) == pytest.approx(0.75)  # (1 + cos 60 degrees) / 2
    assert rate_factor("constant", 0.05, warmup=0.1) == 0.5
    assert rate_factor("linear", 0.55, warmup=0.1) == pytest.approx(0.5)


def test_the_state_is_carried_between_sequential_windows_and_reset_in_fresh_rows() -> None:
    taught = learner(sampling="sequential", reset_probability=0.5)
    windows = list(taught.windows(stream(), 0))
    assert windows[0].fresh.all()
    assert any(window.fresh.any() and not window.fresh.all() for window in windows[1:])
    taught.learn(windows[0], 0.0)
    carried = taught.state
    assert carried is not None and not carried[0].requires_grad
    mixed = next(window for window in windows[1:] if window.fresh.any() and not window.fresh.all())
    (start,) = taught._state_for(mixed)
    for row, fresh in enumerate(mixed.fresh):
        torch.testing.assert_close(start[row], torch.zeros(8) if fresh else carried[0][row])


def test_random_windows_always_start_afresh() -> None:
    assert all(window.fresh.all() for window in learner(sampling="random").windows(stream(), 0))


def test_the_first_loss_is_that_of_guessing() -> None:
    # Weights of 0.01 N(0, 1) make all logits nearly equal: -ln(1 / 9).
    first = learner().learn(next(iter(learner().windows(stream(), 0))), 0.0)
    assert first.loss_nats == pytest.approx(math.log(VOCAB), abs=0.02)


@pytest.mark.parametrize("name", ["rnn_scratch", "rnn", "lstm", "gru"])
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_learning_lowers_the_loss(name: str, optimizer: str) -> None:
    taught = learner(name, optimizer=optimizer, learning_rate=1.0 if optimizer == "sgd" else 0.02, schedule="constant")
    data = Sequences.of_stream(np.arange(400) % VOCAB)  # a text that repeats itself
    losses = [taught.learn(w, 0.0).loss_nats for epoch in range(8) for w in taught.windows(data, epoch)]
    assert losses[-1] < 0.5 * losses[0]  # type: ignore[operator]


def test_masked_targets_do_not_count() -> None:
    taught = learner(batch_size=8)
    lines = Sequences.of_lines([np.array([1, 2, 1]), np.array([1, 3, 4, 5, 6, 1])])
    (window,) = taught.windows(lines, 0)
    loss = taught._loss(window).item()
    singles = [taught._loss(w).item() * w.num_tokens for w in learner(batch_size=1).windows(lines, 0)]
    assert window.num_tokens == 7  # 2 + 5 predictions
    assert loss == pytest.approx(sum(singles) / 7, abs=1e-5)


def test_dropout_repeats_itself_for_the_same_step_and_keeps_the_mean() -> None:
    taught = learner("gru", {"dropout": 0.4})
    ones = torch.ones(100, 100)
    first, second = taught._dropout()(ones), taught._dropout()(ones)
    torch.testing.assert_close(first, second)
    assert first.mean().item() == pytest.approx(1.0, abs=0.02)
    assert (first == 0).float().mean().item() == pytest.approx(0.4, abs=0.02)
    taught.steps += 1
    assert not torch.equal(first, taught._dropout()(ones))


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("name", ["rnn_scratch", "lstm"])
def test_a_learner_put_back_together_goes_on_bit_for_bit(name: str, optimizer: str) -> None:
    model = {} if name == "rnn_scratch" else {"dropout": 0.2}
    whole = learner(name, model, optimizer=optimizer)
    windows = list(whole.windows(stream(), 0))
    for window in windows:
        whole.learn(window, 0.3)

    first = learner(name, model, optimizer=optimizer)
    for window in itertools.islice(windows, 5):
        first.learn(window, 0.3)
    second = learner(name, model, optimizer=optimizer)
    second.model.load_tensors(first.model.tensors())
    second.load_tensors(first.tensors())
    for window in windows[5:]:
        second.learn(window, 0.3)
    for key, array in whole.model.tensors().items():
        np.testing.assert_array_equal(array, second.model.tensors()[key])
