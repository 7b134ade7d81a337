"""Perplexity: every claim of the lesson."""

from __future__ import annotations

import math

import pytest

from core.lab import Lab
from core.ui.lessons import perplexity
from core.ui.lessons.lesson import figure


@pytest.fixture(scope="module")
def shipped() -> Lab:
    return Lab()


def test_the_three_sentences_have_the_perplexities_of_the_lab(shipped: Lab) -> None:
    seen = perplexity.LESSON.run(shipped, "en")
    expected = [shipped.score("shakespeare-lstm", text=line)["perplexity"] for line in perplexity.TRIO]
    assert seen.right == pytest.approx(expected[-1])
    assert [row[1] for row in seen.table[2:5]] == [figure(each) for each in expected]


def test_sense_is_expected_words_in_a_strange_place_less_so_and_noise_costs_more_than_knowing_nothing(
    shipped: Lab,
) -> None:
    sense, mixed, noise = (shipped.score("shakespeare-lstm", text=line)["perplexity"] for line in perplexity.TRIO)
    size = len(shipped.vocabulary("shakespeare-lstm"))
    assert sense < mixed < size < noise
    assert "above the uniform model" in perplexity.LESSON.run(shipped, "en").said["verdict"]


def test_perplexity_is_e_to_the_mean_surprise_and_the_first_character_does_not_count(shipped: Lab) -> None:
    scored = shipped.score("shakespeare-lstm", text=perplexity.TRIO[0])
    assert scored["scored"] == len(perplexity.TRIO[0]) - 1
    assert scored["perplexity"] == pytest.approx(math.exp(-sum(scored["log_probs"]) / scored["scored"]))


def test_it_is_the_geometric_mean_of_the_choices_not_the_harmonic_one(shipped: Lab) -> None:
    # The choices were 1 and 4: geometric mean sqrt(1 * 4) = 2, harmonic mean 2 / (1 + 1/4) = 1.6.
    exercise = perplexity.LESSON.exercise
    assert exercise is not None and exercise.check(shipped, "en", "2").right
    harmonic = exercise.check(shipped, "en", "1.6")
    assert not harmonic.right and "harmonic" in harmonic.said
    assert not exercise.check(shipped, "zh", "2.5").right  # the arithmetic mean
