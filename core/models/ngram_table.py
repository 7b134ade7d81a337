"""Counts of all n-grams up to an order, as a tree whose levels are sorted arrays.

Level k holds the distinct k-grams. A k-gram is a (k-1)-gram of the level above plus one more id, so it is known by the
number ``parent * vocab_size + last id``, however long it is: no order and no vocabulary overflows. Each level is sorted
by that number, so the words seen after a context stand side by side in the next level, between ``begins[c]`` and
``begins[c + 1]``:

    level 0        (nothing)
    level 1     a           b            count of each id; every id of the vocabulary has its place
    level 2     ab  aa      ba           begins of a = 0, begins of b = 2

How they are counted stands in `core.models.ngram_counting`. All numbers are kept in the smallest integers that hold them.
A node is the index of an n-gram in its level. Everywhere a node of -1 means "never seen"; the arrays keep a zero at their end, so that index -1 reads as zero.
Source: the trie is that of Heafield, "KenLM: Faster and Smaller Language Model Queries" (2011); D2L 8.3.1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting, BadText
from core.models.ngram_counting import count_levels
from core.text.sequences import Sequences

Integers = npt.NDArray[np.integer]  # as small as the numbers allow
Nodes = npt.NDArray[np.int64]

# Up to this many entries (16 MB of int32) a level is found by a direct table instead of a search.
_DIRECT_ENTRIES = 1 << 22
_UNSIGNED: tuple[type[np.integer], ...] = (np.uint8, np.uint16, np.uint32, np.uint64)
_SIGNED: tuple[type[np.integer], ...] = (np.int8, np.int16, np.int32, np.int64)
_LARGEST_KEY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Level:
    """The distinct k-grams of one length k, sorted by (parent, last id).

    Attributes:
        last: last id of each k-gram, ``[m]``.
        counts: how often each was seen, ``[m + 1]``, the extra one being 0.
        begins: index in the next level of the first longer one, ``[m + 1]``.
        keys: ``parent * vocab_size + last``, ascending, then the largest integer, ``[m + 1]``; None beside `direct`.
        direct: node by key, then -1 for negative keys; None where that would be too large.
    """

    last: Integers
    counts: Integers
    begins: Integers
    keys: npt.NDArray[np.int64] | None
    direct: Integers | None

    def __len__(self) -> int:
        return len(self.last)


class NgramTable:
    """The counts of all n-grams of 1 to ``order`` ids; never changed once made, so that many readers may share it."""

    def __init__(
        self, vocab_size: int, lasts: Sequence[Integers], counts: Sequence[Integers], children: Sequence[Integers]
    ):
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
            parents = np.repeat(np.arange(len(above), dtype=smallest(len(above), signed=True)), above)
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
        """Count all n-grams of 1 to ``order`` ids that lie within one sequence: see `count_levels`.

        Raises:
            BadText: there are no ids at all.
            BadSetting: no sequence is as long as the order.
        """
        _check_order(order, int(sequences.lengths.max(initial=0)))
        if sequences.ids.min() < 0 or sequences.ids.max() >= vocab_size:
            raise ValueError(f"ids must lie in 0 .. {vocab_size - 1}")
        return cls(vocab_size, *count_levels(sequences, order, vocab_size))

    def parents(self, length: int) -> Nodes:
        """Return the node of every n-gram's context, one level above, ``[m]``."""
        above = self.levels[length - 1]
        return np.repeat(np.arange(len(above), dtype=smallest(len(above), signed=True)), np.diff(above.begins))

    def find(self, length: int, nodes: Integers, ids: Integers) -> Nodes:
        """Return the nodes of the ``length``-grams that are ``nodes`` of the level above plus ``ids``; -1 if unseen."""
        if length == 1:
            return ids.astype(np.int64)
        level = self.levels[length]
        keys = nodes.astype(np.int64) * self.vocab_size + ids  # negative where the node is -1
        if level.keys is None:
            assert level.direct is not None
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


def _level(
    vocab_size: int, above: int, parents: Integers, last: Integers, counts: Integers, children: Integers
) -> Level:
    """Make a level from its own arrays and the size of the level above."""
    keys = parents.astype(np.int64) * vocab_size + last
    span, direct = above * vocab_size, None
    if span <= _DIRECT_ENTRIES:
        # What stands behind the span answers negative keys.
        direct = np.full(span + vocab_size + 1, -1, dtype=smallest(len(last), signed=True))
        direct[keys] = np.arange(len(last))
    return Level(
        last=np.ascontiguousarray(last, dtype=smallest(vocab_size)),
        counts=np.append(counts, 0).astype(smallest(int(counts.max(initial=0)))),
        begins=np.append(0, np.cumsum(children)).astype(smallest(int(children.sum()), signed=True)),
        keys=np.append(keys, _LARGEST_KEY) if direct is None else None,
        direct=direct,
    )


def smallest(largest: int, signed: bool = False) -> type[np.integer]:
    """Return the smallest kind of integer that holds 0 .. ``largest``, and -1 where it is signed."""
    return next(kind for kind in (_SIGNED if signed else _UNSIGNED) if largest <= np.iinfo(kind).max)
