"""Controls from settings: one `setting(...)` line becomes one slider, number, menu or box.

No range is written here. A slider's mouse goes where its range is small; a wide range gets a box for a number, which
the settings themselves check, so that what is wrong is said in the visitor's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.components import Component

from core.language import Bilingual, both
from core.settings import Setting
from core.ui.words import WORDS, say

# Steps that a slider may have: beyond, one cannot aim with a mouse.
_MOST_STEPS = 10_000
# Parts into which a slider of fractions is divided.
_PARTS = 100
# Whole numbers beyond are not exact in a browser.
_EXACT = 2**53


def control(each: Setting, tell: gr.I18n) -> Component:
    """Return the control of one setting.

    Args:
        each: the setting.
        tell: the page's words; the label is ``setting.<name>``, else the setting's own name.
    """
    key = f"setting.{each.name}"
    label: Any = tell(key) if key in WORDS else each.name
    info: Any = tell(help_key(each))
    if each.kind is bool:
        return gr.Checkbox(bool(each.default), label=label, info=info)
    if each.choices is not None:
        return gr.Dropdown(choice_labels(each, "en"), value=each.default, label=label, info=info)
    if each.kind is str or (each.kind is int and (each.high is None or each.high > _EXACT)):
        return gr.Textbox(str(each.default), label=label, info=info, lines=1, max_lines=1)
    step = _step(each)
    if step is not None and each.low is not None and each.high is not None:
        return gr.Slider(
            each.low, each.high, value=_number(each), step=step, label=label, info=info, buttons=[], min_width=250
        )
    return gr.Number(_number(each), label=label, info=info)


def help_key(each: Setting) -> str:
    """Return the key under which a setting's help is translated."""
    return f"help.{each.name}"


def help_of(each: Setting) -> Bilingual:
    """Return a setting's help, with the range where its control is a box that does not show it."""
    if each.low is None or _step(each) is not None:
        return each.help
    huge = each.high is None or each.high > _EXACT
    ends = both(f"at least {each.low:g}", f"不小于 {each.low:g}")
    if not huge:
        ends = both(f"{each.low:g} to {each.high:,.0f}", f"{each.low:g} 到 {each.high:,.0f}")
    return both(f"{each.help.en} ({ends.en})", f"{each.help.in_language('zh')}（{ends.zh}）")


def choice_labels(each: Setting, language: str) -> list[tuple[str, str]]:
    """Return the choices of a menu as (what is shown, value)."""
    keys = {choice: f"choice.{choice}" for choice in each.choices or ()}
    return [(say(key, language) if key in WORDS else str(choice), str(choice)) for choice, key in keys.items()]


def values_of(controls: Mapping[str, Component], data: Mapping[Component, Any]) -> dict[str, Any]:
    """Return what the visitor chose, by the names of the settings."""
    return {name: data[component] for name, component in controls.items()}


def only(settings: Iterable[Setting], names: Iterable[str]) -> list[Setting]:
    """Return the settings of these names, in the order of the names."""
    by_name = {each.name: each for each in settings}
    return [by_name[name] for name in names]


def capped(each: Setting, most: float) -> Setting:
    """Return a setting whose range ends earlier, where the page allows less than the setting."""
    if each.high is None or each.high <= most:
        return each
    return replace(each, high=most, default=type(each.default)(min(_number(each), most)))


def _step(each: Setting) -> float | None:
    """Return the step of a setting's slider; None where the range is too wide to aim in, or its ends are not round."""
    if each.low is None or each.high is None or round(each.low, 6) != each.low:
        return None
    step = 1.0 if each.kind is int else (each.high - each.low) / _PARTS
    return step if (each.high - each.low) / step <= _MOST_STEPS else None


def _number(each: Setting) -> float:
    """Return the default of a setting whose kind is a number."""
    return float(each.default) if each.kind is float else int(each.default)
