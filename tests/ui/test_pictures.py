"""Pictures are pure: what goes in, and what the browser is given to draw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.errors import BadText
from core.generation.generate import Finished, Piece
from core.generation.side_by_side import Turn
from core.ui.components.checkpoints import checkpoints_value
from core.ui.components.choices import choices_value
from core.ui.components.manuscript import Writings, judged_value, paced, stopped_value
from core.ui.components.marks import marks_value
from core.ui.components.onehot import onehot_value
from core.ui.components.strip import strip_value
from core.ui.theme import DARK, LIGHT, SURPRISE_DARK, SURPRISE_LIGHT

COMPONENTS = Path(__file__).resolve().parents[2] / "core" / "ui" / "components"


def test_a_token_is_coloured_by_the_class_of_its_bits() -> None:
    # Classes end at 1, 2, 4, 8 and 12 bits; the first token is given; what is impossible stands in the last class.
    bits = [None, 0.5, 1.5, 3.0, 7.0, 12.0, 12.5, None]
    value = strip_value({"tokens": list("abcdefgh"), "bits": bits, "given": True})
    assert [token["kind"] for token in value["tokens"]] == ["given", 0, 1, 2, 3, 4, 5, 5]
    assert value["bounds"] == [1.0, 2.0, 4.0, 8.0, 12.0]


def test_the_first_token_of_a_line_is_predicted_like_the_others() -> None:
    value = strip_value({"tokens": ["a"], "bits": [1.5], "given": False})
    assert value["tokens"] == [{"token": "a", "bits": 1.5, "kind": 1}]


def test_the_marked_text_is_the_text() -> None:
    tokenized = {"text": "né à", "offsets": [(0, 1), (1, 2), (2, 3), (3, 4)], "unknown": [1, 3]}
    pieces = marks_value(tokenized)["pieces"]
    assert "".join(piece["text"] for piece in pieces) == "né à"
    assert [piece["text"] for piece in pieces if piece["unknown"]] == ["é", "à"]


def test_the_choices_say_how_many_are_not_shown() -> None:
    assert choices_value({"candidates": [1, 2], "entropy_bits": 1.0}, 66)["others"] == 64


def test_the_one_hot_picture_gets_the_whole_vocabulary() -> None:
    tokenized = {"tokens": ["a"], "ids": [1], "unknown": [], "text": "a", "offsets": [(0, 1)], "vocab_size": 2}
    assert onehot_value(tokenized, ["<unk>", "a"]) == {
        "tokens": ["a"], "ids": [1], "unknown": [], "vocabulary": ["<unk>", "a"], "cut": None,
    }  # fmt: skip


def test_a_checkpoint_that_cannot_be_read_stays_in_the_table() -> None:
    row = {"name": "a", "corpus": "c", "level": "char", "form": "d2l"}
    value = checkpoints_value(
        [row, {"name": "b", "error": {"en": "cut off", "zh": "残缺"}}], {"c": {"en": "C", "zh": "丙"}}
    )
    assert value["rows"][0]["tokens"] == {"en": "characters, in the book's form", "zh": "字符, 书中的形式"}
    assert value["rows"][0]["title"]["zh"] == "丙"
    assert value["rows"][1] == {"name": "b", "error": {"en": "cut off", "zh": "残缺"}}


def test_writings_are_the_sum_of_their_turns_and_one_that_fails_says_why() -> None:
    writings = Writings("Go", ["a", "b"])
    assert [each["state"] for each in writings.value()["columns"]] == ["warming", "warming"]
    writings.add(
        [Turn("a", [Piece(" on", (1, 2, 3)), Piece("!", (4,))], 0.5), Turn("b", BadText("no", "不"), 0.1)], "zh"
    )
    a, b = writings.value()["columns"]
    assert (a["text"], a["tokens"], a["cuts"], a["state"]) == (" on!", 4, [3, 1], "writing")
    assert (b["state"], b["notice"]) == ("failed", "不")
    assert [each["state"] for each in (stopped_value(writings.value()) or {})["columns"]] == ["stopped", "failed"]
    writings.add([Turn("a", [Finished("stop", 4, "\n")], 0.5)], "en")
    value = writings.value()
    a = value["columns"][0]
    assert (value["prefix"], a["reason"], a["stop"], a["state"]) == ("Go", "stop", "\n", "done")
    assert a["speed"] == 4.0  # tokens in its own second


def test_a_judge_colours_every_piece_and_can_be_sent_away() -> None:
    writings = Writings("Go", ["a", "b"])
    writings.add([Turn("a", [Piece("né", (1,)), Piece("!", (4,)), Finished("length", 2)], 0.5)], "en")
    heard: list[list[str]] = []

    def bits_of(pieces: list[str]) -> list[float | None]:
        heard.append(pieces)
        return [3.0, None]  # the class of 2-4 bits, and what is impossible

    value = judged_value(writings.value(), "c", bits_of)
    assert heard == [["né", "!"]] and value["columns"][0]["kinds"] == [2, 5] and "kinds" not in value["columns"][1]
    plain = judged_value(value, "", bits_of)
    assert plain["judge"] is None and "kinds" not in plain["columns"][0]


def test_pacing_loses_nothing_and_shows_the_first_at_once() -> None:
    pieces = [Piece(str(i)) for i in range(1000)]
    batches = list(paced(iter(pieces), seconds=3600.0))
    assert batches == [pieces[:1], pieces[1:]]
    assert list(paced(iter([]))) == []


def test_no_data_ever_passes_through_a_template() -> None:
    # Gradio runs what stands in ${...} of a template, after a visitor's text has been put in by {{...}}.
    for path in [*COMPONENTS.glob("*/template.html"), *COMPONENTS.glob("*/style.css")]:
        text = path.read_text(encoding="utf-8")
        assert "{{" not in text and "}}" not in text and "$" not in text and "`" not in text and "\\" not in text, path


def test_no_script_reads_text_as_html() -> None:
    for path in COMPONENTS.rglob("*.js"):
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", path.read_text()
        )
        assert not found, path


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the standard's well-known near miss


@pytest.mark.parametrize(("paper", "ink"), [*SURPRISE_LIGHT, *SURPRISE_DARK])
def test_text_on_every_colour_of_surprise_can_be_read(paper: str, ink: str) -> None:
    assert contrast(paper, ink) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_of_the_page_can_be_read(colours: dict[str, str]) -> None:
    for paper in ("paper", "sheet", "wash"):
        for ink in ("ink", "faint", "accent"):
            assert contrast(colours[paper], colours[ink]) >= 4.5, (paper, ink)
    assert contrast(colours["accent"], colours["on-accent"]) >= 4.5


@pytest.mark.parametrize(("classes", "darker"), [(SURPRISE_LIGHT, True), (SURPRISE_DARK, False)], ids=["light", "dark"])
def test_more_surprise_stands_out_more(classes: tuple[tuple[str, str], ...], darker: bool) -> None:
    brightness = [luminance(paper) for paper, _ in classes]
    assert brightness == sorted(brightness, reverse=darker)
