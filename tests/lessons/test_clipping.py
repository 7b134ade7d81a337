"""The claims of the lesson on clipping, each computed: by the lesson's own run, and beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.errors import BadText
from core.lab import Lab
from core.lessons.cliff import cliff
from core.ui.lessons.clipping import LESSON
from core.ui.lessons.lesson import Seen


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module", params=["en", "zh"])
def seen(request: Any, lab: Lab) -> Seen:
    return LESSON.run(lab, request.param)


def walked(rate: float, theta: float, steps: int = 200) -> np.ndarray:
    """Walk down once more, step by step, and return the last place."""
    x = np.array([4.5, -2.8])
    for _ in range(steps):
        gradient = cliff(x)[1]
        x = x - rate * gradient * min(1.0, theta / float(np.linalg.norm(gradient)))
    return x


def test_the_first_is_thrown_off_and_never_comes_back_and_the_second_is_in_the_valley(seen: Seen) -> None:
    thrown, held = walked(0.3, math.inf), walked(0.3, 0.1)
    assert cliff(thrown)[0] > 0.05 and np.linalg.norm(thrown - [4.5, -2.8]) > 10
    assert cliff(held)[0] < 0.01
    assert seen.right == 1
    assert float(seen.said["plain_end"]) == pytest.approx(cliff(thrown)[0], rel=1e-3)


def test_where_it_lands_the_loss_is_flat(seen: Seen) -> None:
    assert float(np.linalg.norm(cliff(walked(0.3, math.inf))[1])) < 1e-5
    assert "10" in seen.said["plain_slope"]  # a power of ten, below a thousandth


def test_its_leap_is_the_rate_times_the_gradient_that_threw_it(seen: Seen, lab: Lab) -> None:
    plain = lab.cliff(0.3, 0.1, 200)["descents"][0]
    here, there = (np.array(plain["points"][plain["steepest"] + more][:2]) for more in (0, 1))
    norm = float(np.linalg.norm(cliff(here)[1]))
    assert float(np.linalg.norm(there - here)) == pytest.approx(0.3 * norm)
    assert float(seen.said["norm"]) == pytest.approx(norm, rel=1e-3) and norm > 30


def test_no_clipped_step_is_longer_than_rate_times_theta_however_long_the_gradient(seen: Seen, lab: Lab) -> None:
    points = np.array(lab.cliff(0.3, 0.1, 200)["descents"][1]["points"])
    assert np.linalg.norm(np.diff(points[:, :2], axis=0), axis=1).max() == pytest.approx(0.03)
    assert float(seen.said["longest"]) == pytest.approx(0.03) and float(seen.said["clipped_norm"]) > float(
        seen.said["norm"]
    )


def test_clamping_both_elements_bends_that_gradient_and_clipping_does_not(seen: Seen, lab: Lab) -> None:
    w, b = lab.cliff(0.3, 0.1, 200)["descents"][0]["gradient"]
    # Both elements are longer than 0.1, so what is left points along a diagonal.
    bent = abs(math.degrees(math.atan2(b, w)) - math.degrees(math.atan2(math.copysign(1, b), math.copysign(1, w))))
    assert float(seen.said["bent"]) == pytest.approx(bent, abs=0.51) and bent > 10


def test_the_line_search_gets_lowest_in_fewest_steps_but_looks_more_often_than_it_steps(seen: Seen, lab: Lab) -> None:
    plain, clipped, searched = lab.cliff(0.3, 0.1, 200)["descents"]
    assert searched["points"][-1][2] < min(plain["points"][-1][2], clipped["points"][-1][2])
    assert len(searched["points"]) < 20 and searched["evaluations"] > 3 * len(searched["points"])
    assert seen.said["looks"] == str(searched["evaluations"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_exercise_takes_the_right_factor_and_no_other(lab: Lab, language: str) -> None:
    assert LESSON.exercise is not None
    gradient = lab.cliff(0.3, 0.1, 200)["descents"][0]["gradient"]
    right = 1 / math.hypot(*gradient)
    assert LESSON.exercise.check(lab, language, f"{right:.3g}").right
    assert not LESSON.exercise.check(lab, language, f"{1.1 * right:.3g}").right
    assert not LESSON.exercise.check(lab, language, "1").right
    with pytest.raises(BadText):
        LESSON.exercise.check(lab, language, "a lot")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_place_in_its_sentences_is_filled(lab: Lab, language: str) -> None:
    seen, facts = LESSON.run(lab, language), LESSON.facts(lab, language)
    assert LESSON.exercise is not None
    for text in (LESSON.story, LESSON.question, *LESSON.choices):
        text.in_language(language).format_map(facts.said)
    for text in (*LESSON.see, LESSON.exercise.task):
        text.in_language(language).format_map(seen.said)
    assert len(seen.charts) == 2 and len(seen.table) == 4
