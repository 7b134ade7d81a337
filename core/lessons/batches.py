"""Every offset that an epoch can begin with, and what of a short text each one teaches (D2L 8.3.4).

The offsets are drawn; here each is tried in turn, through the very functions that training cuts its text with.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.text.batching import Window, random_sampling, sequential_partition
from core.text.sequences import Ids


class _Begin(np.random.Generator):
    """A generator that draws one offset, and shuffles nothing."""

    def __init__(self, offset: int) -> None:
        super().__init__(np.random.PCG64(0))
        self._offset = offset

    def integers(self, *drawn: Any, **how: Any) -> Any:  # the signature is numpy's
        """Return the offset."""
        return self._offset


def labels_by_offset(total: int, batch_size: int, num_steps: int) -> list[int]:
    """Return how many labels a sequential epoch over ``range(total)`` has from offset 0, 1, ... ``num_steps``.

    The last one is drawn by the book only: its offset comes from 0 .. num_steps INCLUSIVE, ours from 0 .. num_steps - 1.
    """
    ids: Ids = np.arange(total, dtype=np.int32)
    epochs = [sequential_partition(ids, batch_size, num_steps, _Begin(offset)) for offset in range(num_steps + 1)]
    return [sum(window.num_tokens for window in epoch) for epoch in epochs]


def coverage(total: int, num_steps: int) -> list[float]:
    """Return for each label of ``range(total)`` the chance that an epoch of random sampling teaches it, every offset alike."""
    ids: Ids = np.arange(total, dtype=np.int32)
    taught = np.zeros(total)
    for offset in range(num_steps):
        windows: list[Window] = list(random_sampling(ids, 1, num_steps, _Begin(offset)))
        taught[np.concatenate([window.targets.ravel() for window in windows])] += 1 / num_steps
    return [float(each) for each in taught]
