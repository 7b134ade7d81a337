"""Rows of unequal length without a padded cell: at every step only those that go on (D2L 9.5).

Put side by side and padded, lines of 3, 9 and 5 targets cost 3 rows x 9 steps, and 10 of the 27 cells are computed for nothing.
Sorted by length, the rows that are still alive are always the first ones:

    steps 1 to 3   rows a b c        9 cells
    steps 4 to 5   rows a b          4 cells
    steps 6 to 9   row  a            4 cells: 17 in all, as many as there are targets

Between two lengths nothing ends, so any model can read each span at once and hand its state to the next, the rows that ended left
out (`core.models.neural.NeuralModel.forward_packed`). This needs nothing but what every model promises: that reading in pieces changes
nothing. PyTorch's layers do the same inside (`torch.nn.utils.rnn.pack_padded_sequence`), with fewer starts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def alive_spans(lengths: Counts) -> Iterator[tuple[int, int, int]]:
    """Yield (first step, step behind the last, rows alive) of every span in which no row ends.

    Args:
        lengths: of each row, at least 1, in any order.

    >>> list(alive_spans(np.array([9, 5, 3])))
    [(0, 3, 3), (3, 5, 2), (5, 9, 1)]
    """
    begin = 0
    for end in np.unique(lengths).tolist():
        yield begin, end, int((lengths > begin).sum())
        begin = end
