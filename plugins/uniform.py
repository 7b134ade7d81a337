"""The floor of sense: every token is equally likely, whatever came before.

Its perplexity is the size of the vocabulary (D2L 8.4.4). A model that does worse than this has learned something false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.language import both
from core.models.counting import CountModel
from core.models.protocol import About, Array, State
from core.text.sequences import Sequences
from core.training.counting import CountingLearner


@dataclass(frozen=True)
class Config:
    """There is nothing to choose."""


class Uniform(CountModel):
    """P(w | anything) = 1 / V."""

    about = About(
        name="uniform",
        title=both("Uniform", "均匀分布"),
        idea=both(
            "Guesses among all tokens with equal chances: the floor that every model must beat.",
            "对所有词元一视同仁地瞎猜：任何模型都应当超过的底线。",
        ),
        section="D2L 8.4.4",
    )
    Config = Config
    Learner = CountingLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._log_prob = -math.log(vocab_size)

    def learn(self, sequences: Sequences) -> None:
        """Learn nothing."""

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return -ln V for every token, ``[batch, time, vocab]``."""
        return np.full((*ids.shape, self.vocab_size), self._log_prob), state

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return -ln V for every target, ``[batch, time]``."""
        return np.full(targets.shape, self._log_prob), state

    def tensors(self) -> dict[str, Array]:
        """Return nothing."""
        return {}


PLUGIN = Uniform
