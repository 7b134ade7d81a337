"""Minimising a smooth function of a few hundred numbers: the limited-memory quasi-Newton method (L-BFGS).

Where a gradient says only which way is downhill, the last steps and the changes of the gradient along them say how the slope
bends, and so how far to go: p = -H g, H an estimate of the inverse curvature that is never written out. A step is taken if
it is long enough and goes down enough (the Wolfe conditions, D2L 8.5.5): f(x + a p) <= f(x) + c1 a p.g, and p.grad f(x + a p)
>= c2 p.g. It needs no learning rate, and no two runs differ.
Source: Nocedal and Wright, "Numerical Optimization" (2nd edition, 2006), algorithms 7.4 and 7.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Function = Callable[[Floats], tuple[float, Floats]]
"""Returns the value and the gradient at a place."""

# Pairs of steps and changes that are remembered.
_REMEMBERED = 10
# The constants of the two Wolfe conditions, as the book cited proposes for quasi-Newton methods.
_DECREASE, _CURVATURE = 1e-4, 0.9
_MOST_TRIALS = 20
# A gradient below this has nothing left to give.
_FLAT = 1e-9


@dataclass(frozen=True)
class Place:
    """Where a descent stands: the numbers, the function there and its gradient."""

    x: Floats
    value: float
    gradient: Floats


def descend(function: Function, start: Floats) -> Iterator[Place]:
    """Yield ever lower places, the start first; ends where no step leads further down.

    Args:
        function: what is to be small.
        start: ``[numbers]``, left as it is.
    """
    here = Place(start, *function(start))
    pairs: list[tuple[Floats, Floats]] = []
    yield here
    while np.abs(here.gradient).max(initial=0.0) > _FLAT:
        direction = -_times_inverse_curvature(here.gradient, pairs)
        first = 1.0 if pairs else min(1.0, 1.0 / float(np.abs(here.gradient).sum()))
        there = _wolfe_step(function, here, direction, first)
        if there is None:
            return
        step, change = there.x - here.x, there.gradient - here.gradient
        if step @ change > 0:
            pairs = [*pairs, (step, change)][-_REMEMBERED:]
        here = there
        yield here


def _times_inverse_curvature(gradient: Floats, pairs: list[tuple[Floats, Floats]]) -> Floats:
    """Return H g by the two loops of L-BFGS (algorithm 7.4), H never written out."""
    direction, factors = gradient.copy(), []
    for step, change in reversed(pairs):
        factors.append(step @ direction / (step @ change))
        direction -= factors[-1] * change
    if pairs:
        step, change = pairs[-1]
        direction *= step @ change / (change @ change)
    for (step, change), factor in zip(pairs, reversed(factors), strict=True):
        direction += step * (factor - change @ direction / (step @ change))
    return direction


def _wolfe_step(function: Function, here: Place, direction: Floats, first: float) -> Place | None:
    """Return a place on the way that fulfils both conditions, found by doubling and halving; None where nothing goes down."""
    slope = float(here.gradient @ direction)
    short, long, length, best = 0.0, np.inf, first, None
    for _ in range(_MOST_TRIALS):
        x = here.x + length * direction
        there = Place(x, *function(x))
        if not there.value <= here.value + _DECREASE * length * slope:  # not a number counts as too far
            long = length
        elif there.gradient @ direction < _CURVATURE * slope:
            short, best = length, there
        else:
            return there
        length = 2 * short if np.isinf(long) else (short + long) / 2
    return best
