"""A visitor's own models: kept for that visitor alone, under a key that only their browser holds.

A model is named ``own:KEY:NAME``. Whoever knows the key may use the model, and nobody can guess it: the folder's name is
the key's hash, no list holds it, and no message repeats it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadSetting, Refused, UnknownName
from core.sharing.facts import CONFIG
from core.sharing.folders import write_file
from core.sharing.listing import describe_checkpoints
from core.text.corpus import Corpus, corpus_from_bytes

# 24 random bytes in hexadecimal: what `core/ui/visit.js` makes.
_KEY = re.compile(r"[0-9a-f]{48}")
_NAME = re.compile(r"[\w][\w-]{0,39}")
# The texts of visitors, for going on with an interrupted training, beside the models: hidden from the list of models.
_TEXTS = ".texts"
# The checkpoints on the Hub that a visitor has chosen, hidden as well.
_CHOSEN, _MOST_CHOSEN = ".hub.json", 12
# What one visitor may keep.
MOST_MODELS, MOST_BYTES = 10, 200_000_000


@dataclass(frozen=True)
class OwnName:
    """The name of a visitor's model, taken apart."""

    key: str
    name: str

    @classmethod
    def parse(cls, word: str) -> OwnName | None:
        """Return the parts of ``own:KEY:NAME``; None for any other word."""
        parts = word.split(":")
        if len(parts) != 3 or parts[0] != "own" or not _KEY.fullmatch(parts[1]) or not _NAME.fullmatch(parts[2]):
            return None
        return cls(parts[1], parts[2])

    @property
    def word(self) -> str:
        """The name as page and web API take it."""
        return f"own:{self.key}:{self.name}"


class OwnModels:
    """The models of all visitors, each behind a key.

    Args:
        data: the folder for data (``UNROLL_DATA``).
    """

    def __init__(self, data: Path) -> None:
        self._data = data / "visitors"

    def folder(self, own: OwnName) -> Path:
        """Return the folder of a model, whether there is one or not."""
        return self._home(own.key) / own.name

    def existing(self, own: OwnName) -> Path:
        """Return the folder of a model.

        Raises:
            UnknownName: there is none.
        """
        folder = self.folder(own)
        if not (folder / CONFIG).is_file():
            raise UnknownName(
                f"You have no model named '{own.name}' here (any more). Choose another one, or train it again.",
                f"您在这里没有（或不再有）名为“{own.name}”的模型。请另选一个，或重新训练。",
            )
        return folder

    def rows(self, key: str) -> list[dict[str, Any]]:
        """Return the models of one visitor as `describe_checkpoints` does; none for a key that is none."""
        if not _KEY.fullmatch(key):
            return []
        return [
            {**row, "name": OwnName(key, row["name"]).word, "own": True}
            for row in describe_checkpoints(self._home(key))
        ]

    def chosen(self, key: str) -> list[str]:
        """Return the checkpoints on the Hub that a visitor has chosen, the last one first; none for a key that is none."""
        if not _KEY.fullmatch(key):
            return []
        try:
            listed = json.loads((self._home(key) / _CHOSEN).read_bytes())
        except (OSError, ValueError, RecursionError):
            return []
        return [each for each in listed if isinstance(each, str)][:_MOST_CHOSEN] if isinstance(listed, list) else []

    def choose(self, key: str, word: str) -> None:
        """Remember a checkpoint on the Hub among those of a visitor; nothing for a key that is none."""
        if _KEY.fullmatch(key):
            listed = [word, *(each for each in self.chosen(key) if each != word)][:_MOST_CHOSEN]
            self._remember(key, listed)

    def forget(self, key: str, word: str) -> None:
        """Remember a checkpoint on the Hub no more."""
        before = self.chosen(key)
        if word in before:
            self._remember(key, [each for each in before if each != word])

    def _remember(self, key: str, words: list[str]) -> None:
        write_file(self._home(key) / _CHOSEN, json.dumps(words).encode())

    def check_free(self, own: OwnName) -> None:
        """Raise Refused where the visitor has a model of this name: nothing is replaced without a word."""
        if self.folder(own).exists():
            raise Refused(
                f"You have a model named '{own.name}' already. Choose another name, such as {self.free_name(own)}, or delete "
                "that one first.",
                f"您已有名为“{own.name}”的模型。请换一个名称，例如 {self.free_name(own)}，或先删除原有的。",
            )

    def free_name(self, own: OwnName) -> str:
        """Return the name itself, or with the first number behind it that is free."""
        base = re.sub(r"-\d+$", "", own.name)[:36] or own.name[:36]
        names = [own.name, *(f"{base}-{number}" for number in range(2, MOST_MODELS + 3))]
        return next(name for name in names if not self.folder(OwnName(own.key, name)).exists())

    def check_room(self, own: OwnName) -> None:
        """Raise Refused where one visitor would keep too much."""
        rows = self.rows(own.key)
        others = [row for row in rows if row["name"] != own.word]
        size = sum(int(row.get("bytes", 0)) for row in others)
        if len(others) >= MOST_MODELS or size > MOST_BYTES:
            raise Refused(
                f"You keep {len(others)} models of {size / 1e6:.0f} MB here; at most {MOST_MODELS} and "
                f"{MOST_BYTES // 1_000_000} MB are kept. Delete one first (download it if you want it).",
                f"您在这里已有 {len(others)} 个模型，共 {size / 1e6:.0f} MB；最多保留 {MOST_MODELS} 个、"
                f"{MOST_BYTES // 1_000_000} MB。请先删除一个（需要的话先下载）。",
            )

    def keep_text(self, own: OwnName, data: bytes, lines: bool) -> None:
        """Keep the text that a model is trained on, so that an interrupted training can go on."""
        write_file(self._text(own), data)
        write_file(self._text(own).with_suffix(".json"), json.dumps({"lines": lines}).encode())

    def kept_text(self, own: OwnName) -> Corpus | None:
        """Return the text that `keep_text` kept; None where the model learned from a named corpus."""
        path = self._text(own)
        if not path.is_file():
            return None
        lines = bool(json.loads(path.with_suffix(".json").read_text()).get("lines"))
        return corpus_from_bytes(path.read_bytes(), own.name, lines=lines)

    def forget_text(self, own: OwnName) -> None:
        """Remove the kept text."""
        for path in (self._text(own), self._text(own).with_suffix(".json")):
            path.unlink(missing_ok=True)

    def delete(self, own: OwnName) -> None:
        """Remove a model and its text for good."""
        shutil.rmtree(self.existing(own))
        self.forget_text(own)

    def _home(self, key: str) -> Path:
        return self._data / hashlib.sha256(key.encode()).hexdigest()

    def _text(self, own: OwnName) -> Path:
        return self._home(own.key) / _TEXTS / f"{own.name}.txt"


def check_own_name(key: Any, name: Any) -> OwnName:
    """Return a model's name from what a visitor sent.

    Raises:
        BadSetting: a key that is none, or a name that no folder should have.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadSetting(
            "'key' takes 48 hexadecimal digits: your own secret, under which your models are kept.",
            "key 应为 48 个十六进制数字：您的模型保存在这个只有您知道的密钥之下。",
        )
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadSetting(
            "A model's name takes up to 40 letters, digits, - and _, beginning with a letter or digit, such as my-ngram.",
            "模型名称最多 40 个字母、数字、- 或 _，以字母或数字开头，例如 my-ngram。",
        )
    return OwnName(key, name)
