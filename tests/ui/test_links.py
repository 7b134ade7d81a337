"""Links: the state behind # opens a tab in that state, and nothing of a link is trusted."""

from __future__ import annotations

import pytest

from tests.ui.visitor import Open, choose, go_to, written

pytestmark = pytest.mark.browser


def test_a_link_opens_its_tab(open_page: Open, address: str) -> None:
    page = open_page(at=f"{address}#models")
    page.locator("#checkpoints tbody tr").first.wait_for()
    assert page.get_by_role("tab", selected=True).text_content() == "Models"


def test_a_link_that_is_followed_on_the_page_changes_the_tab_without_a_reload(open_page: Open) -> None:
    page = open_page()
    page.evaluate("window.still = 1; location.hash = '#read'")
    page.locator("#strip b").first.wait_for()
    assert page.get_by_role("tab", selected=True).text_content() == "Read"
    assert page.evaluate("window.still") == 1


@pytest.mark.parametrize("damaged", ["#read/%%%", "#read/e30e", "#nowhere/e30", "#read/WzFd", "#" + "x" * 5000])
def test_a_damaged_link_opens_the_page_as_usual(open_page: Open, address: str, damaged: str) -> None:
    page = open_page(at=address + damaged)
    assert page.get_by_role("tab").count() > 3


def test_what_a_link_could_not_carry_is_named(open_page: Open, address: str) -> None:
    state = "eyJtaXNzaW5nIjpbInRleHQiXX0"  # {"missing":["text"]}
    page = open_page(at=f"{address}#read/{state}")
    page.get_by_text("too long to travel").wait_for()


def test_every_browser_has_a_key_of_its_own(open_page: Open) -> None:
    page, other = open_page(), open_page()
    key = page.evaluate("window.unroll.key()")
    assert len(key) == 48 and key == page.evaluate("window.unroll.key()") != other.evaluate("window.unroll.key()")
    page.reload()
    assert page.evaluate("window.unroll.key()") == key


def test_a_link_that_is_followed_leaves_the_other_tabs_as_they_are(open_page: Open) -> None:
    page = open_page()
    page.locator("#prefix textarea").fill("The dog")
    page.evaluate("location.hash = '#models'")
    page.locator("#checkpoints tbody tr").first.wait_for()
    assert page.locator("#prefix textarea").input_value() == "The dog"


def test_a_link_reopens_what_was_read_and_what_was_looked_at(open_page: Open, address: str) -> None:
    text = "The dog 猫\nran <b>&${1}"
    page = open_page()
    for tab, box, button, text_box in (
        ("Read", "read", "#read", "#read-text"),
        ("Look inside", "inside", "#look", "#inside-text"),
    ):
        go_to(page, tab)
        choose(page, f"#{box}-checkpoint", "cats")
        page.locator(f"{text_box} textarea").fill(text)
        page.click(button)
        page.wait_for_timeout(700)
        page.locator(f"#{box}-share .link").click()
        link = page.evaluate("location.href")
        other = open_page(at=link)
        assert other.get_by_role("tab", selected=True).text_content() == tab
        assert other.locator(f"{text_box} textarea").input_value() == text
        assert (
            "cats:"
            in other.locator(f"#{box}-checkpoint").inner_text()
            + other.locator(f"#{box}-checkpoint input").input_value()
        )
        assert other.locator(f"#{'strip b' if box == 'read' else 'onehot .tokens button'}").count() == len(text)


def test_a_link_reopens_a_writing_with_its_settings(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("The dog")
    page.get_by_label("number input for Temperature").fill("0.5")
    page.click("#write")
    text = written(page)
    page.locator("#write-share .python").click()
    assert "temperature=0.5" in page.locator("#write-share pre").text_content()
    page.locator("#write-share .link").click()
    other = open_page(at=page.evaluate("location.href"))
    assert other.locator("#prefix textarea").input_value() == "The dog"
    other.click("#write")
    assert written(other) == text
