"""Two ways to tame a long gradient: shorten it as a whole, or clamp its elements one by one (D2L 8.5.5).

    by norm:       g <- min(1, theta / ||g||) g        the direction stays
    by element:    g_i <- max(-c, min(c, g_i))         as char-rnn does it: the direction bends

Clamping cuts off the greatest elements and leaves the others, so that in the end every element counts alike: for c towards 0 what
is left is the sign of the gradient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Clamped:
    """A gradient whose elements were clamped.

    Attributes:
        threshold: c, the greatest size of an element.
        share: of the elements that were cut off, 0 to 1.
        norm: of what is left; clipping by norm to this theta shortens the gradient as much.
        degrees: between the gradient and what is left of it; clipping by norm has 0.
    """

    threshold: float
    share: float
    norm: float
    degrees: float


def clamp(gradient: Floats, thresholds: Sequence[float]) -> list[Clamped]:
    """Return what clamping to each threshold makes of a gradient ``[numbers]`` that is not zero.

    >>> [round(each.degrees, 3) for each in clamp(np.array([3.0, 4.0]), [5.0, 1.0])]
    [0.0, 8.13]
    """
    left = [np.clip(gradient, -each, each) for each in thresholds]
    return [
        Clamped(float(threshold), float((np.abs(gradient) > threshold).mean()), float(np.linalg.norm(each)), degrees_between(gradient, each))
        for threshold, each in zip(thresholds, left, strict=True)
    ]  # fmt: skip


def degrees_between(one: Floats, other: Floats) -> float:
    """Return the angle between two vectors that are not zero, 0 to 180.

    From the length of half the difference of the unit vectors: the arc cosine would lose small angles to rounding.
    """
    a, b = one / np.linalg.norm(one), other / np.linalg.norm(other)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(a - b)), float(np.linalg.norm(a + b))))
