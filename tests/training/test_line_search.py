"""Steps that fulfil the Wolfe conditions."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.line_search import Place, Wolfe, line_search

Floats = np.ndarray


def bowl(x: Floats) -> tuple[float, Floats]:
    return float(x @ x) / 2, x


def wave(x: Floats) -> tuple[float, Floats]:
    """Goes up and down while it falls on the whole."""
    return float(np.cos(3 * x[0]) - 0.5 * x[0]), np.array([-3 * np.sin(3 * x[0]) - 0.5])


@pytest.mark.parametrize("strong", [False, True])
@pytest.mark.parametrize("first", [1e-3, 0.3, 1.0, 50.0])
@pytest.mark.parametrize("function", [bowl, wave])
def test_what_is_said_of_every_trial_is_the_books_inequality(function, first: float, strong: bool) -> None:  # type: ignore[no-untyped-def]
    x, wolfe = np.array([0.4]), Wolfe(decrease=0.1, curvature=0.4, strong=strong)
    value, gradient = function(x)
    direction = -gradient
    trials = list(line_search(function, Place(x, value, gradient), direction, first, wolfe))
    for trial in trials:
        there, there_gradient = function(x + trial.length * direction)
        slope, there_slope = float(gradient @ direction), float(there_gradient @ direction)
        assert trial.low == (there <= value + 0.1 * trial.length * slope)
        assert trial.long == (there_slope >= 0.4 * slope)
        assert trial.fits == (trial.low and (abs(there_slope) <= 0.4 * abs(slope) if strong else trial.long))
    assert trials[-1].fits and not any(trial.fits for trial in trials[:-1])


def test_a_bowls_first_right_step_by_hand() -> None:
    # f = x^2/2 at x = 1, p = -1: f(1-a) = (1-a)^2/2 and p.grad = a-1. With c1 = 0.1, c2 = 0.4 low means a <= 1.8 and long a >= 0.6.
    here = Place(np.array([1.0]), 0.5, np.array([1.0]))
    trials = list(line_search(bowl, here, np.array([-1.0]), 0.25, Wolfe(0.1, 0.4)))
    assert [(trial.length, trial.low, trial.long) for trial in trials] == [
        (0.25, True, False),
        (0.5, True, False),
        (1.0, True, True),
    ]
    far = list(line_search(bowl, here, np.array([-1.0]), 4.0, Wolfe(0.1, 0.4)))
    assert [(trial.length, trial.low) for trial in far] == [(4.0, False), (2.0, False), (1.0, True)]


def test_the_strong_form_also_refuses_a_step_behind_which_the_way_rises() -> None:
    # The weak form takes a = 1.7 (f = 0.245 <= 0.5 - 0.17): p.grad = 0.7 there. The strong one wants |p.grad| <= 0.4.
    here = Place(np.array([1.0]), 0.5, np.array([1.0]))
    (weak,) = line_search(bowl, here, np.array([-1.0]), 1.7, Wolfe(0.1, 0.4))
    first, second = line_search(bowl, here, np.array([-1.0]), 1.7, Wolfe(0.1, 0.4, strong=True))
    assert weak.fits and (first.low, first.long, first.level) == (True, True, False)
    assert second.fits and second.length == pytest.approx(0.85)


def test_where_the_function_is_no_number_the_step_was_too_far() -> None:
    def broken(x: Floats) -> tuple[float, Floats]:
        return (float(x[0]), np.array([1.0])) if x[0] > -2 else (float("nan"), np.array([1.0]))

    here = Place(np.array([0.0]), 0.0, np.array([1.0]))
    trials = list(line_search(broken, here, np.array([-1.0]), 4.0, Wolfe(curvature=1.0)))
    assert [trial.low for trial in trials] == [False, False, True]


def test_it_gives_up_where_a_gradient_lies() -> None:
    here = Place(np.array([1.0]), 0.5, np.array([-1.0]))  # the way it shows leads up
    assert not any(trial.low for trial in line_search(bowl, here, np.array([1.0]), 1.0, Wolfe()))
