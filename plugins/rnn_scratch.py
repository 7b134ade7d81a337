"""A recurrent network from scratch: plain tensors, the book's equations, no layers (D2L 8.4 and 8.5).

    H_t = tanh(X_t W_xh + H_{t-1} W_hh + b_h)        the hidden state
    O_t = H_t W_hq + b_q                             the logits of the next token

X_t is the one-hot vector of the token at step t. `RNNScratch.plain_forward` is these two lines in a loop over time, as the
book writes them. `RNNScratch.forward` computes the same in less time:

* A one-hot vector times W_xh picks one row, so the product is never computed: ``W_xh[ids]`` is the same number for number.
* Only H_{t-1} W_hh has to wait for the step before. The outputs of all steps are one product.
* The way back is written by hand (`core.models.bptt`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.language import both
from core.models.bptt import tanh_states
from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.protocol import About, Array, InputWeights, State
from core.models.stepping import Cell, Parts, Stepper
from core.models.torch_later import torch
from core.settings import setting
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Config:
    """Settings of the RNN from scratch."""

    hidden_size: int = setting(
        256, low=1, high=4096, unit="units",
        help=both("Numbers in the hidden state: the model's memory.", "隐状态中数值的个数：模型的记忆。"),
    )  # fmt: skip
    initial_scale: float = setting(
        0.01, low=1e-6, high=1.0,
        help=both("Standard deviation of the initial weights (the book: 0.01).", "初始权重的标准差（书中为 0.01）。"),
    )  # fmt: skip


def advance(XW: Array, HW: Array, state: Parts) -> Parts:
    """Make one step in place (see `core.models.stepping`)."""
    HW += XW
    (H,) = np.tanh(HW, out=HW)
    return (H,)


class RNNScratch(NeuralModel):
    """The book's RNN; given the same weights it equals ``nn.RNN``."""

    config: Config
    Config = Config
    Learner = GradientLearner
    recurrent = True
    about = About(
        name="rnn_scratch",
        title=both("RNN from scratch", "从零实现的循环神经网络"),
        idea=both(
            "The recurrent network written out: five tensors and two equations.",
            "把循环神经网络写出来：五个张量，两个方程。",
        ),
        section="D2L 8.5",
        trace=(
            ("hidden", both("hidden state H after each token", "每个词元之后的隐状态 H")),
            ("input_row", both("the row of W_xh that the one-hot vector picks", "独热向量选出的 W_xh 的一行")),
        ),
    )

    def shapes(self) -> dict[str, tuple[int, ...]]:
        vocab, hidden = self.vocab_size, self.config.hidden_size
        return {
            "W_xh": (vocab, hidden),
            "W_hh": (hidden, hidden),
            "b_h": (hidden,),
            "W_hq": (hidden, vocab),
            "b_q": (vocab,),
        }

    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("b"):
            return torch.zeros(shape)
        return self.config.initial_scale * torch.empty(shape).normal_(generator=generator)

    def zero_state(self, batch: int) -> TensorState:
        return (torch.zeros(batch, self.config.hidden_size, device=self.device),)

    def plain_forward(self, ids: Tensor, state: TensorState) -> tuple[Tensor, TensorState]:
        """Return what `forward` does, as the book writes it: products with one-hot vectors inside the loop over time."""
        W_xh, W_hh, b_h, W_hq, b_q = (self.parameters[name] for name in self.shapes())
        (H,), outputs = state, []
        for X in torch.nn.functional.one_hot(ids.t(), self.vocab_size).float():  # X: [batch, vocab]
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq + b_q)
        return torch.stack(outputs, dim=1), (H,)

    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        W_xh, W_hh, b_h, W_hq, b_q = (self.parameters[name] for name in self.shapes())
        rows = torch.nn.functional.embedding(ids.t(), W_xh + b_h)  # [time, batch, hidden]: one-hot times W_xh, and b_h
        H = tanh_states(rows, W_hh, state[0])
        outputs = H @ W_hq + b_q  # [time, batch, vocab]
        return outputs.transpose(0, 1), (H[-1],)

    # One step at a time, as `forward` computes it but in numpy: small products start faster there.

    _stepper: Stepper | None = None

    def weights_changed(self) -> None:
        self._stepper = None

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        log_probs, (after,) = self._stepping().step(ids, [state])
        return log_probs, after

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        if self.device.type != "cpu":
            return super().score(inputs, targets, state)
        scores, (after,) = self._stepping().score(inputs, targets, [state])
        return scores, after

    def _stepping(self) -> Stepper:
        stepper = self._stepper
        if stepper is None:
            p = self.tensors()
            weights = (p["W_xh"], p["W_hh"], p["b_h"], np.zeros_like(p["b_h"]))
            stepper = self._stepper = Stepper(Cell(advance), [weights], None, p["W_hq"], p["b_q"])
        return stepper

    def trace(self, ids: Array) -> dict[str, Array]:
        p = self.tensors()
        H = np.zeros(self.config.hidden_size, dtype=np.float32)
        states = []
        for id_ in ids:
            H = np.tanh(p["W_xh"][id_] + H @ p["W_hh"] + p["b_h"])
            states.append(H)
        return {"hidden": np.array(states), "input_row": p["W_xh"][ids]}  # both [time, hidden]

    def input_weights(self) -> InputWeights:
        p = self.tensors()
        return InputWeights(p["W_xh"], p["W_hh"])


PLUGIN = RNNScratch
