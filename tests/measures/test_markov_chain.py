"""A chain of order 1, against paths that are listed one by one, eigenvectors, and the bigram model itself."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadText
from core.measures.markov_chain import MarkovChain, entropies, total_variation
from core.models.registry import Registry
from core.text.sequences import Sequences

texts = st.lists(st.integers(0, 3), min_size=2, max_size=30)


def chain_of(tokens: list[int]) -> MarkovChain:
    """Return the chain of a text whose tokens are numbered as they first appear."""
    number = {token: place for place, token in enumerate(dict.fromkeys(tokens))}
    return MarkovChain.of_text(np.array([number[token] for token in tokens]), len(number))


def test_counts_and_probabilities_are_those_of_hand() -> None:
    # a b a a b: ab twice, ba once, aa once; the last b is followed by nothing.
    chain = MarkovChain.of_text(np.array([0, 1, 0, 0, 1]), 2)
    assert chain.counts.tolist() == [[1, 2], [1, 0]]
    assert chain.totals.tolist() == [3, 1]
    assert chain.matrix == pytest.approx(np.array([[1 / 3, 2 / 3], [1, 0]]))


def test_what_stands_only_at_the_end_is_followed_by_what_comes_anywhere() -> None:
    # a a b: after a came a and b once each; after b nothing, so its row is that of all that came.
    chain = MarkovChain.of_text(np.array([0, 0, 1]), 2)
    assert chain.totals.tolist() == [2, 0]
    assert chain.matrix.tolist() == [[0.5, 0.5], [0.5, 0.5]]


@given(texts)
def test_every_row_sums_to_one(tokens: list[int]) -> None:
    chain = chain_of(tokens)
    assert chain.matrix.sum(axis=1) == pytest.approx(1)
    for rows in chain.rows(np.arange(len(chain.counts)), 5):
        assert rows.sum(axis=1) == pytest.approx(1)


@given(texts, st.integers(1, 4))
def test_k_steps_are_all_paths_of_k_steps(tokens: list[int], steps: int) -> None:
    chain = chain_of(tokens)
    size = len(chain.counts)
    reached = list(chain.rows(np.arange(size), steps))[-1]
    for begin, end in itertools.product(range(size), repeat=2):
        paths = itertools.product(range(size), repeat=steps - 1)
        chance = sum(
            math.prod(chain.matrix[a, b] for a, b in itertools.pairwise((begin, *between, end))) for between in paths
        )
        assert reached[begin, end] == pytest.approx(chance)


@given(texts)
def test_the_stationary_distribution_is_the_left_eigenvector_of_one(tokens: list[int]) -> None:
    chain = chain_of(tokens)
    assert chain.stationary.sum() == pytest.approx(1) and (chain.stationary >= 0).all()
    assert chain.stationary @ chain.matrix == pytest.approx(chain.stationary)
    values, vectors = np.linalg.eig(chain.matrix.T)
    vector = np.real(vectors[:, np.argmin(abs(values - 1))])
    assert chain.stationary == pytest.approx(vector / vector.sum(), abs=1e-7)


def test_what_a_text_never_comes_back_to_is_not_stationary() -> None:
    chain = chain_of([9, 1, 2, 1, 1, 2, 1])  # 9 stands at the beginning alone
    assert chain.stationary[0] == pytest.approx(0)


@given(texts)
def test_in_a_text_that_closes_the_stationary_distribution_is_that_of_the_tokens(tokens: list[int]) -> None:
    chain = chain_of([*tokens, tokens[0]])  # ends where it began: what comes in goes out
    frequencies = np.bincount([list(dict.fromkeys(tokens)).index(token) for token in tokens]) / len(tokens)
    assert chain.stationary == pytest.approx(frequencies)


def test_a_chain_that_alternates_never_forgets_and_one_that_may_stay_does() -> None:
    alternating = chain_of([0, 1] * 10)
    assert alternating.period == 2
    far = [total_variation(rows, alternating.stationary).max() for rows in alternating.rows(np.arange(2), 32)]
    assert far == pytest.approx([0.5] * 32)  # after each step the token is certain, and half of the time another
    assert chain_of([0, 1, 2] * 5).period == 3
    staying = chain_of([0, 1, 0, 0, 1, 1, 0])
    assert staying.period == 1
    assert [total_variation(rows, staying.stationary).max() for rows in staying.rows(np.arange(2), 32)][-1] < 1e-9


@given(texts)
def test_the_period_divides_the_length_of_every_way_back(tokens: list[int]) -> None:
    chain = chain_of(tokens)
    back, reached = [], np.eye(len(chain.counts))
    for steps in range(1, 2 * len(chain.counts) + 1):
        reached = (reached @ chain.matrix > 0).astype(float)
        if reached[chain.last, chain.last]:
            back.append(steps)
    assert math.gcd(*back) == chain.period


@given(texts)
def test_the_distance_from_the_stationary_distribution_never_grows(tokens: list[int]) -> None:
    chain = chain_of(tokens)
    far = [total_variation(rows, chain.stationary).max() for rows in chain.rows(np.arange(len(chain.counts)), 8)]
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(far))


def test_total_variation_is_the_greatest_difference_of_any_event() -> None:
    p, q = np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.6, 0.3])
    events = itertools.chain.from_iterable(itertools.combinations(range(3), size) for size in range(4))
    assert total_variation(p[None], q)[0] == pytest.approx(max(abs(sum(p[list(e)]) - sum(q[list(e)])) for e in events))


def test_entropy_is_counted_in_bits() -> None:
    assert entropies(np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])).tolist() == [1.5, 0.0]


def test_the_matrix_is_the_unsmoothed_bigram_model() -> None:
    plugin = Registry(Path(__file__).resolve().parents[2] / "plugins").get("ngram")
    ids = np.array([0, 1, 2, 0, 0, 1, 2, 2, 1, 3], dtype=np.int32)  # 3 is last and only there
    model = plugin(plugin.Config(order=2, smoothing="none"), 4)
    model.learn(Sequences.of_stream(ids))  # type: ignore[attr-defined]
    log_probs, _ = model.log_probs(np.arange(4)[:, None], model.initial_state(4))
    seen = [0, 1, 2]
    assert np.exp(log_probs[seen, 0]) == pytest.approx(MarkovChain.of_text(ids, 4).matrix[seen])


@pytest.mark.parametrize("tokens", [[], [0]])
def test_one_token_leads_nowhere_and_says_so(tokens: list[int]) -> None:
    with pytest.raises(BadText, match=f"has {len(tokens)}"):
        MarkovChain.of_text(np.array(tokens, dtype=np.int32), 1)
