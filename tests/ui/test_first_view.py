"""The first view: a ladder of models on a line they never saw and on one they learned from, the same for everybody."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.text.preparation import TextSettings, prepare_text
from core.ui.limits import Limits
from core.ui.showcase import EXHIBITS, Exhibit, Showcase
from tests.ui.visitor import NARROW, Open

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shipped() -> Lab:
    return Lab()


def rows(view: dict[str, Any], exhibit: int) -> dict[str, Any]:
    return {row["word"]: row for row in view["exhibits"][exhibit]["rows"]}


@pytest.fixture(scope="module")
def view(shipped: Lab) -> dict[str, Any]:
    showcase = Showcase(shipped)
    showcase.compute()
    made = showcase.value("en")
    assert made is not None and showcase.value("zh") is not None and showcase.value("fr") is None
    return made


def test_every_bit_of_the_ladder_is_what_the_lab_reads(view: dict[str, Any], shipped: Lab) -> None:
    ladder = rows(view, 0)
    assert list(ladder) == ["uniform", "bigram", "rnn", "ngram", "lstm"]
    line = EXHIBITS["en"][0].lines["unseen"]
    for word, row in ladder.items():
        vocabulary = len(shipped.vocabulary(row["checkpoint"]))
        expected = (
            math.log2(vocabulary) if word == "uniform" else shipped.read(row["checkpoint"], line)["bits_per_char"]
        )
        assert row["unseen"]["bits"] == pytest.approx(expected)
        assert "".join(token for token, _, _ in row["unseen"]["tokens"]) == line
        assert len(row["unseen"]["written"]) > 40
    bits = [row["unseen"]["bits"] for row in ladder.values()]
    assert bits == sorted(bits, reverse=True)


def test_who_learned_by_heart_is_sure_of_the_seen_and_lost_in_the_unseen(view: dict[str, Any]) -> None:
    for word, row in rows(view, 1).items():
        assert row["seen"]["perplexity"] < 1.5 < 4 < (row["unseen"]["perplexity"] or math.inf), word
    raw = rows(view, 1)["unsmoothed"]
    assert raw["unseen"]["bits"] is None and raw["held_out"] is None
    assert raw["train"] == pytest.approx(1.025, abs=5e-4)


@pytest.mark.skipif("UNROLL_CORPORA" not in os.environ, reason="the corpora are not here (UNROLL_CORPORA)")
@pytest.mark.parametrize(
    ("exhibit", "corpus"),
    [
        (EXHIBITS["en"][0], "tiny_shakespeare"), (EXHIBITS["zh"][0], "red_chamber"), (EXHIBITS["en"][1], "time_machine"),
    ],
)  # fmt: skip
def test_the_seen_line_is_in_the_training_part_and_the_unseen_one_only_beyond(
    shipped: Lab, exhibit: Exhibit, corpus: str
) -> None:
    by_heart = corpus == "time_machine"
    settings = TextSettings(form="d2l", max_tokens=10_000) if by_heart else TextSettings()
    prepared = prepare_text(shipped.load_corpus(corpus), settings)
    assert exhibit.lines["seen"] in prepared.training_text
    assert exhibit.lines["unseen"] not in prepared.training_text
    assert exhibit.lines["unseen"] in prepared.held_out_text


def test_without_its_models_there_is_no_ladder_and_no_harm(lab: Lab) -> None:
    showcase = Showcase(lab)
    showcase.compute()
    assert showcase.ready and showcase.value("en") is None


@pytest.fixture(scope="module")
def shipped_address(shipped: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(shipped, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.mark.browser
def test_the_switch_turns_every_row_and_the_view_fits_a_laptop(open_page: Open, shipped_address: str) -> None:
    page = open_page(at=shipped_address)
    page.locator("#ladder .line .strip").first.wait_for()
    assert page.locator("#ladder .line .strip").count() == 8
    for below in ("#write", "#choices", "#manuscript", "#more"):
        assert page.evaluate(f"document.querySelector('{below}').getBoundingClientRect().bottom <= innerHeight"), below
    blazing = page.locator("#ladder .c5, #ladder .c4").count()
    page.get_by_role("radio", name="Unseen").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="Seen in training").get_attribute("aria-checked") == "true"
    assert page.locator("#ladder .c5, #ladder .c4").count() < blazing / 2
    page.locator("#ladder .strip b").nth(3).hover()
    assert "bits, 1 in" in page.locator("#ladder .told").text_content()
    chinese = open_page("zh-CN", at=shipped_address, size=NARROW)
    chinese.locator("#ladder .line .strip").first.wait_for()
    assert "斗篷" in chinese.locator("#ladder").text_content()
    assert chinese.evaluate("document.documentElement.scrollWidth <= innerWidth")
