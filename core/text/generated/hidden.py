"""A hidden Markov model: the state moves unseen, and every state prefers a letter of its own (D2L 8.1).

No number of last letters says all about the next one: each more helps a little less, so every n-gram model stays above the
floor and comes nearer with its order, until it has too few counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.language import Bilingual, both
from core.settings import setting
from core.text.generated.kind import Kind, WritingConfig
from core.text.generated.source import Source

_LETTERS = "abcdef"


@dataclass(frozen=True)
class HiddenConfig(WritingConfig):
    """Settings of a hidden Markov model."""

    states: int = setting(
        3, low=2, high=len(_LETTERS), unit="states",
        help=both("Hidden states, and as many letters.", "隐状态的个数；字母也有这么多。"),
    )  # fmt: skip
    stay: float = setting(
        0.95, low=0.01, high=0.99,
        help=both("Probability that the state stays as it is; else each other one is equally likely.", "状态保持不变的概率；否则以相等概率转到其他状态。"),
    )  # fmt: skip
    clear: float = setting(
        0.8, low=0.01, high=0.99,
        help=both("Probability of the state's own letter; else each other one is equally likely.", "写出该状态自身字母的概率；否则以相等概率写其他字母。"),
    )  # fmt: skip


def hidden_source(config: HiddenConfig) -> Source:
    """Return the source that writes a letter of its state and then moves."""
    moves, writes = (_mostly_itself(config.states, chance) for chance in (config.stay, config.clear))
    return Source(_LETTERS[: config.states], writes[:, :, None] * moves[:, None, :])


def _mostly_itself(number: int, chance: float) -> np.ndarray:
    """Return ``[number, number]`` with a chance on the diagonal and the rest even."""
    rest = np.full((number, number), (1 - chance) / (number - 1))
    np.fill_diagonal(rest, chance)
    return rest


def _title(config: HiddenConfig) -> Bilingual:
    return both(f"Hidden Markov model, {config.states} states", f"隐马尔可夫模型，{config.states} 个隐状态")


KIND = Kind("hidden", HiddenConfig, hidden_source, _title)
