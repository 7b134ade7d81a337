"""A window of words and one hidden layer: the neural model before the recurrent ones (Bengio et al. 2003; D2L 8.1).

An autoregressive model with a fixed window: the last ``context`` tokens decide, whatever came before is forgotten. Each of
them is looked up as a row of learned numbers, and each place in the window has its own weights:

    H_t = tanh(sum over k of E[x_{t-k}] W_xh[k] + b_h)        k = 0 .. context - 1; 0 is the token just read
    O_t = H_t W_hq + b_q                                      the logits of the next token

Before the text begins, the window holds one more row of E, which stands for "nothing yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import both
from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.protocol import About, Array, State
from core.models.torch_later import torch
from core.settings import setting
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import Tensor

# Adding rows of tables is four times as fast as the product where this many windows share an entry, slower where few do.
_WINDOWS_PER_ENTRY = 8
# Numbers that the tables, or the embeddings of all windows side by side, may hold at once (64 MB).
_NUMBERS_AT_ONCE = 16_000_000


@dataclass(frozen=True)
class Config:
    """Settings of the window model."""

    context: int = setting(
        16, low=1, high=128, unit="tokens",
        help=both("Tokens in the window: all that the model sees.", "窗口中的词元数：模型能看到的全部内容。"),
    )  # fmt: skip
    embedding_size: int = setting(
        32, low=1, high=1024, unit="numbers",
        help=both("Numbers that stand for a token.", "表示一个词元的数值个数。"),
    )  # fmt: skip
    hidden_size: int = setting(
        256, low=1, high=4096, unit="units",
        help=both("Units of the hidden layer.", "隐藏层的单元数。"),
    )  # fmt: skip
    dropout: float = setting(
        0.0, low=0.0, high=0.9,
        help=both("Share of hidden units dropped while training, against overfitting.", "训练时随机丢弃的隐藏单元比例，用于抑制过拟合。"),
    )  # fmt: skip


class MLP(NeuralModel):
    """The window model of Bengio et al.; the state is the last ``context - 1`` ids, ``[batch, context - 1]``."""

    config: Config
    Config = Config
    Learner = GradientLearner
    about = About(
        name="mlp",
        title=both("Window model (MLP)", "窗口模型（多层感知机）"),
        idea=both(
            "The last few tokens, each a row of learned numbers, decide through one hidden layer.",
            "最近的若干词元各由一行学得的数表示，经过一个隐藏层决定下一个词元。",
        ),
        section="D2L 8.1",
        trace=(
            ("hidden", both("hidden layer H after each token", "每个词元之后的隐藏层 H")),
            (
                "reach",
                both(
                    "how much each place of the window adds: the length of E[x] W_xh[k]; number 1 is the token itself",
                    "窗口中各位置的贡献：E[x] W_xh[k] 的长度；1 号为当前词元",
                ),
            ),
        ),
    )

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._arrays: dict[str, Array] | None = None

    # Parameters

    def shapes(self) -> dict[str, tuple[int, ...]]:
        c, vocab = self.config, self.vocab_size
        return {
            "E": (vocab + 1, c.embedding_size),  # the last row: nothing yet
            "W_xh": (c.context, c.embedding_size, c.hidden_size),
            "b_h": (c.hidden_size,),
            "W_hq": (c.hidden_size, vocab),
            "b_q": (vocab,),
        }

    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        if name.startswith("b"):
            return torch.zeros(shape)
        # A sum over n inputs of size 1 stays of size 1 with weights of size 1 / sqrt(n).
        c = self.config
        num_inputs = {"E": 1, "W_xh": c.context * c.embedding_size, "W_hq": c.hidden_size}[name]
        values: Tensor = torch.empty(shape).normal_(generator=generator) / num_inputs**0.5
        return values

    def weights_changed(self) -> None:
        self._arrays = None

    # Many steps at once

    def zero_state(self, batch: int) -> TensorState:
        return (torch.full((batch, self.config.context - 1), self.vocab_size, device=self.device),)

    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        p, length = self.parameters, self.config.context
        read = torch.cat([state[0], ids], dim=1)  # [batch, context - 1 + time]
        windows = read.unfold(1, length, 1).flip(2)  # [batch, time, context]: the token itself first
        worth_it = _WINDOWS_PER_ENTRY * len(p["E"]) <= ids.numel()
        fits = len(p["E"]) * length * self.config.hidden_size <= _NUMBERS_AT_ONCE
        H = torch.tanh((self._sum_of_rows if worth_it and fits else self._product)(windows) + p["b_h"])
        return drop(H) @ p["W_hq"] + p["b_q"], (read[:, read.shape[1] - (length - 1) :],)

    def _product(self, windows: Tensor) -> Tensor:
        """Return sum over k of E[x_{t-k}] W_xh[k] as one product: the embeddings side by side times all of W_xh."""
        E, W_xh = self.parameters["E"], self.parameters["W_xh"].flatten(0, 1)  # [context * embedding, hidden]
        steps = max(1, _NUMBERS_AT_ONCE // max(1, len(windows) * len(W_xh)))
        parts = torch.split(windows, steps, dim=1)
        return torch.cat([torch.nn.functional.embedding(part, E).flatten(2) @ W_xh for part in parts], dim=1)

    def _sum_of_rows(self, windows: Tensor) -> Tensor:
        """Return the same from tables: E W_xh[k] holds what each token can add at place k, so that rows only add up."""
        tables = self.parameters["E"] @ self.parameters["W_xh"]  # [context, vocab + 1, hidden]
        length, entries, hidden = tables.shape
        places = windows + entries * torch.arange(length, device=windows.device)
        rows = torch.nn.functional.embedding_bag(places.flatten(0, 1), tables.flatten(0, 1), mode="sum")
        return rows.view(*windows.shape[:2], hidden)

    # One step at a time

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        window = np.concatenate([state[0], ids[:, None]], axis=1)  # [batch, context]
        return self._after(window), (window[:, 1:],)

    @property
    def context_length(self) -> int:
        return self.config.context

    def after(self, context: tuple[int, ...]) -> Array:
        nothing_yet = (self.vocab_size,) * (self.config.context - len(context))
        last: Array = self._after(np.array([nothing_yet + context]))[0]
        return last

    def _after(self, window: Array) -> Array:
        """Return the log-probabilities ``[batch, vocab]`` after windows ``[batch, context]``, the oldest id first."""
        p = self._folded()
        X = p["E"][window[:, ::-1]].reshape(len(window), -1)  # [batch, context * embedding]
        logits = np.tanh(X @ p["W_xh"] + p["b_h"]) @ p["W_hq"] + p["b_q"]
        logits -= logits.max(axis=-1, keepdims=True)
        log_probs: Array = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        return log_probs

    def _folded(self) -> dict[str, Array]:
        """Return the parameters as numpy arrays, W_xh as one matrix ``[context * embedding, hidden]``."""
        arrays = self._arrays
        if arrays is None:
            arrays = self.tensors()
            arrays["W_xh"] = arrays["W_xh"].reshape(-1, self.config.hidden_size)
            self._arrays = arrays
        return arrays

    # A look inside

    def trace(self, ids: Array) -> dict[str, Array]:
        if not len(ids):
            return {}
        p, length = self.tensors(), self.config.context
        read = np.concatenate([self.initial_state(1)[0][0], ids])
        windows = np.lib.stride_tricks.sliding_window_view(read, length)[:, ::-1]  # [time, context]
        added = np.einsum("tke,keh->tkh", p["E"][windows], p["W_xh"])  # [time, context, hidden]
        hidden = np.tanh(added.sum(axis=1) + p["b_h"])
        return {"hidden": hidden, "reach": np.linalg.norm(added, axis=2)}


PLUGIN = MLP
