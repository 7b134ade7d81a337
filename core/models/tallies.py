"""What a smoothing counts with: how often n-grams were seen, or how many different tokens stood before them.

Two ways to count, for the n-grams of each length:

* *occurrences*: how often the n-gram stands in the text;
* *predecessors*: how many different tokens stood before it (Kneser and Ney 1995). "Francisco" is frequent, but only ever
  after "San", so it should not be likely after other words. The start of a text counts as a predecessor of its own.

An n-gram that begins with the frame of a sentence (``<s>``) has nothing before it: it keeps its occurrences, as in KenLM.
All arrays end in one extra entry for what was never seen, so that index -1 reads as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.models.ngram_table import Integers, NgramTable, smallest

Floats = npt.NDArray[np.float64]

# From this count on, counts of counts are not told apart.
_OFTEN = 5


@dataclass(frozen=True)
class Tally:
    """The counts of the n-grams of one length, and what they come to for each context, which is one token shorter.

    Attributes:
        length: of the contexts, 0 to order - 1.
        counts: of every n-gram, ``[m + 1]``.
        contexts: node of each n-gram's context, ``[m + 1]``; that of nothing is the extra one.
        totals: N(c), sum of the counts behind each context, ``[contexts + 1]``.
        types: T(c), how many different tokens have a count behind it, ``[contexts + 1]``.
        numbers: n1 .. n4: how many n-grams have exactly that count.
    """

    length: int
    counts: Integers
    contexts: Integers
    totals: Floats
    types: Floats
    numbers: tuple[int, ...]

    def behind(self, least: int, most: float) -> Floats:
        """Return how many n-grams behind each context have a count from ``least`` to ``most``, ``[contexts + 1]``."""
        chosen = (self.counts >= least) & (self.counts <= most)
        return np.bincount(self.contexts[chosen], minlength=len(self.totals)).astype(np.float64)


def tallies(table: NgramTable, predecessors: bool, frame: int | None = None, last: tuple[int, ...] = ()) -> list[Tally]:
    """Return the tally of every length of n-gram, from 1 to the order.

    Args:
        table: the occurrences.
        predecessors: count what stood before, in all lengths but the longest.
        frame: the id of ``<s>``, which is never predicted and keeps its occurrences; None where there is none.
        last: ids of the n-gram that KenLM's estimator reads last (`core.models.lmplz`), to count as it does.
    """
    counted: list[Integers] = [level.counts[:-1] for level in table.levels[1:]]
    if predecessors:
        suffix, first = suffixes(table), firsts(table)
        for length in range(1, table.order):
            counted[length - 1] = _predecessors(table, length, suffix[length + 1], first[length] == frame)
    if frame is not None:
        counted[0] = np.where(np.arange(table.vocab_size) == frame, 0, counted[0])
    taken = _taken_by_lmplz(table, counted, last)
    return [
        _tally(table, length, counts, numbers)
        for length, (counts, numbers) in enumerate(zip(counted, taken, strict=True), start=1)
    ]


def _taken_by_lmplz(table: NgramTable, counted: list[Integers], last: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the counts of counts of every length, n1 .. n4; the n-grams that ``last`` ends with by their occurrences."""
    found = []
    for length, counts in enumerate(counted, start=1):
        numbers = np.bincount(np.minimum(counts, _OFTEN), minlength=_OFTEN + 1)
        if length <= min(len(last), table.order - 1):
            node = table.node(last[-length:])
            numbers[min(int(counts[node]), _OFTEN)] -= 1
            numbers[min(int(table.levels[length].counts[node]), _OFTEN)] += 1
        found.append(tuple(int(each) for each in numbers[1:_OFTEN]))
    return found


def _tally(table: NgramTable, length: int, counts: Integers, numbers: tuple[int, ...]) -> Tally:
    contexts, size = table.parents(length), len(table.levels[length - 1]) + 1
    return Tally(
        length=length - 1,
        counts=np.append(counts, counts.dtype.type(0)),
        contexts=np.append(contexts, contexts.dtype.type(size - 1)),
        totals=np.bincount(contexts, weights=counts, minlength=size).astype(np.float64),
        types=np.bincount(contexts[counts > 0], minlength=size).astype(np.float64),
        numbers=numbers,
    )


def _predecessors(table: NgramTable, length: int, suffix: Integers, framed: npt.NDArray[np.bool_]) -> Integers:
    """Return how many different tokens stood before each n-gram of a length.

    Args:
        table: the occurrences.
        length: of the n-grams.
        suffix: for every n-gram that is one longer, the one of this length that it ends with.
        framed: which n-grams begin with ``<s>``.
    """
    level, longer, size = table.levels[length], table.levels[length + 1], len(table.levels[length])
    different = np.bincount(suffix, minlength=size)
    # What began a sequence has been seen once more than anything stood before it: the start counts as one.
    begun = level.counts[:-1] > np.bincount(suffix, weights=longer.counts[:-1], minlength=size)
    seen = different + begun
    return np.where(framed, level.counts[:-1], seen).astype(smallest(int(max(seen.max(initial=0), level.counts.max()))))


def suffixes(table: NgramTable) -> list[Integers]:
    """Return by length, for every n-gram, the node of the one without its first id, one level above; none of length 0."""
    found: list[Integers] = [
        np.zeros(0, dtype=np.int64),
        np.zeros(table.vocab_size, dtype=np.int64),
    ]  # a single id: nothing
    for length in range(2, table.order + 1):
        found.append(table.find(length - 1, found[-1][table.parents(length)], table.levels[length].last))
    return found


def firsts(table: NgramTable) -> list[Integers]:
    """Return by length the first id of every n-gram; none of length 0."""
    found: list[Integers] = [np.zeros(0, dtype=np.int64), np.arange(table.vocab_size)]
    for length in range(2, table.order + 1):
        found.append(found[-1][table.parents(length)])
    return found
