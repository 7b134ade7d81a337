"""Quasi-Newton descent on functions whose lowest place is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.quasi_newton import descend

Floats = np.ndarray


def quadratic(x: Floats) -> tuple[float, Floats]:
    """A bowl of very different curvatures, lowest at 1, 2, 3, 4, where it is 0."""
    curvature, away = np.array([1.0, 10.0, 100.0, 1000.0]), x - np.array([1.0, 2.0, 3.0, 4.0])
    return float(away @ (curvature * away)) / 2, curvature * away


def rosenbrock(x: Floats) -> tuple[float, Floats]:
    """Rosenbrock's bent valley (1960), lowest at (1, 1)."""
    a, b = 1 - x[0], x[1] - x[0] ** 2
    return float(a**2 + 100 * b**2), np.array([-2 * a - 400 * x[0] * b, 200 * b])


@pytest.mark.parametrize(
    ("function", "start", "lowest"),
    [(quadratic, [0.0] * 4, [1.0, 2.0, 3.0, 4.0]), (rosenbrock, [-1.2, 1.0], [1.0, 1.0])],
)
def test_the_lowest_place_is_found_and_no_step_goes_up(function, start, lowest) -> None:  # type: ignore[no-untyped-def]
    places = list(descend(function, np.array(start)))
    np.testing.assert_allclose(places[-1].x, lowest, atol=1e-5)
    assert all(after.value < before.value for before, after in zip(places, places[1:], strict=False))
    assert len(places) < 60  # plain gradient descent needs thousands


def test_every_step_meets_the_wolfe_conditions() -> None:
    places = list(descend(rosenbrock, np.array([-1.2, 1.0])))
    for here, there in zip(places[:20], places[1:21], strict=True):
        way = there.x - here.x  # step length times direction, so the conditions of the book with a = 1
        assert there.value <= here.value + 1e-4 * (here.gradient @ way)
        assert there.gradient @ way >= 0.9 * (here.gradient @ way)


def test_it_ends_at_the_lowest_place_and_where_nothing_goes_down() -> None:
    assert len(list(descend(quadratic, np.array([1.0, 2.0, 3.0, 4.0])))) == 1
    # A gradient that lies: the way it shows leads up.
    assert len(list(descend(lambda x: (float(x @ x), -2 * x), np.array([1.0])))) == 1


def test_the_start_is_left_as_it_is() -> None:
    start = np.zeros(4)
    list(descend(quadratic, start))
    assert start.tolist() == [0.0] * 4
