"""Smoothing: how counts become probabilities, and what is left for words that were never seen (D2L 8.3.1).

Every smoothing here has one form. After a context c

    P(w | c) = own(cw) + rest(c) * P(w | c without its oldest token)

``own`` is what the n-gram cw itself earns, ``rest`` is the weight that is left to the shorter context, and so on down to
the empty context and at last to the uniform distribution 1 / V. A context that was never seen says nothing: all weight
goes to the shorter one. So a smoothing is one small object that turns the tally of each length into these two arrays, and
who evaluates them - for all words, for one word, for a picture of the back-off path - need not know which one it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.models.tallies import Floats, Tally


@dataclass(frozen=True)
class Weights:
    """What the n-grams of one length earn, and what their contexts leave.

    Attributes:
        own: share of each n-gram, ``[m + 1]``, 0 for the extra one.
        rest: weight that each context leaves to the shorter one, ``[contexts + 1]``; with the shares behind it it makes 1.
    """

    own: Floats
    rest: Floats


class Smoothing(ABC):
    """One way to turn counts into probabilities."""

    recursive: ClassVar[bool] = True
    """Whether the rest goes to the next shorter context; else straight to the uniform distribution, and only the
    longest context that there is room for is asked."""

    interpolates: ClassVar[bool] = True
    """Whether a seen word gets its own share and a part of the rest; else its own share alone, and the sum is not 1."""

    predecessors: ClassVar[bool] = False
    """Whether shorter n-grams are counted by what stood before them, see `core.models.tallies`."""

    @abstractmethod
    def weights(self, tally: Tally) -> Weights:
        """Return the weights of the n-grams of one length."""


def _shares(tally: Tally, beside: Floats | float = 0.0) -> Floats:
    """Return ``n(cw) / (N(c) + beside(c))`` for every n-gram, 0 where nothing was counted."""
    sums = np.broadcast_to(tally.totals + beside, tally.totals.shape)
    return divided(tally.counts.astype(np.float64), sums[tally.contexts])


def divided(above: Floats, below: Floats) -> Floats:
    """Return the quotient, 0 where nothing stands below."""
    return np.divide(above, below, out=np.zeros_like(below), where=below > 0)


class NoSmoothing(Smoothing):
    """Maximum likelihood n(cw) / N(c): what was never seen after a seen context is impossible."""

    def weights(self, tally: Tally) -> Weights:
        """Return n / N, and no rest."""
        return Weights(_shares(tally), np.zeros_like(tally.totals))


class AddK(Smoothing):
    """(n(cw) + k) / (N(c) + k V), Laplace's rule for k = 1: every word is taken to have been seen k times more.

    Written in the common form: n / (N + k V) + k V / (N + k V) * 1 / V.
    """

    recursive = False

    def __init__(self, k: float, vocab_size: int) -> None:
        self._added = k * vocab_size

    def weights(self, tally: Tally) -> Weights:
        """Return n / (N + k V), and k V / (N + k V) to be shared out evenly."""
        return Weights(_shares(tally, self._added), self._added / (tally.totals + self._added))


class Recursive(Smoothing):
    """(n(cw) + e P(w | shorter c)) / (N(c) + e): the book's own smoothing, e pretended tokens for each context (D2L 8.3.1).

    As e grows it becomes the shorter context's distribution. One e for every length; the last one serves longer ones.
    """

    def __init__(self, epsilons: Sequence[float]) -> None:
        self._epsilons = tuple(epsilons)

    def weights(self, tally: Tally) -> Weights:
        """Return n / (N + e) and e / (N + e)."""
        epsilon = self._epsilons[min(tally.length, len(self._epsilons) - 1)]
        return Weights(_shares(tally, epsilon), epsilon / (tally.totals + epsilon))


class WittenBell(Smoothing):
    """(n(cw) + T(c) P(w | shorter c)) / (N(c) + T(c)).

    The chance of something new is judged by how often something new has come so far: T(c) times in N(c).
    Source: Witten and Bell, "The zero-frequency problem" (1991), method C; interpolated as in Chen and Goodman (1998).
    """

    def weights(self, tally: Tally) -> Weights:
        """Return n / (N + T) and T / (N + T)."""
        return Weights(_shares(tally, tally.types), divided(tally.types, tally.totals + tally.types))


class JelinekMercer(Smoothing):
    """(1 - l) n(cw) / N(c) + l P(w | shorter c), one weight l for each length of context.

    The weights are fitted on a part of the text that was not counted (`core.models.mixing`): on the counted one the longest
    context would always be right. Source: Jelinek and Mercer (1980).
    """

    def __init__(self, lambdas: Sequence[float]) -> None:
        self.lambdas = tuple(lambdas)

    def weights(self, tally: Tally) -> Weights:
        """Return (1 - l) n / N and l."""
        left = self.lambdas[tally.length]
        return Weights((1.0 - left) * _shares(tally), np.full_like(tally.totals, left))


class StupidBackOff(Smoothing):
    """n(cw) / N(c) where cw was seen, else 0.4 times the score with the shorter context.

    The scores do not sum to 1, so they are no probabilities. Source: Brants et al., "Large language models in machine
    translation" (2007).
    """

    interpolates = False
    FACTOR = 0.4

    def weights(self, tally: Tally) -> Weights:
        """Return n / N and 0.4."""
        return Weights(_shares(tally), np.full_like(tally.totals, self.FACTOR))
