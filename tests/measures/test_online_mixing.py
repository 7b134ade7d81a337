"""Tests of `core.measures.online_mixing`: the weights move along the true gradient, and only those in question."""

from __future__ import annotations

import numpy as np
import pytest

from core.measures.online_mixing import OnlineMixer

_RNG = np.random.default_rng(2)
_SCORES = _RNG.normal(size=(3, 5))
_WEIGHTS = np.array([0.5, 0.3, -0.2])
_HERE, _THERE = np.array([[0, 1, 2], [1, 1, 1]]), np.array([[1, 2, 0], [0, 0, 0]])


def log_prob(weights: np.ndarray, target: int) -> float:
    pooled = weights @ _SCORES
    return float(pooled[target] - np.log(np.exp(pooled).sum()))


def test_the_first_distribution_is_the_pool_with_the_first_weights() -> None:
    mixer = OnlineMixer(_WEIGHTS, circumstances=2, entries=3, rate=0.1)
    found = mixer.read(_SCORES, _HERE, 4)
    assert found == pytest.approx([log_prob(_WEIGHTS, target) for target in range(5)])
    assert np.exp(found).sum() == pytest.approx(1, abs=1e-12)


def test_weights_move_along_the_gradient() -> None:
    mixer, rate, step = OnlineMixer(_WEIGHTS, circumstances=2, entries=3, rate=0.1), 0.1, 1e-6
    mixer.read(_SCORES, _HERE, 4)
    gradient = [
        (log_prob(_WEIGHTS + step * unit, 4) - log_prob(_WEIGHTS - step * unit, 4)) / (2 * step) for unit in np.eye(3)
    ]
    moved = _WEIGHTS + 2 * rate * np.array(gradient)  # an entry of each of the two circumstances moves
    assert mixer.read(_SCORES, _HERE, 0) == pytest.approx([log_prob(moved, target) for target in range(5)])


def test_other_circumstances_stay_as_they_were() -> None:
    mixer = OnlineMixer(_WEIGHTS, circumstances=2, entries=3, rate=0.1)
    mixer.read(_SCORES, _HERE, 4)
    assert mixer.read(_SCORES, _THERE, 0) == pytest.approx([log_prob(_WEIGHTS, target) for target in range(5)])
