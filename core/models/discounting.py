"""Discounting: every seen n-gram gives up a fixed part of its count, which the unseen ones live on (D2L 8.3.1).

    P(w | c) = (n(cw) - D) / N(c) + what was taken / N(c) * P(w | shorter c)

How much an n-gram may give up is read off the text itself: n-grams seen once tell how often something that was never seen
comes. With n1, n2 ... the numbers of n-grams that were seen once, twice ..., Y = n1 / (n1 + 2 n2) is a good discount
(Ney, Essen and Kneser 1994); Chen and Goodman (1998) take three, for counts of 1, 2, and 3 or more.
"""

from __future__ import annotations

import math

import numpy as np

from core.models.smoothing import Smoothing, Weights, divided
from core.models.tallies import Tally

# KenLM's discounts where the counts of counts do not serve (``lmplz --discount_fallback``).
_FALLBACK = (0.5, 1.0, 1.5)


class AbsoluteDiscounting(Smoothing):
    """One discount for all counts of a length: D = n1 / (n1 + 2 n2)."""

    def weights(self, tally: Tally) -> Weights:
        """Return (n - D(n)) / N, and the sum of what was taken / N."""
        return _discounted(tally, self.discounts(tally))

    def discounts(self, tally: Tally) -> tuple[float, ...]:
        """Return the discounts for counts of 1, 2, and 3 or more."""
        n1, n2 = tally.numbers[:2]
        discount = n1 / (n1 + 2 * n2) if n1 else _FALLBACK[0]
        return (discount,) * 3


class KneserNey(AbsoluteDiscounting):
    """Absolute discounting whose shorter n-grams are counted by what stood before them (Kneser and Ney 1995)."""

    predecessors = True


class ModifiedKneserNey(KneserNey):
    """Kneser-Ney with three discounts, interpolated, as KenLM's `lmplz` estimates it (Chen and Goodman 1998; Heafield 2013)."""

    def discounts(self, tally: Tally) -> tuple[float, ...]:
        """Return D1, D2, D3+: D_k = k - (k + 1) Y n_(k+1) / n_k; KenLM's own where that cannot be, or lies outside 0 .. k."""
        numbers = tally.numbers
        if not all(numbers[:3]):
            return _FALLBACK
        n1, n2 = numbers[0], numbers[1]
        part = n1 / (n1 + 2 * n2)
        found = tuple(k - (k + 1) * part * numbers[k] / numbers[k - 1] for k in (1, 2, 3))
        return found if all(0 <= each <= k for k, each in enumerate(found, start=1)) else _FALLBACK


def _discounted(tally: Tally, discounts: tuple[float, ...]) -> Weights:
    """Return the weights with a discount for counts of 1, 2, and 3 or more."""
    by_count = np.array([0.0, *discounts])
    kept = tally.counts - by_count[np.minimum(tally.counts, 3).astype(np.int64)]
    own = divided(np.maximum(kept, 0.0), tally.totals[tally.contexts])
    taken = sum(
        discount * tally.behind(count, count if count < 3 else math.inf)
        for count, discount in enumerate(discounts, start=1)
    )
    return Weights(own, divided(np.asarray(taken), tally.totals))
