"""Markov pictures of the tab Corpus: the transition matrix, and perplexity against order for every smoothing."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core.lab import Lab
from core.ui.components.sweep import stopped_sweep, sweep_value
from tests.ui.visitor import HARM, NARROW, Open, go_to

PLAN = {"choices": ["none", "some", "odd"], "numbers": [1, 2, 3], "along": "order", "by": "smoothing"}


def row(by: str, along: int, train: float | None, held_out: float | None, refused: Any = None) -> dict[str, Any]:
    return {
        "by": by, "along": along, "train": train, "held_out": held_out, "train_bits_per_char": 1.0,
        "held_out_bits_per_char": None, "impossible": 0, "parameters": 5, "refused": refused,
    }  # fmt: skip


def test_the_best_is_found_on_the_held_out_text_and_what_was_learned_by_heart_on_the_other() -> None:
    no = {"en": "no", "zh": "不"}
    rows = [
        row("none", 1, 9.0, 9.5), row("some", 1, 9.0, 9.4), row("odd", 1, None, None, no),
        row("none", 2, 1.2, None), row("some", 2, 4.0, 6.0), row("odd", 2, None, None, no),
    ]  # fmt: skip
    value = sweep_value(PLAN, rows, "running")
    assert (value["done"], value["total"]) == (6, 9)
    assert [each["best"] for each in value["methods"]] == [1, 2, None]
    assert [len(each["points"]) for each in value["methods"]] == [2, 2, 0] and value["methods"][2]["refused"] == no
    assert (value["best"]["method"], value["best"]["number"], value["best"]["held_out"]) == ("some", 2, 6.0)
    assert (value["by_heart"]["method"], value["by_heart"]["number"]) == ("none", 2)


def test_a_low_training_perplexity_that_holds_is_no_learning_by_heart() -> None:
    assert sweep_value(PLAN, [row("some", 1, 5.0, 5.5)], "done")["by_heart"] is None
    assert sweep_value(PLAN, [], "running")["best"] is None


def test_a_comparison_that_was_stopped_keeps_what_it_has() -> None:
    value = sweep_value(PLAN, [row("some", 1, 5.0, 5.5)], "running")
    assert stopped_sweep(value) == {**value, "state": "stopped"}
    done = {**value, "state": "done"}
    assert (
        stopped_sweep(done) == done
        and stopped_sweep(None) is None
        and stopped_sweep({"notice": "no"}) == {"notice": "no"}
    )


def bring(open_page: Open, **more: Any) -> Any:
    page = open_page(**more)
    go_to(page, "语料" if more.get("language") == "zh-CN" else "Corpus")
    page.locator("#transitions .told").wait_for()
    return page


def own_text(page: Any, text: str) -> None:
    """Count a text of one's own, character by character."""
    page.locator("#corpus-name input").click()
    page.locator("ul[role=listbox] li", has_text="my own text").click()
    page.locator("#corpus-text textarea").fill(text)
    page.locator("#corpus-level input").click()
    page.locator("ul[role=listbox] li", has_text="characters").click()
    page.click("#count")


@pytest.mark.browser
def test_the_matrix_comes_with_the_tab_and_is_walked_through_with_the_keys(open_page: Open, lab: Lab) -> None:
    page = bring(open_page, language="zh-CN")
    matrix = lab.transitions("", "char", 1, "moon_ferry")
    first, second = matrix["tokens"][:2]
    page.locator("#transitions .map").focus()
    page.keyboard.press("ArrowRight")
    told = page.locator("#transitions .told").inner_text()
    count, total = matrix["counts"][0][1], matrix["totals"][0]
    assert f"{count:,}/{total:,}" in told and first in told.replace("↵", "\n") and second in told.replace("↵", "\n")
    page.keyboard.press("ArrowDown")
    top = max(range(len(matrix["tokens"])), key=lambda column: matrix["counts"][1][column])
    assert f"{matrix['counts'][1][top]:,}" in page.locator("#transitions tbody tr").first.inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert "已选定" in page.locator("#transitions .told").inner_text()


@pytest.mark.browser
def test_many_steps_on_every_row_is_the_stationary_one(open_page: Open, lab: Lab) -> None:
    page = bring(open_page)
    stationary = lab.transitions("", "word", 1, "tide_clock")["stationary"]
    page.locator("#transitions input[type=range]").fill("32")
    assert "forgotten" in page.locator("#transitions .far").inner_text()
    percent = f"{100 * max(stationary):.2f} %"
    for key in ("PageDown", "PageDown", "ArrowUp"):
        page.locator("#transitions .map").press(key)
        assert percent in page.locator("#transitions tbody tr").first.inner_text()


