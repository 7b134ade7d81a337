"""How far back models look: the picture under the readings, asked for, stopped, and gone with its text."""

from __future__ import annotations

from typing import Any

import pytest

from core.lab import Lab
from core.ui.tabs.read_contexts import contexts_value
from core.ui.words import say
from tests.ui.visitor import NARROW, Open, choose, go_to

TEXT = "The cat ran to the sea, and the grey dog sat on the mat. " * 4


def rows(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [each for each in lab.context_lengths(name, TEXT) if isinstance(each, dict)]


def test_the_picture_says_from_where_on_a_model_gains_nothing(lab: Lab) -> None:
    found = rows(lab, "cats")  # an n-gram of order 4 looks at three characters; lengths are powers of two
    picture = contexts_value({"cats": found}, "en")
    assert [[x, y] for x, y in picture["series"][0]["points"]] == [[row["context"], row["perplexity"]] for row in found]
    perplexity = f"{found[-1]['perplexity']:.4g}"
    (said,) = picture["said"]
    assert said.startswith(f"cats: {perplexity}") and ("longer than k = 4 " in said or "longer than k = 2 " in said)
    assert contexts_value({"cats": found}, "en", done=0.5)["said"] == []


def test_a_model_that_still_gains_and_one_that_is_surprised_without_end_are_told_apart() -> None:
    falling = [{"context": k, "perplexity": 8.0 / k, "scored": 99} for k in (1, 2, 4)]
    infinite = [{"context": 1, "perplexity": None, "scored": 99}]
    said = contexts_value({"a": falling, "b": infinite}, "zh")["said"]
    assert said[0] == say("contexts.all", "zh").format(name="a", perplexity="2", scored="99", context=4)
    assert said[1] == say("contexts.infinite", "zh").format(name="b")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "tab"), [("en-US", "Read"), ("zh-CN", "对读")])
def test_a_visitor_asks_and_sees_a_curve_a_model_which_goes_away_with_another_text(
    open_page: Open, lab: Lab, language: str, tab: str
) -> None:
    page = open_page(language, size=NARROW)
    go_to(page, tab)
    choose(page, "#read-checkpoint", "cats", "cats-words")
    page.locator("#read-text textarea").fill(TEXT)
    assert not page.locator("#contexts svg path").count()  # nothing is measured before somebody asks
    page.click("#measure-contexts")
    page.locator("#contexts", has_text="cats-words：" if language == "zh-CN" else "cats-words: ").wait_for()
    told = page.locator("#contexts").inner_text()
    for name in ("cats", "cats-words"):
        assert f"{rows(lab, name)[-1]['perplexity']:.4g}" in told
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#read")
    page.locator("#contexts h3").wait_for(state="hidden")


@pytest.mark.browser
def test_a_text_too_short_to_tell_is_answered_by_a_sentence(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Read")
    page.locator("#read-text textarea").fill("The cat.")
    page.click("#measure-contexts")
    page.locator("#contexts", has_text="Give a longer text").wait_for()
