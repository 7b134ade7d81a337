"""Weights between lengths: the likeliest ones, found by expectation and maximisation."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.mixing import fit_lambdas
from core.models.tallies import Floats

UNIFORM = 0.25


def likelihood(own: list[Floats], used: list[Floats], lambdas: list[float]) -> float:
    """Return the sum of ln P, from the definition."""
    total = 0.0
    for at in range(len(own[0])):
        probability = UNIFORM
        for length, left in enumerate(lambdas):
            if used[length][at]:
                probability = (1 - left) * own[length][at] + left * probability
        total += float(np.log(probability))
    return total


def example(seed: int, tokens: int = 60) -> tuple[list[Floats], list[Floats]]:
    """Return shares and uses of two lengths for random tokens."""
    draw = np.random.default_rng(seed)
    own = [draw.random(tokens) * (draw.random(tokens) < chance) for chance in (0.9, 0.6)]
    return own, [np.ones(tokens, dtype=bool), draw.random(tokens) < 0.7]


@pytest.mark.parametrize("seed", range(5))
def test_no_weights_of_a_fine_grid_are_likelier(seed: int) -> None:
    own, used = example(seed)
    found = likelihood(own, used, fit_lambdas(own, used, UNIFORM))
    grid = np.linspace(0.005, 0.995, 199)
    best = max(likelihood(own, used, [first, second]) for first in grid[::6] for second in grid[::6])
    assert found >= best - 1e-6


def test_by_hand() -> None:
    # One length, always asked. Half of the tokens have the share 1, half the share 0: by symmetry of
    # (1 - l) + l/4 against l/4 the likelihood is ln(1 - 3l/4) + ln(l/4), greatest at l = 2/3.
    own, used = [np.array([1.0, 0.0])], [np.array([True, True])]
    assert fit_lambdas(own, used, UNIFORM) == pytest.approx([2 / 3], abs=1e-4)


def test_a_length_that_is_never_asked_keeps_a_half() -> None:
    own, used = [np.array([1.0, 0.5]), np.zeros(2)], [np.ones(2, dtype=bool), np.zeros(2, dtype=bool)]
    assert fit_lambdas(own, used, UNIFORM)[1] == 0.5


def test_what_is_always_right_leaves_nothing() -> None:
    own, used = [np.ones(4)], [np.ones(4, dtype=bool)]
    assert fit_lambdas(own, used, UNIFORM)[0] < 1e-3
