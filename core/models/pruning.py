"""Pruning: long n-grams that were seen too seldom are forgotten, and the model shrinks to a fraction (D2L 8.3.1).

Half of all long n-grams were seen once. Dropping them makes the model small; what they earned goes to the shorter context:

    rest(c) = 1 - the sum of own(cw) over the n-grams that were kept

All counts, sums and counts of counts stay those of the whole text, as they would otherwise be worth too much: so a pruned
model keeps them beside its tree. KenLM's ``lmplz --prune`` does the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.models.ngram_table import NgramTable
from core.models.tallies import Tally

# n-grams of up to this length all stay: there are few, and every longer one leans on them.
KEPT_LENGTH = 2


def pruned(table: NgramTable, tallies: list[Tally], min_count: int) -> tuple[NgramTable, list[Tally]]:
    """Return the table and its tallies without the longer n-grams that occur less than ``min_count`` times.

    A context occurs at least as often as any n-gram it begins, so whatever stays finds its context there.
    """
    levels = table.levels
    keep = [
        level.counts[:-1] >= (min_count if length > KEPT_LENGTH else 0) for length, level in enumerate(levels)
    ]  # [m] for each length from 0 on
    children = []
    for length in range(1, table.order):
        kept_parents = table.parents(length + 1)[keep[length + 1]]
        children.append(np.bincount(kept_parents, minlength=len(levels[length]))[keep[length]])
    children.append(np.zeros(int(keep[-1].sum()), dtype=np.int64))
    smaller = NgramTable(
        table.vocab_size,
        [level.last[kept] for level, kept in zip(levels[1:], keep[1:], strict=True)],
        [level.counts[:-1][kept] for level, kept in zip(levels[1:], keep[1:], strict=True)],
        children,
    )
    return smaller, [_of_the_kept(tally, smaller, keep) for tally in tallies]


def _of_the_kept(tally: Tally, smaller: NgramTable, keep: list[np.ndarray]) -> Tally:
    """Return a tally of what was kept: the same numbers for fewer n-grams and contexts."""
    contexts = smaller.parents(tally.length + 1)
    ngrams, above = (np.append(keep[tally.length + shift], True) for shift in (1, 0))  # the extra entry stays
    return replace(
        tally,
        counts=tally.counts[ngrams],
        contexts=np.append(contexts, contexts.dtype.type(len(smaller.levels[tally.length]))),
        totals=tally.totals[above],
        types=tally.types[above],
    )
