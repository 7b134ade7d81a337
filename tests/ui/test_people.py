"""A visitor is told what went wrong, in their own language, and never in HTML of their own making."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from core.errors import BadText
from core.ui.people import language_of, told


def asked(**headers: str) -> Any:
    return SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("request_", "language"),
    [
        (None, "en"),
        (asked(), "en"),
        (asked(accept_language="zh-CN,zh;q=0.9,en;q=0.8"), "zh"),
        (asked(accept_language="zh"), "zh"),
        (asked(accept_language="en-GB,zh;q=0.5"), "en"),
        (asked(accept_language="fr"), "en"),
        (asked(accept_language="en", cookie="a=b; unroll_language=zh; c=d"), "zh"),
        (asked(accept_language="zh", cookie="unroll_language=en"), "en"),
        (asked(accept_language="zh", cookie="not_unroll_language=en"), "zh"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers_first(request_: Any, language: str) -> None:
    assert language_of(request_) == language


def test_an_error_is_told_in_the_visitors_language_with_its_signs_escaped() -> None:
    with pytest.raises(gr.Error) as caught, told(asked(accept_language="zh-TW")):
        raise BadText("No <b>.", "没有 <b>。")
    assert caught.value.message == "没有 &lt;b&gt;。"
    assert caught.value.title == "未能完成"


def test_our_own_mistake_is_told_as_a_sentence_and_kept_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    typed = "what somebody " + "typed"
    with pytest.raises(gr.Error) as caught, told(None):
        raise ZeroDivisionError(typed)
    assert "Try again" in caught.value.message and typed not in caught.value.message
    assert "ZeroDivisionError" in caplog.text and "test_people.py" in caplog.text
    assert typed not in caplog.text
