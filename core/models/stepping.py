"""One step after the other, fast on a processor: how recurrent models write and read a text.

A recurrence cannot skip ahead: H_t needs H_{t-1}, so one text is a chain of small products, and what is around them
counts. What is done about it, all in plain numpy:

* The first layer's share of the input is a row that the id picks, with embedding and biases already in it.
* The gates lie one behind the other, ``[gates, batch, hidden]``: each is one block of memory, and so is its part of W_hh.
  OpenBLAS does not split products so small between threads that would wait for each other, and takes up to a million
  multiplications with a kernel that does not rearrange its operands first; for more rows W_hh is cut further.
* sigmoid(x) = (1 + tanh(x / 2)) / 2: with the sigmoids' weights halved beforehand, one tanh serves all gates.
* The arrays of a step are written in place and are new at every step, so one stepper serves many writers at once.
* While reading, the output's product is made for many steps together, and only the targets' log-probabilities are kept.

A cell's equations stand in its plug-in twice, for the reader and in place; tests hold the two equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.models.protocol import Array

Parts: TypeAlias = tuple[Array, ...]
"""A layer's state, the hidden state first, each ``[batch, hidden]``."""

Advance: TypeAlias = Callable[[Array, Array, Parts], Parts]
"""A cell in place: X's and H's share, each ``[gates, batch, hidden]``, and the state before give the state after.

H's share may be overwritten, X's share and the state may not.
"""

HALF = np.array(0.5, dtype=np.float32)
"""An array, because numpy turns a Python number into one at every use."""

# OpenBLAS takes its kernel for small products up to this many multiplications; columns fewer than these do not pay.
_SMALL_PRODUCT = 1_000_000
_FEWEST_COLUMNS = 32
# Sequences that are read side by side: their gates stay in the processor's nearest caches.
_ROWS_AT_ONCE = 16
# Steps that share one product of the output, fewer where it would hold more logits than these (16 MB).
_STEPS_AT_ONCE = 256
_LOGITS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Cell:
    """A cell's in-place form, and how it wants its gates laid out.

    Attributes:
        advance: the equations.
        order: the gates by their place in the weights, in the order in which ``advance`` wants them: sigmoids first.
        sigmoids: how many of them are sigmoids; they arrive halved.
        adds: whether ``advance`` only ever adds H's share to X's; then the biases of both are in X's.
    """

    advance: Advance
    order: tuple[int, ...] = (0,)
    sigmoids: int = 0
    adds: bool = True

    def laid_out(self, weights: Array) -> Array:
        """Return weights ``[rows, gates * hidden]`` as ``[gates, rows, hidden]``, in order and halved."""
        gates = weights.reshape(len(weights), len(self.order), -1).transpose(1, 0, 2)
        arranged = np.array(gates[list(self.order)], order="C")  # a copy, each gate's weights together
        arranged[: self.sigmoids] *= 0.5
        return arranged


@dataclass(frozen=True, eq=False)
class Layer:
    """The weights of a layer, as `Cell.laid_out` has them.

    Attributes:
        W_xh: ``[gates, input, hidden]``.
        W_hh: ``[gates, hidden, hidden]``.
        b_x: ``[gates, 1, hidden]``, what is added to ``X W_xh``.
        b_h: ``[gates, 1, hidden]``, what is added to ``H W_hh``; None where all of it is in ``b_x``.
    """

    W_xh: Array
    W_hh: Array
    b_x: Array
    b_h: Array | None


