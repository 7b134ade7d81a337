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

from core.models.ngram_table import NgramTable, Nodes

Floats = npt.NDArray[np.float64]

# Counts of 1, 2, and 3 or more are told apart (Chen and Goodman 1998).
_KINDS_OF_COUNTS = 3


@dataclass(frozen=True)
class Tally:
    """The counts of the n-grams of one length, and what they come to for each context, which is one token shorter.

    Attributes:
        length: of the contexts, 0 to order - 1.
        counts: of every n-gram, ``[m + 1]``.
        contexts: node of each n-gram's context, ``[m + 1]``; that of nothing is the extra one.
        totals: N(c), sum of the counts behind each context, ``[contexts + 1]``.
        types: T(c), how many different tokens have a count behind it, ``[contexts + 1]``.
    """

    length: int
    counts: Floats
    contexts: Nodes
    totals: Floats
    types: Floats

    def behind(self, least: int, most: float) -> Floats:
        """Return how many n-grams behind each context have a count from ``least`` to ``most``, ``[contexts + 1]``."""
        chosen = (self.counts >= least) & (self.counts <= most)
        return np.bincount(self.contexts[chosen], minlength=len(self.totals)).astype(np.float64)

    def counts_of_counts(self) -> tuple[int, int, int, int]:
        """Return n1 .. n4: how many n-grams have exactly that count."""
        n1, n2, n3, n4 = (int(np.count_nonzero(self.counts == count)) for count in (1, 2, 3, 4))
        return n1, n2, n3, n4


def tallies(table: NgramTable, predecessors: bool, frame: int | None = None) -> list[Tally]:
    """Return the tally of every length of n-gram, from 1 to the order.

    Args:
        table: the occurrences.
        predecessors: count what stood before, in all lengths but the longest.
        frame: the id of ``<s>``, which is never predicted and keeps its occurrences; None where there is none.
    """
    made = []
    for length in range(1, table.order + 1):
        level = table.levels[length]
        counts = level.counts[:-1].astype(np.float64)
        if predecessors and length < table.order:
            counts = _predecessors(table, length, frame)
        if frame is not None and length == 1:
            counts[frame] = 0.0
        made.append(_tally(table, length, counts))
    return made


def _tally(table: NgramTable, length: int, counts: Floats) -> Tally:
    above = table.levels[length - 1]
    contexts = (
        np.repeat(np.arange(len(above)), np.diff(above.begins)) if length > 1 else np.zeros(len(counts), np.int64)
    )
    size = len(above) + 1
    return Tally(
        length=length - 1,
        counts=np.append(counts, 0.0),
        contexts=np.append(contexts, size - 1),
        totals=np.bincount(contexts, weights=counts, minlength=size).astype(np.float64),
        types=np.bincount(contexts[counts > 0], minlength=size).astype(np.float64),
    )


def _predecessors(table: NgramTable, length: int, frame: int | None) -> Floats:
    """Return how many different tokens stood before each n-gram of a length."""
    level = table.levels[length]
    size = len(level)
    counts = np.bincount(suffixes(table, length + 1), minlength=size)[:size].astype(np.float64)
    if frame is None:
        # What began a sequence has been seen once more than anything stood before it.
        begun = level.counts[:-1] > _with_predecessor(table, length)
        return counts + begun
    first = firsts(table, length)
    framed = first == frame
    counts[framed] = level.counts[:-1][framed]
    return counts


def _with_predecessor(table: NgramTable, length: int) -> Nodes:
    """Return how often each n-gram of a length was seen with something before it."""
    longer, size = table.levels[length + 1], len(table.levels[length])
    return np.bincount(suffixes(table, length + 1), weights=longer.counts[:-1], minlength=size)[:size].astype(np.int64)


def suffixes(table: NgramTable, length: int) -> Nodes:
    """Return for every n-gram of a length the node of the one without its first id, one level above."""
    suffix = np.zeros(table.vocab_size, dtype=np.int64)  # of a single id: nothing
    for below in range(2, length + 1):
        above, level = table.levels[below - 1], table.levels[below]
        parents = np.repeat(np.arange(len(above)), np.diff(above.begins))
        suffix = table.find(below - 1, suffix[parents], level.last)
    return suffix


def firsts(table: NgramTable, length: int) -> Nodes:
    """Return the first id of every n-gram of a length."""
    first = np.arange(table.vocab_size)
    for below in range(2, length + 1):
        first = np.repeat(first, np.diff(table.levels[below - 1].begins))
    return first
