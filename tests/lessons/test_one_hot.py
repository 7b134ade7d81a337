"""One hot number: every claim of the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.lab import Lab
from core.ui.lessons import one_hot


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_product_with_a_one_hot_vector_is_the_row_of_its_id_number_for_number(language: str) -> None:
    lab = Lab()
    seen = one_hot.LESSON.run(lab, language)
    name = one_hot._row(lab, language)["name"]
    model = lab.open(name).model
    weights = model.input_weights()
    assert weights is not None
    matrix = weights.W_xh if weights.embedding is None else weights.embedding
    row = int(seen.said["row"])
    vector = np.zeros(len(matrix), dtype=np.float32)
    vector[row] = 1
    assert seen.right == 0 and np.array_equal(vector @ matrix, matrix[row])
    assert [line[1] for line in seen.table[1:]] == [f"{each:.4f}" for each in matrix[row][: len(seen.table) - 1]]
    assert lab.vocabulary(name)[row] == seen.said["token"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stacked_matrices_give_the_sum_of_the_two_products(language: str) -> None:
    seen = one_hot.LESSON.run(Lab(), language)
    assert all(float(left) == pytest.approx(float(right), abs=2e-4) for _, _, _, left, right in seen.table[1:])
    assert float(seen.said["both"]) < 1e-4


def test_one_hot_vectors_lie_the_root_of_two_apart() -> None:
    distance = float(np.linalg.norm(np.eye(28)[3] - np.eye(28)[17]))
    exercise = one_hot.LESSON.exercise
    assert exercise is not None
    assert exercise.check(Lab(), "en", f"{distance:.3f}").right and not exercise.check(Lab(), "en", "1").right
