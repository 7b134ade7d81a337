"""The book's 1.0: every claim of the lesson."""

from __future__ import annotations

import pytest

from core.lab import Lab
from core.ui.lessons import by_heart


@pytest.fixture(scope="module")
def shipped() -> Lab:
    return Lab()


def test_the_books_model_is_worse_than_guessing_on_what_follows(shipped: Lab) -> None:
    rows = {row["name"]: row for row in shipped.checkpoints()}
    book = rows["time-machine-rnn-scratch-d2l"]
    seen = by_heart.LESSON.run(shipped, "en")
    assert book["train_perplexity"] < 1.5 and book["held_out_perplexity"] > book["vocab_size"]
    assert seen.right == 2  # "above the size of the vocabulary"
    (_, seen_strips), (_, unseen_strips) = seen.groups
    for known, unknown in zip(seen_strips, unseen_strips, strict=True):
        low, high = known.reading["perplexity"], unknown.reading["perplexity"]
        assert low < 2 and (high is None or high > 5)


def test_a_table_of_twelve_characters_knows_its_text_as_well_without_learning(shipped: Lab) -> None:
    rows = {row["name"]: row for row in shipped.checkpoints()}
    counted, book = rows["time-machine-12gram-d2l"], rows["time-machine-rnn-scratch-d2l"]
    assert (
        counted["train_perplexity"]
        < book["train_perplexity"]
        < counted["held_out_perplexity"]
        < book["held_out_perplexity"]
    )


def test_a_sentence_from_elsewhere_is_worse_than_guessing_one_from_the_book_is_not(shipped: Lab) -> None:
    exercise = by_heart.LESSON.exercise
    assert exercise is not None
    assert exercise.check(shipped, "en", "my sister bought five green umbrellas").right
    assert not exercise.check(shipped, "en", by_heart.BY_HEART.lines["seen"]).right
    short = exercise.check(shipped, "zh", "zq")
    assert not short.right and "至少" in short.said
