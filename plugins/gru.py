"""The gated recurrent unit with PyTorch's own layer (D2L 9.1; Cho et al. 2014).

Two gates instead of the LSTM's three, and no cell beside the hidden state:

    R_t = sigmoid(X_t W_xr + H_{t-1} W_hr + b_r)        reset gate
    Z_t = sigmoid(X_t W_xz + H_{t-1} W_hz + b_z)        update gate
    G_t = tanh(X_t W_xh + b_x + R_t * (H_{t-1} W_hh + b_h))    candidate
    H_t = Z_t * H_{t-1} + (1 - Z_t) * G_t

The book multiplies by R before the product with W_hh, PyTorch after it; that needs one product less and learns alike.
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
    """Make one step in place; the gates come as R, Z, G, the first two halved (see `core.models.stepping`)."""
    sigmoids = HW[:2]
    sigmoids += XW[:2]
    np.tanh(sigmoids, out=sigmoids)
    sigmoids *= HALF
    sigmoids += HALF  # (1 + tanh(x / 2)) / 2
    R, Z, G = HW
    G *= R
    G += XW[2]
    np.tanh(G, out=G)
    H = state[0] - G
    H *= Z
    H += G  # G + Z * (H - G)
    return (H,)


class GRU(RecurrentModel):
    """``nn.GRU``."""

    Learner = GradientLearner
    gate_names = ("reset_gate", "update_gate", "candidate")
    in_place = Cell(advance, order=(0, 1, 2), sigmoids=2, adds=False)
    about = About(
        name="gru",
        title=both("GRU (nn.GRU)", "门控循环单元（nn.GRU）"),
        idea=both(
            "Two gates decide how much of the old state is forgotten and how much is replaced.",
            "两个门决定旧隐状态遗忘多少、更新多少。",
        ),
        section="D2L 9.1",
        trace=(
            ("hidden", both("hidden state H after each token", "每个词元之后的隐状态 H")),
            ("reset_gate", both("R: how much of the old state the candidate sees", "R：候选隐状态看到旧状态的比例")),
            ("update_gate", both("Z: how much of the old state stays", "Z：旧状态保留的比例")),
            ("candidate", both("G: what could replace the old state", "G：候选隐状态")),
        ),
    )

    input_note = both(
        "In the last third of these numbers, the candidate's, the GRU does not add the two: R multiplies H W_hh first.",
        "最后三分之一（候选隐状态）并非直接相加：GRU 先用 R 乘 H W_hh。",
    )

    def recurrent_layer(self, input_size: int) -> nn.Module:
        return torch.nn.GRU(input_size, self.config.hidden_size)

    def cell(
        self, f: Functions, XW: Any, state: tuple[Any, ...], W_hh: Any, b_h: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        (H,) = state
        x_r, x_z, x_g = f.split(XW, 3)
        h_r, h_z, h_g = f.split(H @ W_hh + b_h, 3)
        R, Z = f.sigmoid(x_r + h_r), f.sigmoid(x_z + h_z)
        G = f.tanh(x_g + R * h_g)
        H = Z * H + (1 - Z) * G
        return (H,), {"reset_gate": R, "update_gate": Z, "candidate": G}


PLUGIN = GRU
