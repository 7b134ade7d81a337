"""Shannon's game: whoever guesses letters tells how uncertain he is, without knowing any probability.

A reader guesses the next character until he is right. The number of guesses at every place is enough to write the text
down again, for a twin who guesses alike; so its entropy is that of the text. From the share q_i of places that took i
guesses Shannon bounds the reader's bits per character:

    sum_i i (q_i - q_{i+1}) log2 i  <=  H  <=  - sum_i q_i log2 q_i

The upper one needs no more than that; the lower one needs a reader whose guesses go down in probability, so that q falls.
Source: Shannon, "Prediction and entropy of printed English" (1951); D2L 8.4.4 asks for the same number of a model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadText


@dataclass(frozen=True)
class GuessBounds:
    """What the numbers of guesses say.

    Attributes:
        lower, upper: bounds of the guesser's bits per character.
        bias_bits: by about how much ``upper`` is too low after so few places (Miller 1955).
        places: how many were guessed.
        first: share of them that were right at the first guess.
        mean: guesses a place.
    """

    lower: float
    upper: float
    bias_bits: float
    places: int
    first: float
    mean: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "lower": self.lower, "upper": self.upper, "bias_bits": self.bias_bits, "places": self.places,
            "first": self.first, "mean": self.mean,
        }  # fmt: skip


def guess_bounds(guesses: Sequence[int]) -> GuessBounds:
    """Return what the numbers of guesses, one for each place and each at least 1, say of the guesser.

    The shares are first put into falling order, as they are in the long run: after few places a chance gap in them would
    lift the lower bound above the upper one. It can only make the lower bound lower.

    Raises:
        BadText: no place, or less than one guess at a place.

    >>> bounds = guess_bounds([1, 1, 2, 2])  # q = 1/2, 1/2: as unsure as a coin
    >>> bounds.lower, bounds.upper
    (1.0, 1.0)
    """
    numbers = np.asarray(guesses, dtype=np.int64)
    if not len(numbers) or numbers.min() < 1:
        raise BadText(
            "Bounds need at least one place, and at least one guess at each. Guess a character first.",
            "计算上下界至少需要一处，且每处至少猜一次。请先猜一个字符。",
        )
    shares = np.bincount(numbers)[1:] / len(numbers)
    lower, upper = bounds_of_shares(-np.sort(-shares))
    bias = float(np.count_nonzero(shares) - 1) / (2 * len(numbers) * math.log(2))
    return GuessBounds(lower, upper, bias, len(numbers), float(shares[0]), float(numbers.mean()))


def bounds_of_shares(shares: npt.ArrayLike) -> tuple[float, float]:
    """Return the lower and the upper bound of the shares q_1, q_2 ... of places, ``[most guesses]``.

    >>> bounds_of_shares([1.0])
    (0.0, 0.0)
    """
    q = np.append(np.asarray(shares, dtype=np.float64), 0.0)
    i = np.arange(1, len(q))
    lower = float(np.sum(i * (q[:-1] - q[1:]) * np.log2(i)))
    some = q[q > 0]
    return lower, float(-(some @ np.log2(some))) + 0.0


def ranks_of(log_probs: npt.ArrayLike, targets: Sequence[int], barred: int | None = None) -> list[int]:
    """Return which guess of a model would have been right at every place: of equal ones the lower id is guessed first.

    Args:
        log_probs: of every place ``[time, vocab]``.
        targets: ids of what stands there ``[time]``.
        barred: an id that is never guessed, such as that of ``<unk>``.

    >>> ranks_of(np.log([[0.5, 0.3, 0.2], [0.2, 0.4, 0.4]]), [1, 2])
    [2, 2]
    """
    scores, ids = np.array(log_probs, dtype=np.float64), np.asarray(targets, dtype=np.int64)
    if barred is not None:
        scores[:, barred] = np.nan  # before nothing, and nothing before it
    own = scores[np.arange(len(ids)), ids][:, None]
    before = (scores > own) | ((scores == own) & (np.arange(scores.shape[1]) < ids[:, None]))
    ranks = 1 + before.sum(axis=1)
    ranks[np.isnan(own[:, 0])] = scores.shape[1]  # found after everything else has been guessed
    return [int(rank) for rank in ranks]
