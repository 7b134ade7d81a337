"""The contexts before every token of a text, as labels: where two labels are equal, the same tokens stand before.

A label needs no table of contexts: the last n ids are the last n - 1 ids one place earlier, and one id more. Labels name
places and count nothing, so they may be made for a whole text at once without looking ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.text.sequences import Ids, Sequences

Labels = npt.NDArray[np.int64]

# The label of a context that would reach back beyond the beginning of its sequence.
NONE = -1


def last_ids(sequences: Sequences, order: int) -> list[Labels]:
    """Return the labels of the last 0, 1, ... ``order`` ids before every id, each ``[total]``.

    >>> two = last_ids(Sequences.of_stream([5, 6, 7, 5, 6, 9]), 2)[2].tolist()
    >>> two[0], two[1], two[2] == two[5], two[3] == two[4]
    (-1, -1, True, False)
    """
    ids, before = sequences.ids.astype(np.int64), sequences.positions()
    base = int(ids.max(initial=0)) + 1
    labels = [np.zeros(len(ids), dtype=np.int64)]
    for length in range(1, order + 1):
        pairs = labels[-1][:-1] * base + ids[:-1]  # of the place before: its context and its id
        longer = np.full(len(ids), NONE, dtype=np.int64)
        longer[1:] = np.unique(pairs, return_inverse=True)[1].reshape(-1)
        longer[before < length] = NONE
        labels.append(longer)
    return labels


def word_so_far(ids: Ids, letters: npt.NDArray[np.bool_]) -> Labels:
    """Return the labels of all letters that stand directly before every id ``[total]``: 0 where there are none.

    Args:
        ids: ``[total]``.
        letters: whether a token is made of letters, by id ``[vocab]``; see `letters_of`.

    >>> word_so_far(np.array([1, 2, 0, 1, 2, 1]), np.array([False, True, True])).tolist()
    [0, 1, 2, 0, 1, 2]
    """
    known: dict[tuple[int, int], int] = {}
    labels, label = np.empty(len(ids), dtype=np.int64), 0
    for place, id_ in enumerate(ids.tolist()):
        labels[place] = label
        label = known.setdefault((label, id_), len(known) + 1) if letters[id_] else 0
    return labels


def letters_of(tokens: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which tokens of a vocabulary are made of letters alone ``[vocab]``.

    >>> letters_of(["a", " ", "no", "o'"]).tolist()
    [True, False, True, False]
    """
    return np.array([token.isalpha() for token in tokens], dtype=np.bool_)
