"""Lines of unequal length without a padded cell: at every step only the rows whose line goes on (D2L 9.5).

Put side by side and padded, lines of 3, 9 and 5 targets cost 3 rows x 9 steps, and 10 of the 27 cells are computed for nothing.
Sorted by length, the rows that are still alive are always the first ones:

    steps 1 to 3   rows a b c        9 cells
    steps 4 to 5   rows a b          4 cells
    steps 6 to 9   row  a            4 cells: 17 in all, as many as there are targets

Between two lengths nothing ends, so a model reads each stretch at once and hands its state to the next, the rows that ended left
out. This needs nothing of a model but what every one promises: that reading in pieces changes nothing. So all can do it, also
those that have no recurrent layer. `torch.nn.utils.rnn.pack_padded_sequence` is the same idea, inside PyTorch's layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.models.neural import Drop, NeuralModel, TensorState, keep, token_losses
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor

Counts = npt.NDArray[np.int64]


def stretches(lengths: Counts) -> Iterator[tuple[int, int, int]]:
    """Yield (first step, step behind the last, rows alive) of every stretch in which no line ends.

    Args:
        lengths: targets of each row, at least 1, in any order.

    >>> list(stretches(np.array([9, 5, 3])))
    [(0, 3, 3), (3, 5, 2), (5, 9, 1)]
    """
    begin = 0
    for end in np.unique(lengths).tolist():
        yield begin, end, int((lengths > begin).sum())
        begin = end


def packed_losses(
    model: NeuralModel, inputs: Tensor, targets: Tensor, lengths: Counts, drop: Drop = keep
) -> tuple[Tensor, TensorState]:
    """Return the losses in nats of all real targets, laid end to end, and every row's state after its own last one.

    Args:
        model: reads every row from its initial state.
        inputs: padded ids, ``[batch, time]``.
        targets: the id after each input, ``[batch, time]``.
        lengths: how many targets of each row are real, ``[batch]``, each at least 1.
        drop: dropout while training.
    """
    order = np.argsort(-lengths, kind="stable")  # the longest first, so that whoever is alive stands in front
    back = np.argsort(order)
    inputs, targets = inputs[order], targets[order]
    state = model.zero_state(len(order))
    losses: list[Tensor] = []
    ended: list[TensorState] = []
    for begin, end, alive in stretches(lengths):
        ended.append(tuple(part[alive:] for part in state))
        state = tuple(part[:alive] for part in state)
        logits, after = model.forward(inputs[:alive, begin:end], state, drop)  # [alive, end - begin, vocab]
        state = tuple(new.to(old.dtype) for new, old in zip(after, state, strict=True))
        losses.append(token_losses(logits.float(), targets[:alive, begin:end]).flatten())
    parts = zip(state, *reversed(ended), strict=True)
    return torch.cat(losses), tuple(torch.cat(pieces)[back] for pieces in parts)
