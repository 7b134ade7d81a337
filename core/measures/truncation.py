"""The three ways through time of D2L 8.7.1, written out for the smallest recurrence that has them.

    h_t = tanh(x_t + h_{t-1} W)

Its derivative by W follows the book's recursion: what W does at step t, and what it did before, handed on by the step.

    dh_t/dW = f_w(t) + f_h(t) dh_{t-1}/dW = f_w(t) + sum_{i<t} (prod_{j=i+1..t} f_h(j)) f_w(i)

*Full* computes the sum; *truncated* keeps the last tau terms of it, at every t; *randomised* (Tallec and Ollivier 2017) multiplies
f_h(t) by xi_t = 1/pi with probability pi, else 0. Here everything is small enough for all 2^T throws of the coins, so that its mean and
its spread are exact. Models of real size are measured by sampling: `core.measures.truncated_gradients`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.models.protocol import Array


@dataclass(frozen=True, eq=False)
class Chain:
    """A recurrence along one sequence of inputs, in float64.

    Attributes:
        states: h_1 .. h_T, ``[steps, hidden]``.
        by_weight: f_w(t), how h_t moves with W while h_{t-1} is held, ``[steps, hidden, hidden * hidden]``.
        by_state: f_h(t), how h_t moves with h_{t-1}, ``[steps, hidden, hidden]``.
    """

    states: Array
    by_weight: Array
    by_state: Array


def tanh_chain(W: Array, inputs: Array) -> Chain:
    """Walk along ``h_t = tanh(x_t + h_{t-1} W)`` from h_0 = 0.

    Args:
        W: ``[hidden, hidden]``.
        inputs: x_1 .. x_T, ``[steps, hidden]``.
    """
    W, inputs = np.asarray(W, dtype=np.float64), np.asarray(inputs, dtype=np.float64)
    before, hidden = np.zeros(len(W)), len(W)
    states, by_weight, by_state = [], [], []
    for x in inputs:
        h = np.tanh(x + before @ W)
        slope = 1 - h**2  # of tanh, at this step
        # dh[j] / dW[i, k] = slope[j] before[i] where k = j, else 0
        by_weight.append(
            (slope[:, None, None] * before[None, :, None] * np.eye(hidden)[:, None, :]).reshape(hidden, -1)
        )
        by_state.append(slope[:, None] * W.T)  # dh[j] / dbefore[i] = slope[j] W[i, j]
        states.append(h)
        before = h
    return Chain(np.array(states), np.array(by_weight), np.array(by_state))


def randomised(chain: Chain, factors: Array) -> Array:
    """Return z_t = f_w(t) + xi_t f_h(t) z_{t-1} for every step.

    Args:
        chain: the recurrence.
        factors: xi_1 .. xi_T, ``[..., steps]``; any number of throws at once.

    Returns:
        ``[..., steps, hidden, hidden * hidden]``.
    """
    factors = np.asarray(factors, dtype=np.float64)
    z = np.zeros((*factors.shape[:-1], *chain.by_weight.shape[1:]))
    steps = []
    for t, (f_w, f_h) in enumerate(zip(chain.by_weight, chain.by_state, strict=True)):
        z = f_w + factors[..., t, None, None] * (f_h @ z)
        steps.append(z)
    return np.stack(steps, axis=-3)


def full(chain: Chain) -> Array:
    """Return dh_t/dW of every step, ``[steps, hidden, hidden * hidden]``."""
    return randomised(chain, np.ones(len(chain.states)))


def truncated(chain: Chain, truncation_steps: int) -> Array:
    """Return the same, of each sum the last ``truncation_steps`` terms: those of the steps t - tau + 1 .. t."""
    term = chain.by_weight
    total = term.copy()
    for lag in range(1, min(truncation_steps, len(term))):
        # What came from lag - 1 steps before t - 1 comes from lag steps before t, handed on once more.
        term = chain.by_state[lag:] @ term[:-1]
        total[lag:] += term
    return total


def all_throws(steps: int, carry_probability: float) -> tuple[Array, Array]:
    """Return every outcome of the coins, ``[2**steps, steps]`` factors, and the probability of each, ``[2**steps]``."""
    passes = (np.arange(2**steps)[:, None] >> np.arange(steps)) & 1
    heads = passes.sum(axis=1)
    probabilities = carry_probability**heads * (1 - carry_probability) ** (steps - heads)
    return passes / carry_probability, probabilities


def carried(steps: int, carry_probability: float) -> tuple[float, float]:
    """Return by what a term from so many steps back is multiplied when it arrives, and how probable it is that it does.

    >>> carried(3, 0.5)
    (8.0, 0.125)
    """
    factors, probabilities = all_throws(steps, carry_probability)
    return float(factors[-1].prod()), float(probabilities[-1])  # the last throw: it passes every time


def spread_from_errors(errors: Sequence[float], carry_probability: float) -> float:
    """Return the standard deviation of the randomised gradient of the LAST state, from the errors of the truncated ones.

    A throw first fails to carry m steps back with probability (1 - pi) pi^(m-1), and up to there each step has grown it by 1/pi; added
    up over m, what is left of the squares is

        variance = (1 - pi) sum_m pi^-m |error_m|^2

    So the two are one thing seen from two sides: what truncation to m steps gets wrong is what the coins pay for, the more so
    the farther back it lies.

    Args:
        errors: how far the sum truncated to m = 1, 2, ... steps is from the full one, as a norm.
        carry_probability: pi.
    """
    pi = carry_probability
    return math.sqrt(sum((1 - pi) * pi**-m * error**2 for m, error in enumerate(errors, start=1)))
