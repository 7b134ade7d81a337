"""Settings: one line says the default, the range, the unit and the meaning of a number that a person may choose.

A group of settings is a frozen dataclass whose fields are made by `setting`. Sliders of the page, flags of the
command line, the JSON of a checkpoint and the checks all come from these lines; a range is written nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints

from core.errors import BadSetting, unknown_name
from core.language import Bilingual, as_bilingual, both

Value = int | float | bool | str
_WORDS_FOR_TRUE = {"true", "yes", "on", "1"}
_WORDS_FOR_FALSE = {"false", "no", "off", "0"}


class Settings(Protocol):
    """What every group of settings is: a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


SettingsT = TypeVar("SettingsT", bound=Settings)


@dataclass(frozen=True)
class Setting:
    """One setting as controls, flags and documentation need it."""

    name: str
    kind: type
    default: Value
    low: float | None
    high: float | None
    choices: tuple[Value, ...] | None
    unit: str
    help: Bilingual
    lists: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the setting as plain values, for ``models --json`` and the web API."""
        allowed = list(self.choices) if self.choices is not None else None
        return {
            "name": self.name, "kind": self.kind.__name__, "default": self.default, "low": self.low,
            "high": self.high, "choices": allowed, "unit": self.unit, "help": {"en": self.help.en, "zh": self.help.zh},
            "lists": self.lists,
        }  # fmt: skip


def setting(
    default: Value,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Iterable[Value] | None = None,
    unit: str = "",
    help: str | Bilingual,
    lists: str = "",
) -> Any:
    """Declare a field of a settings dataclass.

    Args:
        default: the value when nobody chooses; its type is the field's annotation.
        low, high: inclusive bounds of a number.
        choices: the only values allowed.
        unit: what the number counts, such as "tokens".
        help: one sentence of meaning, better in both languages.
        lists: of what a text is a list: "checkpoints" for the members of a model made of models, "weights" for the one
            checkpoint whose weights of such members are taken over.
    """
    allowed = tuple(choices) if choices is not None else None
    facts = {
        "low": low, "high": high, "choices": allowed, "unit": unit, "help": as_bilingual(help), "lists": lists,
    }  # fmt: skip
    return field(default=default, metadata={"setting": facts})


def describe(group: type[Settings]) -> list[Setting]:
    """Return the settings of a group in the order of their lines."""
    kinds = get_type_hints(group)
    described = []
    for line in fields(group):
        if "setting" not in line.metadata or line.default is MISSING:
            raise TypeError(f"{group.__qualname__}.{line.name} must be declared with setting(...)")
        described.append(Setting(line.name, kinds[line.name], line.default, **line.metadata["setting"]))
    return described


def build(group: type[SettingsT], values: Mapping[str, Any]) -> SettingsT:
    """Make a group from named values, each converted to its kind and checked.

    Raises:
        UnknownName: a name that the group does not have.
        BadSetting: a value of another kind or out of range.
    """
    known = {each.name: each for each in describe(group)}
    for name in values:
        if name not in known:
            raise unknown_name(both("setting", "设置项"), name, known)
    return group(**{name: convert(known[name], value) for name, value in values.items()})


def build_all(groups: Iterable[type[Settings]], values: Mapping[str, Any]) -> list[Any]:
    """Make several groups from one mapping; every name goes to the group that has it.

    Raises:
        UnknownName: a name that none of the groups has.
        BadSetting: a value of another kind or out of range.
    """
    groups = list(groups)
    owners = {each.name: group for group in groups for each in describe(group)}
    for name in values:
        if name not in owners:
            raise unknown_name(both("setting", "设置项"), name, owners)
    return [build(group, {n: v for n, v in values.items() if owners[n] is group}) for group in groups]


def to_json(group: Settings) -> dict[str, Value]:
    """Return the values of a group as a JSON object."""
    return {line.name: getattr(group, line.name) for line in fields(group)}


def clashes(groups: Iterable[type[Settings]]) -> list[str]:
    """Return the names that stand in more than one group, which the one space of names forbids."""
    names = [each.name for group in groups for each in describe(group)]
    return sorted({name for name in names if names.count(name) > 1})


def convert(each: Setting, value: Any) -> Value:
    """Return ``value`` as the setting's kind, inside its range.

    Text is read as the command line writes it; a slider's 3.0 is the whole number 3; nothing else is repaired.

    Raises:
        BadSetting: with the value, what was expected and the range.
    """
    converted = _as_kind(each.kind, value)
    if converted is None:
        raise _bad(each, value, _expected(each))
    if each.choices is not None and converted not in each.choices:
        raise _bad(each, value, _expected(each))
    if isinstance(converted, (int, float)) and not isinstance(converted, bool):
        too_low = each.low is not None and converted < each.low
        too_high = each.high is not None and converted > each.high
        if too_low or too_high or not math.isfinite(converted):
            raise _bad(each, value, _expected(each))
    return converted


def _as_kind(kind: type, value: Any) -> Value | None:
    """Return ``value`` as ``kind``, or None where that would change its meaning."""
    if kind is bool:
        if isinstance(value, str):
            word = value.strip().lower()
            return True if word in _WORDS_FOR_TRUE else False if word in _WORDS_FOR_FALSE else None
        return value if isinstance(value, bool) else None
    if kind is str:
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        if kind is int and isinstance(value, (int, str)):
            return int(value)
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if kind is int:
        return int(number) if math.isfinite(number) and number.is_integer() else None
    return number


def _expected(each: Setting) -> Bilingual:
    """Say in words which values the setting takes."""
    if each.choices is not None:
        listed = ", ".join(str(choice) for choice in each.choices)
        return both(f"one of {listed}", f"以下之一：{listed}")
    if each.kind is bool:
        return both("true or false", "true 或 false")
    if each.kind is str:
        return both("a text", "一段文字")
    noun = both("a whole number", "整数") if each.kind is int else both("a number", "数字")
    unit = f" {each.unit}" if each.unit else ""
    low, high = _bound(each.low), _bound(each.high)
    if low and high:
        return both(f"{noun.en} from {low} to {high}{unit}", f"{low} 到 {high} 之间的{noun.zh}")
    if low:
        return both(f"{noun.en} of at least {low}{unit}", f"不小于 {low} 的{noun.zh}")
    return noun


def _bound(value: float | None) -> str:
    """Return one end of a range as it is written; nothing where it is open."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def _bad(each: Setting, value: Any, expected: Bilingual) -> BadSetting:
    shown = str(value) if len(str(value)) <= 60 else str(value)[:57] + "..."
    return BadSetting(
        f"Setting '{each.name}' cannot be {shown!r}: it takes {expected.en} (default {each.default}).",
        f"设置项“{each.name}”不能取“{shown}”：应为{expected.in_language('zh')}（默认 {each.default}）。",
    )
