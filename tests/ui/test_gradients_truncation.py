"""Truncation in the tab Gradients: what the pictures show, and what a visitor does with them."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.components.chart import stopped_chart
from core.ui.limits import Limits
from core.ui.tabs.gradients_truncation_pictures import curves_picture, estimates_picture
from tests.ui.visitor import HARM, NARROW, Open, go_to

PROJECT = Path(__file__).resolve().parents[2]
VALUES = {"num_steps": 16, "hidden_size": 64, "batch_size": 32}


@pytest.fixture(scope="module")
def recurrent(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a small recurrent checkpoint and one that only counts."""
    folder = tmp_path_factory.mktemp("recurrent")
    plugins = folder / "plugins"
    plugins.mkdir()
    for name in ("rnn.py", "ngram.py"):
        shutil.copy(PROJECT / "plugins" / name, plugins)
    (folder / "cats.txt").write_text("The cat sat on the mat, and the dog ran to the sea.\n" * 30, encoding="utf-8")
    lab = Lab(places=Places(plugins, folder / "checkpoints", (), folder / "data"))
    small = {"hidden_size": 8, "epochs": 1, "batch_size": 4, "num_steps": 16}
    list(lab.train("rnn", str(folder / "cats.txt"), lab.places.checkpoints / "small", small))
    list(lab.train("ngram", str(folder / "cats.txt"), lab.places.checkpoints / "counts", {"order": 2}))
    return lab


