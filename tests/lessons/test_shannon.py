"""Guessing letters: every claim of the lesson, by playing."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadText
from core.lab import Lab
from core.lessons.shannon import MOST_SEEN, Player
from core.places import Places
from core.ui.lessons.lesson import Seen
from core.ui.lessons.shannon import LESSON

PROJECT = Path(__file__).parents[2]
STORIES = {
    "en": (PROJECT / "core/text/bundled/tide_clock.txt").read_text(encoding="utf-8"),
    "zh": (PROJECT / "core/text/bundled/moon_ferry.txt").read_text(encoding="utf-8"),
}
CORPUS = {"en": "tide_clock", "zh": "moon_ferry"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("shannon")
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


@pytest.fixture(scope="module", params=["en", "zh"])
def played(request: pytest.FixtureRequest, lab: Lab) -> tuple[str, dict[str, Any]]:
    *shares, found = lab.shannon(CORPUS[request.param])
    assert shares == sorted(shares) and shares[-1] == 1
    return request.param, found  # type: ignore[return-value]


def parts(language: str) -> tuple[str, str]:
    story = STORIES[language]
    return story[: int(0.9 * len(story))], story[int(0.9 * len(story)) :]


def test_half_of_the_english_and_a_third_of_the_chinese_characters_are_right_at_the_first_guess(played: Any) -> None:
    language, found = played
    first = found["players"][found["best"]]["first"]
    assert (first > 0.5) if language == "en" else (0.3 < first < 0.36)
    assert found["players"][0]["first"] < first / 2  # so much do the characters before tell


def test_who_sees_nothing_is_right_where_the_commonest_character_stands(played: Any) -> None:
    language, found = played
    training, held_out = parts(language)
    ((commonest, _),) = Counter(training).most_common(1)
    assert found["players"][0]["first"] == held_out.count(commonest) / len(held_out)


def test_a_twin_writes_the_text_down_from_the_numbers_alone(played: Any) -> None:
    language, found = played
    training, held_out = parts(language)
    twin = Player(training, found["best"])
    written = twin.written(training[-MOST_SEEN:], found["guesses"])
    known = "".join(c if c in training else "\N{REPLACEMENT CHARACTER}" for c in found["text"])
    assert (
        found["text"] == held_out[: len(written)]
        and written[: known.find("\N{REPLACEMENT CHARACTER}")] == known[: known.find("\N{REPLACEMENT CHARACTER}")]
    )


def test_the_numbers_carry_as_many_bits_as_the_upper_bound_says(played: Any) -> None:
    """A code made for these numbers (Huffman's) takes the bound, and less than a bit more."""
    import heapq

    language, found = played
    training, held_out = parts(language)
    best = found["players"][found["best"]]
    numbers = Player(training, best["seen"]).play(training[-MOST_SEEN:], held_out)
    heap = list(Counter(numbers).values())
    heapq.heapify(heap)
    bits = 0
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        bits += both
        heapq.heappush(heap, both)
    assert best["upper"] <= bits / len(held_out) < best["upper"] + 1
    assert language == "zh" or bits / len(held_out) < best["upper"] + 0.1


def test_both_bounds_fall_with_the_characters_seen_until_contexts_are_too_rare(played: Any) -> None:
    _, found = played
    for key in ("lower", "upper"):
        values = [each[key] for each in found["players"]]
        down = values[: found["best"] + 1]
        assert down == sorted(down, reverse=True)
        assert max(abs(each - values[found["best"]]) for each in values[found["best"] :]) < 0.05  # and then stay
    assert all(each["lower"] < each["upper"] < math.log2(found["alphabet"]) for each in found["players"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lesson_says_what_was_played(lab: Lab, language: str) -> None:
    (seen,) = [each for each in LESSON.work(lab, language) if isinstance(each, Seen)]  # type: ignore[misc]
    (found,) = [each for each in lab.shannon(CORPUS[language]) if isinstance(each, dict)]
    best = found["players"][found["best"]]
    assert seen.right == (2 if language == "en" else 1)
    assert seen.said["first"] == f"{100 * best['first']:.0f} %"
    assert len(seen.table) == 2 + MOST_SEEN and len(seen.charts) == 2
    (upper, lower) = seen.charts[0]["series"]
    assert [y for _, y in upper["points"]] == [each["upper"] for each in found["players"]]
    assert sum(y for _, y in seen.charts[1]["series"][0]["points"]) <= 1 and lower["points"]


def test_the_exercise_is_checked_by_computing(lab: Lab) -> None:
    # 1 1 2 1 1 4 1 2: q = 5/8, 2/8, 1/8
    upper = -(5 / 8 * math.log2(5 / 8) + 1 / 4 * math.log2(1 / 4) + 1 / 8 * math.log2(1 / 8))
    assert LESSON.exercise is not None
    assert (
        LESSON.exercise.check(lab, "en", f"{upper:.2f}").right
        and LESSON.exercise.check(lab, "zh", f" {upper:.3f}").right
    )
    wrong = LESSON.exercise.check(lab, "en", "1.5")
    assert not wrong.right and f"{upper:.3f}" in wrong.said
    with pytest.raises(BadText):
        LESSON.exercise.check(lab, "en", "many")
