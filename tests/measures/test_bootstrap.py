"""The paired block bootstrap against closed forms, brute force and simulation."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting, BadText
from core.measures.bootstrap import FEWEST, Interval, block_for, paired_difference


def normal(seed: int, count: int, mean: float = 0.0, spread: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread, count)


def drifting(seed: int, count: int, memory: float = 0.9) -> np.ndarray:
    """Return a series whose neighbours are alike: x(t) = memory x(t-1) + noise, mean 0."""
    noise = np.random.default_rng(seed).normal(size=count + 200)
    values = np.empty_like(noise)
    last = 0.0
    for at, each in enumerate(noise):
        values[at] = last = memory * last + each
    return values[200:]


def zero(values: np.ndarray) -> np.ndarray:
    return np.zeros_like(values)


def test_on_independent_values_the_interval_is_the_textbooks() -> None:
    """Mean +- 1.96 s / sqrt(n), with n = 20,000 and blocks of 1 and of 100 (of which there are enough)."""
    values = normal(1, 20_000, mean=0.03, spread=0.5)
    half = 1.959964 * values.std() / math.sqrt(len(values))
    for block in (1, 100):
        found = paired_difference(values, zero(values), block, draws=2000)
        assert found.mean == pytest.approx(values.mean())
        assert found.mean - found.low == pytest.approx(half, rel=0.15)
        assert found.high - found.mean == pytest.approx(half, rel=0.15)


@pytest.mark.parametrize(("count", "block"), [(4, 2), (5, 2), (3, 3), (4, 1)])
def test_all_texts_that_can_be_drawn_are_drawn_as_often(count: int, block: int) -> None:
    """Brute force: every choice of block beginnings on the ring, the last block cut; quantiles of their means."""
    values = np.array([0.0, 1.0, 4.0, 9.0, 16.0])[:count]
    blocks = -(-count // block)
    means = []
    for begins in itertools.product(range(count), repeat=blocks):
        drawn = [values[(begin + step) % count] for begin in begins for step in range(block)][:count]
        means.append(sum(drawn) / count)
    found = paired_difference(values, zero(values), block, draws=200_000)
    # A quantile of a discrete distribution: where the drawn share of means at or below it crosses 2.5 % and 97.5 %.
    for bound, share in ((found.low, 0.025), (found.high, 0.975)):
        below, at_most = np.mean(np.array(means) < bound - 1e-9), np.mean(np.array(means) <= bound + 1e-9)
        assert below - 0.005 <= share <= at_most + 0.005


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """400 texts of independent differences with mean 0.1: 95 % of the intervals, within three binomial deviations."""
    trials = 400
    held = sum(
        found.low <= 0.1 <= found.high
        for found in (paired_difference(normal(seed, 2000, 0.1), np.zeros(2000), 20, 1000) for seed in range(trials))
    )
    assert abs(held / trials - 0.95) <= 3 * math.sqrt(0.95 * 0.05 / trials)


def test_where_neighbours_are_alike_blocks_are_needed() -> None:
    """Blocks of one pretend that every character is new evidence; blocks of 100 hold most of what belongs together."""
    trials = 100
    held = {
        block: sum(
            found.low <= 0 <= found.high
            for found in (
                paired_difference(values, zero(values), block, 200)
                for values in (drifting(seed, 3000) for seed in range(trials))
            )
        )
        / trials
        for block in (1, 100)
    }
    assert held[1] < 0.6  # the closed form: 1.96 / sqrt((1 + 0.9) / (1 - 0.9)) = 0.45 deviations, that is 35 %
    assert held[100] > 0.85


def test_pairing_takes_away_what_is_hard_for_both() -> None:
    hard = np.abs(normal(3, 40_000)) * 3
    first, second = hard + normal(4, 40_000, 0.02, 0.1), hard + normal(5, 40_000, 0.0, 0.1)
    paired = paired_difference(first, second)
    assert paired.decided and paired.low > 0
    unpaired = paired_difference(first, np.random.default_rng(6).permutation(second))
    assert unpaired.high - unpaired.low > 5 * (paired.high - paired.low)
    assert unpaired.mean == pytest.approx(paired.mean)


def test_the_order_of_the_two_changes_the_sign_and_nothing_else() -> None:
    first, second = normal(7, 3000), normal(8, 3000)
    there, back = paired_difference(first, second, 100), paired_difference(second, first, 100)
    assert (back.mean, back.low, back.high) == pytest.approx((-there.mean, -there.high, -there.low))


def test_a_model_does_not_differ_from_itself() -> None:
    values = normal(9, 5000)
    found = paired_difference(values, values)
    assert (found.mean, found.low, found.high, found.decided) == (0.0, 0.0, 0.0, False)


def test_the_same_seed_gives_the_same_interval_however_many_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = normal(10, 3000), normal(11, 3000)
    once = paired_difference(first, second)
    assert paired_difference(first, second) == once
    assert paired_difference(first, second, seed=1) != once
    monkeypatch.setattr("core.measures.bootstrap._PLACES_AT_ONCE", 1000)
    assert paired_difference(first, second) == once


@given(st.integers(FEWEST, 3_000_000))
def test_blocks_are_never_too_few_nor_too_short(count: int) -> None:
    block = block_for(count)
    assert count // block >= 20 and 100 <= block <= 1000


def test_a_short_text_is_refused_with_the_length_it_takes() -> None:
    with pytest.raises(BadText, match=r"1,999 characters .* at least 2,000") as caught:
        paired_difference(np.zeros(1999), np.zeros(1999))
    assert "2,000" in caught.value.in_language("zh")
    for block in (-1, 2001):
        with pytest.raises(BadSetting, match=r"block of"):
            paired_difference(np.zeros(2000), np.zeros(2000), block)


def test_an_interval_is_plain_values() -> None:
    assert json.loads(json.dumps(Interval(0.5, -0.25, 1.25, 2000, 100).as_json(), allow_nan=False)) == {
        "mean": 0.5, "low": -0.25, "high": 1.25, "characters": 2000, "block": 100, "decided": False,
    }  # fmt: skip
