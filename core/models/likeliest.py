"""The likeliest tokens of a distribution, in one order that everybody shares: greatest first, then the lower id."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.models.protocol import Array


def top_ids(scores: Array, k: int) -> npt.NDArray[np.int64]:
    """Return the ids of the k greatest of ``scores [vocab]``, greatest first; of equal ones the lower id first.

    >>> top_ids(np.array([1.0, 3.0, 3.0, 2.0]), 3).tolist()
    [1, 2, 3]
    """
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        near = np.flatnonzero(scores >= least)  # more than k where several equal the least
    else:
        near = np.arange(len(scores))
    order: npt.NDArray[np.int64] = near[np.argsort(-scores[near], kind="stable")][:k]
    return order
