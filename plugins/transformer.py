"""A small causal transformer over a sliding window (Vaswani et al. 2017; D2L 10.7): the modern yardstick.

Where a recurrent model squeezes the past into one state, attention keeps the last ``window`` tokens and looks each of them
up. In every layer a token asks (Q), every token in its window offers an address (K) and a content (V):

    N = norm(X)      Q = N W_q      K = N W_k      V = N W_v
    X = X + softmax(Q K^T / sqrt(d) + B) V W_o                  attention, head by head; B knows the distance, see below
    X = X + gelu(norm(X) W_1 + b_1) W_2 + b_2                   the same small network for every token
    O = norm(X) W_hq + b_q                                      after the last layer: the logits

B[i, j] is a learned number of each head for the distance i - j, at first one that falls with the distance, in each head at
another pace (ALiBi, Press et al. 2022). Beyond the window, and for later tokens, it is minus infinity: they get no weight.
Only distances count, so a text may begin anywhere and go on for ever. The state is the keys and values of the last ``window``
tokens (Transformer-XL, Dai et al. 2019); layer upon layer the model sees num_layers * window tokens back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.language import both
from core.models.attention import attention, band, hide_missing
from core.models.attention_step import EPSILON, LayerStep, after_norm, normed
from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.protocol import About, Array, State
from core.models.torch_later import torch
from core.settings import setting
from core.training.gradient import GradientLearner

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")

# The small network of a layer is this many times as wide as the layer (Vaswani et al.).
_WIDER = 4
# A long text is read in parts of this many tokens: every key of a part costs time, whether a token sees it or not.
_STEPS_AT_ONCE = 64


@dataclass(frozen=True)
class Config:
    """Settings of the transformer."""

    hidden_size: int = setting(
        96, low=1, high=2048, unit="numbers",
        help=both("Numbers that stand for a token on its way through the layers.", "词元在各层中由多少个数值表示。"),
    )  # fmt: skip
    num_layers: int = setting(
        4, low=1, high=16, unit="layers",
        help=both("Layers, each of attention and a small network.", "层数，每层含注意力与一个小网络。"),
    )  # fmt: skip
    num_heads: int = setting(
        4, low=1, high=16, unit="heads",
        help=both("Questions that a token asks at once in a layer.", "每层中一个词元同时提出的查询数（注意力头数）。"),
    )  # fmt: skip
    window: int = setting(
        64, low=1, high=512, unit="tokens",
        help=both("Tokens before it that each layer sees.", "每层能看到的前面词元数。"),
    )  # fmt: skip
    dropout: float = setting(
        0.0, low=0.0, high=0.9,
        help=both("Share of activations dropped while training, against overfitting.", "训练时随机丢弃的激活值比例，用于抑制过拟合。"),
    )  # fmt: skip


class Transformer(NeuralModel):
    """The transformer; the state is keys and values ``[batch, layers, window, hidden]`` and how many are real ``[batch]``."""

    config: Config
    Config = Config
    Learner = GradientLearner
    about = About(
        name="transformer",
        title=both("Transformer (sliding window)", "Transformer（滑动窗口）"),
        idea=both(
            "Every token asks the ones before it, and mixes what they answer; nothing is squeezed into one state.",
            "每个词元向前面的词元提问，再把回答加权混合；不必把过去压进一个隐状态。",
        ),
        section="D2L 10.7",
        trace=(
            (
                "attention",
                both(
                    "attention weights of each head, the heads of layer 1 first; number 1 is the token itself, 2 the one before it",
                    "各注意力头的权重，先列第 1 层的各头；1 号为当前词元，2 号为前一个词元",
                ),
            ),
            ("hidden", both("X after each layer", "各层之后的 X")),
        ),
    )

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._steps: _ForSteps | None = None
        self.head_size = -(-config.hidden_size // config.num_heads)  # rounded up where it does not divide

    # Parameters

    def shapes(self) -> dict[str, tuple[int, ...]]:
        c, vocab, hidden, wide = self.config, self.vocab_size, self.config.hidden_size, _WIDER * self.config.hidden_size
        across = c.num_heads * self.head_size
        layer: dict[str, tuple[int, ...]] = {
            "attention.scale": (hidden,), "attention.shift": (hidden,), "W_q": (hidden, across), "W_k": (hidden, across),
            "W_v": (hidden, across), "B": (c.num_heads, c.window + 1), "W_o": (across, hidden), "network.scale": (hidden,),
            "network.shift": (hidden,), "W_1": (hidden, wide), "b_1": (wide,), "W_2": (wide, hidden), "b_2": (hidden,),
        }  # fmt: skip
        layers = {f"layer.{n}.{name}": shape for n in range(c.num_layers) for name, shape in layer.items()}
        last: dict[str, tuple[int, ...]] = {
            "output.scale": (hidden,), "output.shift": (hidden,), "W_hq": (hidden, vocab), "b_q": (vocab,),
        }  # fmt: skip
        return {"E": (vocab, hidden)} | layers | last

    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        kind = name.rsplit(".")[-1]
        if kind == "scale":
            return torch.ones(shape)
        if kind in ("shift", "b_1", "b_2", "b_q"):
            return torch.zeros(shape)
        if kind == "B":
            return less_with_distance(*shape)
        values: Tensor = torch.empty(shape).normal_(generator=generator) / self.config.hidden_size**0.5
        if kind in ("W_o", "W_2"):  # every layer adds to X twice: with this X does not grow with their number (GPT-2)
            values /= (2 * self.config.num_layers) ** 0.5
        return values

    def weights_changed(self) -> None:
        self._steps = None

    # Many steps at once

    def zero_state(self, batch: int) -> TensorState:
        c = self.config
        nothing = torch.zeros(batch, c.num_layers, c.window, c.num_heads * self.head_size, device=self.device)
        return nothing, nothing, torch.zeros(batch, dtype=torch.int64, device=self.device)

    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        p, logits = self.parameters, []
        for part in torch.split(ids, _STEPS_AT_ONCE, dim=1):
            X, state = self._read(part, state, drop)
            logits.append(layer_norm(X, p["output.scale"], p["output.shift"]) @ p["W_hq"] + p["b_q"])
        return torch.cat(logits, dim=1), state  # [batch, time, vocab]

    def _read(self, ids: Tensor, state: TensorState, drop: Drop) -> tuple[Tensor, TensorState]:
        """Return X after the last layer, ``[batch, time, hidden]``, and the new state."""
        window, time = self.config.window, ids.shape[1]
        keys, values, real = state
        missing = None if bool((real == window).all()) else hide_missing(real, window, time)
        X = drop(torch.nn.functional.embedding(ids, self.parameters["E"]))  # [batch, time, hidden]
        kept: list[tuple[Tensor, Tensor]] = []
        for n in range(self.config.num_layers):
            p = _of_layer(n, self.parameters)
            N = layer_norm(X, p["attention.scale"], p["attention.shift"])
            K = torch.cat([keys[:, n], N @ p["W_k"]], dim=1)  # [batch, window + time, heads * d]
            V = torch.cat([values[:, n], N @ p["W_v"]], dim=1)
            B = band(p["B"], time) if missing is None else band(p["B"], time) + missing
            answer = attention(self._heads(N @ p["W_q"]), self._heads(K), self._heads(V), B)  # [batch, heads, time, d]
            X = X + drop(answer.transpose(1, 2).flatten(2) @ p["W_o"])
            N = layer_norm(X, p["network.scale"], p["network.shift"])
            inside = torch.nn.functional.gelu(N @ p["W_1"] + p["b_1"], approximate="tanh")  # [batch, time, wide]
            X = X + drop(inside @ p["W_2"] + p["b_2"])
            kept.append((K[:, time:], V[:, time:]))
        keys, values = (torch.stack(parts, dim=1) for parts in zip(*kept, strict=True))
        return X, (keys, values, (real + time).clamp(max=window))

    def _heads(self, X: Tensor) -> Tensor:
        """Give every head its share: ``[batch, time, heads * d]`` -> ``[batch, heads, time, d]``."""
        return X.view(*X.shape[:2], self.config.num_heads, self.head_size).transpose(1, 2)

    # One step at a time, in numpy

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        logits, after, _ = self._step(ids, state)
        logits -= logits.max(axis=-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), after

    def _step(self, ids: Array, state: State) -> tuple[Array, State, list[tuple[Array, Array]]]:
        """Return logits ``[batch, vocab]``, the new state, and of every layer X and the weights ``[batch, heads, window + 1]``."""
        p, window, real = self._for_steps(), self.config.window, state[2]
        keys, values = (np.concatenate([part, part[:, :, :1]], axis=2) for part in state[:2])  # room for one more
        missing = None if real.min() == window else np.arange(window + 1) < window - real[:, None]
        X, looks = p.E[ids], []
        for n, layer in enumerate(p.layers):
            X, weights = layer(X, keys[:, n], values[:, n], missing)
            looks.append((X, weights))
        return normed(X) @ p.W_hq + p.b_q, (keys[:, :, 1:], values[:, :, 1:], np.minimum(real + 1, window)), looks

    def _for_steps(self) -> _ForSteps:
        steps = self._steps
        if steps is None:
            p, heads = self.tensors(), self.config.num_heads
            layers = [LayerStep.of(_of_layer(n, p), heads) for n in range(self.config.num_layers)]
            W_hq, b_q = after_norm(p["output.scale"], p["output.shift"], p["W_hq"])
            steps = self._steps = _ForSteps(p["E"], layers, W_hq, b_q + p["b_q"])
        return steps

    # A look inside

    def trace(self, ids: Array) -> dict[str, Array]:
        state, looks = self.initial_state(1), []
        for id_ in ids:
            _, state, look = self._step(np.array([id_]), state)
            looks.append(look)
        if not looks:
            return {}
        weights = np.array([[A[0, :, ::-1] for _, A in look] for look in looks])  # [time, layers, heads, window + 1]
        distances, steps = np.arange(self.config.window + 1), np.arange(len(looks))
        beyond = distances > steps[:, None]  # before the text begins there is nothing to look at
        weights = np.where(beyond[:, None, None], np.nan, weights)
        return {
            "attention": weights.reshape(len(looks), -1, self.config.window + 1),  # [time, layers * heads, window + 1]
            "hidden": np.array([[X[0] for X, _ in look] for look in looks]),  # [time, layers, hidden]
        }


def _of_layer(n: int, parameters: Mapping[str, T]) -> dict[str, T]:
    """Return the parameters of layer ``n`` by their short names."""
    prefix = f"layer.{n}."
    return {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}


def less_with_distance(heads: int, distances: int) -> Tensor:
    """Return B of a new layer, ``[heads, distances]``: minus the distance times a factor of each head, at first 4, then ever
    less, down to nearly 4/256. So the first head begins with the token itself, the last with all of the window."""
    factors = 4 * 2.0 ** (-8 * torch.arange(heads) / heads)
    return -factors[:, None] * torch.arange(distances)


def layer_norm(X: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Bring the numbers of every token to mean 0 and variance 1, then scale and shift each."""
    return torch.nn.functional.layer_norm(X, scale.shape, scale, shift, EPSILON)


@dataclass(frozen=True)
class _ForSteps:
    """The whole model as numpy arrays, laid out for single steps; the last norm is folded into W_hq and b_q."""

    E: Array
    layers: list[LayerStep]
    W_hq: Array
    b_q: Array


PLUGIN = Transformer
