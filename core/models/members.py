"""A model made of models: what its members are, how a setting names them, and how their arrays share one file.

A setting that is a list of members, ``setting(..., lists="checkpoints")``, holds words between commas. A word is the name
of a trained checkpoint, or a model that is to be learned on the spot, written as a call: ``ngram(order=3)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy.typing as npt

from core.errors import BadCheckpoint, BadSetting
from core.settings import Settings, build, describe, to_json

if TYPE_CHECKING:
    from core.models.protocol import LanguageModel

# Fewer are no mixture; more take their time and gain next to nothing.
LEAST_MEMBERS, MOST_MEMBERS = 2, 8
_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_TENSOR = re.compile(r"member\.(0|[1-9]\d?)\.(.+)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Member:
    """One of the models that a model is made of.

    Attributes:
        name: the word that names it in the settings.
        model: the model, of the same vocabulary. A trained one is shared with others: it is read and never changed.
        weight: its share in the whole, 0 to 1.
        corpus: the name of the text that it learned from; "" for one that is learned on the spot, or where nobody knows.
        licence: of that text.
        seen: whether it learned from the part of this text that is held back for choosing.
    """

    name: str
    model: LanguageModel
    weight: float = 0.0
    corpus: str = ""
    licence: str = ""
    seen: bool = False


class Kinds(Protocol):
    """Where a model made of models finds its members' classes."""

    def get(self, name: str) -> type[LanguageModel]:
        """Return the plug-in of that name, or raise a LabError."""


def list_setting(group: type[Settings]) -> str:
    """Return the name of the setting that lists a model's members; "" for a model that has none."""
    return next((each.name for each in describe(group) if each.lists == "checkpoints"), "")


def weights_setting(group: type[Settings]) -> str:
    """Return the name of the setting that says whose weights are taken over; "" for a model that has none."""
    return next((each.name for each in describe(group) if each.lists == "weights"), "")


def words_of(text: str) -> list[str]:
    """Return the words of a list of members.

    >>> words_of("my-lstm, ngram(order=3, k=0.5)")
    ['my-lstm', 'ngram(order=3,k=0.5)']

    Raises:
        BadSetting: an empty word, a word that stands twice, parentheses that do not match, too few words or too many.
    """
    words = ["".join(word.split()) if is_call(word) else word.strip() for word in _split(text, text)]
    if not all(words):
        raise _unreadable(text)
    if not LEAST_MEMBERS <= len(words) <= MOST_MEMBERS:
        raise BadSetting(
            f"A mixture of {len(words)} is not to be had: it takes {LEAST_MEMBERS} to {MOST_MEMBERS} members.",
            f"不能由 {len(words)} 个成员混合：应有 {LEAST_MEMBERS} 到 {MOST_MEMBERS} 个成员。",
        )
    if twice := next((word[:60] for word in words if words.count(word) > 1), ""):
        raise BadSetting(
            f"The member {twice!r} is named twice. Name each one once; the weights say how much it counts.",
            f"成员“{twice}”出现了两次。每个成员只写一次，其分量由权重决定。",
        )
    return words


def is_call(word: str) -> bool:
    """Return whether a word is a model to be learned on the spot, and no checkpoint's name."""
    return "(" in word


def call_of(word: str) -> tuple[str, dict[str, str]]:
    """Return the model's name and the settings of a word that is a call.

    >>> call_of("ngram(order=3,k=0.5)")
    ('ngram', {'order': '3', 'k': '0.5'})

    Raises:
        BadSetting: it is no call.
    """
    parts = _CALL.fullmatch(word)
    if parts is None:
        raise _unreadable(word)
    values: dict[str, str] = {}
    for pair in _split(parts[2], word) if parts[2] else []:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise _unreadable(word)
        values[name] = value
    return parts[1], values


