"""What one request may ask for, and what it is told otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import BadSetting, BadText
from core.ui.limits import Limits
from core.ui.serve import port_in_use, wanted_port

SMALL = Limits(characters=5, tokens=10)


def test_limits_come_from_the_environment() -> None:
    assert Limits.from_environment({}) == Limits(20_000, 2_000)
    asked = {"UNROLL_MAX_INPUT_CHARACTERS": "7", "UNROLL_MAX_TOKENS": " 9 "}
    assert Limits.from_environment(asked) == Limits(7, 9)


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


@pytest.mark.parametrize("name", ["../secret", "/etc", "a\\b", ".", "..", ".hidden", "hub:a/b", "C:", "", None, 3])
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
