"""Counts of all n-grams up to an order, as a tree whose levels are sorted arrays.

Level k holds the distinct k-grams. A k-gram is a (k-1)-gram of the level above plus one more id, so it is known by the
number ``parent * vocab_size + last id``, however long it is: no order and no vocabulary overflows. Each level is sorted
by that number, so the words seen after a context stand side by side in the next level, between ``begins[c]`` and
``begins[c + 1]``:

    level 0        (nothing)
    level 1     a           b            count of each id; every id of the vocabulary has its place
    level 2     ab  aa      ba           begins of a = 0, begins of b = 2

Counting goes level by level over all positions at once, without a loop over tokens: the node (index in its level) of
the k-gram that ends at t comes from the node of the (k-1)-gram that ends at t - 1 and the id at t.
Everywhere a node of -1 means "never seen"; the arrays keep a zero at their end, so that index -1 reads as zero.
Source: the trie is that of Heafield, "KenLM: Faster and Smaller Language Model Queries" (2011); D2L 8.3.1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting, BadText
from core.text.sequences import Sequences

Nodes = npt.NDArray[np.int64]

# Up to this many entries (16 MB of int32) a level is found by a direct table instead of a search.
_DIRECT_ENTRIES = 1 << 22
# Keys are sorted, unless they span at most this many times their number: then a table of counts is faster.
_SPAN_FOR_TABLE = 2
_LARGEST_KEY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Level:
    """The distinct k-grams of one length k, sorted by (parent, last id).

    Attributes:
        last: last id of each k-gram, ``[m]``.
        counts: how often each was seen, ``[m + 1]``, the extra one being 0.
        begins: index in the next level of the first longer one, ``[m + 1]``.
        keys: ``parent * vocab_size + last``, ascending, then the largest integer, ``[m + 1]``.
        direct: node by key, then -1 for negative keys; None where that would be too large.
    """

    last: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    begins: npt.NDArray[np.int64]
    keys: npt.NDArray[np.int64]
    direct: npt.NDArray[np.int32] | None

    def __len__(self) -> int:
        return len(self.last)


class NgramTable:
    """The counts of all n-grams of 1 to ``order`` ids; never changed once made, so that many readers may share it."""

    def __init__(self, vocab_size: int, lasts: Sequence[Nodes], counts: Sequence[Nodes], children: Sequence[Nodes]):
        """Make the tree from its levels 1 to order; the index of each argument is the level less 1.

        Args:
            vocab_size: number of ids.
            lasts: last ids ``[m]`` of each level; level 1 holds every id.
            counts: counts ``[m]`` of each level.
            children: how many longer ones each has, ``[m]``; zeros in the highest level.
        """
        self.order = len(lasts)
        self.vocab_size = vocab_size
        root, zero = np.array([vocab_size]), np.zeros(1, dtype=np.int64)
        levels = [_level(vocab_size, 1, zero, zero, zero, root)]
        for index, (last, count, number) in enumerate(zip(lasts, counts, children, strict=True)):
            above = children[index - 1] if index else root
            parents = np.repeat(np.arange(len(above)), above)
            levels.append(_level(vocab_size, len(above), parents, last, count, number))
        self.levels = tuple(levels)
        self._last_views = tuple(level.last.data for level in levels)

    @classmethod
    def empty(cls, order: int, vocab_size: int) -> NgramTable:
        """Return the table of a text without tokens."""
        none = [np.zeros(0, dtype=np.int64)] * (order - 1)
        zeros = np.zeros(vocab_size, dtype=np.int64)
        return cls(vocab_size, [np.arange(vocab_size), *none], [zeros, *none], [zeros, *none])

    @classmethod
    def count(cls, sequences: Sequences, order: int, vocab_size: int) -> NgramTable:
        """Count all n-grams of 1 to ``order`` ids that lie within one sequence.

        The first id of a line is its frame: it is given and never predicted, so it is counted as a context only.

        Raises:
            BadText: there are no ids at all.
            BadSetting: no sequence is as long as the order.
        """
        ids, position = sequences.ids.astype(np.int64), sequences.positions()
        _check_order(order, int(sequences.lengths.max(initial=0)))
        if ids.min() < 0 or ids.max() >= vocab_size:
            raise ValueError(f"ids must lie in 0 .. {vocab_size - 1}")
        predicted = ids[position > 0] if sequences.lines else ids
        lasts = [np.arange(vocab_size)]
        counts = [np.bincount(predicted, minlength=vocab_size)]
        children = []
        nodes, ends = ids, np.arange(len(ids))
        for length in range(2, order + 1):
            ends = ends[position[ends] >= length - 1]
            keys = nodes[ends - 1] * vocab_size + ids[ends]
            distinct, rank, number = _rank(keys, len(lasts[-1]) * vocab_size)
            children.append(np.bincount(distinct // vocab_size, minlength=len(lasts[-1])))
            lasts.append(distinct % vocab_size)
            counts.append(number)
            nodes = np.full(len(ids), -1)
            nodes[ends] = rank
        children.append(np.zeros(len(lasts[-1]), dtype=np.int64))
        return cls(vocab_size, lasts, counts, children)

    def parents(self, length: int) -> Nodes:
        """Return the node of every n-gram's context, one level above, ``[m]``."""
        above = self.levels[length - 1]
        return np.repeat(np.arange(len(above)), np.diff(above.begins))

    def find(self, length: int, nodes: Nodes, ids: Nodes) -> Nodes:
        """Return the nodes of the ``length``-grams that are ``nodes`` of the level above plus ``ids``; -1 if unseen."""
        if length == 1:
            return ids
        level = self.levels[length]
        keys = nodes * self.vocab_size + ids  # negative where the node is -1
        if level.direct is not None:
            direct: Nodes = level.direct[keys].astype(np.int64)
            return direct
        at = np.searchsorted(level.keys, keys)
        found: Nodes = np.where(level.keys[at] == keys, at, -1)
        return found

    def walk(self, ids: npt.NDArray[np.integer]) -> Iterator[Nodes]:
        """Yield for each length from 1 to order the nodes ``[batch, time]`` of the n-grams that end at each place.

        Args:
            ids: ``[batch, time]``, -1 where nothing stands.
        """
        wide = ids.astype(np.int64)
        if wide.max(initial=0) >= self.vocab_size:
            raise ValueError(f"ids must be below {self.vocab_size}, not {wide.max()}")
        nodes = wide
        yield nodes
        for length in range(2, self.order + 1):
            longer = np.full(wide.shape, -1)
            longer[:, 1:] = self.find(length, nodes[:, :-1], wide[:, 1:])
            nodes = longer
            yield nodes

    def node(self, context: tuple[int, ...]) -> int:
        """Return the node of one n-gram, -1 if unseen: the plain form of `walk`, for a single step."""
        node = context[0] if context else 0
        for length, last in enumerate(context[1:], start=2):
            begins, ids = self.levels[length - 1].begins, self._last_views[length]
            end = int(begins[node + 1])
            node = bisect_left(ids, last, int(begins[node]), end)
            if node == end or ids[node] != last:
                return -1
        return node