def _split(text: str, whole: str) -> list[str]:
    """Cut a text at the commas that stand in no parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            raise _unreadable(whole)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    if depth:
        raise _unreadable(whole)
    return parts


def _unreadable(text: str) -> BadSetting:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return BadSetting(
        f"{shown!r} is no list of members: it takes names of checkpoints, and models to learn on the spot, between commas, "
        "such as my-lstm,ngram(order=3).",
        f"“{shown}”不是成员列表：应为以逗号分隔的检查点名称，或就地学习的模型，例如 my-lstm,ngram(order=3)。",
    )


def untrained(word: str, kinds: Kinds, vocab_size: int, seed: int) -> LanguageModel:
    """Return the model that a word such as ``ngram(order=3)`` asks for, before it has learned anything.

    Raises:
        UnknownName, BadSetting: no such model or setting, or one that cannot be learned on the spot.
    """
    name, values = call_of(word)
    kind = kinds.get(name)
    if list_setting(kind.Config):
        raise BadSetting(
            f"{word[:60]!r} cannot be a member: a mixture of mixtures is a mixture of all their members. Name those.",
            f"“{word[:60]}”不能作为成员：混合模型的混合就是其全部成员的混合。请直接列出那些成员。",
        )
    if not kind.Learner.single_pass:
        raise BadSetting(
            f"{word[:60]!r} is not learned in one pass over the text. Train it first, with validation=true, and name its checkpoint.",
            f"“{word[:60]}”不能一遍学成。请先用 validation=true 训练它，再写检查点的名称。",
        )
    return kind(build(kind.Config, values), vocab_size, seed)


def check_alike(members: Sequence[Member], others: Sequence[Member]) -> None:
    """Raise BadSetting unless two models are made of the same kinds of members, with the same settings, in the same order."""
    mine, theirs = (
        [f"{each.model.about.name}({_settings(each)})" for each in several] for several in (members, others)
    )
    if len(mine) != len(theirs):
        raise BadSetting(
            f"The weights to take over are for {len(theirs)} members, not for {len(mine)}. Name as many, of the same kinds and in the same order.",
            f"要沿用的权重对应 {len(theirs)} 个成员，而不是 {len(mine)} 个。请列出同样多、同样种类、同样顺序的成员。",
        )
    for number, (one, other) in enumerate(zip(mine, theirs, strict=True), start=1):
        if one != other:
            raise BadSetting(
                f"The weights to take over are for other members: number {number} is {other[:120]} there, and {one[:120]} here. Name members of"
                " the same kinds and settings, in the same order.",
                f"要沿用的权重对应其他成员：第 {number} 个在那里是 {other[:120]}，在这里是 {one[:120]}。请按同样顺序列出种类与设置相同的成员。",
            )


def _settings(member: Member) -> str:
    """Return the settings of a member's model in one line."""
    return ",".join(f"{name}={value}" for name, value in to_json(member.model.config).items())


def joined_tensors(members: Sequence[Member]) -> dict[str, npt.NDArray[Any]]:
    """Return the members' arrays in one dictionary: those of member N under ``member.N.``."""
    return {
        f"member.{number}.{name}": array
        for number, member in enumerate(members)
        for name, array in member.model.tensors().items()
    }


def parted_tensors(tensors: Mapping[str, npt.NDArray[Any]], number: int) -> list[dict[str, npt.NDArray[Any]]]:
    """Return each member's arrays under its own names again.

    Raises:
        BadCheckpoint: an array that belongs to none of so many members.
    """
    parts: list[dict[str, npt.NDArray[Any]]] = [{} for _ in range(number)]
    for name, array in tensors.items():
        found = _TENSOR.fullmatch(name)
        if found is None or int(found[1]) >= number:
            raise BadCheckpoint(
                f"The tensors hold '{name[:60]}', which belongs to none of the {number} members. Take the checkpoint again.",
                f"张量文件含有“{name[:60]}”，它不属于 {number} 个成员中的任何一个。请重新获取检查点。",
            )
        parts[int(found[1])][found[2]] = array
    return parts
