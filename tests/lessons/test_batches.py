"""One offset too many: every claim of the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.lab import Lab
from core.lessons.batches import coverage, labels_by_offset
from core.text.batching import random_sampling
from core.ui.lessons import batches


def books_labels(total: int, batch_size: int, num_steps: int, offset: int) -> int:
    """Count the labels of the book's `seq_data_iter_sequential` (D2L 8.3.4) for one offset."""
    num_tokens = ((total - offset - 1) // batch_size) * batch_size
    return num_tokens // batch_size // num_steps * batch_size * num_steps


@pytest.mark.parametrize(("total", "rows", "steps"), [(35, 2, 5), (100, 4, 8), (57, 3, 7)])
def test_an_offset_leaves_as_many_labels_as_by_the_books_own_arithmetic(total: int, rows: int, steps: int) -> None:
    assert labels_by_offset(total, rows, steps) == [books_labels(total, rows, steps, at) for at in range(steps + 1)]


def test_the_offset_that_only_the_book_draws_loses_a_whole_batch() -> None:
    assert labels_by_offset(35, 2, 5) == [30, 30, 30, 30, 30, 20]


def test_the_first_label_is_never_taught_the_next_ones_sometimes_and_most_always() -> None:
    # Over the offsets 0..4: label 0 never, 1..4 with 1/5..4/5, 5..30 always, 31..34 with 4/5..1/5.
    expected = [0, 0.2, 0.4, 0.6, 0.8, *[1.0] * 26, 0.8, 0.6, 0.4, 0.2]
    assert coverage(35, 5) == pytest.approx(expected)


def test_what_training_itself_draws_covers_the_labels_with_these_chances() -> None:
    epochs, counted = 500, np.zeros(35)
    for seed in range(epochs):
        for window in random_sampling(np.arange(35, dtype=np.int32), 1, 5, np.random.default_rng(seed)):
            counted[window.targets] += 1
    np.testing.assert_allclose(counted / epochs, coverage(35, 5), atol=0.1)  # more than four standard deviations


def test_the_lesson_says_so_and_its_exercise_is_checked_by_computing() -> None:
    lab = Lab()
    seen = batches.LESSON.run(lab, "en")
    assert seen.right == 1 and (seen.said["usual"], seen.said["lost"]) == ("30", "20")
    assert [y for _, y in seen.charts[0]["series"][0]["points"]] == [30, 30, 30, 30, 30, 20]
    exercise = batches.LESSON.exercise
    assert exercise is not None
    assert exercise.check(lab, "en", "96").right and not exercise.check(lab, "en", "99").right
