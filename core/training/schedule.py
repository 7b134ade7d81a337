"""How the learning rate moves during a run (D2L 11.11).

A rate that shrinks lets the first steps be bold and the last ones careful. The half cosine does so smoothly and needs
to know only how much of the run is over.
"""

from __future__ import annotations

import math

SCHEDULES = ("constant", "linear", "cosine")


def rate_factor(schedule: str, progress: float, warmup: float = 0.0) -> float:
    """Return the factor of the learning rate when ``progress`` (0 to 1) of the run is done.

    During the first ``warmup`` share of the run the factor grows from 0; after it the schedule begins.

    >>> rate_factor("cosine", 0.5), rate_factor("constant", 0.9), rate_factor("linear", 0.75)
    (0.5, 1.0, 0.25)
    """
    if progress < warmup:
        # The very first step would otherwise have the rate 0 and teach nothing.
        return max(progress / warmup, 0.01)
    rest = min(1.0, (progress - warmup) / (1 - warmup))
    if schedule == "linear":
        return 1 - rest
    if schedule == "cosine":
        return round(0.5 * (1 + math.cos(math.pi * rest)), 12)
    return 1.0