class Stepper:
    """A recurrent network's weights, laid out for single steps. It keeps nothing else.

    Args:
        cell: of all layers.
        weights: of every layer W_xh ``[input, gates * hidden]``, W_hh ``[hidden, gates * hidden]`` and the biases b_x and
            b_h, the gates side by side.
        embedding: ``[vocab, input]``; None where the input is the one-hot vector.
        W_hq, b_q: the output layer, ``[hidden, vocab]`` and ``[vocab]``.
    """

    def __init__(
        self,
        cell: Cell,
        weights: Sequence[tuple[Array, Array, Array, Array]],
        embedding: Array | None,
        W_hq: Array,
        b_q: Array,
    ) -> None:
        self._cell = cell
        self._layers: list[Layer] = []
        for number, (W_xh, W_hh, b_x, b_h) in enumerate(weights):
            bias = b_x + b_h if cell.adds else b_x
            if number == 0:  # X's whole share of every token, [vocab, gates, 1, hidden]
                shares = (W_xh if embedding is None else embedding @ W_xh) + bias
                self._first = np.ascontiguousarray(cell.laid_out(shares).transpose(1, 0, 2))[:, :, None]
            own = None if cell.adds else cell.laid_out(b_h[None])
            self._layers.append(Layer(cell.laid_out(W_xh), cell.laid_out(W_hh), cell.laid_out(bias[None]), own))
        self._W_hq, self._b_q = np.array(W_hq, order="C"), b_q.copy()

    def step(self, ids: Array, state: Sequence[Parts]) -> tuple[Array, list[Parts]]:
        """Read one more id of each sequence.

        Args:
            ids: ``[batch]``.
            state: of every layer.

        Returns:
            The log-probabilities of what follows, ``[batch, vocab]``, and every layer's new state.
        """
        after: list[Parts] = []
        for layer, before in zip(self._layers, state, strict=True):
            XW = after[-1][0] @ layer.W_xh + layer.b_x if after else self._rows(ids)  # [gates, batch, hidden]
            after.append(self._advance(layer, XW, before))
        logits = after[-1][0] @ self._W_hq  # [batch, vocab]
        logits += self._b_q
        return _log_softmax(logits), after

    def score(
        self, inputs: Array, targets: Array, state: Sequence[Parts]
    ) -> tuple[npt.NDArray[np.float64], list[Parts]]:
        """Return the log-probability of each target after its input, both ``[batch, time]``, and every layer's new state."""
        scores = np.empty(inputs.shape)
        parts = [slice(begin, begin + _ROWS_AT_ONCE) for begin in range(0, len(inputs), _ROWS_AT_ONCE)]
        ends = []
        for rows in parts:
            own = [tuple(part[rows] for part in layer) for layer in state]
            scores[rows], end = self._score_rows(inputs[rows], targets[rows], own)
            ends.append(end)
        if len(ends) == 1:
            return scores, ends[0]
        return scores, [tuple(map(np.concatenate, zip(*layer, strict=True))) for layer in zip(*ends, strict=True)]

    def _score_rows(
        self, inputs: Array, targets: Array, state: list[Parts]
    ) -> tuple[npt.NDArray[np.float64], list[Parts]]:
        """Score a few sequences, many steps at a time, layer after layer."""
        batch, time = inputs.shape
        scores = np.empty((batch, time))
        steps = max(1, min(_STEPS_AT_ONCE, _LOGITS_AT_ONCE // (batch * len(self._b_q))))
        for begin in range(0, time, steps):
            part = slice(begin, begin + steps)
            H = np.empty((0, 0))
            for number, layer in enumerate(self._layers):
                shares = _shares(layer, H, batch) if number else map(self._rows, inputs[:, part].T)
                H, state[number] = self._run(layer, shares, state[number])  # [time * batch, hidden]
            logits = H @ self._W_hq
            logits += self._b_q
            chosen = _chosen(logits, targets[:, part].T.ravel())  # [time * batch]
            scores[:, part] = chosen.reshape(-1, batch).T
        return scores, state

    def _run(self, layer: Layer, shares: Iterable[Array], state: Parts) -> tuple[Array, Parts]:
        """Run one layer over X's share of one step after the other; return all H ``[time * batch, hidden]``, the new state."""
        outputs = []
        for XW in shares:
            state = self._advance(layer, XW, state)
            outputs.append(state[0])
        return np.concatenate(outputs), state

    def _rows(self, ids: Array) -> Array:
        """Return the first layer's X share of ids ``[batch]``: ``[gates, batch, hidden]``."""
        if len(ids) == 1:  # a view instead of a copy
            one: Array = self._first[ids[0]]
            return one
        return self._first[ids, :, 0].transpose(1, 0, 2)

    def _advance(self, layer: Layer, XW: Array, state: Parts) -> Parts:
        HW = _product(state[0], layer.W_hh)  # [gates, batch, hidden]
        if layer.b_h is not None:
            HW += layer.b_h
        return self._cell.advance(XW, HW, state)


def _shares(layer: Layer, X: Array, batch: int) -> Iterator[Array]:
    """Yield X's share of every step, ``[gates, batch, hidden]``: one product for all of X ``[time * batch, input]``."""
    XW = X @ layer.W_xh
    XW += layer.b_x
    for begin in range(0, len(X), batch):
        yield XW[:, begin : begin + batch]


def _product(H: Array, W_hh: Array) -> Array:
    """Return ``H W_hh``: ``[batch, hidden]`` times ``[gates, hidden, hidden]``, in pieces that suit OpenBLAS."""
    batch = len(H)
    if batch == 1:
        return H @ W_hh
    gates, hidden, columns = W_hh.shape
    while batch * hidden * columns > _SMALL_PRODUCT and columns % 2 == 0:
        columns //= 2
    if columns == hidden or columns < _FEWEST_COLUMNS:
        return H @ W_hh
    product = np.empty((gates, batch, hidden), dtype=W_hh.dtype)
    W_pieces = W_hh.reshape(gates, hidden, -1, columns).transpose(0, 2, 1, 3)  # [gates, pieces, hidden, columns]
    np.matmul(H, W_pieces, out=product.reshape(gates, batch, -1, columns).transpose(0, 2, 1, 3))
    return product


def _log_softmax(logits: Array) -> Array:
    """Turn logits ``[batch, vocab]`` into log-probabilities, in place."""
    if len(logits) == 1:  # the same in fewer and cheaper calls
        one = logits[0]
        one -= one[one.argmax()]
        one -= math.log(np.add.reduce(np.exp(one), dtype=np.float64))
        return logits
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True, dtype=np.float64)).astype(logits.dtype)
    return logits


def _chosen(logits: Array, targets: Array) -> npt.NDArray[np.float64]:
    """Return the log-probability of one target for each row of logits ``[rows, vocab]``, which are overwritten."""
    logits -= logits.max(axis=1, keepdims=True)
    wanted = logits[np.arange(len(logits)), targets].astype(np.float64)
    totals = np.exp(logits, out=logits).sum(axis=1, dtype=np.float64)
    scores: npt.NDArray[np.float64] = wanted - np.log(totals)
    return scores
