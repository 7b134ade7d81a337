"""Long short-term memory with PyTorch's own layer (D2L 9.2; Hochreiter and Schmidhuber 1997).

Beside the hidden state H runs a memory cell C. Three gates between 0 and 1 decide what enters it, what stays in it
and what of it shows:

    I_t = sigmoid(X_t W_xi + H_{t-1} W_hi + b_i)        input gate
    F_t = sigmoid(X_t W_xf + H_{t-1} W_hf + b_f)        forget gate
    O_t = sigmoid(X_t W_xo + H_{t-1} W_ho + b_o)        output gate
    G_t = tanh   (X_t W_xc + H_{t-1} W_hc + b_c)        candidate (the book writes C with a tilde)
    C_t = F_t * C_{t-1} + I_t * G_t
    H_t = O_t * tanh(C_t)

Where F is 1 and I is 0 the cell is handed on unchanged, and so is its gradient: that is the whole trick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import both
from core.models.functions import Functions
from core.models.protocol import About, Array
from core.models.recurrent import RecurrentModel
from core.models.stepping import HALF, Cell, Parts
from core.models.torch_later import torch
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import nn


def advance(XW: Array, HW: Array, state: Parts) -> Parts:
    """Make one step in place; the gates come as I, F, O, G, the first three halved (see `core.models.stepping`)."""
    HW += XW
    gates = np.tanh(HW, out=HW)
    sigmoids = gates[:3]
    sigmoids *= HALF
    sigmoids += HALF  # (1 + tanh(x / 2)) / 2
    I, F, O, G = gates  # noqa: E741 - the book's letters
    C = F * state[1]
    C += np.multiply(I, G, out=G)
    H = np.tanh(C)
    H *= O
    return H, C


class LSTM(RecurrentModel):
    """``nn.LSTM``."""

    Learner = GradientLearner
    state_names = ("hidden", "cell")
    gate_names = ("input_gate", "forget_gate", "candidate", "output_gate")
    in_place = Cell(advance, order=(0, 1, 3, 2), sigmoids=3)
    about = About(
        name="lstm",
        title=both("LSTM (nn.LSTM)", "长短期记忆网络（nn.LSTM）"),
        idea=both(
            "Gates decide what a memory cell takes in, keeps and shows, so it can remember for long.",
            "门控决定记忆元写入、保留和输出什么，因此能够长期记忆。",
        ),
        section="D2L 9.2",
        trace=(
            ("hidden", both("hidden state H after each token", "每个词元之后的隐状态 H")),
            ("cell", both("memory cell C after each token", "每个词元之后的记忆元 C")),
            ("input_gate", both("I: how much of the candidate enters the cell", "I：候选记忆元写入的比例")),
            ("forget_gate", both("F: how much of the old cell stays", "F：旧记忆元保留的比例")),
            ("output_gate", both("O: how much of the cell shows in H", "O：记忆元在 H 中显示的比例")),
            ("candidate", both("G: what could enter the cell", "G：候选记忆元")),
        ),
    )

    def recurrent_layer(self, input_size: int) -> nn.Module:
        return torch.nn.LSTM(input_size, self.config.hidden_size)

    def cell(
        self, f: Functions, XW: Any, state: tuple[Any, ...], W_hh: Any, b_h: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        H, C = state
        i, forget, g, o = f.split(XW + H @ W_hh + b_h, 4)  # PyTorch keeps the four side by side, in this order
        I, F, G, O = f.sigmoid(i), f.sigmoid(forget), f.tanh(g), f.sigmoid(o)  # noqa: E741 - the book's letters
        C = F * C + I * G
        H = O * f.tanh(C)
        return (H, C), {"input_gate": I, "forget_gate": F, "output_gate": O, "candidate": G}


PLUGIN = LSTM
