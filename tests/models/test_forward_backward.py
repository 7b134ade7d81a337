"""Sums over hidden paths, against the same sums written out: every path of a tiny model, one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from core.models.forward_backward import (
    Tables,
    expected_counts,
    filter_states,
    likeliest_path,
    predict_states,
    state_posteriors,
)

STATES, VOCAB = 3, 4
TEXT = np.array([0, 2, 1, 3, 3])


def drawn(seed: int = 0, states: int = STATES, vocab: int = VOCAB) -> Tables:
    generator = np.random.default_rng(seed)
    start, transition = generator.dirichlet(np.ones(states)), generator.dirichlet(np.ones(states), states)
    return Tables(start, transition, generator.dirichlet(np.ones(vocab), states).T)


def joint(tables: Tables, path: tuple[int, ...], ids: np.ndarray) -> float:
    """P(path, tokens): start, then emission and step in turn."""
    product = tables.start[path[0]] * tables.emission[ids[0], path[0]]
    for before, now, id_ in zip(path[:-1], path[1:], ids[1:], strict=True):
        product *= tables.transition[before, now] * tables.emission[id_, now]
    return float(product)


def every_path(tables: Tables, ids: np.ndarray) -> dict[tuple[int, ...], float]:
    """All S^T paths with their joint probability."""
    paths = itertools.product(range(len(tables.start)), repeat=len(ids))
    return {path: joint(tables, path, ids) for path in paths}


@pytest.mark.parametrize("length", [1, 2, 5])
def test_the_likelihood_is_the_sum_over_every_path(length: int) -> None:
    tables, ids = drawn(), TEXT[:length]
    _, scale = filter_states(tables, ids[:, None])
    assert math.prod(scale[:, 0, 0]) == pytest.approx(sum(every_path(tables, ids).values()), rel=1e-12)


def test_what_is_known_of_a_state_is_the_share_of_the_paths_through_it() -> None:
    tables = drawn()
    filtered, posterior = state_posteriors(tables, TEXT)
    for time in range(len(TEXT)):
        for known, of_time in ((TEXT, posterior), (TEXT[: time + 1], filtered)):
            paths = every_path(tables, known)
            share = np.zeros(STATES)
            for path, probability in paths.items():
                share[path[time]] += probability
            np.testing.assert_allclose(of_time[time], share / share.sum(), rtol=1e-12)


def test_the_next_state_is_one_step_of_the_chain_behind_the_filtered_one() -> None:
    tables = drawn()
    filtered, _ = state_posteriors(tables, TEXT)
    predicted = predict_states(tables, TEXT[None], tables.start[None])
    np.testing.assert_allclose(predicted[0], filtered @ tables.transition, rtol=1e-12)


def test_expected_counts_weigh_every_path_by_its_share() -> None:
    tables, rows = drawn(), [TEXT, np.array([1, 1, 0])]
    start, transition, emission = np.zeros(STATES), np.zeros((STATES, STATES)), np.zeros((VOCAB, STATES))
    for ids in rows:
        paths = every_path(tables, ids)
        whole = sum(paths.values())
        for path, probability in paths.items():
            start[path[0]] += probability / whole
            for before, now in itertools.pairwise(path):
                transition[before, now] += probability / whole
            for id_, now in zip(ids, path, strict=True):
                emission[id_, now] += probability / whole
    padded = np.array([rows[0], [*rows[1], 2, 2]])  # what stands behind the end must not be read
    expected = expected_counts(tables, padded, np.array([5, 3]))
    np.testing.assert_allclose(expected.start, start, rtol=1e-12)
    np.testing.assert_allclose(expected.transition, transition, rtol=1e-12)
    np.testing.assert_allclose(expected.emission, emission, rtol=1e-12)
    likelihoods = [math.log(sum(every_path(tables, ids).values())) for ids in rows]
    np.testing.assert_allclose(expected.log_probs.sum(axis=1), likelihoods, rtol=1e-12)
    assert (expected.log_probs[1, 3:] == 0).all()


@pytest.mark.parametrize("time", [15, 16, 17, 40])
def test_blocks_of_steps_change_nothing(time: int) -> None:
    """Counts of a long row: as many states as tokens, one step fewer, and a row read alone or beside others."""
    tables = drawn(1)
    ids = np.random.default_rng(2).integers(0, VOCAB, (3, time))
    together = expected_counts(tables, ids, np.full(3, time))
    assert together.emission.sum() == pytest.approx(3 * time)
    assert together.transition.sum() == pytest.approx(3 * (time - 1))
    alone = [expected_counts(tables, row[None], np.array([time])) for row in ids]
    np.testing.assert_allclose(together.transition, sum(each.transition for each in alone), rtol=1e-10)
    _, posterior = state_posteriors(tables, ids[0])
    by_token = np.array([posterior[ids[0] == id_].sum(axis=0) for id_ in range(VOCAB)])
    np.testing.assert_allclose(alone[0].emission, by_token, rtol=1e-10, atol=1e-12)


def test_one_iteration_never_lowers_the_likelihood() -> None:
    """Baum et al. 1970, to the last digits of float64; without a prior the new tables are the counts' own shares."""
    tables, ids = drawn(3), np.random.default_rng(4).integers(0, VOCAB, (2, 30))
    likelihoods = []
    for _ in range(60):
        expected = expected_counts(tables, ids, np.full(2, 30))
        likelihoods.append(expected.log_probs.sum())
        tables = Tables(
            expected.start / expected.start.sum(),
            expected.transition / expected.transition.sum(axis=1, keepdims=True),
            expected.emission / expected.emission.sum(axis=0),
        )
    assert (np.diff(likelihoods) >= -1e-9).all()
    assert likelihoods[-1] > likelihoods[0] + 1


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_path_is_the_best_of_all(seed: int) -> None:
    tables = drawn(seed)
    paths = every_path(tables, TEXT)
    assert tuple(likeliest_path(tables, TEXT).tolist()) == max(paths, key=lambda path: paths[path])


def test_a_very_unlikely_text_does_not_underflow() -> None:
    tables = Tables(np.array([0.5, 0.5]), np.full((2, 2), 0.5), np.array([[1 - 1e-12] * 2, [1e-12] * 2]))
    ids = np.ones((1, 200), dtype=np.int64)  # (1e-12)^200 is far below the smallest number
    predicted = predict_states(tables, ids, tables.start[None])
    np.testing.assert_allclose(predicted, 0.5)
