"""Surprise in bits, its six classes, and the choices at one place."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measures.surprisal import entropy_bits, next_tokens, surprise_bits, surprise_classes


def test_one_chance_in_256_surprises_by_8_bits() -> None:
    with np.errstate(divide="ignore"):
        bits = surprise_bits(np.log([1, 1 / 2, 1 / 256, 0]))
    assert bits.tolist() == pytest.approx([0, 1, 8, math.inf])
    assert not np.signbit(bits).any()


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(0, 0), (1, 0), (1.001, 1), (2, 1), (2.001, 2), (4, 2), (4.001, 3), (8, 3), (8.001, 4), (12, 4), (12.001, 5),
     (math.inf, 5)],
)  # fmt: skip
def test_each_class_ends_with_its_bound(bits: float, expected: int) -> None:
    assert surprise_classes([bits]).tolist() == [expected]


def test_candidates_come_best_first_and_ties_by_id() -> None:
    found = next_tokens(np.log([0.2, 0.3, 0.3, 0.2]), ["a", "b", "c", "d"], top=3)
    assert [(each.id, each.token) for each in found.candidates] == [(1, "b"), (2, "c"), (0, "a")]
    assert found.candidates[0].probability == pytest.approx(0.3)
    assert found.candidates[2].bits == pytest.approx(math.log2(5))


def test_entropy_by_hand() -> None:
    # 1/2 * 1 bit + 2 * 1/4 * 2 bits
    with np.errstate(divide="ignore"):
        assert entropy_bits(np.log([0.5, 0.25, 0.25, 0.0])) == pytest.approx(1.5)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=50))
def test_entropy_lies_between_certainty_and_the_uniform_distribution(weights: list[float]) -> None:
    p = np.array(weights) / np.sum(weights)
    assert -1e-9 <= entropy_bits(np.log(p)) <= math.log2(len(p)) + 1e-9


def test_json_has_no_infinity() -> None:
    with np.errstate(divide="ignore"):
        found = next_tokens(np.log([1.0, 0.0]), ["a", "b"])
    assert json.loads(json.dumps(found.as_json(), allow_nan=False)) == {
        "candidates": [
            {"id": 0, "token": "a", "probability": 1.0, "log_prob": 0.0},
            {"id": 1, "token": "b", "probability": 0.0, "log_prob": None},
        ],
        "entropy_bits": 0.0,
    }
