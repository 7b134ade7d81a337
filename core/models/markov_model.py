"""Base of the models whose last n - 1 ids decide what comes next: Markov chains of order n - 1 (D2L 8.3.1).

What stands here is the same however such a model comes to its probabilities: the state, the frame around a text, and scoring a
long text in parts.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from core.models.counting import CountModel
from core.models.framing import Framing
from core.models.protocol import Array, State

# Targets that `score` looks up at once; a dozen arrays of this size are held meanwhile.
_SCORED_AT_ONCE = 1 << 18


class MarkovModel(CountModel):
    """The state is the last n - 1 ids, ``[batch, n - 1]``, -1 where nothing stands yet. Settings: ``order``, ``framing``."""

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._remembers: int = config.order - 1
        self._framing = Framing(vocab_size, config.framing == "kenlm")

    @abstractmethod
    def _scored(self, opened: Array, targets: Array) -> Array:
        """Return ln P of targets ``[batch, time]``; ``opened [batch, n - 1 + time]`` is what stood before each, framed."""

    def initial_state(self, batch: int) -> State:
        """Return -1 for each of the n - 1 ids that have not been read."""
        return (np.full((batch, self._remembers), -1, dtype=np.int32),)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln P(target) only, without the other V - 1 words; ``[batch, time]``."""
        log_probs = np.empty(targets.shape)
        at_once = max(1, _SCORED_AT_ONCE // max(1, len(targets)))
        for begin in range(0, targets.shape[1], at_once):
            part = slice(begin, begin + at_once)
            joined = np.concatenate([state[0], inputs[:, part]], axis=1)
            log_probs[:, part] = self._scored(self._framing.opened(joined), targets[:, part])
            state = self._state_after(joined)
        return log_probs, state

    @property
    def context_length(self) -> int:
        """The last n - 1 ids decide; at least the one that was just read is given."""
        return max(1, self._remembers)

    def _context(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Return the context that the last ids of a text are, framed where the text begins in it."""
        read = [-1] * (self._remembers - len(ids)) + list(ids[max(0, len(ids) - self._remembers) :])
        return self._framing.context(read, self._remembers)

    def _state_after(self, joined: Array) -> State:
        """Return the last n - 1 of ids ``[batch, n - 1 + time]``."""
        return (joined[:, joined.shape[1] - self._remembers :].astype(np.int32),)

    def _traced(self, ids: Array) -> tuple[Array, Array, Array]:
        """Return ids ``[1, n - 1 + time]`` of a text as read, what came next ``[1, time]``, and where contexts stand ``[time, n - 1]``."""
        joined = np.concatenate([self.initial_state(1)[0], np.asarray(ids, dtype=np.int32)[None, :]], axis=1)
        targets = np.append(joined[:, self._remembers + 1 :], np.zeros((1, min(1, len(ids))), np.int32), axis=1)
        places = np.arange(len(ids))[:, None] + 1 + np.arange(self._remembers)
        return joined, targets, places


def by_length(arrays: list[Array]) -> Array:
    """Put arrays ``[1, time]``, one for each context length, side by side: ``[time, n]``."""
    return np.concatenate(arrays, axis=0).T.copy()
