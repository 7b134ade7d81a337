"""A forward pass in stretches, between which the gradient is cut or scaled (D2L 8.7.1).

The state that a recurrent model hands from one step to the next carries its gradient back the same way. So whoever cuts that
gradient needs to know nothing of the model: it reads a stretch, and what happens to the gradient of the state that it ends in
is decided before the next stretch takes it. What the model computes does not change, only what it learns from it.

    state ->[ steps 1..s ]-> state ->[ steps s+1..T ]-> state
                               ^
                  on the way back: times a factor, 0 where it ends
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Cut:
    """A place between two steps, and what becomes of the gradient there.

    Attributes:
        step: the state after so many steps is meant, 1 or more.
        factors: what the gradient of every row is multiplied by, ``[batch]``; None ends it in all rows, which saves going on with
            zeros. They are read on the way back: whoever keeps the graph may change them in place and go back again.
    """

    step: int
    factors: Tensor | None = None


def forward_in_stretches(
    model: NeuralModel, ids: Tensor, state: TensorState, cuts: Sequence[Cut], drop: Drop = keep
) -> tuple[Tensor, TensorState]:
    """Return what ``model.forward`` returns, with a gradient that is changed at every cut.

    Args:
        model: a recurrent one.
        ids: ``[batch, time]``.
        state: before the first step.
        cuts: in the order of their steps; without any this is the forward pass itself.
        drop: dropout.

    Returns:
        The logits ``[batch, time, vocab]``, and the state after the last step.
    """
    if not cuts:
        return model.forward(ids, state, drop)
    pieces, begin = [], 0
    for cut in cuts:
        logits, after = model.forward(ids[:, begin : cut.step], state, drop)
        pieces.append(logits)
        # In the numbers that the model's state is made of: products of 16 bits may have made others of it.
        state = tuple(_handed_on(part.to(given.dtype), cut.factors) for part, given in zip(after, state, strict=True))
        begin = cut.step
    logits, after = model.forward(ids[:, begin:], state, drop)
    return torch.cat([*pieces, logits], dim=1), after


def _handed_on(part: Tensor, factors: Tensor | None) -> Tensor:
    """Return a part of the state as the next stretch takes it."""
    if factors is None or not part.requires_grad:
        return part.detach()
    taken = part.view_as(part)  # another name for it: only what comes back through the next stretch meets the factor
    taken.register_hook(  # type: ignore[no-untyped-call]
        lambda gradient: gradient * factors.view(-1, *[1] * (gradient.dim() - 1))
    )
    return taken
