"""Links: the state behind # opens a tab in that state, and nothing of a link is trusted."""

from __future__ import annotations

import pytest

from tests.ui.visitor import Open

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
    assert page.get_by_role("tab").count() > 5


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
