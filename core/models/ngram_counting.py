"""Counting all n-grams of a text: level by level over all positions at once, without a loop over tokens.

The k-gram that ends at place t is the (k-1)-gram that ends at t - 1 plus the id at t, so it is known by the number

    key(t) = node(t - 1) * vocab_size + id(t)

where a node is the rank of the shorter n-gram among all different ones. Counting the keys gives the counts of level k, and
the rank of every key its node, from which the next level goes on. Keys grow only with the number of different n-grams, so
no order and no vocabulary overflows them.

Counting is done in one of two ways: with a table that has a place for every key that can be, a stretch of it at a time, so
that memory stays bounded; or by sorting, where such a table would be mostly empty. Sorting is the limit of speed: one key
takes some 60 ns to sort and some 20 ns to count in a table (two cores of 2026).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from core.text.sequences import Sequences

Integers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

# Keys made at once (32 MB), and places of the table that are counted at once (128 MB).
_KEYS_AT_ONCE = 1 << 22
_TABLE_AT_ONCE = 1 << 24
# A table may have at most so many places for each key that is counted.
_SPAN_FOR_TABLE = 8
_LARGEST_KEY = np.iinfo(np.int64).max


def count_levels(
    sequences: Sequences, order: int, vocab_size: int
) -> tuple[list[Integers], list[Integers], list[Integers]]:
    """Return what a tree of n-grams consists of, one array for each level from 1 to ``order``.

    Args:
        sequences: the text; no n-gram crosses from one sequence into the next. The first id of a line is its frame: it is
            given and never predicted, so it is counted as a context only.
        order: longest n-gram.
        vocab_size: number of ids.

    Returns:
        Last ids, counts and numbers of longer n-grams, ``[m]`` each, sorted by (parent, last id).
    """
    ids = sequences.ids
    counts = [np.bincount(ids, minlength=vocab_size)]
    if sequences.lines:
        counts[0] -= np.bincount(ids[sequences.starts[sequences.lengths > 0]], minlength=vocab_size)
    lasts, children = [np.arange(vocab_size)], list[Integers]()
    nodes: Places = ids
    for length in range(2, order + 1):
        level = _Level(nodes, ids, sequences.starts, vocab_size, len(lasts[-1]) * vocab_size)
        ranked = length < order
        distinct, number, nodes = level.counted(ranked) if level.is_dense else level.sorted(ranked)
        children.append(np.bincount(distinct // vocab_size, minlength=len(lasts[-1])))
        lasts.append(distinct % vocab_size)
        counts.append(number)
    children.append(np.zeros(len(lasts[-1]), dtype=np.int64))
    return lasts, counts, children


class _Level:
    """The keys of one level, made anew in parts whenever they are asked for: as one array they would be the largest of all.

    Args:
        nodes: of the shorter n-gram that ends at each place, -1 where there is none.
        ids: of each place.
        starts: places where a sequence begins.
        vocab_size: number of ids.
        span: keys lie below it.
    """

    def __init__(self, nodes: Places, ids: Places, starts: Integers, vocab_size: int, span: int) -> None:
        self._nodes, self._ids, self._starts = nodes, ids, starts
        self._vocab_size, self._span = vocab_size, span

    @property
    def is_dense(self) -> bool:
        """Whether a table of all keys that can be is worth its memory."""
        return self._span <= _SPAN_FOR_TABLE * len(self._ids)

    def _keys(self) -> Iterator[tuple[int, Integers]]:
        """Yield keys ``[part]`` and the place of the first of them; negative where no n-gram of this length ends."""
        for begin in range(0, len(self._ids), _KEYS_AT_ONCE):
            ids = self._ids[begin : begin + _KEYS_AT_ONCE]
            keys = np.empty(len(ids), dtype=np.int64)
            keys[0] = self._nodes[begin - 1] if begin else -1
            keys[1:] = self._nodes[begin : begin + len(ids) - 1]
            keys *= self._vocab_size
            keys += ids
            first, last = np.searchsorted(self._starts, (begin, begin + len(ids)))
            keys[self._starts[first:last] - begin] = -1
            yield begin, keys

    def counted(self, ranked: bool) -> tuple[Integers, Integers, Places]:
        """Return the different keys in order, how often each occurs, and the rank of the key at each place.

        Args:
            ranked: whether the ranks are wanted; an empty array otherwise.
        """
        found, numbers = list[Integers](), list[Integers]()
        nodes = np.full(len(self._ids) if ranked else 0, -1, dtype=np.int32)
        for low in range(0, self._span, _TABLE_AT_ONCE):
            size = min(_TABLE_AT_ONCE, self._span - low)
            table = self._table(low, size)
            distinct = np.flatnonzero(table)
            if ranked:
                ranks = np.zeros(size, dtype=np.int32)
                ranks[distinct] = np.arange(len(distinct)) + sum(map(len, found))
                for begin, inside, keys in self._within(low, size):
                    nodes[begin : begin + len(inside)][inside] = ranks[keys]
            found.append(distinct + low)
            numbers.append(table[distinct])
        return np.concatenate(found), np.concatenate(numbers), nodes

    def _table(self, low: int, size: int) -> Integers:
        """Return how often each of the keys ``low .. low + size - 1`` occurs, ``[size]``."""
        table = np.zeros(size, dtype=np.int64)
        waiting, length = list[Integers](), 0
        for _, _, keys in self._within(low, size):
            waiting.append(keys)
            length += len(keys)
            if length >= size:  # a table is made and added for so many at once
                table += np.bincount(np.concatenate(waiting), minlength=size)
                waiting, length = [], 0
        if waiting:
            table += np.bincount(np.concatenate(waiting), minlength=size)
        return table

    def _within(self, low: int, size: int) -> Iterator[tuple[int, npt.NDArray[np.bool_], Integers]]:
        """Yield part by part its first place, which keys lie within ``low .. low + size - 1``, and those, less ``low``."""
        for begin, keys in self._keys():
            keys -= low
            inside = keys.view(np.uint64) < size  # negative ones are huge
            yield begin, inside, keys[inside]

    def sorted(self, ranked: bool) -> tuple[Integers, Integers, Places]:
        """Return the same as `counted`, by sorting the keys."""
        bits = len(self._ids).bit_length()
        packable = ranked and self._span <= _LARGEST_KEY >> bits
        parts = [(begin, keys, np.flatnonzero(keys >= 0)) for begin, keys in self._keys()]
        keys = np.concatenate(
            [(keys[at] << bits) | (at + begin) if packable else keys[at] for begin, keys, at in parts]
        )
        places = np.zeros(0, dtype=np.int64)
        if packable:
            # The place stands in the low bits of the key: plain integers sort much faster than places by their keys.
            keys.sort()
            places = keys & ((1 << bits) - 1)
            keys >>= bits
        elif ranked:
            order = np.argsort(keys)
            places, keys = np.concatenate([at + begin for begin, _, at in parts])[order], keys[order]
        else:
            keys.sort()
        new = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
        first = np.flatnonzero(new)
        nodes = np.full(len(self._ids) if ranked else 0, -1, dtype=np.int32)
        if ranked:
            nodes[places] = np.cumsum(new, dtype=np.int32) - 1
        return keys[first], np.diff(np.append(first, len(keys))), nodes
