"""Two kinds of models of a series of numbers: those that see a window, and those that carry a state (D2L 8.1).

*Autoregressive* models predict the next value from the last tau values: here a linear one, solved exactly, and the book's small
network. A *latent autoregressive* model sums up the whole past in a hidden state: here a small RNN. All are asked the same: from the
values so far, the values 1, 2, ... steps ahead. Beyond the first step they know no more values and take their own predictions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

Floats = npt.NDArray[np.float64]

# The book's network and its training.
_MLP_HIDDEN, _MLP_EPOCHS, _MLP_BATCH = 10, 5, 16
_RATE = 0.01
# The RNN learns from stretches; of each the first predictions, made from almost nothing, do not count.
_RNN_HIDDEN, _RNN_STEPS, _RNN_BATCH, _STRETCH, _UNCOUNTED, _THETA = 16, 160, 16, 40, 8, 1.0


class Forecaster(Protocol):
    """A fitted model."""

    @property
    def num_parameters(self) -> int:
        """How many numbers it has learned."""

    def ahead(self, series: Floats, most: int) -> Floats:
        """Return predictions ``[most, length]`` of a series ``[length]``.

        Entry ``[k - 1, i]`` is the value k steps after the i-th as predicted from the values up to the i-th, not a number where they
        are too few.
        """


class Linear(Forecaster):
    """x_t = w_1 x_{t-1} + ... + w_tau x_{t-tau} + b, by least squares.

    Args:
        series: learned from.
        tau: values in the window.
        residual: whether it predicts how far x_t lies from x_{t-1} instead of x_t itself: x_t = x_{t-1} + f(x_{t-1}, ..., x_{t-tau}).
    """

    def __init__(self, series: Floats, tau: int, *, residual: bool = False) -> None:
        past, next_values = windows(series, tau)
        columns = np.column_stack([past[:, ::-1], np.ones(len(past))])  # [windows, tau + 1], the newest value first
        wanted = next_values - past[:, -1] if residual else next_values
        self.residual = residual
        self.weights: Floats = np.linalg.lstsq(columns, wanted, rcond=None)[0].astype(np.float64)
        """w_1 .. w_tau and b, ``[tau + 1]``."""

    @property
    def num_parameters(self) -> int:
        return len(self.weights)

    def ahead(self, series: Floats, most: int) -> Floats:
        return fed_back(self._next, series, len(self.weights) - 1, most)

    def _next(self, past: Floats) -> Floats:
        found: Floats = past[:, ::-1] @ self.weights[:-1] + self.weights[-1]
        return past[:, -1] + found if self.residual else found


class MLP(Forecaster):
    """The book's network of one hidden layer on the last tau values, trained as in the book.

    Args:
        series: learned from.
        tau: values in the window.
        seed: of weights and order.
    """

    def __init__(self, series: Floats, tau: int, seed: int) -> None:
        self._tau, generator = tau, torch.Generator().manual_seed(seed)
        self._network = torch.nn.Sequential(
            torch.nn.Linear(tau, _MLP_HIDDEN), torch.nn.ReLU(), torch.nn.Linear(_MLP_HIDDEN, 1)
        )
        for name, values in self._network.named_parameters():
            if name.endswith("weight"):
                torch.nn.init.xavier_uniform_(values, generator=generator)
            else:
                torch.nn.init.zeros_(values)
        past, next_values = (_tensor(part) for part in windows(series, tau))
        optimizer = torch.optim.Adam(self._network.parameters(), lr=_RATE)
        for _ in range(_MLP_EPOCHS):
            for rows in torch.split(torch.randperm(len(past), generator=generator), _MLP_BATCH):
                _learn(optimizer, (self._network(past[rows])[:, 0] - next_values[rows]).square().mean())

    @property
    def num_parameters(self) -> int:
        return _count(self._network)

    def ahead(self, series: Floats, most: int) -> Floats:
        return fed_back(self._next, series, self._tau, most)

    def _next(self, past: Floats) -> Floats:
        with torch.inference_mode():
            return _array(self._network(_tensor(past))[:, 0])


class RNN(Forecaster):
    """A state in place of the window: h_t = tanh(W_xh x_t + W_hh h_{t-1} + b), x_{t+1} = W_hq h_t + b_q.

    Args:
        seed: of weights and stretches.
    """

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self._layer = torch.nn.RNN(1, _RNN_HIDDEN, batch_first=True)
        self._output = torch.nn.Linear(_RNN_HIDDEN, 1)
        for values in self._parameters:
            torch.nn.init.uniform_(values, -(_RNN_HIDDEN**-0.5), _RNN_HIDDEN**-0.5, generator=self._generator)

    @property
    def _parameters(self) -> list[Tensor]:
        return [*self._layer.parameters(), *self._output.parameters()]

    def learn(self, series: Floats) -> Iterator[float]:
        """Learn from random stretches of a series; yield how much is done, 0 to 1."""
        values, optimizer = _tensor(series), torch.optim.Adam(self._parameters, lr=_RATE)
        for step in range(_RNN_STEPS):
            begins = torch.randint(0, len(values) - _STRETCH, (_RNN_BATCH, 1), generator=self._generator)
            rows = values[begins + torch.arange(_STRETCH + 1)]  # [batch, stretch + 1]
            predicted = self._output(self._layer(rows[:, :-1, None])[0])[..., 0]
            _learn(optimizer, (predicted - rows[:, 1:])[:, _UNCOUNTED:].square().mean())
            yield (step + 1) / _RNN_STEPS

    @property
    def num_parameters(self) -> int:
        return sum(values.numel() for values in self._parameters)

    def ahead(self, series: Floats, most: int) -> Floats:
        found: list[Floats] = []
        with torch.inference_mode():
            states, _ = self._layer(_tensor(series)[None, :, None])
            state = states[0][None]  # [1, length, hidden]: from here on, every place of the series is a row
            for _ in range(most):
                predicted = self._output(state[0])  # [length, 1]
                found.append(_array(predicted[:, 0]))
                _, state = self._layer(predicted[:, None], state)
        return np.stack(found)


def windows(series: Floats, tau: int) -> tuple[Floats, Floats]:
    """Return all runs of tau values, the oldest first, ``[windows, tau]``, and the value after each, ``[windows]``."""
    runs = np.lib.stride_tricks.sliding_window_view(series, tau)
    return runs[:-1], series[tau:]


def fed_back(next_value: Any, series: Floats, tau: int, most: int) -> Floats:
    """Return what a window model predicts step after step, its own predictions taking the place of values.

    Args:
        next_value: from windows ``[windows, tau]``, the oldest value first, the next values ``[windows]``.
        series, most: as for `Forecaster.ahead`.
        tau: values in the window.
    """
    past = np.lib.stride_tricks.sliding_window_view(series, tau).copy()
    found = np.full((most, len(series)), np.nan)
    for step in range(most):
        found[step, tau - 1 :] = next_value(past)
        past = np.column_stack([past[:, 1:], found[step, tau - 1 :]])
    return found


def _learn(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], _THETA)
    optimizer.step()


def _count(network: nn.Module) -> int:
    return sum(values.numel() for values in network.parameters())


def _tensor(values: Floats) -> Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))


def _array(values: Tensor) -> Floats:
    return values.numpy().astype(np.float64)
