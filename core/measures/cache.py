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

MOST = 63


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

    def counts(self, part: slice, vocab_size: int) -> Counts:
        """Return how often every token followed the context of each place: ``[time, vocab]``."""
        begins, lengths = self.begins[part], self.ends[part] - self.begins[part]
        rows = np.repeat(np.arange(len(lengths)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found = self.targets[begins[rows] + within]
        shape = len(lengths), vocab_size
        return np.bincount(rows * vocab_size + found, minlength=shape[0] * shape[1]).reshape(shape)


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
        shorter = np.full((time, self._vocab_size), 1.0 / self._vocab_size)  # [time, vocab]
        novelties = np.empty((time, len(self._followers), self._vocab_size))
        counts, types = np.empty(novelties.shape[:2], dtype=np.int64), np.empty(novelties.shape[:2], dtype=np.int64)
        for at, followers in enumerate(self._followers):
            found = followers.counts(part, self._vocab_size)
            counts[:, at], types[:, at] = found.sum(axis=1), np.count_nonzero(found, axis=1)
            longer = witten_bell(found, counts[:, at], types[:, at], shorter)
            novelties[:, at] = np.log(longer / shorter)
            shorter = longer
        return CacheReading(novelties, counts, types)


def witten_bell(found: Counts, counts: Counts, types: Counts, shorter: Floats) -> Floats:
    """Return the smoothed probabilities ``[time, vocab]``; those of the shorter context where nothing was found.

    >>> witten_bell(np.array([[3, 1, 0]]), np.array([4]), np.array([2]), np.full((1, 3), 1 / 3)).round(4).tolist()
    [[0.6111, 0.2778, 0.1111]]
    """
    total = np.maximum(counts + types, 1)[:, None]
    return np.where(counts[:, None] > 0, (found + types[:, None] * shorter) / total, shorter)
