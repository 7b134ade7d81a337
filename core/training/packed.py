"""The loss of lines of unequal length, no padding among them: see `core.models.packed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.models.neural import Drop, NeuralModel, TensorState, keep, token_losses
from core.models.packed import Counts
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


def packed_losses(
    model: NeuralModel, inputs: Tensor, targets: Tensor, lengths: Counts, drop: Drop = keep
) -> tuple[Tensor, TensorState]:
    """Return the losses in nats of all real targets, ``[cells]``, and every row's state after its own last one.

    Args:
        model: reads every row from its initial state.
        inputs: padded ids, ``[batch, time]``.
        targets: the id after each input, ``[batch, time]``.
        lengths: how many targets of each row are real, ``[batch]``, each at least 1.
        drop: dropout while training.
    """
    order = np.argsort(-lengths, kind="stable")  # the longest first, so that whoever is alive stands in front
    logits, state = model.forward_packed(inputs[order], lengths[order], drop)
    by_step = torch.from_numpy(np.arange(inputs.shape[1])[:, None] < lengths[order]).to(targets.device)  # [time, batch]
    losses = token_losses(logits.float()[None], targets[order].t()[by_step][None])[0]
    back = np.argsort(order)
    return losses, tuple(part[back] for part in state)
