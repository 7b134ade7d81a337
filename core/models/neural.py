"""Base of the models that learn by gradient: a plug-in writes its parameters and its forward pass.

Parameters are a flat dictionary of named tensors. Inside, everything is PyTorch; at the border, everything is numpy.
Every state array has the batch on axis 0.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

import numpy as np

from core.errors import BadCheckpoint
from core.models.packed import Counts, alive_spans
from core.models.protocol import Array, LanguageModel, State
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor

TensorState: TypeAlias = "tuple[Tensor, ...]"


class Drop(Protocol):
    """Dropout, or nothing where nothing is being trained."""

    def __call__(self, activations: Tensor, part: float = 1.0) -> Tensor:
        """Return activations with some of them dropped: ``part`` of the usual share."""


def keep(activations: Tensor, part: float = 1.0) -> Tensor:
    """Return the activations as they are: dropout when nothing is being trained."""
    return activations


def dropout(probability: float, generator: torch.Generator) -> Drop:
    """Return dropout whose noise comes from ``generator`` (D2L 4.6), so that a resumed run repeats it exactly.

    Each activation is zero with the given probability; the rest grow by 1 / (1 - p), so the mean stays.
    """
    if probability == 0:
        return keep

    def drop(activations: Tensor, part: float = 1.0) -> Tensor:
        share = part * probability
        # Four times as fast as PyTorch's Bernoulli numbers, which on a CPU took an eighth of a training step.
        kept = torch.rand(activations.shape, generator=generator, device=activations.device) >= share
        return activations * (kept * (1 / (1 - share))).to(activations.dtype)

    return drop


class NeuralModel(LanguageModel):
    """A language model with parameters that gradients can change.

    A plug-in writes `shapes`, `initial_values`, `zero_state` and `forward`; everything else is here.
    """

    state_names: ClassVar[tuple[str, ...]] = ()
    """What the parts of a state are called that gradients flow through, each by its name in `about.trace`."""

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._parameters: dict[str, Tensor] | None = None

    # What a plug-in writes.

    @abstractmethod
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter, without allocating any."""

    @abstractmethod
    def initial_values(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Return the values of one parameter before training."""

    @abstractmethod
    def zero_state(self, batch: int) -> TensorState:
        """Return the state before any token; each tensor ``[batch, ...]``."""

    @abstractmethod
    def forward(self, ids: Tensor, state: TensorState, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        """Return the logits ``[batch, time, vocab]`` after ids ``[batch, time]``, and the new state."""

    # What the base does with it.

    def forward_packed(self, ids: Tensor, lengths: Counts, drop: Drop = keep) -> tuple[Tensor, TensorState]:
        """Read rows of unequal length from their beginning, no padding with them; a model may know a faster way than this one.

        Args:
            ids: ``[batch, time]``, the longest row first.
            lengths: how many ids of each row are real, ``[batch]``, falling, each at least 1.
            drop: dropout while training.

        Returns:
            The logits after every real id, ``[cells, vocab]``: of the first step of all rows, then of the second of those that have
            one, and so on. And each row's state after its own last id.
        """
        state, logits = self.zero_state(len(ids)), []
        ended: list[TensorState] = []
        for begin, end, alive in alive_spans(lengths):
            ended.append(tuple(part[alive:] for part in state))
            state = tuple(part[:alive] for part in state)
            read, after = self.forward(ids[:alive, begin:end], state, drop)  # [alive, end - begin, vocab]
            state = tuple(new.to(old.dtype) for new, old in zip(after, state, strict=True))
            logits.append(read.transpose(0, 1).flatten(0, 1))
        return torch.cat(logits), tuple(torch.cat(parts) for parts in zip(state, *reversed(ended), strict=True))

    @property
    def parameters(self) -> dict[str, Tensor]:
        """All parameters by name; made from the seed when they are first needed."""
        if self._parameters is None:
            generator = torch.Generator().manual_seed(self.seed)
            values = {name: self.initial_values(name, shape, generator) for name, shape in self.shapes().items()}
            self.adopt(values)
        assert self._parameters is not None
        return self._parameters

    def adopt(self, values: dict[str, Tensor]) -> None:
        """Make the given tensors the model's parameters."""
        self._parameters = {name: value.requires_grad_() for name, value in values.items()}
        self.weights_changed()

    def weights_changed(self) -> None:
        """Forget whatever was derived from the weights; called after every change of them."""

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return next(iter(self.parameters.values())).device

    def to(self, device: str) -> None:
        """Move the parameters to ``device`` ("cpu", "cuda")."""
        if self.device.type != device:
            self.adopt({name: value.detach().to(device) for name, value in self.parameters.items()})

    def initial_state(self, batch: int) -> State:
        return tuple(part.cpu().numpy() for part in self.zero_state(batch))

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        with torch.inference_mode():
            logits, after = self.forward(self._ids(ids), self._state(state))
            log_probs = torch.log_softmax(logits, dim=-1)
            return log_probs.cpu().numpy(), tuple(part.cpu().numpy() for part in after)

    def logits(self, ids: Array) -> Array | None:
        with torch.inference_mode():
            return self.forward(self._ids(np.asarray(ids)[None]), self.zero_state(1))[0][0].cpu().numpy()

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        with torch.inference_mode():
            logits, after = self.forward(self._ids(inputs), self._state(state))
            nats = token_losses(logits, self._ids(targets))
            return -nats.cpu().numpy().astype(np.float64), tuple(part.cpu().numpy() for part in after)

    def _ids(self, ids: Array) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(ids, dtype=np.int64)).to(self.device)

    def _state(self, state: State) -> TensorState:
        # A copy, for the layers of PyTorch may keep a reference to what they are given.
        return tuple(torch.from_numpy(np.array(part)).to(self.device) for part in state)

    def tensors(self) -> dict[str, Array]:
        return {name: value.detach().cpu().numpy().copy() for name, value in self.parameters.items()}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        check_tensors(self.shapes(), tensors)
        # In the order of `shapes`: the norm of the gradient is added up in it, and a resumed run must not differ.
        values = {name: torch.from_numpy(np.array(tensors[name], dtype=np.float32)) for name in self.shapes()}
        # What has been moved to a GPU stays there.
        self.adopt({name: value.to(self.device) for name, value in values.items()} if self._parameters else values)

    @property
    def num_parameters(self) -> int:
        return sum(int(np.prod(shape)) for shape in self.shapes().values())


