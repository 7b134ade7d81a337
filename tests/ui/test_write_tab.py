"""Write: models side by side, the choices where a token stands, another one taken from there."""

from __future__ import annotations

import math

import pytest

from core.lab import Lab
from core.measures.surprisal import surprise_classes
from tests.ui.visitor import HAND, NARROW, Open, choose, written

pytestmark = pytest.mark.browser


def test_models_write_side_by_side_and_stop_ends_them_all(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats", "cats-words", "slow", "garden")
    page.locator("#prefix textarea").fill("The cat")
    page.click("#write")
    page.wait_for_function(
        "(document.querySelectorAll('#manuscript .written')[2] || {textContent: ''}).textContent.length > 3"
    )
    page.locator("#manuscript .column").nth(1).get_by_text("length reached").wait_for()  # nobody waits for the slow one
    page.click("#stop")
    page.locator("#manuscript .column").nth(2).get_by_text("stopped by you").wait_for()
    page.wait_for_timeout(500)  # within which everything has ended
    texts = page.locator("#manuscript .written").all_text_contents()
    for at, name in enumerate(("cats", "cats-words")):
        assert texts[at] == lab.generate_whole(name, "The cat")["text"]
    assert "knows nothing of the prefix" in page.locator("#manuscript .column").nth(3).inner_text()
    page.wait_for_timeout(600)
    assert page.locator("#manuscript .written").all_text_contents() == texts
    page.click("#write-share .link")
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    assert all(
        f"{name}:" in other.locator("#checkpoint").inner_text() for name in ("cats", "cats-words", "slow", "garden")
    )
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_token_shows_the_choices_at_its_place_and_another_one_can_be_taken(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("The cat")
    page.click("#write")
    text = written(page)
    page.locator("#manuscript .written b").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#choices .place", has_text="cats, where it wrote").wait_for()
    before = "The cat" + text[:5]
    best = lab.next_tokens("cats", before, 1)
    assert f"Entropy {best['entropy_bits']:.2f} bits" in page.locator("#choices .entropy").text_content()
    page.locator("#choices .path summary").click()
    token = lab.tokenize("cats", text[5])["ids"][0]
    path = lab.back_off("cats", before, token)
    shown = page.locator("#choices .path tbody tr").all_inner_texts()
    assert len(shown) == len(path) == 4 and shown[0].split("\t")[1] == str(path[0]["count"])
    page.locator("#choices .take").first.click()
    taken = before + best["candidates"][0]["token"]
    page.wait_for_function(f"document.querySelector('#prefix textarea').value === {taken!r}")
    page.wait_for_function(f"document.querySelector('#manuscript .prefix').textContent === {taken!r}")
    assert written(page) == lab.generate_whole("cats", taken)["text"]


def test_another_model_judges_what_was_written(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("The cat")
    page.wait_for_timeout(HAND)
    page.click("#write")
    text = written(page)
    assert page.locator("#manuscript b[class^=c]").count() == 0  # plain ink
    page.locator("#more button").first.click()
    page.wait_for_timeout(HAND)  # what stands under More is made when it is opened
    page.locator("#judge input").click()
    page.locator("ul[role=listbox] li", has_text="cats-words:").click()
    page.locator("#manuscript .judged", has_text="cats-words").wait_for()
    kinds = surprise_classes(
        [math.inf if each is None else each for each in lab.judge("cats-words", "The cat", list(text))]
    )
    shown = page.locator("#manuscript .written b").evaluate_all("all => all.map((each) => each.className)")
    assert shown == [f"c{kind}" for kind in kinds]
    page.click("#write")
    page.wait_for_function("document.querySelectorAll('#manuscript b[class^=c]').length > 50")
    page.locator("#judge input").click()
    page.locator("ul[role=listbox] li", has_text="nobody").click()
    page.locator("#manuscript .judged").wait_for(state="hidden")
