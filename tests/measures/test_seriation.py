"""An order that keeps alike distributions together, against clustering done the slow way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measures.seriation import likenesses, seriate


def test_likeness_is_one_for_equal_rows_and_nothing_for_disjoint_ones() -> None:
    rows = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    found = likenesses(rows)
    assert found[0, 1] == pytest.approx(1) and found[0, 2] == 0
    assert found[0, 3] == pytest.approx(0.5**0.5)  # sqrt(0.5 * 1) + sqrt(0.5 * 0)


def test_two_kinds_that_alternate_are_sorted_apart() -> None:
    rows = np.array([[0.9, 0.1], [0.1, 0.9]] * 4)
    order = seriate(likenesses(rows))
    kinds = [place % 2 for place in order]
    assert sorted(order) == list(range(8))
    assert sum(a != b for a, b in zip(kinds, kinds[1:], strict=False)) == 1


def test_the_most_alike_ends_meet() -> None:
    # 0 and 1 join first, then 2 comes to the side of 1, which it is more like than 0.
    likeness = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.4], [0.2, 0.4, 1.0]])
    assert seriate(likeness) == [0, 1, 2]
    assert seriate(likeness[::-1, ::-1]) == [1, 2, 0] or seriate(likeness[::-1, ::-1]) == [0, 1, 2]


def test_nothing_and_one_thing_have_an_order() -> None:
    assert seriate(np.zeros((0, 0))) == [] and seriate(np.ones((1, 1))) == [0]


@given(st.integers(2, 7), st.integers(0, 1000))
def test_the_groups_are_those_of_averages_over_all_pairs(size: int, seed: int) -> None:
    draw = np.random.default_rng(seed).random((size, size))
    likeness = (draw + draw.T) / 2
    order = seriate(likeness)
    assert sorted(order) == list(range(size))
    groups = [{place} for place in range(size)]
    while len(groups) > 1:  # every group that arises stands together in the order
        pairs = [(a, b) for a in groups for b in groups if a is not b]
        a, b = max(pairs, key=lambda pair: np.mean([likeness[i, j] for i in pair[0] for j in pair[1]]))
        groups = [each for each in groups if each is not a and each is not b] + [a | b]
        places = [order.index(each) for each in a | b]
        assert max(places) - min(places) == len(places) - 1