def token_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """Return -log p of every target in nats: logits ``[batch, time, vocab]``, targets ``[batch, time]``."""
    flat = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return flat.view(targets.shape)  # [batch, time]


def check_tensors(shapes: dict[str, tuple[int, ...]], tensors: dict[str, Array]) -> None:
    """Raise BadCheckpoint unless the tensors have exactly the given names and shapes and are finite floats."""
    missing, foreign = sorted(shapes.keys() - tensors.keys()), sorted(tensors.keys() - shapes.keys())
    if missing or foreign:
        raise BadCheckpoint(
            f"The checkpoint's tensors do not fit its model: missing {missing}, not expected {foreign}. "
            "Take a checkpoint of this model, or correct 'model' in config.json.",
            f"检查点的张量与模型不符：缺少 {missing}，多出 {foreign}。请换用该模型的检查点，或更正 config.json 中的 model。",
        )
    for name, shape in shapes.items():
        array = tensors[name]
        if array.shape != shape or array.dtype.kind != "f":
            raise BadCheckpoint(
                f"Tensor '{name}' is {array.dtype} {list(array.shape)}, but its config asks for floats {list(shape)}. "
                "The checkpoint is damaged or was edited; take it again from its source.",
                f"张量“{name}”为 {array.dtype} {list(array.shape)}，而配置要求浮点数 {list(shape)}。检查点已损坏或被改动，请重新获取。",
            )
        if not np.isfinite(array).all():
            raise BadCheckpoint(
                f"Tensor '{name}' holds values that are not finite. The checkpoint is damaged; take it again.",
                f"张量“{name}”含有非有限值。检查点已损坏，请重新获取。",
            )
