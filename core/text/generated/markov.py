"""Markov chains: the next letter depends on the last k letters and on nothing else (D2L 8.1.2, 8.3.1).

An n-gram model of order k + 1 or more can learn all of such a chain, and a model of a lower order cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import BadSetting
from core.language import Bilingual, both
from core.settings import setting
from core.text.generated.kind import Kind, WritingConfig
from core.text.generated.source import Floats, Source, uniforms

_LETTERS = "abcdefgh"
_MOST_ORDER = 3
# A drawn probability is a whole number from 1 to this, divided by the sum of its row.
_MOST_WEIGHT = 60
_TABLE = 1  # the stream of random numbers that the probabilities are drawn from


@dataclass(frozen=True)
class MarkovConfig(WritingConfig):
    """Settings of a Markov chain."""

    order: int = setting(
        1, low=1, high=_MOST_ORDER, unit="letters",
        help=both("k: how many of the last letters decide the next.", "k：由最近多少个字母决定下一个字母。"),
    )  # fmt: skip
    letters: int = setting(
        4, low=2, high=len(_LETTERS), unit="letters", help=both("How many letters there are.", "字母的个数。")
    )
    probabilities: str = setting(
        "",
        help=both(
            "P(next letter | last letters), a row for each context in alphabetical order, rows parted by semicolons, such as"
            " '0.9 0.1; 0.5 0.5'; empty draws them by the seed.",
            "P(下一个字母 | 最近的字母)：按字母顺序每种上文一行，行间用分号分隔，例如“0.9 0.1; 0.5 0.5”；留空则由随机种子产生。",
        ),
    )  # fmt: skip


def markov_source(config: MarkovConfig) -> Source:
    """Return the source whose state is the last k letters.

    Raises:
        BadSetting: rows of another number or length, that do not sum to 1, or of a chain that falls into parts.
    """
    rows = written_rows(config) if config.probabilities else _drawn_rows(config)  # [contexts, letters]
    contexts, letters = rows.shape
    steps = np.zeros((contexts, letters, contexts))
    for context in range(contexts):
        for letter in range(letters):
            # The oldest letter falls out on the left, the new one comes in on the right.
            steps[context, letter, (context * letters + letter) % contexts] = rows[context, letter]
    source = Source(_LETTERS[:letters], steps)
    if not source.forgets_its_beginning:
        raise BadSetting(
            "With these probabilities the chain falls into parts that are never left, and has no one entropy. Let every letter lead"
            " back to some common one.",
            "按这些概率，链会落入互不相通的几部分，没有唯一的熵率。请让每个字母都能回到某个共同的字母。",
        )
    return source


def written_rows(config: MarkovConfig) -> Floats:
    """Return the rows that somebody wrote down, ``[contexts, letters]``."""
    contexts = config.letters**config.order
    try:
        rows = [[float(word) for word in row.split()] for row in config.probabilities.split(";")]
    except ValueError:
        rows = []
    if len(rows) != contexts or any(len(row) != config.letters for row in rows):
        raise BadSetting(
            f"Setting 'probabilities' cannot be {config.probabilities[:60]!r}: order {config.order} over {config.letters} letters"
            f" takes {contexts} rows of {config.letters} numbers, parted by semicolons.",
            f"设置项“probabilities”不能取“{config.probabilities[:60]}”：{config.letters} 个字母的 {config.order} 阶链"
            f"需要 {contexts} 行、每行 {config.letters} 个数，行间用分号分隔。",
        )
    return np.array(rows)


def _drawn_rows(config: MarkovConfig) -> Floats:
    """Return drawn rows ``[contexts, letters]``: quotients of whole numbers, the same everywhere."""
    drawn = uniforms(config.letters ** (config.order + 1), config.seed, _TABLE).reshape(-1, config.letters)
    weights = 1 + np.floor(_MOST_WEIGHT * drawn * drawn * drawn)  # many small ones, few large: something to predict
    rows: Floats = weights / weights.sum(axis=1, keepdims=True)
    return rows


def _title(config: MarkovConfig) -> Bilingual:
    return both(
        f"Markov chain of order {config.order}, {config.letters} letters",
        f"{config.order} 阶马尔可夫链，{config.letters} 个字母",
    )


KIND = Kind("markov", MarkovConfig, markov_source, _title)
