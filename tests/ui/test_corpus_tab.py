"""Corpus: four stages, frequencies, Zipf's law and mini-batches of a named corpus and of an own text."""

from __future__ import annotations

import pytest

from core.lab import Lab
from tests.ui.visitor import HARM, NARROW, Open, go_to

pytestmark = pytest.mark.browser


def test_a_named_corpus_is_counted_and_its_mini_batches_are_turned(open_page: Open, lab: Lab) -> None:
    page = open_page("zh-CN")
    go_to(page, "语料")
    page.locator("#vocabulary .list tbody tr").first.wait_for()
    top = lab.corpus_statistics("", "char", 3, corpus="moon_ferry")["ngrams"][0]["top"][0]
    assert f"{top['count']:,}" in page.locator("#vocabulary .list tbody tr").first.inner_text()
    alpha = lab.corpus_statistics("", "char", corpus="moon_ferry")["ngrams"][0]["zipf"]["alpha"]
    assert f"α = {alpha:.2f}" in page.locator("#zipf .keys").inner_text()
    first = page.locator("#vocabulary .list .take").first
    first.focus()
    page.keyboard.press("Enter")
    page.locator("#corpus-places h3", has_text="在月渡中的位置").wait_for()
    assert f"出现 {top['count']:,} 次" in page.locator("#corpus-places .about").inner_text()
    assert page.locator("#corpus-places tbody tr").count() == 20
    for stage in ("词元", "词表", "编号"):
        page.locator("#stages .next").click()
        assert stage in page.locator("#stages .steps [aria-pressed=true]").inner_text()
    assert "重新开始" in page.locator("#batches .rows").inner_text()
    page.locator("#batches .on").click()
    assert "状态延续" in page.locator("#batches .rows").inner_text()


def test_an_own_text_is_counted_shown_as_text_and_reopened_by_a_link(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Corpus")
    page.locator("#corpus-name input").click()
    page.locator("ul[role=listbox] li", has_text="my own text").click()
    page.locator("#stages .notice", has_text="text is empty").wait_for()
    text = f"{HARM}\nthe cat and the dog\n" * 3
    page.locator("#corpus-text textarea").fill(text)
    page.click("#count")
    page.locator("#stages .line").first.wait_for()
    assert "<img src=x" in page.locator("#stages .stage").inner_text()
    assert page.evaluate("window.harmed") is None
    page.locator("#vocabulary .list .take", has_text="cat").first.click()
    page.locator("#corpus-places h3", has_text="in your text").wait_for()
    assert "<img src=x" in page.locator("#corpus-places tbody").inner_text()
    assert page.evaluate("window.harmed") is None
    page.locator("#corpus-share .link").click()
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    assert other.locator("#corpus-text textarea").input_value() == text
    other.locator("#zipf .keys").wait_for()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
