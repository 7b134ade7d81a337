"""Settings: one line says default, range and meaning, and every value passes through it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from core.errors import BadSetting, UnknownName
from core.language import both
from core.settings import build, build_all, clashes, describe, setting, to_json


@dataclass(frozen=True)
class Oven:
    heat: int = setting(180, low=0, high=300, unit="degrees", help=both("How hot.", "多热。"))
    share: float = setting(0.5, low=0.0, high=1.0, help="How full.")
    fan: bool = setting(False, help="Whether the fan runs.")
    program: str = setting("cake", choices=("cake", "bread"), help="What is baked.")


@dataclass(frozen=True)
class Timer:
    minutes: float = setting(1.0, low=0.0, help="How long.")


def test_a_group_describes_itself_in_the_order_of_its_lines() -> None:
    assert [each.name for each in describe(Oven)] == ["heat", "share", "fan", "program"]
    heat = describe(Oven)[0]
    assert (heat.default, heat.low, heat.high, heat.unit, heat.help.in_language("zh")) == (
        180,
        0,
        300,
        "degrees",
        "多热。",
    )
    assert heat.as_json()["kind"] == "int"


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("heat", "200", 200), ("heat", 200.0, 200), ("heat", 300, 300), ("share", "0.25", 0.25), ("share", 1, 1.0),
        ("fan", "true", True), ("fan", "off", False), ("fan", True, True), ("program", "bread", "bread"),
    ],
)  # fmt: skip
def test_values_become_what_the_line_says(name: str, given: object, taken: object) -> None:
    value = getattr(build(Oven, {name: given}), name)
    assert value == taken
    assert type(value) is type(taken)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("heat", 301), ("heat", -1), ("heat", 1.5), ("heat", "1e2"), ("heat", True), ("heat", None), ("heat", "hot"),
        ("share", float("nan")), ("share", float("inf")), ("share", "1" * 400), ("fan", 1), ("fan", "maybe"),
        ("program", "pie"), ("program", 3), ("heat", [1]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_range(name: str, given: object) -> None:
    with pytest.raises(BadSetting) as caught:
        build(Oven, {name: given})
    assert f"'{name}'" in str(caught.value)
    assert "default" in str(caught.value)
    assert caught.value.in_language("zh") != str(caught.value)


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'program'"):
        build(Oven, {"programme": "cake"})
    with pytest.raises(UnknownName, match="Did you mean 'minutes'"):
        build_all([Oven, Timer], {"minuts": 3})


def test_one_mapping_fills_several_groups() -> None:
    oven, timer = build_all([Oven, Timer], {"minutes": "2", "heat": "90"})
    assert (oven.heat, timer.minutes) == (90, 2.0)


def test_a_name_in_two_groups_is_a_clash() -> None:
    assert clashes([Oven, Timer]) == []
    assert clashes([Oven, Timer, Timer]) == ["minutes"]


def test_json_and_back_is_the_same_group() -> None:
    oven = build(Oven, {"heat": 90, "fan": True})
    assert build(Oven, to_json(oven)) == oven


def test_a_field_without_setting_is_our_own_mistake() -> None:
    @dataclass(frozen=True)
    class Wrong:
        heat: int = 3

    with pytest.raises(TypeError, match="setting"):
        describe(Wrong)
