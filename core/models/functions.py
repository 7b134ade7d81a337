"""The functions that a recurrent cell's equations need, so that they are written once for numpy and for PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.models.protocol import Array
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


class Functions(Protocol):
    """The functions that a cell's equations need, in numpy or in PyTorch."""

    def tanh(self, x: Any) -> Any:
        """Return tanh of every number."""

    def sigmoid(self, x: Any) -> Any:
        """Return 1 / (1 + exp(-x)) of every number."""

    def split(self, x: Any, parts: int) -> Any:
        """Cut the last axis into equal parts."""


class NumpyFunctions:
    """A cell's functions on numpy arrays: no graph, little overhead, good for one step at a time."""

    def tanh(self, x: Array) -> Array:
        """Return tanh of every number."""
        return np.tanh(x)

    def sigmoid(self, x: Array) -> Array:
        """Return the logistic function of every number, as tanh so that nothing overflows."""
        return 0.5 * np.tanh(0.5 * x) + 0.5

    def split(self, x: Array, parts: int) -> list[Array]:
        """Cut the last axis into equal parts (views)."""
        size = x.shape[-1] // parts
        return [x[..., part * size : (part + 1) * size] for part in range(parts)]


class TorchFunctions:
    """A cell's functions on PyTorch tensors, with gradients."""

    def tanh(self, x: Tensor) -> Tensor:
        """Return tanh of every number."""
        return torch.tanh(x)

    def sigmoid(self, x: Tensor) -> Tensor:
        """Return the logistic function of every number."""
        return torch.sigmoid(x)

    def split(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """Cut the last axis into equal parts."""
        return x.chunk(parts, dim=-1)
