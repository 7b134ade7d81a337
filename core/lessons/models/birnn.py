"""A bidirectional RNN, put to a use that it was not made for (D2L 9.4): as a language model it reads the answer.

    F_t = tanh(X_t W_xh + F_{t-1} W_hh + b_h)        forwards, what came before
    B_t = tanh(X_t V_xh + B_{t+1} V_hh + c_h)        backwards, what comes after
    O_t = [F_t, B_t] W_hq + b_q                      the logits of token t + 1, which B_t has read

For tagging a text that lies there as a whole this is right and good. It is no plug-in of the project and stands here for the lesson
about it; put into ``plugins/`` it is refused. Without ``backwards`` it is the book's RNN, and passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.language import both
from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.protocol import About
from core.models.torch_later import torch
from core.settings import setting
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Config:
    """Settings of the bidirectional RNN."""

    hidden_size: int = setting(
        64, low=1, high=4096, unit="units",
        help=both("Numbers in the hidden state of each direction.", "每个方向的隐状态中数值的个数。"),
    )  # fmt: skip
    backwards: bool = setting(
        True, help=both("Whether a second network reads the text from its end.", "是否另有一个网络从末尾往回读。")
    )


class BiRNN(NeuralModel):
    """Two RNNs over one text, one from each end. The state that is carried is the forward one's."""

    config: Config
    Config = Config
    Learner = GradientLearner
    about = About(
        name="birnn",
        title=both("Bidirectional RNN", "双向循环神经网络"),
        idea=both("Reads the text from both ends, the answer included.", "从两端读文字，连答案也读了。"),
        section="D2L 9.4",
    )

    def _sides(self) -> tuple[str, ...]:
        return ("F", "B") if self.config.backwards else ("F",)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        vocab, hidden, sides = self.vocab_size, self.config.hidden_size, self._sides()
        shapes: dict[str, tuple[int, ...]] = {}
        for side in sides:
            shapes |= {f"{side}.W_xh": (vocab, hidden), f"{side}.W_hh": (hidden, hidden), f"{side}.b_h": (hidden,)}
        return shapes | {"W_hq": (hidden * len(sides), vocab), "b_q": (vocab,)}

    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        bound = self.config.hidden_size**-0.5
        return torch.empty(shape).uniform_(-bound, bound, generator=generator)

    def zero_state(self, batch: int) -> TensorState:
        return (torch.zeros(batch, self.config.hidden_size, device=self.device),)

    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        F = self._walk("F", ids, state[0])  # [batch, time, hidden]
        seen = [F]
        if self.config.backwards:
            seen.append(self._walk("B", ids.flip(1), torch.zeros_like(state[0])).flip(1))
        logits = torch.cat(seen, dim=-1) @ self.parameters["W_hq"] + self.parameters["b_q"]
        return logits, (F[:, -1],)

    def _walk(self, side: str, ids: Tensor, H: Tensor) -> Tensor:
        """Return the states of one network along ids ``[batch, time]``: ``[batch, time, hidden]``."""
        W_xh, W_hh, b_h = (self.parameters[f"{side}.{name}"] for name in ("W_xh", "W_hh", "b_h"))
        states = []
        for X_W_xh in (torch.nn.functional.embedding(ids, W_xh) + b_h).unbind(1):
            H = torch.tanh(X_W_xh + H @ W_hh)
            states.append(H)
        return torch.stack(states, dim=1)


PLUGIN = BiRNN
