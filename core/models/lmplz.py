"""What KenLM's estimator does otherwise than the papers, so that a comparison with it is exact to the last digit.

Discounts come from the counts of counts (`core.models.discounting`). `lmplz` collects those while it reads all n-grams in
suffix order: by the last word first, words in the order of their first appearance. When it comes to the end, the n-grams
shorter than the order that are still open (all suffixes of the one read last) enter the counts of counts with their
occurrences, not with the number of their predecessors (``AdjustCounts::Run`` in KenLM's source, after its loop). One n-gram
of each length; on *The Time Machine* that moves the perplexity by 2e-5. With ``framing=kenlm`` modified Kneser-Ney counts
in the same way; the framing of texts stays with the papers.
"""

from __future__ import annotations

import numpy as np

from core.text.sequences import Ids


def read_last(ids: Ids, length: int, begin: int, end: int) -> tuple[int, ...]:
    """Return the n-gram that `lmplz` reads last: the greatest by its last word, then by the word before, and so on.

    Args:
        ids: a framed text ``[total]``; every sequence begins with ``begin``.
        length: of the n-gram; it is shorter where a sequence begins in it.
        begin, end: ids of ``<s>`` and ``</s>``, which come before all words.

    Returns:
        Ids, oldest first.

    >>> read_last(np.array([9, 1, 2, 1, 3, 8, 9, 2, 3, 8]), 2, begin=9, end=8)
    (2, 3)
    """
    words, first = np.unique(ids, return_index=True)
    rank = np.zeros(max(int(words.max(initial=0)), begin, end) + 1, dtype=np.int64)
    rank[words] = first + 2
    rank[begin], rank[end] = 0, 1
    places, found = np.arange(len(ids)), tuple[int, ...]()
    while len(found) < length and (not found or found[0] != begin):
        ranks = rank[ids[places]]
        places = places[ranks == ranks.max()]
        found = (int(ids[places[0]]), *found)
        places = places - 1
    return found
