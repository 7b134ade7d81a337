"""What nn.RNN, nn.LSTM and nn.GRU models share: tokens in, recurrent layers, scores of the next token out (D2L 8.6).

    ids -> embedding, or the one-hot vector -> recurrent layers -> one linear layer -> logits

A plug-in names PyTorch's layer and writes that layer's equations once more, in the book's letters. The layer trains;
the equations make one step of generation fast, read a one-hot input as the row gather that it is, and show every gate.
A test holds the two equal. Inside, time comes before batch: a step is then one piece of memory.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.errors import BadSetting
from core.language import Bilingual
from core.models.functions import Functions, NumpyFunctions, TorchFunctions
from core.models.neural import Drop, NeuralModel, TensorState, keep
from core.models.packed import Counts
from core.models.protocol import Array, InputWeights, State
from core.models.recurrent_config import RecurrentConfig
from core.models.stepping import Cell, Parts, Stepper
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor, nn


class RecurrentModel(NeuralModel):
    """A language model around one of PyTorch's recurrent layers."""

    config: RecurrentConfig
    Config = RecurrentConfig
    state_names: ClassVar[tuple[str, ...]] = ("hidden",)  # the first is the one that is passed upwards
    in_place: ClassVar[Cell]
    """The equations once more, in place, for writing and reading step by step."""
    input_note: ClassVar[Bilingual | None] = None
    """Where the cell does more with X W_xh and H W_hh than add them."""

    gate_names: ClassVar[tuple[str, ...]] = ("hidden",)
    """What the blocks of W_hh lead to, in PyTorch's order, each by its name in `about.trace`."""

    unrolls_faster: ClassVar[bool] = False
    """Whether `unroll` learns faster on a CPU than PyTorch's layer does."""

    @abstractmethod
    def recurrent_layer(self, input_size: int) -> nn.Module:
        """Return PyTorch's layer, one deep, time first."""

    @abstractmethod
    def cell(
        self, f: Functions, XW: Any, state: tuple[Any, ...], W_hh: Any, b_h: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Make one step by the layer's equations.

        Args:
            f: numpy's or PyTorch's functions.
            XW: the input's share, ``X W_xh + b_x``, ``[batch, gates * hidden]``.
            state: the parts of the state before, each ``[batch, hidden]``.
            W_hh: ``[hidden, gates * hidden]``.
            b_h: ``[gates * hidden]``.

        Returns:
            The parts of the state after, and every gate by name, each ``[batch, hidden]``.
        """

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        if config.tied and not config.embedding_size:
            raise BadSetting(
                "'tied' shares the numbers of the embedding, and with embedding_size=0 there are none. Set one of the two otherwise.",
                "“tied”沿用嵌入的数值，而 embedding_size=0 时没有嵌入。请更改其中一项。",
            )
        self._network: nn.ModuleDict | None = None
        self._stepper: Stepper | None = None

    # Parameters

    def _shapes_only(self) -> nn.ModuleDict:
        """Return the network on PyTorch's meta device: shapes without memory."""
        c, vocab = self.config, self.vocab_size
        with torch.device("meta"):
            layers = [self.recurrent_layer(c.embedding_size or vocab)]
            layers += [self.recurrent_layer(c.hidden_size) for _ in range(c.num_layers - 1)]
            parts: dict[str, nn.Module] = {"layers": torch.nn.ModuleList(layers)}
            if c.embedding_size:
                parts["embedding"] = torch.nn.Embedding(vocab, c.embedding_size)
            parts["output"] = self._tied_output() if c.tied else torch.nn.Linear(c.hidden_size, vocab)
            return torch.nn.ModuleDict(parts)

    def _tied_output(self) -> nn.Module:
        """Return the parameters of an output that scores by the embedding (Press and Wolf 2017)."""
        projection = torch.empty(self.config.hidden_size, self.config.embedding_size)
        return torch.nn.ParameterDict({"projection": projection, "bias": torch.empty(self.vocab_size)})

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: tuple(value.shape) for name, value in self._shapes_only().named_parameters()}

    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        # PyTorch's own choice for recurrent layers; a normal one for the embedding, shorter where it also scores.
        if name == "embedding.weight":
            deviation = shape[1] ** -0.5 if self.config.tied else 1.0
            return torch.empty(shape).normal_(std=deviation, generator=generator)
        bound = self.config.hidden_size**-0.5
        return torch.empty(shape).uniform_(-bound, bound, generator=generator)

    def adopt(self, values: dict[str, Tensor]) -> None:
        network = self._shapes_only()
        network.load_state_dict(values, assign=True)
        for layer in network["layers"].children():
            if isinstance(layer, torch.nn.RNNBase):
                layer.flatten_parameters()  # on a GPU cuDNN wants a layer's weights in one piece of memory
        self._network = network
        self._parameters = dict(network.named_parameters())
        self.weights_changed()

    def weights_changed(self) -> None:
        self._stepper = None

    @property
    def network(self) -> nn.ModuleDict:
        """PyTorch's modules that hold the parameters."""
        assert self.parameters and self._network is not None  # made with the parameters
        return self._network

    # Many steps at once

    def zero_state(self, batch: int) -> TensorState:
        c = self.config
        return tuple(torch.zeros(batch, c.num_layers, c.hidden_size, device=self.device) for _ in self.state_names)

    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        network, after = self.network, []
        last, inner = self.config.num_layers - 1, self.config.inner_dropout
        # Both X and H: [time, batch, numbers].
        X = drop(network["embedding"](ids.t()), inner) if "embedding" in network else None
        for number, layer in enumerate(network["layers"].children()):
            before = tuple(part[:, number].contiguous() for part in state)  # each [batch, hidden]
            H, new = self._read_ids(layer, ids.t(), before) if X is None else self._read(layer, X, before)
            X = drop(H, 1.0 if number == last else inner)
            after.append(new)
        assert X is not None  # there is a layer at least
        logits = self._scores(X)  # [time, batch, vocab]
        return logits.transpose(0, 1), tuple(torch.stack(parts, dim=1) for parts in zip(*after, strict=True))

    def forward_packed(self, ids: Tensor, lengths: Counts, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        network = self.network
        if self._unrolls or ("embedding" not in network and self.vocab_size > self.config.hidden_size):
            return super().forward_packed(ids, lengths, drop)
        cells = torch.nn.utils.rnn.pack_padded_sequence(ids, torch.from_numpy(lengths.copy()), batch_first=True)
        last, inner, after = self.config.num_layers - 1, self.config.inner_dropout, []
        one_hot = torch.nn.functional.one_hot  # X and H below: [cells, numbers]
        known = "embedding" in network
        X = drop(network["embedding"](cells.data), inner) if known else one_hot(cells.data, self.vocab_size).float()
        for number, layer in enumerate(network["layers"].children()):
            H, new = layer(torch.nn.utils.rnn.PackedSequence(X, cells.batch_sizes))  # from the state of zeros
            X = drop(H.data, 1.0 if number == last else inner)
            after.append(tuple(part[0].float() for part in (new if isinstance(new, tuple) else (new,))))
        return self._scores(X), tuple(torch.stack(parts, dim=1) for parts in zip(*after, strict=True))

    def _scores(self, H: Tensor) -> Tensor:
        """Return the logits after hidden states."""
        if not self.config.tied:
            logits: Tensor = self.network["output"](H)
            return logits
        p = self.parameters
        return torch.nn.functional.linear(H @ p["output.projection"], p["embedding.weight"], p["output.bias"])

    def _output(self) -> tuple[Tensor, Tensor]:
        """Return W_hq ``[hidden, vocab]`` and b_q, whatever they are made of."""
        p = self.parameters
        tied = self.config.tied
        return p["output.projection"] @ p["embedding.weight"].t() if tied else p["output.weight"].t(), p["output.bias"]

    def _read(self, layer: nn.Module, X: Tensor, state: TensorState) -> tuple[Tensor, TensorState]:
        """Return the states ``[time, batch, hidden]`` after X ``[time, batch, input]``, and the last of them."""
        if self._unrolls:
            W_xh, W_hh, b_x, b_h = layer_weights(layer)
            return self.unroll(X @ W_xh + b_x, state, W_hh, b_h)
        given = tuple(part[None] for part in state)  # PyTorch wants [layers = 1, batch, hidden]
        H, new = layer(X, given if len(given) > 1 else given[0])
        return H, tuple(part[0] for part in (new if isinstance(new, tuple) else (new,)))

    def _read_ids(self, layer: nn.Module, ids: Tensor, state: TensorState) -> tuple[Tensor, TensorState]:
        """Return the same for one-hot inputs ``[time, batch]``: the product with W_xh is the row that the id picks.

        PyTorch's layer cannot be told so. While the vocabulary is small, the product costs less than leaving the layer.
        """
        if not self._unrolls and self.vocab_size <= self.config.hidden_size:
            return self._read(layer, torch.nn.functional.one_hot(ids, self.vocab_size).float(), state)
        W_xh, W_hh, b_x, b_h = layer_weights(layer)
        return self.unroll(torch.nn.functional.embedding(ids, W_xh + b_x), state, W_hh, b_h)

    @property
    def _unrolls(self) -> bool:
        return self.unrolls_faster and self.device.type == "cpu"

    def unroll(self, XW: Tensor, state: TensorState, W_hh: Tensor, b_h: Tensor) -> tuple[Tensor, TensorState]:
        """Make all steps by the cell's equations.

        Args:
            XW: the input's share, ``[time, batch, gates * hidden]``; it may be overwritten.
            state, W_hh, b_h: as for `cell`.

        Returns:
            The hidden states ``[time, batch, hidden]``, and the parts of the state after the last step.
        """
        outputs, f = [], TorchFunctions()
        for XW_t in XW.unbind(0):
            state, _ = self.cell(f, XW_t, state, W_hh, b_h)
            outputs.append(state[0])
        return torch.stack(outputs), state

    # One step at a time

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        log_probs, after = self._stepping().step(ids, self._by_layer(state))
        return log_probs, _joined(after)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        if self.device.type != "cpu":
            return super().score(inputs, targets, state)
        scores, after = self._stepping().score(inputs, targets, self._by_layer(state))
        return scores, _joined(after)

    def _by_layer(self, state: State) -> list[Parts]:
        """Return each layer's part of a state, ``[batch, hidden]`` of ``[batch, layers, hidden]``."""
        return [tuple([part[:, number] for part in state]) for number in range(self.config.num_layers)]

    def _stepping(self) -> Stepper:
        stepper = self._stepper
        if stepper is None:
            W_hq, b_q = self._output()
            stepper = self._stepper = Stepper(
                self.in_place, self._weights(), self._embedding(), _array(W_hq), _array(b_q)
            )
        return stepper

    def _weights(self) -> list[tuple[Array, Array, Array, Array]]:
        """Return W_xh, W_hh, b_x and b_h of every layer as `layer_weights` names them, copies in numpy."""
        layers = [layer_weights(layer) for layer in self.network["layers"].children()]
        return [(_array(W_xh), _array(W_hh), _array(b_x), _array(b_h)) for W_xh, W_hh, b_x, b_h in layers]

    def _embedding(self) -> Array | None:
        return _array(self.parameters["embedding.weight"]) if "embedding" in self.network else None

    # A look inside

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return states and gates of every step: each ``[time, layers, hidden]``."""
        weights, embedding, f = self._weights(), self._embedding(), NumpyFunctions()
        W_xh, _, b_x, _ = weights[0]
        first = W_xh[ids] + b_x if embedding is None else embedding[ids] @ W_xh + b_x  # [time, gates * hidden]
        state = tuple(part[0] for part in self.initial_state(1))  # each [layers, hidden]
        steps: list[dict[str, Array]] = []
        for XW in first:
            layers: list[dict[str, Array]] = []
            for number, (W_xh, W_hh, b_x, b_h) in enumerate(weights):
                if number:
                    XW = layers[-1][self.state_names[0]] @ W_xh + b_x
                new, gates = self.cell(f, XW, tuple(part[number] for part in state), W_hh, b_h)
                layers.append(dict(zip(self.state_names, new, strict=True)) | gates)
            state = tuple(np.stack([layer[name] for layer in layers]) for name in self.state_names)
            steps.append({name: np.stack([layer[name] for layer in layers]) for name in layers[0]})
        return {name: np.stack([step[name] for step in steps]) for name in steps[0]} if steps else {}

    def input_weights(self) -> InputWeights:
        W_xh, W_hh, _, _ = self._weights()[0]
        return InputWeights(W_xh, W_hh, self._embedding(), self.input_note, self.gate_names)


def _joined(layers: list[Parts]) -> State:
    """Return a state of the layers' states: ``[batch, layers, hidden]`` of each ``[batch, hidden]``."""
    if len(layers) == 1:  # a view instead of a copy
        return tuple([part[:, None] for part in layers[0]])
    return tuple(np.stack(parts, axis=1) for parts in zip(*layers, strict=True))


def layer_weights(layer: nn.Module) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return W_xh ``[input, gates * hidden]``, W_hh ``[hidden, gates * hidden]`` and the two biases of a layer."""
    given = dict(layer.named_parameters())
    return given["weight_ih_l0"].t(), given["weight_hh_l0"].t(), given["bias_ih_l0"], given["bias_hh_l0"]


def _array(tensor: Tensor) -> Array:
    """Return a copy of a tensor in numpy."""
    array: Array = tensor.detach().cpu().contiguous().numpy().copy()
    return array
