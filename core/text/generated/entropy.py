"""The entropy rate of a source: what a letter surprises, on average, whoever knows everything (Shannon 1948).

Where a state and its letter decide the next state, whoever has read enough knows the state, and

    H = sum over states s of pi(s) * sum over letters x of -P(x | s) ln P(x | s)

Where they do not, as in a hidden Markov model, there is no such formula, but H lies between two numbers that come closer
to each other with every letter (Cover and Thomas, 4.5.1; S_1 is the state in which the first letter is written):

    H(X_n | X_1 ... X_{n-1}, S_1)  <=  H  <=  H(X_n | X_1 ... X_{n-1})

Both are sums over all strings of n letters, computed exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.text.generated.source import Floats, Source

# Numbers that the sum over all strings may hold at once: 16 MB.
_MOST_NUMBERS = 2_000_000


@dataclass(frozen=True)
class EntropyRate:
    """Bounds on the entropy rate, in nats a letter; the same number twice where it is known exactly."""

    low: float
    high: float


def entropy_rate(source: Source) -> EntropyRate:
    """Return the entropy rate of a source, exactly or within bounds."""
    if source.shows_its_state:
        exact = float(source.stationary @ entropies(source.letters))
        return EntropyRate(exact, exact)
    return entropy_bounds(source, _longest(source))


def entropy_bounds(source: Source, length: int) -> EntropyRate:
    """Return H(X_n | X_1 ... X_{n-1}, S_1) and H(X_n | X_1 ... X_{n-1}) for n = ``length``."""
    states = len(source.stationary)
    joint = np.diag(source.stationary)[:, None, :]  # P(S_1, string, state after it): [states, strings, states]
    for _ in range(length - 1):
        longer = np.tensordot(joint, source.steps, axes=1)  # [states, strings, symbols, states]
        joint = longer.reshape(states, -1, states)
    return EntropyRate(_of_next(joint, source.letters), _of_next(joint.sum(axis=0), source.letters))


def entropies(rows: Floats) -> Floats:
    """Return the entropy of every distribution ``[..., symbols]`` in nats, ``[...]``."""
    logs = np.log(rows, out=np.zeros_like(rows), where=rows > 0)
    nats: Floats = -(rows * logs).sum(axis=-1) + 0.0
    return nats


def _of_next(joint: Floats, letters: Floats) -> float:
    """Return the entropy of the next letter, given everything but the state ``[..., states]``."""
    known = joint.sum(axis=-1)  # P(S_1, string)
    following = joint @ letters  # P(S_1, string, next letter)
    given = np.divide(following, known[..., None], out=np.zeros_like(following), where=known[..., None] > 0)
    return float((known * entropies(given)).sum())


def _longest(source: Source) -> int:
    """Return the greatest n whose strings fit in memory."""
    states, symbols, _ = source.steps.shape
    length, numbers = 1, states * states
    while numbers * symbols <= _MOST_NUMBERS:
        length, numbers = length + 1, numbers * symbols
    return length
