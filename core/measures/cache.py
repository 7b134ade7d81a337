"""A cache: what followed the same context earlier in the text that is being read (Kuhn and De Mori 1990).

A text repeats itself: a name that a model has never met comes back a line later. For every context of a chain, from short
to long, Witten-Bell smoothing (1991) turns the counts c of what followed into probabilities,

    P_n(w) = (c(w) + T P_{n-1}(w)) / (N + T),    N tokens of T different kinds; below the shortest all are equally likely.

Counts are taken from the last `MOST` times that the context stood in the text, so that the cache follows the text and
one look has a bounded price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.measures.contexts import NONE, Labels

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

MOST = 127
# A table with so many cells for each token found is counted as a whole; one with more is sorted.
_DENSE = 8


@dataclass(frozen=True, eq=False)
class _Followers:
    """What follows every context of one kind, sorted by context and within it by place.

    Attributes:
        targets: the ids in that order ``[time]``.
        begins, ends: for every place of the text, which of `targets` followed its context before ``[time]``.
    """

    targets: Counts
    begins: Counts
    ends: Counts

    @classmethod
    def of(cls, targets: Counts, labels: Labels) -> _Followers:
        order = np.argsort(labels, kind="stable")
        grouped = labels[order]
        is_first = np.append(True, grouped[1:] != grouped[:-1])[: len(order)]
        place, begins = np.empty_like(order), np.empty_like(order)
        place[order] = np.arange(len(order))
        begins[order] = np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
        begins[labels == NONE] = place[labels == NONE]
        return cls(targets[order], np.maximum(begins, place - MOST), place)

    def found(self, part: slice, vocab_size: int) -> tuple[Counts, Counts]:
        """Return what followed the context of each place, and how often, as cells of a table ``[time, vocab]``.

        Returns:
            Indices into that table, flattened, ascending; and the count of each. Most cells are empty, and left out.
        """
        begins, lengths = self.begins[part], self.ends[part] - self.begins[part]
        rows = np.repeat(np.arange(len(lengths)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        cells = rows * vocab_size + self.targets[begins[rows] + within]
        if len(lengths) * vocab_size < _DENSE * len(cells):  # quicker than sorting
            table = np.bincount(cells)
            there = np.flatnonzero(table)
            return there, table[there]
        return np.unique(cells, return_counts=True)


@dataclass(frozen=True, eq=False)
class CacheReading:
    """What a cache says about some places of a text.

    Attributes:
        novelties: log P_n(w) - log P_{n-1}(w), what each context adds to the shorter one's opinion: 0 where it was never
            met. ``[time, contexts, vocab]``.
        counts, types: how many tokens followed the context, and how many different ones ``[time, contexts]``.
    """

    novelties: Floats
    counts: Counts
    types: Counts


class Cache:
    """Probabilities from the earlier part of a text.

    Args:
        targets: the ids that are predicted, in the order of the text ``[time]``.
        chain: labels of the context of each of them, from the shortest context to the longest, each ``[time]``.
        vocab_size: number of ids.
    """

    def __init__(self, targets: Counts, chain: Sequence[Labels], vocab_size: int) -> None:
        self._followers = [_Followers.of(targets, labels) for labels in chain]
        self._vocab_size = vocab_size

    def read(self, part: slice) -> CacheReading:
        """Return what the cache says at some places, each from the places before it alone."""
        time = part.stop - part.start
        probabilities = np.full((time, self._vocab_size), 1.0 / self._vocab_size)
        novelties = np.empty((time, len(self._followers), self._vocab_size))
        counts, types = np.empty((2, time, len(self._followers)), dtype=np.int64)
        for at, followers in enumerate(self._followers):
            cells, times = followers.found(part, self._vocab_size)
            rows = cells // self._vocab_size
            types[:, at] = np.bincount(rows, minlength=time)
            counts[:, at] = np.bincount(rows, weights=times, minlength=time)
            novelties[:, at] = lengthen(probabilities, cells, times, counts[:, at], types[:, at])
        return CacheReading(novelties, counts, types)


def lengthen(probabilities: Floats, cells: Counts, times: Counts, counts: Counts, types: Counts) -> Floats:
    """Turn Witten-Bell's probabilities after a context into those after a longer one, in place.

    What the longer context has not seen shrinks by T / (N + T), the same for all; only what it has seen needs a
    logarithm of its own.

    Args:
        probabilities: of the shorter context ``[time, vocab]``; afterwards of the longer one.
        cells, times: what followed the longer context, and how often: see `_Followers.found`.
        counts, types: N and T of the longer context ``[time]``; where nothing followed, nothing changes.

    Returns:
        The logarithm of the longer context's probability over the shorter one's ``[time, vocab]``.

    >>> one = np.full((1, 3), 1 / 3)
    >>> added = lengthen(one, np.array([0, 1]), np.array([3, 1]), np.array([4]), np.array([2]))
    >>> one.round(4).tolist(), np.exp(added).round(4).tolist()
    ([[0.6111, 0.2778, 0.1111]], [[1.8333, 0.8333, 0.3333]])
    """
    total = np.maximum(counts + types, 1)
    left = np.where(counts > 0, types / total, 1.0)
    flat = probabilities.reshape(-1)  # a view
    before = flat[cells]
    probabilities *= left[:, None]
    flat[cells] += times / total[cells // probabilities.shape[1]]
    added = np.repeat(np.log(left)[:, None], probabilities.shape[1], axis=1)
    added.reshape(-1)[cells] = np.log(flat[cells] / before)
    return added
