"""Estimates of a real model's gradient, each against a way that shares nothing with it but the model."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.measures.truncated_gradients import Estimates, TruncatedGradients, truncated_gradients
from core.models.protocol import Array
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB, TOKENS = 7, 11
KINDS = {
    "rnn_scratch": {"initial_scale": 0.5},
    "rnn": {"embedding_size": 0},
    "lstm": {"num_layers": 2, "embedding_size": 4},
    "gru": {"embedding_size": 4, "tied": True},
}
OUTPUT = {"W_hq", "b_q", "output.weight", "output.bias", "output.projection"}


def model(name: str) -> Any:
    plugin = REGISTRY.get(name)
    return plugin(build(plugin.Config, {"hidden_size": 6, **KINDS[name]}), VOCAB, seed=3)


def ids(tokens: int = TOKENS) -> Array:
    return np.random.default_rng(8).integers(0, VOCAB, tokens).astype(np.int32)


def behind_the_state(made: Any) -> list[torch.Tensor]:
    return [value for name, value in made.parameters.items() if name not in OUTPUT]


def one_by_one(made: Any, read: Array, detach_at: Any) -> Array:
    """The gradient of the mean loss, every target by a pass of its own, step by step; ``detach_at(target, step)`` cuts."""
    whole, parameters = torch.from_numpy(read).long()[None], behind_the_state(made)
    steps = len(read) - 1
    total = torch.zeros(sum(each.numel() for each in parameters))
    for target in range(steps):
        state = made.zero_state(1)
        for step in range(target + 1):
            if detach_at(target, step):
                state = tuple(part.detach() for part in state)
            logits, state = made.forward(whole[:, step : step + 1], state)
        loss = -torch.log_softmax(logits[0, -1], dim=0)[whole[0, target + 1]] / steps
        found = torch.autograd.grad(loss, parameters)
        total += torch.cat([each.flatten() for each in found])
    return total.numpy().astype(np.float64)


@pytest.mark.parametrize("name", KINDS)
def test_the_full_gradient_is_autograds_of_the_mean_loss(name: str) -> None:
    made = model(name)
    whole = torch.from_numpy(ids()).long()[None]
    logits, _ = made.forward(whole[:, :-1], made.zero_state(1))
    loss = torch.nn.functional.cross_entropy(logits[0], whole[0, 1:])
    expected = torch.cat([each.flatten() for each in torch.autograd.grad(loss, behind_the_state(made))])
    np.testing.assert_allclose(TruncatedGradients(made, ids()).full, expected.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("tau", [1, 3, TOKENS - 1])
def test_the_books_sum_goes_back_tau_steps_from_every_step(name: str, tau: int) -> None:
    made = model(name)
    expected = one_by_one(made, ids(), lambda target, step: step <= target - tau + 1)
    np.testing.assert_allclose(TruncatedGradients(made, ids()).truncated(tau), expected, rtol=1e-3, atol=2e-6)


@pytest.mark.parametrize("name", KINDS)
def test_stretches_are_cut_at_their_ends_whatever_the_target(name: str) -> None:
    made = model(name)
    expected = one_by_one(made, ids(), lambda target, step: step % 3 == 0)
    np.testing.assert_allclose(TruncatedGradients(made, ids()).regular(3), expected, rtol=1e-3, atol=2e-6)


@pytest.mark.parametrize("name", KINDS)
def test_the_mean_over_all_throws_is_the_full_gradient(name: str) -> None:
    measured, pi = TruncatedGradients(model(name), ids(6)), 0.7  # 5 steps, 4 coins that count: 16 outcomes
    mean = np.zeros_like(measured.full)
    for passes in itertools.product((0, 1), repeat=4):
        weight = np.prod([pi if each else 1 - pi for each in passes])
        mean += weight * measured.scaled(np.array([0, *passes]) / pi)
    np.testing.assert_allclose(mean, measured.full, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_all_steps_are_the_full_gradient_and_one_step_of_text_has_nothing_to_truncate(name: str) -> None:
    measured = TruncatedGradients(model(name), ids())
    for same in (measured.truncated(TOKENS), measured.regular(TOKENS), measured.scaled(np.ones(TOKENS - 1))):
        np.testing.assert_allclose(same, measured.full, rtol=1e-4, atol=1e-6)
    single = TruncatedGradients(model(name), ids(2))
    generator = np.random.default_rng(0)
    for same in (single.truncated(1), single.regular(1), single.random(0.1, generator)):
        np.testing.assert_allclose(same, single.full, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_measuring_leaves_the_model_and_its_gradients_alone(name: str) -> None:
    made = model(name)
    before = made.tensors()
    list(truncated_gradients(made, ids(), 2, 0.5, draws=3))
    assert all(parameter.grad is None for parameter in made.parameters.values())
    for key, array in made.tensors().items():
        np.testing.assert_array_equal(array, before[key])


def test_a_draw_is_placed_along_and_across_the_true_gradient() -> None:
    estimates = Estimates(np.array([2.0, 0.0]))
    estimates.add(np.array([3.0, 4.0]))  # 1.5 times as far along, 4 / 2 across
    estimates.add(np.array([-1.0, -4.0]))
    assert estimates.points == [[1.5, 2.0], [-0.5, 2.0]]


def test_bias_spread_and_error_by_hand() -> None:
    # True (2, 0); draws (3, 4) and (-1, -4): mean (1, 0), so the bias is 1 / 2. The draws lie (2, 4) and (-2, -4) from
    # their mean: variance (20 + 20) / (2 - 1) = 40, spread sqrt(40) / 2. Errors (1, 4) and (-3, -4): mean square
    # (17 + 25) / 2 = 21.
    estimates = Estimates(np.array([2.0, 0.0]))
    estimates.add(np.array([3.0, 4.0]))
    estimates.add(np.array([-1.0, -4.0]))
    found = estimates.as_json()
    assert found["draws"] == 2
    assert found["bias"] == pytest.approx(0.5)
    assert found["spread"] == pytest.approx(40**0.5 / 2)
    assert found["noise"] == pytest.approx((40 / 2) ** 0.5 / 2)
    assert found["error"] == pytest.approx(21**0.5 / 2)
    assert (found["cosine"], found["length"]) == (pytest.approx(1.0), pytest.approx(0.5))


def test_one_estimate_has_no_spread_and_its_bias_is_its_distance_from_the_true_one() -> None:
    estimates = Estimates(np.array([0.0, 5.0]))
    estimates.add(np.array([3.0, 1.0]))
    found = estimates.as_json()
    assert found["spread"] == found["noise"] == 0
    along, across = found["points"][0]
    assert found["bias"] == found["error"] == pytest.approx(((along - 1) ** 2 + across**2) ** 0.5) == pytest.approx(1.0)


def test_the_estimates_come_one_after_the_other_and_the_same_seed_gives_the_same() -> None:
    found = list(truncated_gradients(model("gru"), ids(), 3, 0.8, draws=5, seed=1))
    assert [each["done"] for each in found] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert found[0]["random"] is None and found[-1]["random"]["draws"] == 5
    assert found[2]["random"]["points"] == found[-1]["random"]["points"][:2]
    assert [each["steps"] for each in found[-1]["by_steps"]] == [1, 2, 3, 4, 8, 10]
    assert found[-1]["by_steps"][-1]["error"] < 1e-5
    assert list(truncated_gradients(model("gru"), ids(), 3, 0.8, draws=5, seed=1))[-1] == found[-1]
    assert list(truncated_gradients(model("gru"), ids(), 3, 0.8, draws=5, seed=2))[-1] != found[-1]


def test_a_lower_pi_spreads_the_estimates_more() -> None:
    measured = [
        list(truncated_gradients(model("lstm"), ids(), 3, pi, draws=60))[-1]["random"] for pi in (0.95, 0.8, 0.5)
    ]
    spreads = [each["spread"] for each in measured]
    assert spreads == sorted(spreads)
