"""Shannon's bounds by hand, and on sources whose entropy is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadText
from core.measures.guessing import bounds_of_shares, guess_bounds, ranks_of

# A source of four letters: what follows each of them.
CHAIN = np.array([[0.7, 0.2, 0.05, 0.05], [0.1, 0.1, 0.4, 0.4], [0.25, 0.25, 0.25, 0.25], [0.9, 0.04, 0.03, 0.03]])


def stationary() -> np.ndarray:
    values, vectors = np.linalg.eig(CHAIN.T)
    found = np.real(vectors[:, np.argmin(abs(values - 1))])
    return found / found.sum()


def entropy_rate() -> float:
    return float(-(stationary()[:, None] * CHAIN * np.log2(CHAIN)).sum())


def test_bounds_by_hand() -> None:
    # q = (1/2, 1/4, 1/4): upper 1/2*1 + 1/4*2 + 1/4*2 = 1.5
    # lower: 1*(1/4)*0 + 2*(0)*1 + 3*(1/4)*log2(3) = 1.18872
    bounds = guess_bounds([1, 1, 2, 3])
    assert bounds.upper == pytest.approx(1.5)
    assert bounds.lower == pytest.approx(0.75 * math.log2(3))
    assert (bounds.places, bounds.first, bounds.mean) == (4, 0.5, 1.75)
    assert bounds.bias_bits == pytest.approx(2 / (8 * math.log(2)))  # three kinds of rank seen, four places


def test_who_is_always_right_has_no_uncertainty_and_a_blind_guesser_all_of_it() -> None:
    assert bounds_of_shares([1.0]) == (0.0, 0.0)
    assert bounds_of_shares(np.full(27, 1 / 27)) == pytest.approx((math.log2(27), math.log2(27)))


def test_the_bounds_hold_for_who_guesses_in_the_order_of_the_true_probabilities() -> None:
    # exactly: q_i is the probability of the i-th likeliest letter, averaged over what stands before
    shares = stationary() @ -np.sort(-CHAIN, axis=1)
    lower, upper = bounds_of_shares(shares)
    assert lower < entropy_rate() < upper


def test_the_bounds_of_a_simulated_guesser_hold_the_entropy_of_the_source() -> None:
    rng, letter, guesses = np.random.default_rng(0), 0, []
    for _ in range(20_000):
        following = int(rng.choice(4, p=CHAIN[letter]))
        guesses += ranks_of(np.log(CHAIN[letter])[None], [following])
        letter = following
    bounds = guess_bounds(guesses)
    assert bounds.lower < entropy_rate() < bounds.upper
    # without any dependence the upper bound is the entropy itself
    assert bounds_of_shares(CHAIN[0])[1] == pytest.approx(float(-(CHAIN[0] * np.log2(CHAIN[0])).sum()))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80))
def test_the_lower_bound_is_never_above_the_upper_one(guesses: list[int]) -> None:
    bounds = guess_bounds(guesses)
    assert -1e-12 <= bounds.lower <= bounds.upper + 1e-12
    # never above what the shares in their own order would give
    assert bounds.lower <= bounds_of_shares(np.bincount(guesses)[1:] / len(guesses))[0] + 1e-12


@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
def test_a_rank_is_the_place_among_the_sorted(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    scores, targets = rng.integers(-3, 0, (5, size)).astype(float), rng.integers(1, size, 5).tolist()
    expected = [
        1 + sorted(range(1, size), key=lambda id_, row=row: (-row[id_], id_)).index(target)  # type: ignore[misc]
        for row, target in zip(scores, targets, strict=True)
    ]
    assert ranks_of(scores, targets, barred=0) == expected


def test_what_is_never_guessed_comes_last() -> None:
    assert ranks_of(np.log([[0.9, 0.05, 0.05]]), [0], barred=0) == [3]


@pytest.mark.parametrize("guesses", [[], [0, 1]])
def test_no_place_or_no_guess_is_refused(guesses: list[int]) -> None:
    with pytest.raises(BadText):
        guess_bounds(guesses)
