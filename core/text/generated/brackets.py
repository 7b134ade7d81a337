"""Brackets of several kinds, closed in the right order, never deeper than d (the Dyck language of bounded depth).

Which bracket may close depends on which one was opened last and is not closed yet, however long ago that was: a stack. No
fixed number of last letters holds it, so n-gram models fail on what stands far apart; a recurrent network needs d memories.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from core.errors import BadSetting
from core.language import Bilingual, both
from core.settings import setting
from core.text.generated.kind import Kind, WritingConfig
from core.text.generated.source import Source

_PAIRS = ("()", "[]", "{}")
_MOST_DEPTH = 8
# Stacks that a table of all of them may have.
_MOST_STACKS = 600


@dataclass(frozen=True)
class BracketsConfig(WritingConfig):
    """Settings of a bracket language."""

    depth: int = setting(
        4, low=1, high=_MOST_DEPTH, unit="brackets",
        help=both("d: how many brackets may be open at once.", "d：同时最多可以有多少个未闭合的括号。"),
    )  # fmt: skip
    kinds: int = setting(
        2, low=1, high=len(_PAIRS), unit="kinds", help=both("Kinds of brackets.", "括号的种类数。")
    )  # fmt: skip
    opening: float = setting(
        0.5, low=0.01, high=0.99,
        help=both(
            "Probability that a bracket opens where one may open or close.", "既可打开也可闭合时，打开一个括号的概率。"
        ),
    )  # fmt: skip


def bracket_source(config: BracketsConfig) -> Source:
    """Return the source whose state is the stack of open brackets.

    With none open one must open, with d open the last must close; else one opens with probability ``opening``. Which kind opens is
    drawn evenly; which kind closes is known.

    Raises:
        BadSetting: more stacks than a table can hold.
    """
    stacks = [stack for open_ in range(config.depth + 1) for stack in product(range(config.kinds), repeat=open_)]
    if len(stacks) > _MOST_STACKS:
        raise BadSetting(
            f"{config.kinds} kinds of brackets to depth {config.depth} have {len(stacks):,} stacks, and at most {_MOST_STACKS} can be"
            " computed with. Take a lower depth, or fewer kinds.",
            f"{config.kinds} 种括号、深度 {config.depth} 共有 {len(stacks):,} 种栈，最多只能计算 {_MOST_STACKS} 种。请减小深度或种类数。",
        )
    number = {stack: at for at, stack in enumerate(stacks)}
    steps = np.zeros((len(stacks), 2 * config.kinds, len(stacks)))
    for stack in stacks:
        opens = 1.0 if not stack else 0.0 if len(stack) == config.depth else config.opening
        for kind in range(config.kinds if opens else 0):
            steps[number[stack], 2 * kind, number[(*stack, kind)]] = opens / config.kinds
        if stack:
            steps[number[stack], 2 * stack[-1] + 1, number[stack[:-1]]] = 1 - opens
    return Source("".join(_PAIRS[: config.kinds]), steps)


def _title(config: BracketsConfig) -> Bilingual:
    return both(
        f"Brackets of {config.kinds} kinds, depth {config.depth}", f"{config.kinds} 种括号，深度 {config.depth}"
    )


KIND = Kind("brackets", BracketsConfig, bracket_source, _title)
