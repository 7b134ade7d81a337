"""A source: a machine with finitely many states that writes a text, letter by letter, each by chance (Shannon 1948).

In every state it draws a letter and the state that follows. A Markov chain of order k is one whose state is the last k
letters; a bracket language of bounded depth remembers the open brackets; a hidden Markov model does not show its state.
What such a source writes is no better known to anybody than by its own probabilities, so they say how well any model can do.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting

Floats = npt.NDArray[np.float64]

# How far the probabilities of a state may be from 1 together: rounding, and no more.
_ROUNDED = 1e-9
_TO_UNIT = 2.0**-53  # a float64 holds 53 bits


@dataclass(frozen=True, eq=False)
class Source:
    """A source with its probabilities.

    Attributes:
        symbols: the letters that it writes, each once.
        steps: P(letter, next state | state), ``[states, symbols, states]``.

    Raises:
        BadSetting: probabilities below 0, or of a state that do not sum to 1.
    """

    symbols: str
    steps: Floats

    def __post_init__(self) -> None:
        sums = self.steps.sum(axis=(1, 2))
        wrong = np.flatnonzero(~(np.abs(sums - 1) <= _ROUNDED) | (self.steps < 0).any(axis=(1, 2)))
        if len(wrong):
            raise BadSetting(
                f"The probabilities in state {wrong[0]} sum to {sums[wrong[0]]:g}; they must be 0 or more and sum to 1."
                " Correct that row.",
                f"第 {wrong[0]} 个状态的概率之和为 {sums[wrong[0]]:g}：各概率应不小于 0 且和为 1。请改正该行。",
            )

    @cached_property
    def letters(self) -> Floats:
        """P(letter | state), ``[states, symbols]``."""
        letters: Floats = self.steps.sum(axis=2)
        return letters

    @cached_property
    def stationary(self) -> Floats:
        """The distribution of states that a step leaves as it is, ``[states]``; see `forgets_its_beginning`."""
        num_states = len(self.steps)
        equations = self.steps.sum(axis=1).T - np.eye(num_states)
        equations[0] = 1.0  # they add up to nothing: one of them makes room for "sums to 1"
        sums = np.zeros(num_states)
        sums[0] = 1.0
        found: Floats = np.maximum(np.linalg.solve(equations, sums), 0.0)
        found /= found.sum()
        return found

    @property
    def forgets_its_beginning(self) -> bool:
        """Whether some state can be reached from every state: only then is there one stationary distribution."""
        reached = (self.steps.sum(axis=1) > 0) | np.eye(len(self.steps), dtype=bool)
        for _ in range(len(reached).bit_length()):  # twice as many steps every time
            reached = reached.astype(np.float32) @ reached.astype(np.float32) > 0
        return bool(reached.all(axis=0).any())

    @property
    def shows_its_state(self) -> bool:
        """Whether a state and its letter decide the next state, so that whoever knows one state knows all that follow."""
        return bool(((self.steps > 0).sum(axis=2) <= 1).all())

    def write(self, characters: int, seed: int) -> str:
        """Return a text, begun in state 0: the same on every machine and with every version of numpy.

        Only a fixed bit generator's own numbers, sums and comparisons decide: one number a letter, compared with the running
        sums of the state's probabilities.
        """
        choices = [self._choices(state) for state in range(len(self.steps))]
        written, state = [], 0
        for number in uniforms(characters, seed).tolist():
            up_to, letters, following = choices[state]
            chosen = bisect_right(up_to, number)
            written.append(letters[chosen])
            state = following[chosen]
        return "".join(written)

    def _choices(self, state: int) -> tuple[list[float], list[str], list[int]]:
        """Return what can happen in a state: running sums without the last, letters, next states."""
        letters, following = np.nonzero(self.steps[state])
        sums = list(accumulate(self.steps[state][letters, following].tolist()))
        return sums[:-1], [self.symbols[letter] for letter in letters], following.tolist()


def uniforms(count: int, seed: int, stream: int = 0) -> Floats:
    """Return numbers from 0 to below 1, ``[count]``: the bits of Philox, which numpy promises never to change.

    Args:
        count: how many.
        seed: the same seed gives the same numbers.
        stream: other numbers of the same seed, for something else.
    """
    raw = np.random.Philox(key=seed + (stream << 64)).random_raw(count)
    numbers: Floats = (raw >> np.uint64(11)).astype(np.float64) * _TO_UNIT
    return numbers
