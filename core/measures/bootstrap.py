"""How sure is a difference? Two models read the same text, and the text might have been another one.

What two models lose on one character rises and falls together: a hard line is hard for both. So their difference is far
surer than either loss, and it is the difference that is drawn again and again. Neighbouring characters are not
independent either, so whole blocks are drawn, not characters: the circular block bootstrap (Politis and Romano 1992), in
which the text is bent into a ring so that every character is in as many blocks as any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting, BadText

DRAWS = 10_000
LEVEL = 0.95
# Blocks as long as speeches, so that what holds one together stays together ...
LONGEST_BLOCK = 1000
# ... shorter where the text is short, for few blocks say little; but at least a few lines.
FEWEST_BLOCKS, SHORTEST_BLOCK = 20, 100
FEWEST = FEWEST_BLOCKS * SHORTEST_BLOCK
# Places of blocks that are drawn at once.
_PLACES_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Interval:
    """A mean with a 95 % interval.

    Attributes:
        mean: of the values.
        low, high: between them lie the means of the middle 95 % of the texts that were drawn.
        count: how many values.
        block: values in a block.
    """

    mean: float
    low: float
    high: float
    count: int
    block: int

    @property
    def decided(self) -> bool:
        """Whether 0 lies outside."""
        return self.low > 0 or self.high < 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "mean": self.mean, "low": self.low, "high": self.high, "characters": self.count, "block": self.block,
            "decided": self.decided,
        }  # fmt: skip


def block_for(count: int) -> int:
    """Return how long the blocks of a text are: a thousand characters, less where that would leave too few blocks.

    >>> block_for(111_539), block_for(6_000)
    (1000, 300)

    Raises:
        BadText: a text too short for an interval.
    """
    if count < FEWEST:
        raise BadText(
            f"{count:,} characters are too few to say how sure a difference is: it takes at least {FEWEST:,}. "
            "Give a longer text.",
            f"{count:,} 个字符太少，无法判断差异是否可靠：至少需要 {FEWEST:,} 个。请给出更长的文本。",
        )
    return min(LONGEST_BLOCK, count // FEWEST_BLOCKS)


def paired_difference(
    first: npt.NDArray[np.float64],
    second: npt.NDArray[np.float64],
    block: int = 0,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """Return the mean of ``first - second`` with its interval.

    Args:
        first, second: what two models lose on the same characters, ``[characters]``, finite.
        block: characters in a block; 0 chooses by the length of the text (`block_for`).
        draws: texts that are drawn.
        seed: the same seed gives the same interval.

    Raises:
        BadText: too short a text, where no block is given.
        BadSetting: a block that is longer than the text.
    """
    assert first.shape == second.shape and first.ndim == 1
    differences = np.asarray(first - second, dtype=np.float64)
    count = len(differences)
    block = block or block_for(count)
    if not 1 <= block <= count:
        raise BadSetting(
            f"A block of {block:,} characters cannot be drawn from a text of {count:,}. Take fewer, or 0 to have it chosen.",
            f"无法从 {count:,} 个字符的文本中抽取 {block:,} 个字符的块。请取小一些，或取 0 由程序选择。",
        )
    means = _drawn_means(differences, block, draws, np.random.default_rng(seed))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(differences.mean()), float(low), float(high), count, block)


def _drawn_means(
    values: npt.NDArray[np.float64], block: int, draws: int, generator: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return the mean of every drawn text, ``[draws]``: as many values as there are, in blocks from anywhere on the ring.

    The last block is cut so that the number is exactly right. Sums of blocks are differences of running sums.
    """
    count = len(values)
    blocks = math.ceil(count / block)
    last = count - (blocks - 1) * block  # values that the last block still adds
    running = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[:block]]))])
    means = np.empty(draws)
    at_once = max(1, _PLACES_AT_ONCE // blocks)
    for begin in range(0, draws, at_once):
        places = generator.integers(0, count, (min(at_once, draws - begin), blocks))
        sums = (running[places[:, :-1] + block] - running[places[:, :-1]]).sum(axis=1)
        means[begin : begin + at_once] = (sums + running[places[:, -1] + last] - running[places[:, -1]]) / count
    return means
