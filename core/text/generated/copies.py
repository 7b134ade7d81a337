"""Copies with lag L: a letter, L - 1 digits that do not matter, and the same letter again (Hochreiter and Schmidhuber 1997, 5.2).

    a 0 1 1 a   c 1 0 0 c   a 1 1 0 a        (L = 4, without the spaces)

The letter is drawn from four (2 bits), every digit from two (1 bit), and the copy is certain (0 bits): L + 1 bits over L + 1
places. So the entropy is 1 bit a character, the floor of the perplexity is 2, and the lag changes nothing but how far a model
must remember. A table of contexts needs 4 * 2^(L-1) rows for it, a recurrent network two bits and a count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.language import Bilingual, both
from core.settings import setting
from core.text.generated.kind import Kind, WritingConfig
from core.text.generated.source import Source

_LETTERS, _DIGITS = "abcd", "01"
_MOST_LAG = 64


@dataclass(frozen=True)
class CopiesConfig(WritingConfig):
    """Settings of a text with copies."""

    lag: int = setting(
        8, low=1, high=_MOST_LAG, unit="characters",
        help=both("L: how many places behind its model a copy stands.", "L：副本与原字母相距多少个位置。"),
    )  # fmt: skip


def copy_source(config: CopiesConfig) -> Source:
    """Return the source whose state is the letter to be copied and how many places have passed since; in state 0 one is drawn."""
    letters, lag = len(_LETTERS), config.lag
    steps = np.zeros((1 + letters * lag, letters + len(_DIGITS), 1 + letters * lag))
    for letter in range(letters):
        first = 1 + letter * lag  # the state right after the letter
        steps[0, letter, first] = 1 / letters
        for passed in range(lag - 1):
            for digit in range(len(_DIGITS)):
                steps[first + passed, letters + digit, first + passed + 1] = 1 / len(_DIGITS)
        steps[first + lag - 1, letter, 0] = 1.0
    return Source(_LETTERS + _DIGITS, steps)


def _title(config: CopiesConfig) -> Bilingual:
    return both(f"Copies with lag {config.lag}", f"间隔 {config.lag} 的复制")


KIND = Kind("copies", CopiesConfig, copy_source, _title)
