"""Read with several models: lines that stand under each other, the table, the running perplexity, the book's trio."""

from __future__ import annotations

import pytest

from core.lab import Lab
from tests.ui.visitor import HARM, NARROW, WIDE, Open, choose, go_to

pytestmark = pytest.mark.browser


def test_several_models_stand_under_each_other_with_their_numbers(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats", "cats-words")
    text = "The cat ran to the sea. " + HARM
    page.locator("#read-text textarea").fill(text)
    page.click("#read")
    page.locator("#aligned .block").first.wait_for()
    drawn = text.replace(" ", "␣")
    for line in range(2):
        shown = page.locator("#aligned .block").evaluate_all(
            f"blocks => blocks.map(b => b.querySelectorAll('.strip')[{line}].textContent).join('')"
        )
        assert shown == drawn
    models = {model["name"]: model for model in lab.compare(["cats", "cats-words"], text)["models"]}
    table = page.locator("#scores tbody").inner_text()
    assert f"{float(format(models['cats']['bits_per_char'], '.4g')):g}" in table
    assert "different tokens" in page.locator("#scores").inner_text()
    page.locator("#aligned .text").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")  # to the sixth character, the "a" of "cat"
    told = page.locator("#aligned .told").inner_text()
    assert f"“a” {models['cats']['spans'][5][3]:.2f} bits" in told
    assert f"“␣cat” {models['cats-words']['spans'][1][3]:.2f} bits" in told
    assert page.locator("#running svg path").count() >= 2
    page.locator("#aligned input").check()
    assert page.evaluate("window.harmed") is None
    page.click("#read-share .link")
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    assert other.locator("#scores tbody tr").count() == 2
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_books_three_sentences_are_one_click_away(open_page: Open) -> None:
    page = open_page("zh-CN")
    go_to(page, "对读")
    choose(page, "#read-checkpoint", "cats", "garden")
    page.click("#trio")
    page.locator("#scores tbody tr").nth(1).wait_for()
    assert "piouw;kcj" in page.locator("#read-text textarea").input_value()
    assert "困惑度" in page.locator("#scores").inner_text()


def test_each_of_the_three_sentences_has_its_own_perplexity(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats")
    page.click("#trio")
    rows = page.locator("#verdict .lines tbody tr")
    rows.nth(2).wait_for()
    reading = lab.read("cats", page.locator("#read-text textarea").input_value())
    assert rows.nth(2).locator("td").first.inner_text() == "It is raining piouw;kcj pwepoiut"
    shown = float(rows.nth(2).locator("td").nth(1).inner_text().replace(",", ""))
    whole = reading["bits"][-len("It is raining piouw;kcj pwepoiut") :]
    assert shown == pytest.approx(2 ** (sum(whole) / len(whole)), rel=1e-3)


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_a_text_that_is_long_enough_tells_which_model_is_better_and_how_sure(
    open_page: Open, lab: Lab, language: str
) -> None:
    page = open_page(language, size=NARROW)
    go_to(page, "Read" if language == "en-US" else "对读")
    choose(page, "#read-checkpoint", "cats", "cats-words", "slow")
    text = "The cat ran to the sea, and the grey dog sat on the mat. " * 40  # 2,280 characters
    page.locator("#read-text textarea").fill(text)
    page.click("#read")
    told = page.locator("#scores .better li")
    told.nth(1).wait_for()
    for each, line in zip(lab.compare(["cats", "cats-words", "slow"], text)["differences"], told.all(), strict=True):
        shown = line.inner_text()
        assert each["decided"] and each["first"] in shown and each["second"] in shown
        assert f"{each['mean']:.3f} [{each['low']:.3f}, {each['high']:.3f}]" in shown
    assert "95" in page.locator("#scores .how").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#read-text textarea").fill("The cat ran to the sea.")
    page.click("#read")
    page.locator("#scores .better li", has_text="2,000").wait_for()  # characters that it takes
    assert told.count() == 1 and page.locator("#scores .how").inner_text() == ""


def test_no_model_at_all_is_told_and_the_text_stays(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Read")
    page.locator("#read-text textarea").fill("The cat")
    choose(page, "#read-checkpoint")
    page.click("#read")
    page.locator("#strip .notice", has_text="one to 6 models").wait_for()
    assert page.locator("#read-text textarea").input_value() == "The cat"


def test_learning_while_reading_stands_beside_the_static_reading(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats")
    text = "Zebulon ran. Zebulon sat. Zebulon ran. Zebulon sat. " * 3 + HARM
    page.locator("#read-text textarea").fill(text)
    page.locator("#read-learn input").check()
    page.locator("#adaptive-scores tbody tr").wait_for()
    names = page.locator("#aligned .block").first.locator(".name").all_inner_texts()
    assert names == ["cats", "↳ adaptive"]
    learned = lab.compare(["cats"], text, adaptive=True)["models"][0]
    static = lab.compare(["cats"], text)["models"][0]
    shown = page.locator("#adaptive-scores").inner_text()
    assert f"{float(format(learned['bits_per_char'], '.4g')):g}" in shown and "table of their own" in shown
    assert f"{100 * (1 - learned['nats'] / static['nats']):.1f} %" in shown
    assert f"{float(format(static['bits_per_char'], '.4g')):g}" not in shown  # never in one table
    assert f"{float(format(static['bits_per_char'], '.4g')):g}" in page.locator("#scores").inner_text()
    better = [a[3] - b[3] >= 1 for a, b in zip(static["spans"][1:], learned["spans"][1:], strict=True)]
    page.locator("#aligned .block").last.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('#aligned .block')].every(b => b.childElementCount)")
    assert page.locator("#aligned b.helped").count() == sum(better) > 5
    assert "cats · adaptive" in page.locator("#running .names").inner_text()
    assert page.evaluate("window.harmed") is None
    page.click("#read-share .link")
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    other.locator("#adaptive-scores tbody tr").wait_for()
    assert other.locator("#read-learn input").is_checked()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#read-learn input").uncheck()
    page.locator("#strip b").first.wait_for()
    page.locator("#adaptive-scores table").wait_for(state="hidden")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_name_of_every_line_can_be_read_however_long(open_page: Open, size: dict[str, int]) -> None:
    page = open_page(size=size)
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats", "cats-words")
    page.click("#read")
    page.locator("#aligned .block .name").first.wait_for()
    cut = """name => {
        name.textContent = 'hub:somebody/time-machine-12gram-unsmoothed@0123456';
        return name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight;
    }"""
    assert not page.locator("#aligned .block .name").first.evaluate(cut)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "tab"), [("en-US", "Read"), ("zh-CN", "对读")])
def test_the_words_beside_the_axes_of_the_running_perplexity_never_touch(
    open_page: Open, language: str, tab: str
) -> None:
    page = open_page(language, size=NARROW)
    go_to(page, tab)
    page.locator("#running .sheet > svg path").first.wait_for()
    boxes = page.locator("#running .sheet > svg text").evaluate_all(
        "texts => texts.map(text => text.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) >= 4  # a number at the axis at least, and three words
    for at, one in enumerate(boxes):
        assert one["left"] >= 0 and one["right"] <= NARROW["width"]
        for other in boxes[:at]:
            beside = one["right"] < other["left"] or other["right"] < one["left"]
            assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
