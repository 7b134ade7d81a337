"""The book's way, written plainly: one-hot vectors in, autograd through the whole window (D2L 8.5, 8.6, 9.1, 9.2).

These are the peers that our own models are measured beside. They take our weights, so that both do the same sums:
tests hold their losses, scores and texts equal to ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from core.generation.sampling import draw
from core.models.neural import NeuralModel, TensorState
from core.models.protocol import Array
from core.models.torch_later import torch
from core.text.batching import Window
from core.text.sequences import Ids

if TYPE_CHECKING:
    from torch import Tensor

# PyTorch's layer of every plug-in that stands on one.
_LAYERS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


class BookNetwork(Protocol):
    """A network as the book writes it."""

    def parameters(self) -> list[Tensor]:
        """Return everything that learns."""

    def __call__(self, ids: Tensor, state: Any) -> tuple[Tensor, Any]:
        """Return logits ``[time * batch, vocab]`` and the state, from ids ``[batch, time]``.

        A state of None is the initial one.
        """


class WrittenPlainly(Protocol):
    """A model that keeps the book's loop over time beside its own faster form."""

    @property
    def parameters(self) -> dict[str, Tensor]:
        """All parameters by name."""

    def zero_state(self, batch: int) -> TensorState:
        """Return the state before any token."""

    def plain_forward(self, ids: Tensor, state: TensorState) -> tuple[Tensor, TensorState]:
        """Return logits ``[batch, time, vocab]`` after ids ``[batch, time]``, and the state."""


class PlainNetwork:
    """D2L 8.5: the equations in a loop over time, input and output products inside it, as the model itself keeps them."""

    def __init__(self, model: WrittenPlainly) -> None:
        self._model = deepcopy(model)  # it learns beside ours

    def parameters(self) -> list[Tensor]:
        """Return all tensors."""
        return list(self._model.parameters.values())

    def __call__(self, ids: Tensor, state: Any) -> tuple[Tensor, Any]:
        """See `BookNetwork`."""
        before = self._model.zero_state(len(ids)) if state is None else state
        logits, state = self._model.plain_forward(ids, before)
        return logits.transpose(0, 1).flatten(0, 1), state


class LayerNetwork:
    """D2L 8.6, 9.1, 9.2: nn.RNN, nn.GRU or nn.LSTM over one-hot vectors, one linear layer behind it."""

    def __init__(self, model: NeuralModel) -> None:
        self._vocab_size, hidden = model.vocab_size, int(model.config.hidden_size)
        self._layer = getattr(torch.nn, _LAYERS[model.about.name])(self._vocab_size, hidden)
        self._linear = torch.nn.Linear(hidden, self._vocab_size)
        for module, prefix in ((self._layer, "layers.0."), (self._linear, "output.")):
            named = {name.removeprefix(prefix): value.detach() for name, value in model.parameters.items()
                     if name.startswith(prefix)}  # fmt: skip
            module.load_state_dict(named)
            module.to(model.device)

    def parameters(self) -> list[Tensor]:
        """Return the weights of both layers."""
        return [*self._layer.parameters(), *self._linear.parameters()]

    def __call__(self, ids: Tensor, state: Any) -> tuple[Tensor, Any]:
        """See `BookNetwork`."""
        X = torch.nn.functional.one_hot(ids.t(), self._vocab_size).float()  # [time, batch, vocab]
        H, state = self._layer(X, state)  # [time, batch, hidden]
        return self._linear(H.reshape(-1, H.shape[-1])), state


def book_network(model: NeuralModel) -> BookNetwork:
    """Return the book's network with our model's weights, on its device."""
    return LayerNetwork(model) if model.about.name in _LAYERS else PlainNetwork(cast(WrittenPlainly, model))


def _tensor(ids: Array, device: Any = "cpu") -> Tensor:
    return torch.from_numpy(ids.astype(np.int64)).to(device)


class BookLearner:
    """D2L 8.5.6: state carried and detached, mean cross-entropy, clipping by norm, plain SGD."""

    def __init__(self, model: NeuralModel, learning_rate: float, clip_norm: float) -> None:
        self._network = book_network(model)
        self._device, self._clip_norm = model.device, clip_norm
        self._optimizer = torch.optim.SGD(self._network.parameters(), lr=learning_rate)
        self._state: Any = None

    def learn(self, window: Window) -> float:
        """Make one step and return the loss before it, in nats."""
        state = None if window.fresh.all() else _detached(self._state)
        y = _tensor(window.targets.T.reshape(-1), self._device)  # [time * batch]
        logits, self._state = self._network(_tensor(window.inputs, self._device), state)
        loss = torch.nn.functional.cross_entropy(logits, y)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._clip()
        self._optimizer.step()
        return float(loss.item())

    def _clip(self) -> None:
        gradients = [parameter.grad for parameter in self._network.parameters() if parameter.grad is not None]
        norm = torch.sqrt(sum((torch.sum(gradient**2) for gradient in gradients), torch.zeros((), device=self._device)))
        if norm > self._clip_norm:
            for gradient in gradients:
                gradient[:] *= self._clip_norm / norm


def _detached(state: Any) -> Any:
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def book_score(network: BookNetwork, inputs: Array, targets: Array) -> Array:
    """Return the log-probability of every target ``[batch, time]``: one pass over all of it, from the initial state."""
    with torch.inference_mode():
        logits, _ = network(_tensor(inputs), None)  # [time * batch, vocab]
        wanted = _tensor(targets.T.reshape(-1, 1))
        log_probs = torch.log_softmax(logits, dim=1).gather(1, wanted)
        return log_probs.reshape(targets.T.shape).T.numpy()


def book_write(network: BookNetwork, prefix: Ids, tokens: int, chance: Iterator[float], forbidden: int) -> list[int]:
    """Return ids written after a prefix ``[time]``, one token at a time (D2L 8.5.3), drawn as ours are."""
    written: list[int] = []
    with torch.inference_mode():
        logits, state = network(_tensor(prefix[None, :]), None)
        for _ in range(tokens):
            probabilities = torch.softmax(logits[-1].double(), dim=0).numpy()
            probabilities[forbidden] = 0.0
            written.append(draw(probabilities, next(chance)))
            logits, state = network(torch.tensor([[written[-1]]]), state)
    return written
