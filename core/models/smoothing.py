"""Smoothing: how counts become probabilities, and what is left for words that were never seen (D2L 8.3.1).

Every smoothing here has one form. After a context c with N(c) tokens of T(c) different kinds behind it

    P(w | c) = own(n(cw), c) + rest(c) * P(w | shorter c)

``own`` is what the counts themselves say, ``rest`` is the weight that is left to the context without its oldest
token, and so on down to the empty context and at last to the uniform distribution 1 / V. A context that was never seen
says nothing: all weight goes to the shorter one. So a smoothing is two lines, and who evaluates it - for all words,
for one word, for a picture of the back-off path - need not know which one it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Contexts:
    """What is known of seen contexts of one length; the arrays have one shape, any.

    Attributes:
        length: how many ids the contexts have, 0 to order - 1.
        totals: N(c), how many tokens followed each, at least 1.
        types: T(c), how many different tokens followed each, at least 1.
    """

    length: int
    totals: Floats
    types: Floats


class Smoothing(ABC):
    """One way to turn counts into probabilities."""

    recursive: ClassVar[bool] = True
    """Whether the rest goes to the next shorter context; else straight to the uniform distribution, and only the
    longest context that there is room for is asked."""

    @abstractmethod
    def own(self, counts: Floats, contexts: Contexts) -> Floats:
        """Return the share of each word by its own count n(cw); 0 where the count is 0."""

    @abstractmethod
    def rest(self, contexts: Contexts) -> Floats:
        """Return the weight left to P(w | shorter c); with all the shares of a context it makes 1."""


class NoSmoothing(Smoothing):
    """Maximum likelihood n(cw) / N(c): what was never seen after a seen context is impossible."""

    def own(self, counts: Floats, contexts: Contexts) -> Floats:
        """Return n / N."""
        return counts / contexts.totals

    def rest(self, contexts: Contexts) -> Floats:
        """Return 0: a seen context leaves nothing."""
        return 0.0 * contexts.totals


class AddK(Smoothing):
    """(n(cw) + k) / (N(c) + k V), Laplace's rule for k = 1: every word is taken to have been seen k times more.

    Written in the common form: n / (N + k V) + k V / (N + k V) * 1 / V.
    """

    recursive = False

    def __init__(self, k: float, vocab_size: int) -> None:
        self._added = k * vocab_size

    def own(self, counts: Floats, contexts: Contexts) -> Floats:
        """Return n / (N + k V)."""
        return counts / (contexts.totals + self._added)

    def rest(self, contexts: Contexts) -> Floats:
        """Return k V / (N + k V), to be shared out evenly."""
        return self._added / (contexts.totals + self._added)


class WittenBell(Smoothing):
    """(n(cw) + T(c) P(w | shorter c)) / (N(c) + T(c)).

    The chance of something new is judged by how often something new has come so far: T(c) times in N(c).
    Source: Witten and Bell, "The zero-frequency problem" (1991), method C; interpolated as in Chen and Goodman (1998).
    """

    def own(self, counts: Floats, contexts: Contexts) -> Floats:
        """Return n / (N + T)."""
        return counts / (contexts.totals + contexts.types)

    def rest(self, contexts: Contexts) -> Floats:
        """Return T / (N + T)."""
        return contexts.types / (contexts.totals + contexts.types)
