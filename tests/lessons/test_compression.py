"""A loss is the size of a file: every claim of the lesson, by compressing."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from core.errors import BadText
from core.lab import Lab
from core.ui.lessons.compression import LESSON

PROJECT = Path(__file__).parents[2]
STORIES = {
    "en": (PROJECT / "core/text/bundled/tide_clock.txt").read_text(encoding="utf-8")[:2000],
    "zh": (PROJECT / "core/text/bundled/moon_ferry.txt").read_text(encoding="utf-8")[:2000],
}
MODELS = {"en": "shakespeare-ngram", "zh": "red-chamber-ngram"}


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_is_smaller_than_gzips_and_comes_back_without_an_error(lab: Lab, language: str) -> None:
    text, name = STORIES[language], MODELS[language]
    coded = lab.compress_text(name, text)
    assert lab.decompress_bytes(name, coded) == text
    zipped = len(gzip.compress(text.encode(), 9))
    assert len(coded) < zipped
    seen, facts = LESSON.run(lab, language), LESSON.facts(lab, language)
    assert seen.said["file"] == f"{len(coded):,}" and seen.said["gzip"] == facts.said["gzip"] == f"{zipped:,}"
    assert seen.right == (1 if len(coded) > zipped / 2 else 2)
    assert seen.table[1][:2] == [name, f"{len(coded):,}"]


def test_the_file_is_the_loss_and_some_sixty_bytes(lab: Lab) -> None:
    """Of a text without unknown characters; these would be spelled in another way."""
    text = "".join(each for each in STORIES["en"] if each in set(lab.open(MODELS["en"]).tokenizer.tokens))
    nats = lab.score(MODELS["en"], text=text)["nats"]
    more = len(lab.compress_text(MODELS["en"], text)) - nats / math.log(2) / 8
    assert 40 < more < 80


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_lesson_calls_the_loss_is_the_models_score(lab: Lab, language: str) -> None:
    text = STORIES[language]
    bits = lab.score(MODELS[language], text=text)["bits_per_char"]
    assert LESSON.run(lab, language).said["ideal"] == f"{bits * len(text) / 8:,.0f}"


def test_the_exercise_is_checked_by_computing(lab: Lab) -> None:
    # 1.5 nats = 2.164 bits; 1000 characters: 2164 bits = 270.5 bytes
    assert LESSON.exercise is not None
    assert LESSON.exercise.check(lab, "en", "270.5").right and LESSON.exercise.check(lab, "zh", "271").right
    assert not LESSON.exercise.check(lab, "en", "187.5").right  # 1.5 bits, not nats
    with pytest.raises(BadText):
        LESSON.exercise.check(lab, "en", "a lot")
