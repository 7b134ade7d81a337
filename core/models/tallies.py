"""What a smoothing counts with: how often n-grams were seen, or how many different tokens stood before them.

Two ways to count, for the n-grams of each length:

* *occurrences*: how often the n-gram stands in the text;
* *predecessors*: how many different tokens stood before it (Kneser and Ney 1995). "Francisco" is frequent, but only ever
  after "San", so it should not be likely after other words. The start of a text counts as a predecessor of its own.

An n-gram that begins with the frame of a sentence (``<s>``) has nothing before it: it keeps its occurrences, as in KenLM.
All arrays end in one extra entry for what was never seen, so that index -1 reads as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.models.ngram_table import NgramTable, Nodes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """The counts of the n-grams of one length, and what they come to for each context, which is one token shorter.

    Attributes:
        length: of the contexts, 0 to order - 1.
        counts: of every n-gram, ``[m + 1]``.
        contexts: node of each n-gram's context, ``[m + 1]``; that of nothing is the extra one.
        totals: N(c), sum of the counts behind each context, ``[contexts + 1]``.
        types: T(c), how many different tokens have a count behind it, ``[contexts + 1]``.
        mistaken: the count of one n-gram, and the one that KenLM's estimator takes for it where it counts the counts
            (`core.models.lmplz`); None but for comparison with it.
    """

    length: int
    counts: Floats
    contexts: Nodes
    totals: Floats
    types: Floats
    mistaken: tuple[int, int] | None = None

    def behind(self, least: int, most: float) -> Floats:
        """Return how many n-grams behind each context have a count from ``least`` to ``most``, ``[contexts + 1]``."""
        chosen = (self.counts >= least) & (self.counts <= most)
        return np.bincount(self.contexts[chosen], minlength=len(self.totals)).astype(np.float64)

    def counts_of_counts(self) -> tuple[int, int, int, int]:
        """Return n1 .. n4: how many n-grams have exactly that count."""
        right, taken = self.mistaken or (0, 0)
        n1, n2, n3, n4 = (
            int(np.count_nonzero(self.counts == count)) - (right == count) + (taken == count) for count in (1, 2, 3, 4)
        )
        return n1, n2, n3, n4


def tallies(table: NgramTable, predecessors: bool, frame: int | None = None, last: tuple[int, ...] = ()) -> list[Tally]:
    """Return the tally of every length of n-gram, from 1 to the order.

    Args:
        table: the occurrences.
        predecessors: count what stood before, in all lengths but the longest.
        frame: the id of ``<s>``, which is never predicted and keeps its occurrences; None where there is none.
        last: ids of the n-gram that KenLM's estimator reads last (`core.models.lmplz`), to count as it does.
    """
    counted = [level.counts[:-1].astype(np.float64) for level in table.levels[1:]]
    if predecessors:
        suffix, first = suffixes(table), firsts(table)
        for length in range(1, table.order):
            counted[length - 1] = _predecessors(table, length, suffix[length + 1], first[length] == frame)
    if frame is not None:
        counted[0][frame] = 0.0
    made = [_tally(table, length, counts) for length, counts in enumerate(counted, start=1)]
    for length in range(1, min(len(last), table.order - 1) + 1):
        node = table.node(last[-length:])
        right, taken = int(made[length - 1].counts[node]), int(table.levels[length].counts[node])
        made[length - 1] = replace(made[length - 1], mistaken=(right, taken))
    return made


def _tally(table: NgramTable, length: int, counts: Floats) -> Tally:
    contexts, size = table.parents(length), len(table.levels[length - 1]) + 1
    return Tally(
        length=length - 1,
        counts=np.append(counts, 0.0),
        contexts=np.append(contexts, size - 1),
        totals=np.bincount(contexts, weights=counts, minlength=size).astype(np.float64),
        types=np.bincount(contexts[counts > 0], minlength=size).astype(np.float64),
    )


def _predecessors(table: NgramTable, length: int, suffix: Nodes, framed: npt.NDArray[np.bool_]) -> Floats:
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
    return np.where(framed, level.counts[:-1], different + begun).astype(np.float64)


def suffixes(table: NgramTable) -> list[Nodes]:
    """Return by length, for every n-gram, the node of the one without its first id, one level above; none of length 0."""
    found = [np.zeros(0, dtype=np.int64), np.zeros(table.vocab_size, dtype=np.int64)]  # of a single id: nothing
    for length in range(2, table.order + 1):
        found.append(table.find(length - 1, found[-1][table.parents(length)], table.levels[length].last))
    return found


def firsts(table: NgramTable) -> list[Nodes]:
    """Return by length the first id of every n-gram; none of length 0."""
    found = [np.zeros(0, dtype=np.int64), np.arange(table.vocab_size)]
    for length in range(2, table.order + 1):
        found.append(found[-1][table.parents(length)])
    return found
