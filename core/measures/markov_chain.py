"""A Markov chain of order 1: how often each token follows each, and where many steps lead (D2L 8.3.1).

n(c, w) counts how often w stood right after c, N(c) how many tokens followed c, and P(w | c) = n(c, w) / N(c). Row c of
the transition matrix P is the distribution of the next token; row c of P^k is that of the token k places on. The
stationary distribution is the one that a step leaves as it is, pi P = pi: where the chain forgets its beginning, every row of
P^k comes to equal it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.errors import BadText

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MarkovChain:
    """The chain of a text.

    Attributes:
        counts: n(c, w), ``[states, states]``; every state occurs in the text.
        last: the state in which the text ends.
    """

    counts: Counts
    last: int

    @classmethod
    def of_text(cls, states: npt.NDArray[np.integer], num_states: int) -> MarkovChain:
        """Count the transitions of a text.

        >>> MarkovChain.of_text(np.array([0, 1, 0, 0]), 2).counts.tolist()
        [[1, 1], [1, 0]]

        Args:
            states: the text as numbers from 0 to ``num_states - 1``, ``[total]``.
            num_states: how many there are.

        Raises:
            BadText: fewer than two tokens.
        """
        if len(states) < 2:
            raise BadText(
                f"A transition leads from one token to the next, and the text has {len(states)}. Give a longer text.",
                f"转移是从一个词元到下一个词元，而文本只有 {len(states)} 个词元。请给出更长的文本。",
            )
        pairs = states[:-1].astype(np.int64) * num_states + states[1:]
        counts = np.bincount(pairs, minlength=num_states**2).reshape(num_states, num_states)
        return cls(counts, int(states[-1]))

    @cached_property
    def totals(self) -> Counts:
        """N(c): how many tokens followed each, ``[states]``; one less than its occurrences for the last of the text."""
        totals: Counts = self.counts.sum(axis=1)
        return totals

    @cached_property
    def matrix(self) -> Floats:
        """P(w | c), ``[states, states]``; every row sums to 1.

        What stands only at the very end of a text was never followed by anything. After it comes what comes anywhere, as in an
        n-gram model whose context was never seen.
        """
        anywhere = self.counts.sum(axis=0) / self.counts.sum()
        seen = self.totals[:, None] > 0
        return np.where(seen, self.counts / np.maximum(self.totals, 1)[:, None], anywhere)

    @cached_property
    def stationary(self) -> Floats:
        """The distribution pi with pi P = pi, ``[states]``.

        There is exactly one: every state leads to the end of the text, so only one set of states is never left. What stands
        before that set for good, such as a heading, has probability 0.
        """
        num_states = len(self.counts)
        equations = self.matrix.T - np.eye(num_states)
        equations[self.last] = 1.0  # the equations add up to nothing: one of them makes room for "sums to 1"
        sums = np.zeros(num_states)
        sums[self.last] = 1.0
        found: Floats = np.maximum(np.linalg.solve(equations, sums), 0.0)
        found /= found.sum()
        return found

    def rows(self, states: npt.NDArray[np.integer], most_steps: int) -> Iterator[Floats]:
        """Yield the rows of P^1, P^2 ... P^most_steps for some states, ``[rows, states]`` each."""
        reached = self.matrix[states]
        yield reached
        for _ in range(1, most_steps):
            reached = reached @ self.matrix
            yield reached

    @cached_property
    def period(self) -> int:
        """The greatest d such that a state is met again only after multiples of d steps; 1 for a chain that forgets."""
        steps = np.full(len(self.counts), -1, dtype=np.int64)  # from the last state, by the shortest way
        steps[self.last], reached = 0, np.array([self.last])
        leads = self.matrix > 0
        while len(reached):
            onward = leads[reached].any(axis=0) & (steps < 0)
            steps[onward] = steps[reached[0]] + 1
            reached = np.flatnonzero(onward)
        begins, ends = np.nonzero(leads & (steps >= 0)[:, None])
        return int(np.gcd.reduce(steps[begins] + 1 - steps[ends]))


def total_variation(rows: Floats, distribution: Floats) -> Floats:
    """Return how far each row is from a distribution: half the sum of the differences, 0 (equal) to 1 (disjoint).

    It is the most by which the probability of any set of tokens differs.

    >>> total_variation(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0.5, 0.5])).tolist()
    [0.0, 0.5]

    Args:
        rows: ``[rows, states]``.
        distribution: ``[states]``.
    """
    distances: Floats = np.abs(rows - distribution).sum(axis=1) / 2
    return distances


def entropies(rows: Floats) -> Floats:
    """Return the entropy of each row ``[rows, states]`` in bits, ``[rows]``."""
    surprise = -np.log2(rows, out=np.zeros_like(rows), where=rows > 0)
    bits: Floats = (rows * surprise).sum(axis=1) + 0.0
    return bits
