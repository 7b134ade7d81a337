"""Back-propagation through time of the plain recurrence, written by hand (D2L 8.7).

    H_t = tanh(A_t)        A_t = XW_t + H_{t-1} W_hh

PyTorch's autograd keeps a record of every operation of every step and goes back through it. The states are record enough:

    dL/dA_t  = dL/dH_t * (1 - H_t^2)
    dL/dH_t  = (what the output at t adds) + dL/dA_{t+1} W_hh^T
    dL/dW_hh = sum_t H_{t-1}^T dL/dA_t

Only the second line has to go step by step. The sum of the third is one product over all steps at once, for which
autograd makes one small product a step and adds it up.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


def tanh_states(XW: Tensor, W_hh: Tensor, H_0: Tensor) -> Tensor:
    """Return the hidden states H_1 .. H_T of the plain recurrence, ``[time, batch, hidden]``, with its gradients.

    Args:
        XW: the input's share with the bias, ``X_t W_xh + b_h``, ``[time, batch, hidden]``. It is overwritten by the
            states, so it must be the caller's own.
        W_hh: ``[hidden, hidden]``.
        H_0: the state before, ``[batch, hidden]``.
    """
    states: Tensor = _recurrence().apply(XW, W_hh, H_0)
    return states


@cache
def _recurrence() -> Any:
    """Return the recurrence as a function that autograd can use; made late, for it needs PyTorch's class."""

    class TanhRecurrence(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, XW: Tensor, W_hh: Tensor, H_0: Tensor) -> Tensor:
            twice, H = 2 * W_hh, H_0
            for A in XW.unbind(0):
                # tanh(a) = 2 sigmoid(2a) - 1, and PyTorch's sigmoid is four times as fast as its tanh.
                H = A.addmm_(H, twice, beta=2).sigmoid_().mul_(2).sub_(1)
            ctx.mark_dirty(XW)
            ctx.save_for_backward(XW, W_hh, H_0)
            return XW

        @staticmethod
        def backward(ctx: Any, dH: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            H, W_hh, H_0 = ctx.saved_tensors
            dA, back = torch.empty_like(H), W_hh.t()
            for t in reversed(range(len(H))):
                total = dH[t] if t == len(H) - 1 else torch.addmm(dH[t], dA[t + 1], back, out=dA[t])
                torch.ops.aten.tanh_backward.grad_input(total, H[t], grad_input=dA[t])  # total * (1 - H_t^2)
            dW_hh = torch.addmm(H_0.t() @ dA[0], H[:-1].flatten(0, 1).t(), dA[1:].flatten(0, 1))
            return dA, dW_hh, dA[0] @ back

    return TanhRecurrence
