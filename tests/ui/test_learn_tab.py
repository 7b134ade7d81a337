"""Learn: every lesson asks first, then runs, and what it says is what the Lab says."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from core.lab import Lab
from core.ui.components.lesson import lesson_value, seen_value
from core.ui.lessons import (
    LESSONS,
    by_heart,
    lesson_named,
    lesson_of,
    one_hot,
    perplexity,
    text_to_ids,
    truncation,
)
from core.ui.lessons.lesson import Lesson, Seen
from core.ui.tabs import learn as tab
from tests.ui.visitor import NARROW, Open, go_to


@pytest.fixture(scope="module")
def shipped() -> Lab:
    return Lab()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_has_no_place_left_unfilled_and_an_answer_that_can_be_given(
    lesson: Lesson, language: str, shipped: Lab
) -> None:
    facts = lesson.facts(shipped, language)
    asked = lesson_value(lesson, facts, language)
    seen = lesson.run(shipped, language)
    shown = seen_value(lesson, facts, seen, language)
    for sentence in [
        asked["title"],
        asked["story"],
        asked["question"],
        *asked["choices"],
        *shown["see"],
        shown["exercise"]["task"],
    ]:
        assert sentence and not re.search(r"\{\w*\}", sentence)
    assert seen.right is None or lesson.fits(seen.right)
    assert shown["doors"] and all(door["label"] for door in shown["doors"])


@pytest.mark.parametrize("asked", [None, 3, "nothing", ["ids"], {"lesson": 1}])
def test_an_unknown_lesson_is_the_first_one(asked: Any) -> None:
    assert lesson_named(asked) is LESSONS[0]


@pytest.mark.parametrize("guess", [True, "1", None, -1, 4, 0.5, float("nan"), [0]])
def test_only_an_answer_to_the_question_is_a_guess(guess: Any) -> None:
    assert not text_to_ids.LESSON.fits(guess)
    assert perplexity.LESSON.fits(guess) == (guess in (4, 0.5) and guess is not True)


def test_every_badge_leads_to_a_lesson_that_there_is() -> None:
    led = {"corpus": text_to_ids, "read": perplexity, "inside": one_hot, "train": by_heart, "gradients": truncation}
    assert {tab: lesson_of(tab) for tab in led} == {tab: lesson.LESSON for tab, lesson in led.items()}
    assert lesson_of("models") is None


def test_the_lessons_follow_the_book_and_each_ends_in_an_exercise() -> None:
    sections = [[int(number) for number in lesson.section.removeprefix("D2L ").split(".")[:2]] for lesson in LESSONS]
    assert sections == sorted(sections) and len(LESSONS) >= 12
    assert all(lesson.exercise for lesson in LESSONS) and len({lesson.name for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.browser
def test_one_predicts_runs_and_sees_and_a_link_keeps_it(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Learn")
    page.locator("#lesson nav a", has_text="From text to ids").click()
    page.locator("#lesson .question", has_text="gets the id 1").wait_for()
    assert page.locator("#lesson .run").is_disabled() and page.locator("#lesson .seen").is_hidden()
    page.locator("#lesson .answers label", has_text="the space").click()
    page.locator("#lesson .run").click()
    page.locator("#lesson .outcome", has_text="Your prediction was right.").wait_for()
    page.locator("#learn-share .link").click()
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    other.locator("#lesson .outcome", has_text="Your prediction was right.").wait_for()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#lesson .doors a").first.click()
    page.locator(
        "#stages .sheet", has_text="THE TIDE CLOCK"
    ).wait_for()  # a tab that had not been opened, after a link was followed
    assert page.get_by_role("tab", selected=True).text_content() == "Corpus"


@pytest.mark.browser
def test_an_exercise_is_checked_and_a_wrong_answer_is_told_why(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Learn")
    page.locator("#lesson nav a", has_text="One offset too many").click()
    page.locator("#lesson .answers label").nth(1).click()
    assert page.locator("#lesson .exercise").is_hidden()
    page.locator("#lesson .run").click()
    page.locator("#lesson .charts svg").first.wait_for()
    answer = page.locator("#lesson .exercise input")
    for typed, said in (("<b>3</b>", "“<b>3</b>” is no number"), ("99", "Not yet."), ("96", "Right.")):
        answer.fill(typed)
        answer.press("Enter")
        page.locator("#lesson .checked", has_text=said).wait_for()
        assert answer.input_value() == typed and page.locator("#lesson .outcome").is_visible()


@pytest.mark.browser
def test_a_badge_leads_to_its_lesson_and_what_is_missing_is_told(open_page: Open) -> None:
    page = open_page("zh-CN")
    page.get_by_role("tab", name="对读", exact=True).click()
    page.locator("a.badge:visible").click()
    page.locator("#lesson h3", has_text="困惑度").wait_for()
    number = page.locator("#lesson .answers input")
    number.fill("12")
    number.press("Enter")
    page.locator("#lesson .outcome", has_text="您预测 12").wait_for()
    assert page.locator("#lesson .one").count() == 3
    page.locator("#lesson nav a", has_text="书中的 1.0").click()
    page.locator("#lesson .notice", has_text="time-machine-rnn-scratch-d2l").wait_for()


@pytest.mark.browser
def test_a_run_that_takes_seconds_tells_how_far_it_is_can_be_stopped_and_is_not_started_by_a_link(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def slow(lab: Lab, language: str) -> Iterator[float | Seen]:
        try:
            for step in range(100):
                yield step / 100
                time.sleep(0.1)
        finally:
            ended.append(True)

    monkeypatch.setattr(tab, "lesson_named", lambda name: replace(lesson_named(name), work=slow))
    page = open_page()
    page.evaluate("location.hash = window.unroll.link('learn', { lesson: 'ahead', guess: 0 })")
    page.locator("#lesson h3", has_text="looked ahead").wait_for()
    assert page.locator("#lesson .work").is_hidden() and page.locator("#lesson .seen").is_hidden()
    page.locator("#lesson .run").click()
    page.locator("#lesson .why", has_text=re.compile("At work: [1-9]")).wait_for()
    page.locator("#lesson .stop").click()
    page.locator("#lesson .work").wait_for(state="hidden")
    assert page.locator("#lesson .run").is_enabled()
    page.wait_for_timeout(500)
    assert ended


@pytest.mark.browser
def test_the_model_that_looked_ahead_is_trained_on_the_page(open_page: Open) -> None:
    page = open_page("zh-CN", size=NARROW)
    go_to(page, "课程")
    page.locator("#lesson nav a", has_text="偷看后文的模型").click()
    page.locator("#lesson .answers label", has_text="接近 1").click()
    page.locator("#lesson .run").click()
    page.locator("#lesson .outcome", has_text="您预测对了").wait_for(timeout=60_000)
    assert page.locator("#lesson .one").count() == 3
    assert page.locator("#lesson .see", has_text="偷看了后文").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
