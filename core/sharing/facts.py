"""What config.json says of a checkpoint, and how it is read: nothing is believed before it is checked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from core.errors import BadCheckpoint
from core.models.members import MOST_MEMBERS

FORMAT = 1
CONFIG = "config.json"
_MOST_DIGITS = 100
# Above the entropy of any character: ln of the number of code points.
_MOST_NATS = 14.0
# What is told of the checkpoint whose weights were taken over.
_OF_WEIGHTS = ("name", "command", "corpus", "licence")
# What a setting may be.
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Facts:
    """What config.json says: everything about a checkpoint but its numbers.

    Attributes:
        model: name of the plug-in.
        settings, training, run, text: the values of the four groups of settings.
        vocab_size: number of token ids.
        parameters: how many numbers were learned.
        corpus: the corpus' card, and how it was split.
        results: train beside held-out, or None for a run that did not end.
        command: the command line that makes this checkpoint again.
        seconds, tokens_seen: what the training took.
        normalised: whether perplexity means anything for it.
        files: SHA-256 of the other files, by their names.
        members: of a model made of models: name, model, settings, weight, corpus, licence and seen of each.
        weights_from: of one that took over the weights of another: that one's name, command, corpus and licence.
    """

    model: str
    settings: Mapping[str, Any]
    training: Mapping[str, Any]
    run: Mapping[str, Any]
    text: Mapping[str, Any]
    vocab_size: int
    parameters: int
    corpus: Mapping[str, Any]
    results: Mapping[str, Any] | None = None
    command: str = ""
    seconds: float = 0.0
    tokens_seen: int = 0
    normalised: bool = True
    files: Mapping[str, str] = field(default_factory=dict)
    members: Sequence[Mapping[str, Any]] = ()
    weights_from: Mapping[str, Any] = field(default_factory=dict)

    @property
    def imported(self) -> Mapping[str, str]:
        """The name and SHA-256 of the foreign file that the model was imported from; empty for a trained one."""
        imported: Mapping[str, str] = self.corpus.get("imported", {})
        return imported

    def as_json(self) -> dict[str, Any]:
        """Return the content of config.json; only a model made of models has members there, and perhaps weights of another."""
        values = {"format": FORMAT, **{name: getattr(self, name) for name in self.__dataclass_fields__}}
        return {name: value for name, value in values.items() if value or name not in ("members", "weights_from")}

    def as_bytes(self) -> bytes:
        """Return config.json itself."""
        return (json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n").encode()


def parse_facts(content: bytes) -> Facts:
    """Return the facts that stand in the bytes of a config.json, each of the right kind.

    Raises:
        BadCheckpoint: they are not those of a checkpoint that this program can read.
    """
    try:
        values = json.loads(content, parse_constant=_no_number, parse_float=_number, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise damaged(CONFIG, "it is not JSON", "它不是 JSON") from error
    if not isinstance(values, dict):
        raise damaged(CONFIG, "it is not a JSON object", "它不是 JSON 对象")
    if values.get("format") != FORMAT or isinstance(values.get("format"), bool):
        raise _foreign_format(values.get("format"))
    lines = Facts.__dataclass_fields__
    kinds: dict[str, tuple[type, ...]] = {
        "model": (str,), "settings": (dict,), "training": (dict,), "run": (dict,), "text": (dict,), "corpus": (dict,),
        "vocab_size": (int,), "parameters": (int,), "results": (dict, type(None)), "command": (str,),
        "seconds": (int, float), "tokens_seen": (int,), "normalised": (bool,), "files": (dict,), "members": (list,), "weights_from": (dict,),
    }  # fmt: skip
    values.setdefault("members", [])
    values.setdefault("weights_from", {})
    for name in lines:
        if name not in values:
            raise damaged(CONFIG, f"it lacks {name!r}", f"缺少“{name}”")
        if not isinstance(values[name], kinds[name]) or (isinstance(values[name], bool) and name != "normalised"):
            raise damaged(CONFIG, f"{name!r} is not what it should be", f"“{name}”的类型不对")
    for group in ("settings", "training", "run", "text"):
        for name, value in values[group].items():
            _check(group, name, value, _PLAIN)
    _check_corpus(values["corpus"])
    _check_results(values["results"])
    _check_members(values["members"])
    for name in _OF_WEIGHTS if values["weights_from"] else ():
        _check("weights_from", name, values["weights_from"].get(name), (str,))
    if not all(isinstance(digest, str) for digest in values["files"].values()):
        raise damaged(CONFIG, "'files' is not what it should be", "“files”的类型不对")
    return Facts(**{name: values[name] for name in lines})


def _no_number(word: str) -> NoReturn:
    """Refuse NaN and Infinity, which JSON does not have, and numbers that none of ours can be."""
    raise ValueError(f"{word[:60]} is no number of JSON")


def _number(word: str) -> float:
    """Return a number; one that is too large for a float would become infinite."""
    return float(word) if math.isfinite(float(word)) else _no_number(word)


def _whole_number(word: str) -> int:
    """Return a whole number that a float can hold as well."""
    return int(word) if len(word) <= _MOST_DIGITS else _no_number(word)


def _check(group: str, name: str, value: object, kinds: tuple[type, ...]) -> None:
    """Raise BadCheckpoint unless a value is of one of the kinds; a bool is a number only where one may stand."""
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise damaged(
            CONFIG, f"{name[:40]!r} in {group!r} is not what it should be", f"“{group}”中“{name[:40]}”的类型不对"
        )


def _check_corpus(corpus: Mapping[str, Any]) -> None:
    """Raise BadCheckpoint unless the corpus' card can be shown: it is listed before anything else is opened."""
    for name in ("name", "language", "licence", "source", "prefix", "sha256"):
        _check("corpus", name, corpus.get(name), (str, type(None)))
    _check("corpus", "lines", corpus.get("lines", False), (bool,))
    for name in ("title", "split", "imported"):
        _check("corpus", name, corpus.get(name, {}), (dict,))
    for language, title in corpus.get("title", {}).items():
        _check("title", language, title, (str,))
    if corpus.get("imported"):
        for name in ("file", "sha256"):
            _check("imported", name, corpus["imported"].get(name), (str,))
    for name, value in corpus.get("split", {}).items():
        _check("split", name, value, _PLAIN)
    _check_passages(corpus.get("passages", []))
    if "known" in corpus:
        _check_known(corpus["known"])


