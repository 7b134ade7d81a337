"""Seriation: an order in which what is alike stands side by side.

Two tokens are alike when the same tokens follow them. The likeness of two distributions p and q is the Bhattacharyya
coefficient, the sum of sqrt(p q): 1 for equal ones, 0 where they share nothing. The order is that of hierarchical
clustering: the two groups whose members are most alike on average become one, again and again (average linkage, Sokal and
Michener 1958), and as they join they are turned so that the two most alike of their four ends meet (after Gruvaeus and
Wainer 1972).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def likenesses(rows: Floats) -> Floats:
    """Return the Bhattacharyya coefficient of every two distributions ``[n, outcomes]``: ``[n, n]``."""
    roots = np.sqrt(rows)
    coefficients: Floats = roots @ roots.T
    return coefficients


def seriate(likeness: Floats) -> list[int]:
    """Return 0 .. n - 1 in an order that keeps alike ones together.

    >>> seriate(np.array([[1.0, 0.1, 0.9], [0.1, 1.0, 0.3], [0.9, 0.3, 1.0]]))
    [0, 2, 1]

    Args:
        likeness: symmetric, ``[n, n]``.
    """
    groups: list[list[int]] = [[place] for place in range(len(likeness))]
    between = likeness.astype(np.float64)
    np.fill_diagonal(between, -np.inf)
    for _ in range(len(groups) - 1):
        a, b = divmod(int(between.argmax()), len(groups))  # the first of the greatest: a < b
        sizes = len(groups[a]), len(groups[b])
        groups[a], groups[b] = _joined(groups[a], groups[b], likeness), []
        average = (sizes[0] * between[a] + sizes[1] * between[b]) / sum(sizes)  # of all pairs, one from each group
        average[a] = -np.inf
        between[a], between[:, a] = average, average
        between[b], between[:, b] = -np.inf, -np.inf
    return groups[0] if groups else []


def _joined(one: list[int], other: list[int], likeness: Floats) -> list[int]:
    """Return both groups in a row, each turned so that the ends that meet are as alike as can be."""
    ways = [(left, right) for left in (one, one[::-1]) for right in (other, other[::-1])]
    left, right = max(ways, key=lambda way: likeness[way[0][-1], way[1][0]])
    return left + right