@pytest.mark.browser
def test_a_cell_that_is_clicked_says_its_two_tokens_and_stays_in_another_order(open_page: Open) -> None:
    page = bring(open_page)
    own_text(page, "abracadabra")
    page.locator("#transitions .about", has_text="10 transitions").wait_for()
    cells = page.locator("#transitions .map canvas")
    width = cells.bounding_box()["width"]  # "a b r c d" beside 22 pixels of names: cells of 26
    cells.click(position={"x": width - 5 * 26 + 30, "y": 24 + 10})  # the first row, the second column
    told = page.locator("#transitions .told")
    assert told.inner_text() == "Selected: After “a” (4 times) came “b” 2 times: P = 2/4 = 50.0 %"
    page.locator("#transition-places h3", has_text="ab").wait_for()
    assert "2" in page.locator("#transition-places").inner_text()
    page.locator("#transitions select").select_option("alphabet")
    assert told.inner_text().startswith("Selected: After “a” (4 times) came “b” 2 times")


@pytest.mark.browser
def test_a_text_too_short_or_periodic_gets_a_word_and_no_error(open_page: Open) -> None:
    page = bring(open_page)
    own_text(page, "a")
    page.locator("#transitions .notice", has_text="one token to the next").wait_for()
    own_text(page, "ab")
    page.locator("#transitions .about", has_text="1 transitions").wait_for()
    page.click("#compare-smoothings")
    page.locator("#sweep .notice", has_text="too short").wait_for()
    own_text(page, "ababababab")
    page.locator("#transitions .far", has_text="period 2").wait_for()
    own_text(page, HARM * 3)
    page.click("#compare-smoothings")  # before the matrix is drawn
    page.locator("#sweep .state", has_text="trained and judged").wait_for()
    assert page.evaluate("window.harmed") is None


@pytest.mark.browser
def test_smoothings_are_compared_shown_hidden_told_and_reopened_by_a_link(open_page: Open, lab: Lab) -> None:
    page = bring(open_page)
    page.locator("#sweep-tokens input").click()
    page.locator("ul[role=listbox] li", has_text="3,000").click()
    page.get_by_label("number input for Highest order").fill("4")
    page.get_by_label("number input for Highest order").blur()
    page.click("#compare-smoothings")
    page.locator("#sweep .state", has_text="36 models, trained").wait_for()
    values = {"level": "word", "max_tokens": 3000}
    rows = [each for each in lab.sweep("ngram", "tide_clock", "", values, most=4).rows() if each["held_out"]]
    best = min(rows, key=lambda each: float(each["held_out"]))
    seen = page.locator("#sweep .seen").inner_text()
    assert f"order {best['along']}, perplexity {best['held_out']:.4g}" in seen and "learned by heart" in seen
    page.locator("#sweep summary").click()
    page.locator("#sweep tbody tr").first.wait_for()
    assert page.locator("#sweep tbody tr").count() == 32  # eight with a perplexity, four orders each
    assert "∞" in page.locator("#sweep tbody tr", has_text="no smoothing").nth(3).inner_text()
    assert "no probabilities" in page.locator("#sweep .refused").inner_text()
    page.locator("#sweep .frame").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert ", order 2: held-out" in page.locator("#sweep .told").inner_text()
    drawn = page.locator("#sweep .frame g").count()
    page.locator("#sweep .keys button", has_text="Laplace").click()
    assert page.locator("#sweep .frame g").count() == drawn - 1
    assert page.locator("#sweep .keys button", has_text="Laplace").get_attribute("aria-pressed") == "false"
    page.locator("#sweep-share .link").click()
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    assert other.locator("#sweep-tokens input").input_value() == "3,000"
    assert other.get_by_label("number input for Highest order").input_value() == "4"
    other.click("#compare-smoothings")
    other.locator("#sweep .state", has_text="36 models, trained").wait_for()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_a_comparison_can_be_stopped_and_another_text_takes_it_away(open_page: Open) -> None:
    page = bring(open_page)
    page.locator("#sweep-tokens input").click()
    page.locator("ul[role=listbox] li", has_text="30,000").click()
    page.get_by_label("number input for Highest order").fill("16")
    page.get_by_label("number input for Highest order").blur()
    page.click("#compare-smoothings")
    page.locator("#sweep .seen", has_text="Best on the held-out text").wait_for()
    page.click("#stop-sweep")
    page.locator("#sweep .state", has_text="stopped").wait_for()
    done = [int(word) for word in page.locator("#sweep .state").inner_text().replace(":", "").split() if word.isdigit()]
    assert 0 < done[0] < done[1] == 144 and math.isfinite(done[0])
    page.locator("#corpus-level input").click()
    page.locator("ul[role=listbox] li", has_text="characters").click()
    page.locator("#sweep .shown").wait_for(state="hidden")
