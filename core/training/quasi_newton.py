"""Minimising a smooth function of a few hundred numbers: the limited-memory quasi-Newton method (L-BFGS).

Where a gradient says only which way is downhill, the last steps and the changes of the gradient along them say how the slope
bends, and so how far to go: p = -H g, H an estimate of the inverse curvature that is never written out. A step is taken if
it is long enough and goes down enough (the Wolfe conditions, `core.training.line_search`). It needs no learning rate, and no two
runs differ.
Source: Nocedal and Wright, "Numerical Optimization" (2nd edition, 2006), algorithms 7.4 and 7.5.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.training.line_search import Floats, Function, Place, Wolfe, line_search

# Pairs of steps and changes that are remembered.
_REMEMBERED = 10
_WOLFE = Wolfe()
# A gradient below this has nothing left to give.
_FLAT = 1e-9


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
    """Return a place on the way that fulfils both conditions, or else the last that is low enough; None where nothing goes down."""
    best = None
    for trial in line_search(function, here, direction, first, _WOLFE):
        best = trial.place if trial.low else best
    return best
