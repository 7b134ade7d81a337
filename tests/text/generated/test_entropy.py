"""Entropy rates against hand arithmetic and sums over all strings."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from core.text.catalogue import GENERATED
from core.text.generated.entropy import entropies, entropy_bounds, entropy_rate
from core.text.generated.recipe import Recipe
from core.text.generated.source import Source


def source(word: str) -> Source:
    return Recipe.of_word(word).source()


def block_entropies(machine: Source, length: int, start: np.ndarray) -> float:
    """Return the entropy of a string of this length, summed over all of them one by one."""
    total = 0.0
    for string in product(range(len(machine.symbols)), repeat=length):
        states = start
        for letter in string:
            states = states @ machine.steps[:, letter]
        total -= states.sum() * math.log(states.sum()) if states.sum() > 0 else 0.0
    return total


def binary(p: float) -> float:
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


def test_a_distributions_entropy_is_the_sum_of_minus_p_ln_p() -> None:
    assert entropies(np.array([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75]])) == pytest.approx([math.log(2), 0, binary(0.25)])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_markov_chains_entropy_is_the_mean_over_its_stationary_distribution(order: int) -> None:
    machine = source(f"markov:order={order},letters=3,seed=4")
    transition = machine.steps.sum(axis=1)
    values, vectors = np.linalg.eig(transition.T)  # pi is the left eigenvector of the eigenvalue 1
    pi = np.real(vectors[:, np.argmin(abs(values - 1))])
    pi /= pi.sum()
    expected = sum(-p * q * math.log(q) for p, row in zip(pi, machine.letters, strict=True) for q in row if q > 0)
    rate = entropy_rate(machine)
    assert rate.low == rate.high == pytest.approx(expected, abs=1e-12)


def test_a_chain_of_two_letters_by_hand() -> None:
    # a -> b with 0.1, b -> a with 0.3: pi = (0.75, 0.25).
    machine = source("markov:letters=2,probabilities=0.9 0.1; 0.3 0.7")
    assert machine.stationary == pytest.approx([0.75, 0.25])
    assert entropy_rate(machine).low == pytest.approx(0.75 * binary(0.1) + 0.25 * binary(0.3), abs=1e-12)


@pytest.mark.parametrize("lag", [1, 2, 8, 64])
def test_copies_have_one_bit_a_character_whatever_the_lag(lag: int) -> None:
    assert entropy_rate(source(f"copies:lag={lag}")).low == pytest.approx(math.log(2), abs=1e-12)


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_brackets_of_depth_one_and_two_by_hand(kinds: int) -> None:
    # Depth 1: every other character opens, one of the kinds; the next is certain.
    assert entropy_rate(source(f"brackets:depth=1,kinds={kinds}")).low == pytest.approx(math.log(kinds) / 2, abs=1e-12)
    # Depth 2: half of the characters open; half of the time one is open, and then it is drawn whether another opens.
    rate = entropy_rate(source(f"brackets:depth=2,kinds={kinds},opening=0.3"))
    assert rate.low == pytest.approx(math.log(kinds) / 2 + binary(0.3) / 2, abs=1e-12)


def test_the_bounds_are_differences_of_entropies_of_all_strings() -> None:
    machine = source("hidden:states=3,stay=0.7,clear=0.6")
    bounds = entropy_bounds(machine, 4)
    high = block_entropies(machine, 4, machine.stationary) - block_entropies(machine, 3, machine.stationary)
    known = [
        p * (block_entropies(machine, 4, state) - block_entropies(machine, 3, state))
        for p, state in zip(machine.stationary, np.eye(3), strict=True)
    ]
    assert (bounds.low, bounds.high) == pytest.approx((sum(known), high), abs=1e-12)


def test_the_bounds_close_in_with_every_letter() -> None:
    bounds = [entropy_bounds(source("hidden:stay=0.8,clear=0.7"), length) for length in range(1, 8)]
    assert all(one.low < other.low < other.high < one.high for one, other in zip(bounds, bounds[1:], strict=False))


def test_letters_that_say_nothing_of_the_state_have_the_entropy_of_a_coin() -> None:
    rate = entropy_rate(source("hidden:states=2,clear=0.5"))
    assert (rate.low, rate.high) == pytest.approx((math.log(2), math.log(2)), abs=1e-12)


@pytest.mark.parametrize("text", GENERATED, ids=lambda text: text.name)
def test_the_entropy_that_a_card_states_is_the_one_that_is_derived(text: object) -> None:
    rate = entropy_rate(source(text.word))  # type: ignore[attr-defined]
    assert (rate.low, rate.high) == pytest.approx((text.low, text.high), abs=1e-9)  # type: ignore[attr-defined]
    assert rate.high - rate.low < 1e-4  # tight