def _check_order(order: int, longest: int) -> None:
    """Raise an error for an empty text, or one where no stretch is ``order`` tokens long."""
    if longest == 0:
        raise BadText(
            "The text has no tokens to count. Give a text of at least one token.",
            "这段文字没有可供计数的词元。请给出至少含一个词元的文字。",
        )
    if order > longest:
        raise BadSetting(
            f"Setting 'order' cannot be {order} here: the longest stretch of this text has {longest} tokens."
            f" Choose an order of at most {longest}, or a longer text.",
            f"此处设置项“order”不能取 {order}：这段文字最长的连续部分只有 {longest} 个词元。"
            f"请把阶数设为不超过 {longest}，或换更长的文字。",
        )


def _level(vocab_size: int, above: int, parents: Nodes, last: Nodes, counts: Nodes, children: Nodes) -> Level:
    """Make a level from its own arrays and the size of the level above."""
    begins = np.append(0, np.cumsum(children))
    keys = np.append(parents * vocab_size + last, _LARGEST_KEY).astype(np.int64)
    span = above * vocab_size
    direct = None
    if span <= _DIRECT_ENTRIES:
        direct = np.full(span + vocab_size + 1, -1, dtype=np.int32)  # what stands behind span answers negative keys
        direct[keys[:-1]] = np.arange(len(last))
    return Level(
        last=np.ascontiguousarray(last, dtype=np.int64),
        counts=np.append(counts, 0).astype(np.int64),
        begins=begins.astype(np.int64),
        keys=keys,
        direct=direct,
    )


def _rank(keys: Nodes, span: int) -> tuple[Nodes, Nodes, Nodes]:
    """Return the distinct keys in order, the rank of each key among them, and how often each occurs.

    Args:
        keys: ``[total]``, each in 0 .. span - 1.
        span: upper bound of the keys.
    """
    if span <= _SPAN_FOR_TABLE * len(keys):
        table = np.bincount(keys, minlength=span)
        distinct = np.flatnonzero(table)
        ranks = np.empty(span, dtype=np.int64)
        ranks[distinct] = np.arange(len(distinct))
        return distinct, ranks[keys], table[distinct]
    ordered, order = _sorted(keys, span)
    new = np.append(True, ordered[1:] != ordered[:-1])
    first = np.flatnonzero(new)
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.cumsum(new) - 1
    return ordered[first], rank, np.diff(np.append(first, len(keys)))


def _sorted(keys: Nodes, span: int) -> tuple[Nodes, Nodes]:
    """Return the keys in order and the place that each came from.

    Where both fit into 63 bits the place is packed below the key: sorting plain integers is much faster than sorting
    places by their keys.
    """
    bits = len(keys).bit_length()
    if span > _LARGEST_KEY >> bits:
        order = np.argsort(keys)
        return keys[order], order
    packed = keys << bits
    packed |= np.arange(len(keys))
    packed.sort()
    return packed >> bits, packed & ((1 << bits) - 1)