@pytest.fixture(scope="module")
def home(recurrent: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(recurrent, Limits(characters=3000, tokens=500))
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.fixture(scope="module")
def found(recurrent: Lab) -> Any:
    return list(recurrent.truncation("small", "The cat sat on the sea.", carry_probability=0.8, draws=30))


def cell(picture: Any, row: int, column: int) -> str:
    return str(picture["table"][row][column])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_holds_every_estimate_where_it_was_measured(found: Any, language: str) -> None:
    picture = estimates_picture(found[-1], "small", language)
    cloud, mean, truncated, by_steps, regular, full = picture["series"]
    assert cloud["kind"] == "cloud" and cloud["points"] == found[-1]["random"]["points"]
    assert truncated["points"] == found[-1]["truncated"]["points"]
    assert regular["points"] == found[-1]["regular"]["points"]
    assert full["points"] == [[1.0, 0.0]] and by_steps["points"][-1] == pytest.approx([1.0, 0.0], abs=1e-3)
    (place,) = mean["points"]
    off = ((place[0] - 1) ** 2 + place[1] ** 2) ** 0.5
    assert off == pytest.approx(found[-1]["random"]["bias"], rel=1e-4)  # the distance from (1, 0) is the error
    assert picture["done"] is None and len(picture["said"]) >= 3
    cells = [text for row in picture["table"] for text in row]
    for text in [picture["title"], picture["about"], *picture["said"], *cells]:
        assert text and not re.search(r"\{\w*\}", text)


def test_the_table_has_bias_and_spread_of_every_way(found: Any) -> None:
    picture = estimates_picture(found[-1], "small", "en")
    assert picture["table"][0][2:4] == ["bias", "spread (standard deviation)"]
    assert picture["table"][1][1:4] == ["1", "0", "0"]  # the full gradient by itself
    assert cell(picture, 2, 3) == cell(picture, 3, 3) == "0" and float(cell(picture, 2, 2)) > 0
    assert cell(picture, 4, 1) == "30" and float(cell(picture, 4, 3)) > 0


def test_before_the_first_draw_there_is_a_picture_and_what_was_measured_stays_when_it_is_stopped(found: Any) -> None:
    begun = estimates_picture(found[0], "small", "en")
    assert begun["series"][0]["points"] == [] and begun["done"] == 0.0 and begun["said"] == []
    halfway = stopped_chart(estimates_picture(found[10], "small", "en"))
    assert halfway is not None and halfway["stopped"] and len(halfway["series"][0]["points"]) == 10


def test_a_coin_that_always_passes_and_a_text_of_one_step_are_told_as_what_they_are(recurrent: Lab) -> None:
    certain = list(recurrent.truncation("small", "The cat", carry_probability=1.0, draws=2))[-1]
    assert any("always lets it pass" in each for each in estimates_picture(certain, "small", "en")["said"])
    single = list(recurrent.truncation("small", "Th", draws=2))[-1]
    assert estimates_picture(single, "small", "zh")["said"] == ["文本只有一步，没有可截断的：所有估计都等于完整梯度。"]


def curves(full: float | None, regular: float | None, *, diverged: bool = False) -> Any:
    def curve(end: float | None) -> Any:
        point = {"step": 10, "tokens_seen": 100, "train": 9.0, "validation": end}
        return {"points": [{**point, "step": 5, "validation": 12.0}, point], "seconds": 1.25, "diverged": False}

    ends = {"full": curve(full), "regular": curve(regular), "random": {**curve(8.1), "diverged": diverged}}
    facts = {"train_tokens": 900, "validation_tokens": 100, "truncation_steps": 4, "carry_probability": 0.9}
    return {"done": 1.0, "vocab_size": 30, **facts, "curves": ends}


@pytest.mark.parametrize(
    ("regular", "expected"),
    [(8.04, "within 1 %"), (8.4, "ends 5 % above"), (7.6, "ends 5 % below")],
)
def test_what_is_said_of_the_curves_follows_their_ends(regular: float, expected: str) -> None:
    picture = curves_picture(curves(8.0, regular), "RNN", VALUES, "en")
    assert any(expected in each for each in picture["said"])
    assert [len(each["points"]) for each in picture["series"]] == [2, 2, 2]
    assert picture["table"][2][-1] == "1.2" and picture["table"][1][-1] == ""  # the time stands at the end of a curve


def test_a_curve_that_ended_in_infinity_is_named_and_not_compared() -> None:
    picture = curves_picture(curves(8.0, None, diverged=True), "RNN", VALUES, "zh")
    assert any("不再有限" in each for each in picture["said"])
    assert picture["series"][1]["points"][-1] == [10.0, None]


def bring(open_page: Open, home: str, **more: Any) -> Any:
    page = open_page(at=home, **more)
    go_to(page, "梯度" if more.get("language") == "zh-CN" else "Gradients")
    page.locator("#truncation-text textarea").wait_for()
    return page


@pytest.mark.browser
def test_a_visitor_measures_and_a_link_brings_the_question_back(open_page: Open, home: str, recurrent: Lab) -> None:
    page = bring(open_page, home)
    page.locator("#truncation-checkpoint input").click()
    assert page.locator("ul[role=listbox] li").count() == 1  # the model that only counts has nothing to truncate
    page.keyboard.press("Escape")
    page.locator("#truncation-text textarea").fill("The dog sat on the mat.")
    page.get_by_label("number input for Steps back (τ)").fill("2")
    page.get_by_label("number input for Steps back (τ)").blur()
    page.click("#measure-truncation")
    page.locator("#truncation-estimates .said p").first.wait_for()
    expected = list(recurrent.truncation("small", "The dog sat on the mat.", truncation_steps=2, draws=100))[-1]
    page.locator("#truncation-estimates summary").click()
    rows = page.locator("#truncation-estimates tbody tr")
    assert f"{expected['truncated']['bias']:.4g}" in rows.nth(1).inner_text()
    assert f"{expected['random']['spread']:.4g}" in rows.nth(3).inner_text()
    page.locator("#truncation-share .link").click()
    other = open_page(at=page.evaluate("location.href"), size=NARROW)
    assert other.locator("#truncation-text textarea").input_value() == "The dog sat on the mat."
    assert other.get_by_label("number input for Steps back (τ)").input_value() == "2"
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_what_cannot_be_measured_says_why_in_the_visitors_language(open_page: Open, home: str) -> None:
    page = bring(open_page, home, language="zh-CN")
    for text, sentence in (("T", "至少写两个"), ("", "为空"), ("x" * 3001, "最多 3,000 个")):
        page.locator("#truncation-text textarea").fill(text)
        page.click("#measure-truncation")
        page.locator("#truncation-estimates .notice", has_text=sentence).wait_for()
    page.locator("#truncation-text textarea").fill("The cat " + HARM)
    page.click("#measure-truncation")
    page.locator("#truncation-estimates .said p").first.wait_for()
    assert page.evaluate("window.harmed") is None


@pytest.mark.browser
def test_three_trainings_can_be_watched_and_stopped(open_page: Open, home: str) -> None:
    page = bring(open_page, home)
    page.click("#train-truncated")
    page.locator("#truncation-curves .progress", has_text="Measuring").wait_for()
    page.locator("#truncation-curves circle").first.wait_for()
    page.click("#stop-truncated")
    page.locator("#truncation-curves .progress", has_text="Stopped").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize(
    "state", [{"section": "truncation", "tau": 900, "pi": "x", "checkpoints": ["../x"], "text": 3}, {"tau": 3}]
)
def test_a_link_with_anything_in_it_opens_the_section_as_it_begins(open_page: Open, home: str, state: Any) -> None:
    word = base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")
    page = open_page(at=f"{home}#gradients/{word}")
    assert page.get_by_label("number input for Steps back (τ)").input_value() == "4"
    assert page.get_by_label("number input for Chance to pass a step (π)").input_value() == "0.9"
    assert page.locator("#truncation-text textarea").input_value().startswith("It is raining")
