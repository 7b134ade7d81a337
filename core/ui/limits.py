"""What one request may ask for: the page shares its machine with everybody who has it open.

``UNROLL_MAX_INPUT_CHARACTERS`` and ``UNROLL_MAX_TOKENS`` are read once, when the page is built. The same checks stand
before the page and the web API, whose types nobody else enforces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import BadSetting, BadText
from core.generation.sampling import GenerationSettings
from core.settings import build


@dataclass(frozen=True)
class Limits:
    """The most that one request may ask for.

    Attributes:
        characters: of a text that comes in.
        tokens: written in one go.
    """

    characters: int = 20_000
    tokens: int = 2_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Limits:
        """Read the limits.

        Raises:
            BadSetting: a value that is no whole number of at least 1.
        """
        return cls(
            _number(environment, "UNROLL_MAX_INPUT_CHARACTERS", cls.characters),
            _number(environment, "UNROLL_MAX_TOKENS", cls.tokens),
        )

    def text(self, text: Any) -> str:
        """Return a text that came in.

        Raises:
            BadText: it is no text, or too long.
        """
        if not isinstance(text, str):
            raise BadText(f"Give a text, not {type(text).__name__}.", f"请给出文本，而不是 {type(text).__name__}。")
        if len(text) > self.characters:
            raise BadText(
                f"The text has {len(text):,} characters; here at most {self.characters:,} are taken at once. Give a part of it, "
                "or run the program yourself with a larger UNROLL_MAX_INPUT_CHARACTERS.",
                f"文本有 {len(text):,} 个字符，此处一次最多 {self.characters:,} 个。请只给一部分，或在本机运行并调大 "
                "UNROLL_MAX_INPUT_CHARACTERS。",
            )
        return text

    def ids(self, ids: Any) -> Sequence[int]:
        """Return token ids that came in.

        Raises:
            BadSetting: not a list of whole numbers, or too long.
        """
        if not isinstance(ids, list) or not all(isinstance(id_, int) and not isinstance(id_, bool) for id_ in ids):
            raise BadSetting(
                "'ids' takes a list of whole numbers, such as [5, 3, 8].", "ids 应为整数列表，例如 [5, 3, 8]。"
            )
        if len(ids) > self.characters:
            raise BadSetting(
                f"{len(ids):,} token ids are too many; here at most {self.characters:,} are taken at once.",
                f"词元编号有 {len(ids):,} 个，此处一次最多 {self.characters:,} 个。",
            )
        return ids

    def checkpoint(self, name: Any) -> str:
        """Return the name of a checkpoint; a visitor names one that is listed, never a folder of the server.

        Raises:
            BadSetting: no name, or a path.
        """
        if not isinstance(name, str) or not name:
            raise BadSetting(
                "No checkpoint is chosen. Choose one from the list; where it is empty, train one first: "
                "python -m core train ngram --corpus tide_clock --out checkpoints/first",
                "未选择检查点。请从列表中选择；若列表为空，请先训练一个："
                "python -m core train ngram --corpus moon_ferry --out checkpoints/first",
            )
        if any(sign in name for sign in "/\\\0:") or name.startswith("."):
            raise BadSetting(
                f"{name!r} is not the name of a checkpoint: choose one of those that are listed.",
                f"“{name}”不是检查点的名称：请从列表中选择一个。",
            )
        return name

    def settings(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return settings of writing, checked.

        Raises:
            BadSetting: a value that cannot be used, or more tokens than may be written in one go.
            UnknownName: a setting that there is not.
        """
        wanted = build(GenerationSettings, values).tokens
        if wanted > self.tokens:
            raise BadSetting(
                f"{wanted:,} tokens are too many; here at most {self.tokens:,} are written in one go. Ask for fewer, or run the "
                "program yourself with a larger UNROLL_MAX_TOKENS.",
                f"{wanted:,} 个词元过多，此处一次最多写 {self.tokens:,} 个。请减少数量，或在本机运行并调大 UNROLL_MAX_TOKENS。",
            )
        return values

    def stops(self, stop: Any) -> tuple[str, ...]:
        """Return stop strings that came in.

        Raises:
            BadSetting: not a list of texts.
        """
        if stop is None:
            return ()
        if not isinstance(stop, list) or not all(isinstance(each, str) for each in stop):
            raise BadSetting("'stop' takes a list of texts, such as [\"\\n\"].", 'stop 应为文本列表，例如 ["\\n"]。')
        return tuple(self.text(each) for each in stop)


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    """Return a whole number of at least 1 from the environment."""
    word = environment.get(name, "").strip()
    if not word:
        return default
    if not word.isascii() or not word.isdigit() or int(word) < 1:
        raise BadSetting(
            f"{name} cannot be {word!r}: it takes a whole number of at least 1.",
            f"{name} 不能取“{word}”：应为不小于 1 的整数。",
        )
    return int(word)
