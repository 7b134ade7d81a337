"""Fitting a gate round by round: what the members say of a text is heard first, then every round makes the gate better.

An interrupted run keeps neither what was heard nor the rounds: both are the same every time, and are made again when it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.models.gate import Gate
from core.models.interpolation import Floats
from core.models.protocol import Array, State
from core.text.batching import Window
from core.training.gating import Heard, fitting_gates, heard, joined

# Log-probabilities of all members that a gate is fitted to (256 MB); of a longer text evenly spread places are taken.
_MOST_NUMBERS = 64_000_000


@dataclass(frozen=True)
class Round:
    """One round of fitting a gate."""

    number: int


class Gated(Protocol):
    """What can be fitted so."""

    def said(self, ids: Array, state: State) -> tuple[list[Array], list[Array | None], State]:
        """Return each member's log-probabilities ``[batch, time, vocab]`` after each of ids, its evidence, and the state."""

    def use_gate(self, gate: Gate, weights: Floats) -> None:
        """Weigh the members by a gate from now on; ``weights [members + 1]`` are the means of its shares."""


class GateRounds:
    """Hears a text and fits a gate to it.

    Args:
        initial_state: of the model, for so many sequences.
        model: whose gate is fitted.
    """

    def __init__(self, initial_state: Callable[[int], State], model: Gated) -> None:
        self._initial_state, self._model = initial_state, model
        self.begin([], 0, 0)

    def begin(self, windows: Sequence[Window], places: int, seed: int) -> None:
        """Get ready for a text.

        Args:
            windows: of it, in order.
            places: how many targets they have in all.
            seed: of the gate.
        """
        self._windows, self._places, self._seed = windows, places, seed
        self._heard: list[Heard] = []
        self._num_heard = 0
        self._state: State | None = None
        self._all: Heard | None = None
        self._rounds: Iterator[tuple[Gate, float, float]] = iter(())
        self._done, self._loss = 0, float("nan")

    def hear(self, window: Window) -> None:
        """Let the members read a window, and keep what they say at some of its places."""
        fresh = bool(window.fresh.all())
        if not fresh and self._state is None:
            return  # an interrupted run goes on: `round` will read everything again
        state = self._initial_state(len(window.fresh)) if fresh or self._state is None else self._state
        said, met, self._state = self._model.said(window.inputs, state)
        chosen = window.mask if window.mask is not None else np.ones(window.targets.shape, dtype=bool)
        every = max(1, -(-self._places * len(said) * said[0].shape[-1] // _MOST_NUMBERS))  # rounded up
        order = self._num_heard + np.cumsum(chosen.ravel()).reshape(chosen.shape) - 1
        kept = chosen & (order % every == 0)
        evidence = [None if each is None else each[kept] for each in met]
        self._heard.append(heard([each[kept] for each in said], evidence, window.targets[kept]))
        self._num_heard += int(chosen.sum())

    def round(self, number: int) -> float:
        """Make all rounds up to this one; return the loss after the last that was needed, in nats a token."""
        if self._all is None:
            self._hear_all()
        assert self._all is not None
        for _ in range(self._done, number + 1):
            found = next(self._rounds, None)
            if found is None:
                break  # nothing more is gained
            gate, self._loss, _ = found
            self._model.use_gate(gate, gate(self._all.shown)[0].mean(axis=0))
        self._done = number + 1
        return self._loss

    def _hear_all(self) -> None:
        """Bring together what was heard, after reading again if the run was interrupted meanwhile."""
        if self._num_heard < self._places:
            self.begin(self._windows, self._places, self._seed)
            for window in self._windows:
                self.hear(window)
        self._all, self._heard = joined(self._heard), []
        self._rounds = fitting_gates(self._all, self._seed)
