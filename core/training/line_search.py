"""How far to go: a step that fulfils the Wolfe conditions (D2L 8.5.5; Nocedal and Wright 2006, section 3.1).

Along a direction p that leads downhill, p.g < 0, a step of length a is

    low enough    if f(x + a p) <= f(x) + c1 a p.g           sufficient decrease: the slope promised a fall, c1 of it must come
    long enough   if p.grad f(x + a p) >= c2 p.g             curvature: it is less steep there than here, 0 < c1 < c2 < 1

The strong form of the second also bounds how steeply the way may rise there: |p.grad f(x + a p)| <= c2 |p.g|. A step too far fails
the first, one too short the second. So the right ones lie between, and halving that interval, or doubling the step while nothing
was too far yet, finds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Function = Callable[[Floats], tuple[float, Floats]]
"""Returns the value and the gradient at a place."""

_MOST_TRIALS = 20


@dataclass(frozen=True)
class Place:
    """Where a descent stands: the numbers, the function there and its gradient."""

    x: Floats
    value: float
    gradient: Floats


@dataclass(frozen=True)
class Wolfe:
    """The constants of the two conditions; the defaults are those that the book cited proposes for quasi-Newton methods."""

    decrease: float = 1e-4
    curvature: float = 0.9
    strong: bool = False


@dataclass(frozen=True)
class Trial:
    """A step that was tried.

    Attributes:
        length: a.
        place: x + a p.
        low: whether it is low enough; one where the function is no number is not.
        long: whether it is long enough.
        level: whether the way rises there no more than the strong condition allows; always so where only the weak one is asked for.
    """

    length: float
    place: Place
    low: bool
    long: bool
    level: bool

    @property
    def fits(self) -> bool:
        """Whether all conditions are met."""
        return self.low and self.long and self.level


def line_search(function: Function, here: Place, direction: Floats, first: float, wolfe: Wolfe) -> Iterator[Trial]:
    """Yield steps until one fits, which is the last; gives up after twenty.

    Args:
        function: what is to be small.
        here: where the step begins.
        direction: p, ``[numbers]``, downhill.
        first: the length that is tried first.
        wolfe: the conditions.
    """
    slope = float(here.gradient @ direction)
    short, far, length = 0.0, np.inf, first
    for _ in range(_MOST_TRIALS):
        trial = _try(function, here, direction, length, slope, wolfe)
        yield trial
        if trial.fits:
            return
        if trial.low and not trial.long:
            short = length
        else:
            far = length
        length = 2 * short if np.isinf(far) else (short + far) / 2


def _try(function: Function, here: Place, direction: Floats, length: float, slope: float, wolfe: Wolfe) -> Trial:
    x = here.x + length * direction
    there = Place(x, *function(x))
    there_slope = float(there.gradient @ direction)
    return Trial(
        length, there,
        low=bool(there.value <= here.value + wolfe.decrease * length * slope),
        long=there_slope >= wolfe.curvature * slope,
        level=not wolfe.strong or there_slope <= -wolfe.curvature * slope,
    )  # fmt: skip
