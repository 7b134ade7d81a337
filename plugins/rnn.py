"""A recurrent network with PyTorch's own layer (D2L 8.6).

One equation, repeated at every step:

    H_t = tanh(X_t W_xh + H_{t-1} W_hh + b_h)

What the model knows of the text so far is H_t, nothing else; the next token is read off it by a linear layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import both
from core.models.bptt import tanh_states
from core.models.functions import Functions
from core.models.neural import TensorState
from core.models.protocol import About, Array
from core.models.recurrent import RecurrentModel
from core.models.stepping import Cell, Parts
from core.models.torch_later import torch
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import Tensor, nn


def advance(XW: Array, HW: Array, state: Parts) -> Parts:
    """Make one step in place (see `core.models.stepping`)."""
    HW += XW
    (H,) = np.tanh(HW, out=HW)
    return (H,)


class RNN(RecurrentModel):
    """``nn.RNN`` with tanh."""

    Learner = GradientLearner
    in_place = Cell(advance)
    unrolls_faster = True  # the way back by hand beats autograd's through nn.RNN
    about = About(
        name="rnn",
        title=both("RNN (nn.RNN)", "循环神经网络（nn.RNN）"),
        idea=both(
            "A hidden state, updated at every token, remembers the text so far.",
            "隐状态随每个词元更新，记住到目前为止的文本。",
        ),
        section="D2L 8.6",
        trace=(("hidden", both("hidden state H after each token", "每个词元之后的隐状态 H")),),
    )

    def recurrent_layer(self, input_size: int) -> nn.Module:
        return torch.nn.RNN(input_size, self.config.hidden_size)

    def cell(
        self, f: Functions, XW: Any, state: tuple[Any, ...], W_hh: Any, b_h: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        (H,) = state
        H = f.tanh(XW + H @ W_hh + b_h)
        return (H,), {}

    def unroll(self, XW: Tensor, state: TensorState, W_hh: Tensor, b_h: Tensor) -> tuple[Tensor, TensorState]:
        H = tanh_states(XW.add_(b_h), W_hh, state[0])
        return H, (H[-1],)


PLUGIN = RNN
