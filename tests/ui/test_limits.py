"""What one request may ask for, and what it is told otherwise."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadSetting, BadText, Refused
from core.ui.limits import Limits
from core.ui.serve import port_in_use, wanted_port

PROJECT = Path(__file__).resolve().parents[2]
SMALL = Limits(characters=5, tokens=10)


def test_limits_come_from_the_environment() -> None:
    assert Limits.from_environment({}) == Limits(20_000, 2_000)
    asked = {"UNROLL_MAX_INPUT_CHARACTERS": "7", "UNROLL_MAX_TOKENS": " 9 "}
    assert Limits.from_environment(asked) == Limits(7, 9)


@pytest.mark.parametrize(("word", "minutes"), [("", math.inf), ("on", math.inf), ("OFF", 0), ("15", 15)])
def test_training_is_on_off_or_takes_so_many_minutes(word: str, minutes: float) -> None:
    assert Limits.from_environment({"UNROLL_TRAINING": word}).training_minutes == minutes


@pytest.mark.parametrize("word", ["0", "-3", "yes", "2.5"])
def test_another_word_for_training_is_refused_by_name(word: str) -> None:
    with pytest.raises(BadSetting, match="UNROLL_TRAINING"):
        Limits.from_environment({"UNROLL_TRAINING": word})


def test_a_training_is_held_to_the_limits_of_its_machine() -> None:
    allowed = Limits(training_minutes=5, parameters=100)
    assert allowed.training({"minutes": 5, "order": 3}) == {"minutes": 5, "order": 3}
    with pytest.raises(BadSetting, match="6 minutes are too many; here at most 5"):
        allowed.training({"minutes": 6})
    with pytest.raises(BadSetting, match="batch_size times num_steps is 1,000,000"):
        allowed.training({"batch_size": 1000, "num_steps": 1000})
    with pytest.raises(BadSetting, match="settings by name"):
        allowed.training([])
    with pytest.raises(Refused, match="Training is switched off here"):
        Limits(training_minutes=0).training({})
    allowed.size(100)
    with pytest.raises(BadSetting, match="101 parameters; here at most 100"):
        allowed.size(101)


def test_a_text_to_learn_from_is_there_and_not_too_long() -> None:
    allowed = Limits(upload_bytes=3)
    assert allowed.upload(b"abc") == b"abc"
    for nothing in (b"", None, "abc"):
        with pytest.raises(BadText, match="no text to learn from"):
            allowed.upload(nothing)
    with pytest.raises(BadText, match="4 bytes; here at most 3"):
        allowed.upload(b"abcd")


def test_the_readme_names_every_variable_and_its_default() -> None:
    source = (PROJECT / "core/ui/limits.py").read_text(encoding="utf-8")
    table = (PROJECT / "README.md").read_text(encoding="utf-8")
    defaults = {each.name: each.default for each in fields(Limits)}
    read = re.findall(r'environment, "(UNROLL_MAX_\w+)", cls\.(\w+)', source)
    assert len(read) == len(set(re.findall(r'"(UNROLL_MAX_\w+)"', source))) >= 5
    for variable, limit in read:
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{variable}` |")]
        assert f"default {defaults[limit]:,}" in row


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5", "٣"])
def test_a_limit_that_is_no_number_is_refused_by_name(word: str) -> None:
    with pytest.raises(BadSetting, match="UNROLL_MAX_TOKENS"):
        Limits.from_environment({"UNROLL_MAX_TOKENS": word})


def test_a_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert SMALL.text("12345") == "12345"
    with pytest.raises(BadText, match="6 characters; here at most 5") as caught:
        SMALL.text("123456")
    assert "最多 5 个" in caught.value.in_language("zh")


@pytest.mark.parametrize("value", [None, 3, ["a"], b"a"])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(BadText):
        SMALL.text(value)


def test_more_tokens_than_allowed_are_refused_with_both_numbers() -> None:
    assert SMALL.settings({"tokens": 10})
    with pytest.raises(BadSetting, match="11 tokens are too many; here at most 10"):
        SMALL.settings({"tokens": 11})


@pytest.mark.parametrize(
    "name", ["../secret", "/etc", "a\\b", ".", "..", ".hidden", "hub:a", "hub:../x", "C:", "", None, 3]
)
def test_a_visitor_cannot_name_a_folder_of_the_server(name: Any) -> None:
    with pytest.raises(BadSetting):
        SMALL.checkpoint(name)


@pytest.mark.parametrize("ids", ["1,2", [1, "2"], [True], [1.5], [1] * 6, None])
def test_ids_are_a_short_list_of_whole_numbers(ids: Any) -> None:
    assert SMALL.ids([1, 2]) == [1, 2]
    with pytest.raises(BadSetting):
        SMALL.ids(ids)


def test_stop_strings_are_a_list_of_texts() -> None:
    assert SMALL.stops(None) == () and SMALL.stops(["a", "\n"]) == ("a", "\n")
    for wrong in ("a", [1]):
        with pytest.raises(BadSetting):
            SMALL.stops(wrong)


def test_the_port_is_the_one_asked_for() -> None:
    assert wanted_port({}) is None and wanted_port({"GRADIO_SERVER_PORT": "7000"}) == 7000
    for word in ("0", "70000", "http", "-1"):
        with pytest.raises(BadSetting, match="GRADIO_SERVER_PORT"):
            wanted_port({"GRADIO_SERVER_PORT": word})


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    assert "Port 7000 is in use" in str(port_in_use(7000)) and "GRADIO_SERVER_PORT=7001" in str(port_in_use(7000))
    assert "7860 to 7959" in str(port_in_use(None)) and "GRADIO_SERVER_PORT=8000" in str(port_in_use(65535))
