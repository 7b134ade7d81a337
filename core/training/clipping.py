"""Gradient clipping by norm (D2L 8.5.5).

    g <- min(1, theta / ||g||) g

All gradients together are one long vector g. Where its norm exceeds theta it is shortened to theta; its direction does
not change, so the step still goes downhill, only not off a cliff.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


def gradient_norm(parameters: Iterable[Tensor]) -> float:
    """Return the Euclidean norm of all gradients taken as one vector."""
    norms = [torch.linalg.vector_norm(each.grad) for each in parameters if each.grad is not None]
    return float(torch.linalg.vector_norm(torch.stack(norms))) if norms else 0.0


def clip_by_norm(parameters: Iterable[Tensor], theta: float) -> tuple[float, bool]:
    """Shorten all gradients together to the norm ``theta`` where they exceed it; theta = 0 leaves them.

    Returns:
        The norm before, and whether the gradients were shortened.
    """
    parameters = list(parameters)
    norm = gradient_norm(parameters)
    clipped = 0 < theta < norm  # false for a norm that is not a number: the caller sees it and stops
    if clipped:
        for each in parameters:
            if each.grad is not None:
                each.grad.mul_(theta / norm)
    return norm, clipped
