"""Several visitors at once, one who leaves in the middle, and one without a mouse."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.lab import Lab
from tests.ui.visitor import HAND, Open, choose, go_to, written

pytestmark = pytest.mark.browser
# Presses of the Tab key within which everything on a tab is reached.
_FAR = 120


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with the Tab key")


def test_closing_the_page_ends_the_writing(open_page: Open, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, pieces, generate = threading.Event(), [0], lab.generate

    def watched(*asked: Any) -> Iterator[Any]:
        try:
            for piece in generate(*asked):
                pieces[0] += 1
                yield piece
        finally:
            ended.set()

    monkeypatch.setattr(lab, "generate", watched)
    page = open_page()
    choose(page, "#checkpoint", "slow")
    page.get_by_label("number input for Length").fill("500")
    page.wait_for_timeout(HAND)
    page.click("#write")
    page.wait_for_function(
        "(document.querySelector('#manuscript .written') || {textContent: ''}).textContent.length > 5"
    )
    page.close()
    assert ended.wait(10) and 5 < pieces[0] < 400


def test_two_visitors_never_see_each_others_text(open_page: Open) -> None:
    page, other = open_page(), open_page("zh-CN")
    secret = "the cat sat on seventeen mats"
    page.locator("#prefix textarea").fill(secret)
    page.click("#write")
    written(page)
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats")
    page.locator("#read-text textarea").fill(secret)
    page.click("#read")
    page.wait_for_function(f"document.querySelectorAll('#strip b').length === {len(secret)}")
    other.reload()
    other.wait_for_selector("#choices tbody tr", state="attached")
    other.wait_for_timeout(2 * HAND)
    for tab in other.get_by_role("tab").all():
        tab.click()
        other.wait_for_timeout(HAND)
        boxes = other.locator("textarea").evaluate_all("all => all.map((each) => each.value).join(' ')")
        assert "seventeen" not in boxes + other.locator("body").inner_text()


def test_a_reload_keeps_what_was_typed(open_page: Open) -> None:
    page = open_page()
    page.locator("#prefix textarea").press_sequentially(" and more")
    typed = page.locator("#prefix textarea").input_value()
    page.reload()
    page.wait_for_function("text => document.querySelector('#prefix textarea')?.value === text", arg=typed)


def test_the_page_is_used_without_a_mouse(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    tab_to(page, "#prefix textarea")
    page.keyboard.press("Control+A")
    page.keyboard.type("The dog")
    page.keyboard.press("Shift+Enter")
    assert written(page) == lab.generate_whole("cats", "The dog")["text"]
    tab_to(page, "#manuscript .written b")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#choices .place", has_text="cats").wait_for()
    tab_to(page, "#choices .take")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#prefix textarea').value.startsWith('The dog')")
    page.get_by_role("tab", name="Read", exact=True).focus()
    page.keyboard.press("Enter")
    tab_to(page, "#read")
    page.keyboard.press("Enter")
    tab_to(page, "#strip b")
    page.keyboard.press("ArrowRight")
    assert "bits" in page.locator("#strip .told").inner_text()
    page.get_by_role("tab", name="Learn", exact=True).focus()
    page.keyboard.press("Enter")
    tab_to(page, "#lesson input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "#lesson .run")
    page.keyboard.press("Enter")
    page.locator("#lesson .outcome").wait_for()
