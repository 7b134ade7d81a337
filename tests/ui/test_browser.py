"""The page in a real browser: both languages, both sizes, the keyboard, and texts that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.limits import Limits
from tests.ui.visitor import HAND, HARM, NARROW, WIDE, Open, choose, go_to, written

pytestmark = pytest.mark.browser


def test_an_english_visitor_finds_everything_filled_in(open_page: Open) -> None:
    page = open_page()
    tabs = ["Write", "Learn", "Read", "Corpus", "Look inside", "Train", "Gradients", "Models"]
    assert page.get_by_role("tab").all_text_contents() == tabs
    assert page.locator("#prefix textarea").input_value().strip()
    assert page.locator("#choices .list tbody tr").count() >= 15
    assert "bits/char" in page.locator("#checkpoint").inner_text()
    for tab, shown in [("Read", "#strip b"), ("Look inside", "#onehot .one"), ("Models", "#checkpoints tbody tr")]:
        go_to(page, tab)
        page.locator(shown).first.wait_for()


def test_a_chinese_visitor_gets_chinese_words_and_a_chinese_model(open_page: Open) -> None:
    page = open_page("zh-CN")
    assert page.get_by_role("tab").all_text_contents() == [
        "续写",
        "课程",
        "对读",
        "语料",
        "拆开看",
        "训练",
        "梯度",
        "模型",
    ]
    page.wait_for_function("document.querySelector('#checkpoint').innerText.includes('garden:')")
    assert page.locator("#write").text_content().strip() == "续写"
    assert "温度" in page.locator(".in-sight").text_content()
    assert "熵" in page.locator("#choices .entropy").text_content()
    page.click("#write")
    assert set(written(page)) <= set("今日天气晴和，我们且到园子里走走。花开了都笑的\n")
    assert "已达到长度上限" in page.locator("#manuscript .facts").text_content()
    go_to(page, "对读")
    assert "相当于在" in page.locator("#verdict").text_content()


def test_the_other_language_is_one_click_away(open_page: Open) -> None:
    page = open_page()
    page.locator("#masthead .switch").click()
    page.get_by_role("tab", name="续写").wait_for()
    page.wait_for_function("document.querySelector('#checkpoint').innerText.includes('比特/字符')")
    page.wait_for_timeout(HAND)
    page.locator("#prefix textarea").fill("")
    page.locator("#choices .notice", has_text="开头为空").wait_for()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_no_tab_scrolls_sideways(open_page: Open, size: dict[str, int], language: str) -> None:
    page = open_page(language, size=size)
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.text_content()


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_first_tab_needs_no_scrolling_on_a_laptop(open_page: Open, language: str) -> None:
    page = open_page(language)
    assert page.evaluate("document.querySelector('#choices').getBoundingClientRect().bottom <= innerHeight")


def test_a_text_is_written_and_its_end_is_told(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("The cat")
    page.locator("#prefix textarea").press("Shift+Enter")
    assert written(page) == lab.generate_whole("cats", "The cat")["text"]
    assert "200 tokens" in page.locator("#manuscript .facts").text_content()
    assert "tokens per second" in page.locator("#manuscript .facts").text_content()


def test_stop_keeps_what_is_written(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "slow")
    page.click("#write")
    page.wait_for_function(
        "(document.querySelector('#manuscript .written') || {textContent: ''}).textContent.length > 5"
    )
    page.click("#stop")
    page.locator("#manuscript .facts", has_text="stopped by you").wait_for()
    page.wait_for_timeout(500)  # within which everything has ended
    text = page.locator("#manuscript .written").text_content()
    assert 5 < len(text) < 200
    page.wait_for_timeout(700)
    assert page.locator("#manuscript .written").text_content() == text
    choose(page, "#checkpoint", "cats")  # and it can write again
    page.click("#write")
    page.locator("#manuscript .facts", has_text="length reached").wait_for()


def test_unknown_characters_are_marked_before_anything_is_written(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("The 猫 sat")
    page.locator("#marks mark").wait_for()
    assert page.locator("#marks mark").all_text_contents() == ["猫"]
    page.locator("#prefix textarea").fill("The cat")
    page.locator("#marks mark").wait_for(state="hidden")


def test_a_mistake_is_told_on_the_page_and_nothing_typed_is_lost(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("猫猫")
    page.locator("#choices .notice", has_text="knows nothing of the prefix").wait_for()
    page.click("#write")
    page.locator("#manuscript .notice", has_text="knows nothing of the prefix").wait_for()
    assert page.locator("#prefix textarea").input_value() == "猫猫"
    page.locator("#more button").first.click()
    page.wait_for_timeout(HAND)  # what stands under More is made when it is opened
    page.get_by_label("Top-k").fill("-3")
    page.locator("#prefix textarea").fill("The cat")
    page.wait_for_timeout(HAND)
    page.click("#write")
    page.locator("#manuscript .notice", has_text="'top_k' cannot be").wait_for()
    assert page.get_by_label("Top-k").input_value() == "-3"


def test_a_prefix_of_ones_own_survives_the_choice_of_a_model(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "garden")
    page.wait_for_function("document.querySelector('#prefix textarea').value.includes('园子')")
    page.locator("#prefix textarea").fill("我们")
    choose(page, "#checkpoint", "cats")
    page.locator("#choices .notice").wait_for()
    assert page.locator("#prefix textarea").input_value() == "我们"


def test_a_text_that_means_harm_is_only_a_text(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    text = "The cat " + HARM
    page.locator("#prefix textarea").fill(text)
    page.locator("#marks mark").first.wait_for()
    assert page.locator("#marks .text").text_content() == text
    page.click("#write")
    written(page)
    assert page.locator("#manuscript .prefix").text_content() == text
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats")
    page.locator("#read-text textarea").fill(text)
    page.click("#read")
    page.wait_for_function(f"document.querySelectorAll('#strip b').length === {len(text)}")
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "cats")
    page.locator("#inside-text textarea").fill(text)
    page.click("#look")
    page.wait_for_function(f"document.querySelectorAll('#onehot .tokens button').length === {len(text)}")
    assert page.evaluate("window.harmed") is None


def test_every_token_says_its_surprise_to_mouse_and_keyboard(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats")
    page.locator("#read-text textarea").fill("The dog\nsat é")
    page.click("#read")
    page.wait_for_function("document.querySelectorAll('#strip b').length === 13")
    bits = lab.read("cats", "The dog\nsat é")["bits"]
    tokens = page.locator("#strip b")
    assert tokens.nth(3).text_content() == "␣" and tokens.nth(7).text_content() == "↵\n"
    tokens.nth(4).hover()
    assert f"{bits[4]:.2f} bits" in page.locator("#strip .told").text_content()
    tokens.first.focus()
    assert "given" in page.locator("#strip .told").text_content()
    page.keyboard.press("ArrowRight")
    assert f"{bits[1]:.2f} bits" in page.locator("#strip .told").text_content()
    page.keyboard.press("End")
    assert "<unk>" in page.locator("#strip .told").text_content() or "é" in page.locator("#strip .told").text_content()
    assert page.locator("#strip .scale span").all_text_contents() == ["2", "4", "16", "256", "4,096", "rarer"]


def test_the_table_beside_a_text_has_its_meaning_and_both_ends_of_the_scale(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "cats-words")
    page.locator("#read-text textarea").fill("The cat ran to the sea.")
    page.click("#read")
    perplexity = lab.score("cats-words", text="The cat ran to the sea.")["perplexity"]
    page.locator("#verdict", has_text=f"as unsure as choosing among {float(f'{perplexity:.4g}'):g} words").wait_for()
    table = page.locator("#verdict").text_content()
    words = ("bits per character", "unknown tokens", "perfect 1", "uniform", "its training text", "its held-out text")
    assert all(word in table for word in words)


def test_a_large_matrix_draws_only_what_is_in_view(open_page: Open, lab: Lab) -> None:
    page = open_page()
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "cats")
    text = ("The cat sat on the mat, and the dog ran to the sea. " * 50)[:2500]
    page.locator("#inside-text textarea").fill(text)
    page.click("#look")
    page.wait_for_function("document.querySelector('#onehot .grid').getAttribute('aria-rowcount') === '2500'")
    assert page.locator("#onehot [role=gridcell]").count() < 1500
    grid = page.locator("#onehot .grid")
    grid.focus()
    for key in ("PageDown", "ArrowDown", "End", "Enter"):
        page.keyboard.press(key)
    active = page.locator("#onehot-active")
    step = int(active.get_attribute("aria-rowindex")) - 1
    assert step > 1 and active.text_content() == "1"
    assert int(active.get_attribute("aria-colindex")) - 1 == lab.tokenize("cats", text)["ids"][step]
    page.evaluate("document.querySelector('#onehot .grid').scrollTop = 1e9")
    page.locator("#onehot [aria-rowindex='2500']").first.wait_for()
    assert page.locator("#onehot [role=gridcell]").count() < 1500


def test_look_inside_takes_the_prefix_over_from_write(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    page.locator("#prefix textarea").fill("the sea")
    go_to(page, "Look inside")
    page.click("#take")
    page.wait_for_function("document.querySelectorAll('#onehot .tokens button').length === 7")
    assert page.locator("#inside-text textarea").input_value() == "the sea"


def test_models_lists_plugins_broken_ones_and_damaged_checkpoints(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Models")
    page.locator("#checkpoints td", has_text="cats-words").wait_for()
    assert "cannot be read" in page.locator("#checkpoints tr", has_text="damaged").text_content()
    page.locator("#plugins article pre", has_text="left unfinished on purpose").wait_for()
    card = page.locator("#plugins article", has_text="Counts what followed")
    card.locator("summary").click()
    assert "order" in card.locator("dl").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_system_in_light_and_dark(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    paper = {"light": "rgb(250, 248, 244)", "dark": "rgb(22, 21, 19)"}[scheme]
    page.wait_for_function(f"getComputedStyle(document.body).backgroundColor === '{paper}'")


def test_without_a_checkpoint_the_page_says_how_to_get_one(open_page: Open, places: Places, tmp_path: Path) -> None:
    from core.ui.page import build, launch

    empty = Lab(places=Places(places.plugins, tmp_path / "none", (), tmp_path))
    page, room = build(empty, Limits())
    try:
        visitor = open_page(at=launch(page, room, None))
        visitor.click("#write")
        visitor.locator("#manuscript .notice", has_text="No checkpoint is chosen").wait_for()
        go_to(visitor, "Models")
        visitor.locator("#checkpoints .none", has_text="python -m core train").wait_for()
    finally:
        page.close(verbose=False)


def test_the_checkpoints_that_ship_are_on_the_page(open_page: Open) -> None:
    from core.ui.page import build, launch

    shipped = Lab()
    names = [row["name"] for row in shipped.checkpoints() if "error" not in row]
    if not names:
        pytest.skip("no checkpoint ships here")
    page, room = build(shipped, Limits())
    try:
        visitor = open_page(at=launch(page, room, None))
        go_to(visitor, "Models")
        visitor.locator("#checkpoints tbody tr").first.wait_for()
        shown = visitor.locator("#checkpoints tbody td:first-child").all_text_contents()
        assert set(names) <= set(shown)
    finally:
        page.close(verbose=False)
