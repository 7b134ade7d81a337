"""Interpolation: the weighted sum by brute force, and weights that no others beat."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.interpolation import fit_weights, fitting_rounds, mix, responsibilities

NEVER = -np.inf


def opinions(members: int, tokens: int, seed: int = 0) -> np.ndarray:
    """Return log-probabilities ``[members, tokens]`` of members that err in different places."""
    return np.log(np.random.default_rng(seed).uniform(1e-3, 1.0, (members, tokens)))


def likelihood(log_probs: np.ndarray, weights: np.ndarray) -> float:
    """Return nats a token by plain arithmetic, without logarithms inside the sum."""
    return float(np.log(weights @ np.exp(log_probs)).mean())


def test_a_mixture_is_the_weighted_sum_of_probabilities() -> None:
    # 0.75 * 0.5 + 0.25 * 0.1 = 0.4; 0.75 * 0.5 + 0.25 * 0.9 = 0.6
    np.testing.assert_allclose(np.exp(mix([np.log([0.5, 0.5]), np.log([0.1, 0.9])], [0.75, 0.25])), [0.4, 0.6])
    log_probs, weights = opinions(5, 60).reshape(5, 3, 4, 5), np.array([0.1, 0.4, 0.0, 0.3, 0.2])
    expected = sum(w * np.exp(each) for w, each in zip(weights, log_probs, strict=True))
    np.testing.assert_allclose(np.exp(mix(list(log_probs), weights)), expected, rtol=1e-12)


def test_what_is_too_small_for_a_probability_is_still_mixed() -> None:
    # e^-2000 is 0 in float64; half of it is e^(-2000 - ln 2)
    np.testing.assert_allclose(mix([np.array([-2000.0]), np.array([NEVER])], [0.5, 0.5]), [-2000 - np.log(2)])


def test_float32_members_are_added_in_float64() -> None:
    mixed = mix([np.zeros(2, dtype=np.float32), np.zeros(2, dtype=np.float32)], [0.5, 0.5])
    assert mixed.dtype == np.float64 and mixed.tolist() == [0.0, 0.0]


def test_a_token_that_nobody_holds_possible_is_impossible_and_nobodys() -> None:
    log_probs = np.array([[np.log(0.5), NEVER], [np.log(0.25), NEVER]])
    assert mix(list(log_probs), [0.5, 0.5])[1] == NEVER
    shares = responsibilities(log_probs, [0.5, 0.5])
    np.testing.assert_allclose(shares[:, 0], [2 / 3, 1 / 3])  # 0.25 : 0.125
    assert np.isnan(shares[:, 1]).all()


def test_two_weights_are_those_of_a_fine_grid() -> None:
    for seed in range(5):
        log_probs = opinions(2, 500, seed)
        grid = np.linspace(0, 1, 2001)
        best = grid[np.argmax([likelihood(log_probs, np.array([one, 1 - one])) for one in grid])]
        assert fit_weights(log_probs)[0] == pytest.approx(best, abs=1e-3)


@pytest.mark.parametrize("members", [2, 3, 8])
def test_every_round_makes_the_text_likelier(members: int) -> None:
    log_probs = opinions(members, 300, members)
    told = [likelihood(log_probs, weights) for weights in fitting_rounds(log_probs)]
    assert len(told) > 2 and all(after >= before for before, after in zip(told, told[1:], strict=False))


@pytest.mark.parametrize("seed", range(10))
def test_no_other_weights_are_better_nor_is_any_member_alone(seed: int) -> None:
    log_probs = opinions(4, 200, seed) * np.array([[1.0], [1.0], [1.5], [4.0]])  # the last is hardly ever right
    fitted = likelihood(log_probs, fit_weights(log_probs))
    others = [*np.eye(4), *np.random.default_rng(seed).dirichlet(np.ones(4), 500)]
    assert fitted >= max(likelihood(log_probs, each) for each in others) - 1e-6


def test_a_member_that_only_harms_gets_next_to_nothing() -> None:
    good = opinions(1, 400)
    assert fit_weights(np.concatenate([good, good - 1.0]))[1] < 1e-3


def test_impossible_tokens_neither_stop_the_fit_nor_say_anything() -> None:
    log_probs = opinions(2, 300)
    holes = np.concatenate([log_probs, np.full((2, 50), NEVER)], axis=1)
    np.testing.assert_allclose(fit_weights(holes), fit_weights(log_probs), atol=1e-9)
    alone = np.stack([log_probs[0], np.full(300, NEVER)])
    np.testing.assert_allclose(fit_weights(alone), [1, 0], atol=1e-9)
    # A member that is the only one to hold some token possible never loses all its weight.
    needed = np.stack([np.append(log_probs[0], NEVER), np.append(log_probs[0] - 9, -1.0)])
    assert fit_weights(needed)[1] > 0


def test_even_weights_stay_where_there_is_nothing_to_fit_by() -> None:
    for nothing in (np.zeros((4, 0)), np.full((4, 3), NEVER)):
        assert fit_weights(nothing).tolist() == [0.25] * 4