def _check_known(known: object) -> None:
    """Raise BadCheckpoint unless the truth about a generated corpus can be shown."""
    _check("corpus", "known", known, (dict,))
    values: Mapping[str, Any] = known if isinstance(known, dict) else {}
    for name, kind in (("kind", str), ("settings", dict), ("entropy_nats", list)):
        _check("known", name, values.get(name), (kind,))
    for name, value in values["settings"].items():
        _check("settings", name, value, _PLAIN)
    bounds = values["entropy_nats"]
    if len(bounds) != 2 or not all(isinstance(each, float) and 0 <= each <= _MOST_NATS for each in bounds):
        raise damaged(CONFIG, "'entropy_nats' is not what it should be", "“entropy_nats”的类型不对")


def _check_passages(passages: object) -> None:
    """Raise BadCheckpoint unless the named stretches of a corpus can be shown; older checkpoints have none."""
    _check("corpus", "passages", passages, (list,))
    for passage in passages if isinstance(passages, list) else ():
        _check("corpus", "passages", passage, (dict,))
        for name, kind in (("name", str), ("title", dict), ("first_character", int)):
            _check("passages", name, passage.get(name), (kind,))
        for language, title in passage["title"].items():
            _check("title", language, title, (str,))


def _check_results(results: dict[str, Any] | None) -> None:
    """Raise BadCheckpoint unless the results are measures by part, or the reason why there are none."""
    for part, measures in (results or {}).items():
        if part in ("refused", "refused_zh"):
            good = isinstance(measures, str)
        else:
            good = isinstance(measures, dict) and all(
                isinstance(value, str if name == "protocol" else (int, float, type(None)))
                for name, value in measures.items()
            )
        if not good:
            raise damaged(CONFIG, f"its results of {part[:40]!r} are not numbers", f"“{part[:40]}”的结果不是数值")


def _check_members(members: list[Any]) -> None:
    """Raise BadCheckpoint unless each of the members can be made and shown."""
    kinds: dict[str, tuple[type, ...]] = {
        "name": (str,), "model": (str,), "settings": (dict,), "weight": (int, float), "corpus": (str,), "licence": (str,),
        "seen": (bool,),
    }  # fmt: skip
    if len(members) > MOST_MEMBERS:
        raise damaged(CONFIG, f"it names more than {MOST_MEMBERS} members", f"成员多于 {MOST_MEMBERS} 个")
    for member in members:
        if not isinstance(member, dict) or member.keys() != kinds.keys():
            raise damaged(CONFIG, "'members' is not what it should be", "“members”的类型不对")
        for name, value in member.items():
            _check("members", name, value, kinds[name])
        for name, value in member["settings"].items():
            _check("settings", name, value, _PLAIN)


def file_name(path: str) -> str:
    """Return the last part of a path of any system; where somebody keeps a text is nobody else's business.

    >>> file_name("/home/ada/tale.txt"), file_name("time_machine")
    ('tale.txt', 'time_machine')
    """
    return re.split(r"[/\\]", path)[-1]


def damaged(name: str, en: str, zh: str) -> BadCheckpoint:
    """Return the error for a damaged file of a checkpoint, with the reason in both languages."""
    return BadCheckpoint(
        f"The checkpoint's {name} is damaged: {en}. Take the checkpoint again from its source.",
        f"检查点的 {name} 已损坏：{zh}。请重新获取。",
    )


def _foreign_format(number: object) -> BadCheckpoint:
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        return BadCheckpoint(
            f"The checkpoint has format {number}; this program reads format {FORMAT}. Update Unroll to the version "
            f"that reads format {number}.",
            f"检查点为第 {number} 版格式，本程序读取第 {FORMAT} 版。请更新 Unroll。",
        )
    return damaged(
        CONFIG, f"its format is {str(number)[:40]!r}, expected {FORMAT}", f"格式为“{str(number)[:40]}”，应为 {FORMAT}"
    )
