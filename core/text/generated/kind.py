"""A kind of generated corpus: its settings, the source that they make, and what it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.language import Bilingual, both
from core.settings import setting
from core.text.generated.source import Source

CHARACTERS = 240_000
_FEWEST, _MOST = 2_000, 2_000_000


@dataclass(frozen=True)
class WritingConfig:
    """What every generated corpus has: how long it is, and where its random numbers begin."""

    characters: int = setting(
        CHARACTERS, low=_FEWEST, high=_MOST, unit="characters", help=both("Length of the text.", "文本的长度。")
    )
    seed: int = setting(
        0, low=0, high=2**31 - 1, help=both("Start of the random numbers of the text.", "文本所用的随机种子。")
    )


@dataclass(frozen=True)
class Kind:
    """One kind.

    Attributes:
        name: the word before the colon, as in ``copies:lag=8``.
        Config: its settings.
        source: makes the source of settings; raises `BadSetting` where they make none.
        title: what a corpus with these settings is called.
    """

    name: str
    Config: type[WritingConfig]
    source: Callable[[Any], Source]
    title: Callable[[Any], Bilingual]
