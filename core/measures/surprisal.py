"""Surprise, token by token: -log2 p, in bits (Shannon 1948).

A token that the model gave one chance in two surprises by 1 bit, one in 256 by 8 bits. Colours and patterns of the page
use six fixed classes that are never fitted to a text, so that two pictures can always be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.models.likeliest import top_ids
from core.models.protocol import Array

# Upper bounds of the first five classes in bits, each inclusive; the sixth has none.
CLASS_BOUNDS = (1.0, 2.0, 4.0, 8.0, 12.0)


def surprise_bits(log_probs: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the surprise in bits of natural log-probabilities; infinite for the impossible.

    >>> surprise_bits(np.log([0.5, 1 / 256])).round(9).tolist()
    [1.0, 8.0]
    """
    return -np.asarray(log_probs, dtype=np.float64) / math.log(2) + 0.0  # + 0.0: certainty is 0, not -0


def surprise_classes(bits: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the class, 0 to 5, of each surprise: up to 1, 1-2, 2-4, 4-8, 8-12, more than 12 bits.

    >>> surprise_classes([0.3, 1.0, 1.5, 12.0, 12.1, float("inf")]).tolist()
    [0, 0, 1, 4, 5, 5]
    """
    return np.searchsorted(CLASS_BOUNDS, np.asarray(bits, dtype=np.float64), side="left").astype(np.int64)


@dataclass(frozen=True)
class Candidate:
    """A token that could come next."""

    id: int
    token: str
    probability: float
    log_prob: float

    @property
    def bits(self) -> float:
        """How much it would surprise."""
        return -self.log_prob / math.log(2) + 0.0


@dataclass(frozen=True)
class NextTokens:
    """A model's choices at one place.

    Attributes:
        candidates: the likeliest, best first; of equal ones the lower id first.
        entropy_bits: the mean surprise to expect here, over the whole vocabulary.
    """

    candidates: tuple[Candidate, ...]
    entropy_bits: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the log-probability of an impossible token is None."""
        listed = [
            {
                "id": each.id,
                "token": each.token,
                "probability": each.probability,
                "log_prob": each.log_prob if math.isfinite(each.log_prob) else None,
            }
            for each in self.candidates
        ]
        return {"candidates": listed, "entropy_bits": self.entropy_bits}


def next_tokens(log_probs: Array, tokens: Sequence[str], top: int = 20) -> NextTokens:
    """Return the likeliest next tokens of a distribution.

    Args:
        log_probs: the model's natural log-probabilities ``[vocab]``.
        tokens: the vocabulary, by id.
        top: how many candidates.
    """
    values = np.asarray(log_probs, dtype=np.float64)
    candidates = tuple(
        Candidate(int(id_), tokens[id_], math.exp(values[id_]), float(values[id_])) for id_ in top_ids(values, top)
    )
    return NextTokens(candidates, entropy_bits(values))


def entropy_bits(log_probs: Array) -> float:
    """Return -sum p log2 p of one distribution ``[vocab]``; what is impossible adds nothing.

    >>> round(entropy_bits(np.log(np.full(8, 1 / 8))), 9)
    3.0
    """
    possible = np.asarray(log_probs, dtype=np.float64)
    possible = possible[possible > -np.inf]
    return float(np.exp(possible) @ surprise_bits(possible))
