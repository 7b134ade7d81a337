"""What a written text repeats of the training text, underlined."""

from __future__ import annotations

import pytest

from core.lab import Lab
from core.ui.components.manuscript import Writings
from core.ui.components.memory import memory_value
from tests.ui.visitor import HAND, Open, choose, written


def test_every_column_gets_what_its_own_model_has_learned() -> None:
    written = Writings("Go", ["a", "b"]).value()
    written["columns"][0].update(text="on", cuts=[1, 1])
    value = memory_value(written, lambda name, text: {"of": name, "text": text})
    assert value == {"run": written["run"], "columns": [{"of": "a", "text": "on"}, None]}


@pytest.mark.browser
def test_what_a_model_remembers_is_underlined_and_says_where_it_was_learned(
    open_page: Open, open_address: str, open_lab: Lab
) -> None:
    page = open_page(at=open_address)
    choose(page, "#checkpoint", "tide-by-heart", "tide-bigram")
    page.click("#write")
    page.locator("#manuscript .memory", has_text="Underlined").first.wait_for()
    text = str(page.locator("#manuscript .written").first.text_content())
    found = open_lab.memorised("tide-by-heart", text, 20)
    share, held_out = 100 * found["share"], 100 * found["held_out_share"]
    said = page.locator("#manuscript .memory").first.inner_text()
    assert f"({share:.1f} %)" in said and f"{held_out:.1f} %" in said
    assert page.locator("#manuscript .column").first.locator("b.known").count() == found["covered"]
    assert "No 20 characters" in page.locator("#manuscript .memory").nth(1).inner_text()
    # by hand and by key
    page.locator("#manuscript b.known").first.hover()
    where = page.locator("#manuscript .where").first
    span = found["spans"][0]
    where.get_by_text(f"The Tide Clock, line {span['line']}:").wait_for()
    assert where.locator("mark").text_content() == span["hit"]
    page.locator("#manuscript b.known").last.focus()
    where.get_by_text(f"line {found['spans'][-1]['line']}:").wait_for()


@pytest.mark.browser
def test_a_text_that_is_not_open_is_said_to_be_closed(open_page: Open) -> None:
    page = open_page()
    page.click("#write")
    written(page)
    page.locator("#manuscript .memory", has_text="cannot be shown").wait_for()


@pytest.mark.browser
def test_the_chinese_page_begins_with_ten_characters_and_takes_others(open_page: Open, open_address: str) -> None:
    page = open_page(language="zh-CN", at=open_address)
    choose(page, "#checkpoint", "moon")
    page.click("#write")
    written(page)
    page.locator("#manuscript .memory", has_text="10").wait_for()
    page.locator("#more button").first.click()
    page.wait_for_function("document.querySelector('#least input[type=range]')?.value === '10'")
    page.wait_for_timeout(HAND)  # what has just come into sight is still being filled in
    page.locator("#least input[type=range]").fill("5")
    page.locator("#least input[type=range]").dispatch_event("pointerup")
    page.locator("#manuscript .memory", has_text="连续 5 个").wait_for()
