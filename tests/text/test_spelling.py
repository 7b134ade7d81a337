"""The price of an unknown token, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadCheckpoint
from core.text.codepoints import NUM_CODE_POINTS, count_code_points
from core.text.spelling import Spelling


def test_spelling_is_add_one_over_unicode() -> None:
    spelling = Spelling.of(["aab", "中"])
    # N = 4: a occurs twice, b once, c never.
    expected = -math.log(3 / (4 + 1_114_112)) - math.log(2 / (4 + 1_114_112)) - math.log(1 / (4 + 1_114_112))
    assert spelling.nats("abc") == pytest.approx(expected, abs=1e-9)
    assert spelling.nats("") == 0


def test_the_probabilities_of_all_code_points_sum_to_one() -> None:
    spelling = Spelling.of(["hello 中"])
    seen = sum(math.exp(-spelling.nats(character)) for character in set("hello 中"))
    unseen = (NUM_CODE_POINTS - len(set("hello 中"))) * math.exp(-spelling.nats("z"))
    assert seen + unseen == pytest.approx(1, abs=1e-9)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_counts_are_those_of_a_plain_loop(text: str) -> None:
    codes, counts = count_code_points(text)
    assert {chr(c): n for c, n in zip(codes, counts, strict=True)} == {c: text.count(c) for c in set(text)}
    assert codes.tolist() == sorted(map(ord, set(text)))


def test_saved_is_loaded() -> None:
    spelling = Spelling.of(["hello 中"])
    loaded = Spelling.from_tensors({**spelling.tensors(), "other": np.zeros(1)})
    assert loaded.nats("hello 国") == spelling.nats("hello 国")


@pytest.mark.parametrize(
    ("codepoints", "counts"),
    [
        (np.array([1, 2], np.int32), np.array([1], np.int64)),
        (np.array([2, 1], np.int32), np.array([1, 1], np.int64)),
        (np.array([-1], np.int32), np.array([1], np.int64)),
        (np.array([NUM_CODE_POINTS], np.int32), np.array([1], np.int64)),
        (np.array([1], np.int32), np.array([0], np.int64)),
        (np.array([1], np.int32), np.array([np.nan])),
        (np.array([[1]], np.int32), np.array([[1]], np.int64)),
    ],
)
def test_damaged_counts_are_refused(codepoints: np.ndarray, counts: np.ndarray) -> None:
    with pytest.raises(BadCheckpoint):
        Spelling.from_tensors({"spelling.codepoints": codepoints, "spelling.counts": counts})
    with pytest.raises(BadCheckpoint):
        Spelling.from_tensors({"spelling.codepoints": codepoints})
