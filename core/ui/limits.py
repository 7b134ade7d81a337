"""What one request may ask for: the page shares its machine with everybody who has it open.

The variables ``UNROLL_MAX_...`` and ``UNROLL_TRAINING`` are read once, when the page is built. The same checks stand before
the page and the web API, whose types nobody else enforces.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import BadSetting, BadText, Refused
from core.generation.sampling import GenerationSettings
from core.settings import build
from core.sharing.hub.names import HubName
from core.sharing.own import OwnName

# Tokens that one step of a training may learn from at once: what it needs of memory grows with them.
_MOST_TOKENS_A_STEP = 65_536


@dataclass(frozen=True)
class Limits:
    """The most that one request may ask for.

    Attributes:
        characters: of a text that comes in.
        tokens: written in one go.
        upload_bytes: of a text to learn from.
        parameters: of a model that a visitor trains.
        runs: trainings at once, of all visitors together.
        training_minutes: that one visitor may train; 0 for no training, infinite for no limit.
        hub_bytes: of the tensors of a checkpoint that is fetched from the Hub.
        models: checkpoints that stay in memory at once.
        waiting: requests that may wait at once; the next ones are told that the queue is full.
    """

    characters: int = 20_000
    tokens: int = 2_000
    upload_bytes: int = 5_000_000
    parameters: int = 10_000_000
    runs: int = 1
    training_minutes: float = math.inf
    hub_bytes: int = 100_000_000
    models: int = 16
    waiting: int = 64

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Limits:
        """Read the limits.

        Raises:
            BadSetting: a value that is no whole number of at least 1.
        """
        return cls(
            _number(environment, "UNROLL_MAX_INPUT_CHARACTERS", cls.characters),
            _number(environment, "UNROLL_MAX_TOKENS", cls.tokens),
            _number(environment, "UNROLL_MAX_UPLOAD_BYTES", cls.upload_bytes),
            _number(environment, "UNROLL_MAX_PARAMETERS", cls.parameters),
            _number(environment, "UNROLL_MAX_RUNS", cls.runs),
            _minutes(environment.get("UNROLL_TRAINING", "")),
            _number(environment, "UNROLL_MAX_HUB_BYTES", cls.hub_bytes),
            _number(environment, "UNROLL_MAX_MODELS", cls.models),
            _number(environment, "UNROLL_MAX_QUEUE", cls.waiting),
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
        if OwnName.parse(name) is not None or HubName.parse(name) is not None:
            return name
        if any(sign in name for sign in "/\\\0:") or name.startswith("."):
            raise BadSetting(
                f"{_harmless(name)!r} is not the name of a checkpoint: choose one of those that are listed.",
                f"“{_harmless(name)}”不是检查点的名称：请从列表中选择一个。",
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

    def upload(self, data: Any) -> bytes:
        """Return the bytes of a text to learn from.

        Raises:
            BadText: no bytes, or too many.
        """
        if not isinstance(data, bytes) or not data:
            raise BadText(
                "There is no text to learn from. Choose a corpus, a file, or paste a text.",
                "没有可供学习的文本。请选择语料库或文件，或粘贴一段文本。",
            )
        if len(data) > self.upload_bytes:
            raise BadText(
                f"The text has {len(data):,} bytes; here at most {self.upload_bytes:,} are taken. Give a part of it, or run the "
                "program yourself with a larger UNROLL_MAX_UPLOAD_BYTES.",
                f"文本有 {len(data):,} 字节，此处最多 {self.upload_bytes:,} 字节。请只给一部分，或在本机运行并调大 "
                "UNROLL_MAX_UPLOAD_BYTES。",
            )
        return data

    def training(self, values: Any) -> dict[str, Any]:
        """Return the settings of a training, not yet checked by the model, but for what they cost this machine.

        Raises:
            Refused: nobody trains here.
            BadSetting: no dictionary of settings, more minutes than are allowed, or steps that need too much memory.
        """
        if self.training_minutes == 0:
            raise Refused(
                "Training is switched off here. Run the program yourself (python app.py), or train on the command line: "
                "python -m core train ngram --corpus tide_clock --out checkpoints/mine",
                "此处关闭了训练。请在本机运行程序（python app.py），或使用命令行："
                "python -m core train ngram --corpus moon_ferry --out checkpoints/mine",
            )
        if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
            raise BadSetting("'values' takes settings by name.", "values 应为按名称给出的设置。")
        minutes = _as_number(values.get("minutes", 0))
        if minutes > self.training_minutes:
            raise BadSetting(
                f"{minutes:g} minutes are too many; here at most {self.training_minutes:g}.",
                f"{minutes:g} 分钟太长，此处最多 {self.training_minutes:g} 分钟。",
            )
        step = _as_number(values.get("batch_size", 0)) * _as_number(values.get("num_steps", 0))
        if step > _MOST_TOKENS_A_STEP:
            raise BadSetting(
                f"batch_size times num_steps is {step:,.0f}; here at most {_MOST_TOKENS_A_STEP:,}, for the machine's memory.",
                f"batch_size × num_steps 为 {step:,.0f}，受内存所限，此处最多 {_MOST_TOKENS_A_STEP:,}。",
            )
        return dict(values)

    def size(self, parameters: int) -> None:
        """Refuse a model that is too large to be trained here.

        Raises:
            BadSetting: too many parameters.
        """
        if parameters > self.parameters:
            raise BadSetting(
                f"The model would have {parameters:,} parameters; here at most {self.parameters:,}. Make it smaller, or run the "
                "program yourself with a larger UNROLL_MAX_PARAMETERS.",
                f"模型将有 {parameters:,} 个参数，此处最多 {self.parameters:,} 个。请缩小模型，或在本机运行并调大 UNROLL_MAX_PARAMETERS。",
            )

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


def _harmless(name: str) -> str:
    """Return a name for a message; what may be somebody's key is left out."""
    return "own:…" if name.startswith("own:") else name[:80]


def _as_number(value: Any) -> float:
    """Return a number for a comparison; what is none is left to the settings' own check."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _minutes(word: str) -> float:
    """Return the minutes that ``UNROLL_TRAINING`` allows: on, off, or a number."""
    word = word.strip().lower()
    if word in ("", "on"):
        return math.inf
    if word == "off":
        return 0.0
    if not word.isascii() or not word.isdigit() or int(word) < 1:
        raise BadSetting(
            f"UNROLL_TRAINING cannot be {word!r}: it takes on, off, or a whole number of minutes.",
            f"UNROLL_TRAINING 不能取“{word}”：应为 on、off 或整数分钟。",
        )
    return float(word)


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
