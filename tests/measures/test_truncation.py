"""The three ways through time on a recurrence so small that every throw of the coins can be counted."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.measures.truncation import all_throws, full, randomised, spread_from_errors, tanh_chain, truncated
from core.models.protocol import Array

STEPS = 10
SCALAR = np.array([[0.9]])


def inputs(hidden: int = 1) -> Array:
    """1/2 sin 2t, each further unit a little later."""
    return np.array(0.5 * np.sin(2.0 * np.arange(1, STEPS + 1)[:, None] + np.arange(hidden)))


def weights(hidden: int) -> Array:
    return np.random.default_rng(5).normal(size=(hidden, hidden))


def by_autograd(W: Array, x: Array, at: int, tau: int) -> Array:
    """dh_at/dW by PyTorch, the state detached where the last ``tau`` steps begin: ``[hidden, hidden * hidden]``."""

    def last_state(W: torch.Tensor) -> torch.Tensor:
        h = torch.zeros(len(W), dtype=torch.float64)
        for t in range(at + 1):
            h = torch.tanh(torch.from_numpy(x[t]) + h @ W)
            if t == at - tau:
                h = h.detach()
        return h

    jacobian: Array = torch.autograd.functional.jacobian(last_state, torch.from_numpy(W)).numpy()  # type: ignore[no-untyped-call]
    return jacobian.reshape(len(W), -1)


@pytest.mark.parametrize("hidden", [1, 3])
def test_the_full_derivative_of_every_state_is_autograds(hidden: int) -> None:
    W, x = weights(hidden), inputs(hidden)
    found = full(tanh_chain(W, x))
    for t in range(STEPS):
        np.testing.assert_allclose(found[t], by_autograd(W, x, t, tau=STEPS), atol=1e-12)


@pytest.mark.parametrize("hidden", [1, 3])
@pytest.mark.parametrize("tau", [1, 2, 5, STEPS, STEPS + 7])
def test_truncation_goes_back_tau_steps_from_every_step(hidden: int, tau: int) -> None:
    W, x = weights(hidden), inputs(hidden)
    found = truncated(tanh_chain(W, x), tau)
    for t in range(STEPS):
        np.testing.assert_allclose(found[t], by_autograd(W, x, t, tau), atol=1e-12)


def test_two_steps_by_hand() -> None:
    # h_1 = tanh(0.5), h_2 = tanh(0.2 + 2 h_1); dh_1/dw = 0 since h_0 = 0, so dh_2/dw = (1 - h_2^2) h_1.
    # h_3 = tanh(0.1 + 2 h_2): dh_3/dw = (1 - h_3^2) (h_2 + 2 dh_2/dw); truncated to one step (1 - h_3^2) h_2.
    h_1 = math.tanh(0.5)
    h_2 = math.tanh(0.2 + 2 * h_1)
    h_3 = math.tanh(0.1 + 2 * h_2)
    second = (1 - h_2**2) * h_1
    chain = tanh_chain(np.array([[2.0]]), np.array([[0.5], [0.2], [0.1]]))
    np.testing.assert_allclose(full(chain)[:, 0, 0], [0, second, (1 - h_3**2) * (h_2 + 2 * second)], atol=1e-15)
    np.testing.assert_allclose(truncated(chain, 1)[:, 0, 0], [0, second, (1 - h_3**2) * h_2], atol=1e-15)


@pytest.mark.parametrize("pi", [0.95, 0.8, 0.5, 0.3])
@pytest.mark.parametrize("hidden", [1, 2])
def test_over_all_1024_throws_the_mean_of_the_randomised_gradient_is_the_full_one(pi: float, hidden: int) -> None:
    chain = tanh_chain(SCALAR if hidden == 1 else weights(2), inputs(hidden))
    factors, probabilities = all_throws(STEPS, pi)
    assert len(factors) == 1024 and probabilities.sum() == pytest.approx(1, abs=1e-12)
    mean = np.tensordot(probabilities, randomised(chain, factors), axes=1)
    np.testing.assert_allclose(mean, full(chain), atol=1e-12)  # of every state, not of the last one alone


def test_truncation_is_biased_even_in_sign_and_only_all_steps_give_the_full_gradient() -> None:
    chain = tanh_chain(SCALAR, inputs())
    true = float(full(chain)[-1, 0, 0])
    found = [float(truncated(chain, tau)[-1, 0, 0]) for tau in range(1, STEPS + 1)]
    assert any(each * true < 0 for each in found)
    assert all(abs(each - true) > 0.01 * abs(true) for each in found[:5])
    assert found[-1] == pytest.approx(true, abs=1e-15)


@pytest.mark.parametrize("hidden", [1, 2])
def test_the_spread_grows_as_pi_falls_and_is_made_of_the_errors_of_truncation(hidden: int) -> None:
    chain = tanh_chain(SCALAR if hidden == 1 else weights(2), inputs(hidden))
    last = full(chain)[-1]
    errors = [float(np.linalg.norm(truncated(chain, tau)[-1] - last)) for tau in range(1, STEPS)]
    spreads = []
    for pi in (0.95, 0.9, 0.7, 0.5, 0.3):
        factors, probabilities = all_throws(STEPS, pi)
        away = ((randomised(chain, factors)[:, -1] - last) ** 2).sum(axis=(1, 2))  # of every throw, counted one by one
        spreads.append(math.sqrt(float(probabilities @ away)))
        assert spread_from_errors(errors, pi) == pytest.approx(spreads[-1], rel=1e-9)
    assert spreads == sorted(spreads) and spreads[-1] > 10 * spreads[0]


def test_a_coin_that_always_lets_it_pass_is_the_full_gradient() -> None:
    chain = tanh_chain(SCALAR, inputs())
    factors, probabilities = all_throws(STEPS, 1.0)
    (certain,) = np.flatnonzero(probabilities)
    np.testing.assert_array_equal(randomised(chain, factors[certain]), full(chain))
    assert spread_from_errors([0.3, 0.2], 1.0) == 0


def test_all_throws_of_two_coins_by_hand() -> None:
    factors, probabilities = all_throws(2, 0.8)
    assert {tuple(each): round(float(p), 12) for each, p in zip(factors, probabilities, strict=True)} == {
        (0, 0): 0.04, (1.25, 0): 0.16, (0, 1.25): 0.16, (1.25, 1.25): 0.64,
    }  # fmt: skip
