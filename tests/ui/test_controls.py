"""Controls are made of the settings' own lines."""

from __future__ import annotations

import gradio as gr
import pytest

from core.generation.sampling import GenerationSettings
from core.language import both
from core.settings import Setting, build, describe
from core.ui import controls

SETTINGS = {each.name: each for each in describe(GenerationSettings)}
TELL = gr.I18n(en={})


def made(name: str) -> gr.components.Component:
    return controls.control(SETTINGS[name], TELL)


def test_a_narrow_range_becomes_a_slider_with_the_ends_of_its_setting() -> None:
    slider = made("temperature")
    assert isinstance(slider, gr.Slider)
    assert (slider.minimum, slider.maximum, slider.value) == (0.0, 10.0, 1.0)


def test_a_wide_range_becomes_a_box_that_leaves_the_judgement_to_the_setting() -> None:
    for name in ("top_k", "top_p"):
        box = made(name)
        assert isinstance(box, gr.Number)
        assert (box.minimum, box.maximum, box.precision) == (None, None, None)


def test_a_number_too_large_for_a_browser_is_typed_as_text_and_read_exactly() -> None:
    assert isinstance(made("seed"), gr.Textbox)
    assert build(GenerationSettings, {"seed": "9007199254740993"}).seed == 2**53 + 1


def test_choices_become_a_menu_whose_values_are_those_of_the_setting() -> None:
    menu = made("strategy")
    assert isinstance(menu, gr.Dropdown)
    assert [value for _, value in menu.choices] == ["sample", "greedy", "beam"]
    assert controls.choice_labels(SETTINGS["strategy"], "zh")[2] == ("束搜索（beam）", "beam")


def test_every_control_gives_a_value_that_its_setting_takes() -> None:
    values = {name: made(name).value for name in SETTINGS}
    assert build(GenerationSettings, values) == GenerationSettings()


def test_a_page_that_allows_less_says_so_on_its_slider() -> None:
    less = controls.capped(SETTINGS["tokens"], 50)
    slider = controls.control(less, TELL)
    assert isinstance(slider, gr.Slider)
    assert (slider.maximum, slider.value) == (50, 50)
    assert controls.capped(SETTINGS["tokens"], 10**9) == SETTINGS["tokens"]


def test_help_names_the_range_only_where_no_slider_shows_it() -> None:
    assert controls.help_of(SETTINGS["temperature"]) == SETTINGS["temperature"].help
    assert controls.help_of(SETTINGS["top_k"]).en.endswith("(0 to 1,000,000)")
    assert controls.help_of(SETTINGS["seed"]).zh.endswith("（不小于 0）")


@pytest.mark.parametrize(("kind", "default", "expected"), [(bool, True, gr.Checkbox), (str, "a", gr.Textbox)])
def test_settings_of_other_kinds_have_their_control_too(kind: type, default: bool | str, expected: type) -> None:
    setting = Setting("x", kind, default, None, None, None, "", both("An example", "例子"))
    assert isinstance(controls.control(setting, TELL), expected)
