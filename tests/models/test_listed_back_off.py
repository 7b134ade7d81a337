"""Looking words up in listed n-grams, against a dictionary that is asked one word at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.back_off_table import BackOffTable
from core.models.framing import Framing
from core.models.listed_back_off import ListedBackOff

Gram = tuple[int, ...]
VOCAB = 4


def table_of(log_probs: dict[Gram, float], weights: dict[Gram, float], order: int) -> BackOffTable:
    """Return a table of a dictionary; every single id and every context must be in it."""
    levels = [sorted(gram for gram in log_probs if len(gram) == length) for length in range(1, order + 1)]
    places = [{gram: at for at, gram in enumerate(level)} for level in levels]
    return BackOffTable.of_levels(
        Framing(VOCAB, False),
        [np.array([gram[-1] for gram in level], dtype=np.int64) for level in levels],
        [
            np.bincount([places[at][longer[:-1]] for longer in after], minlength=len(level)).astype(np.int64)
            for at, (level, after) in enumerate(zip(levels, [*levels[1:], []], strict=True))
        ],
        [np.array([log_probs[gram] for gram in level]) for level in levels],
        [np.array([weights.get(gram, 0.0) for gram in level]) for level in levels[:-1]],
    )


def asked(log_probs: dict[Gram, float], weights: dict[Gram, float], context: Gram, word: int) -> float:
    """Return log10 P(word | context) from its definition."""
    if (*context, word) in log_probs:
        return log_probs[*context, word]
    return weights.get(context, 0.0) + asked(log_probs, weights, context[1:], word)


@st.composite
def models(draw: st.DrawFn) -> tuple[dict[Gram, float], dict[Gram, float], int]:
    """Draw a model whose n-grams all have their context, but not always what they end with."""
    order = draw(st.integers(1, 5))
    numbers = st.one_of(st.floats(-5, 0, width=32), st.just(-math.inf))
    log_probs: dict[Gram, float] = {(id_,): draw(numbers) for id_ in range(VOCAB)}
    level: list[Gram] = list(log_probs)
    for _ in range(2, order + 1):
        longer = [(*context, id_) for context in level for id_ in range(VOCAB)]
        level = draw(st.lists(st.sampled_from(longer), unique=True, max_size=12)) if longer else []
        log_probs |= {gram: draw(numbers) for gram in level}
    signed = st.one_of(st.floats(-3, 1, width=32), st.just(-math.inf))
    weights = {gram: draw(signed) for gram in log_probs if len(gram) < order}
    return log_probs, weights, order


@given(models(), st.lists(st.integers(0, VOCAB - 1), min_size=2, max_size=9))
def test_one_word_all_words_and_a_row_are_what_the_definition_says(
    model: tuple[dict[Gram, float], dict[Gram, float], int], text: list[int]
) -> None:
    log_probs, weights, order = model
    listed, room = ListedBackOff(table_of(log_probs, weights, order)), order - 1
    contexts = [tuple(text[max(0, at + 1 - room) : at + 1]) if room else () for at in range(len(text))]
    expected = np.array([[asked(log_probs, weights, c, word) for word in range(VOCAB)] for c in contexts])
    expected *= math.log(10)
    ids = np.array([[-1] * room + text])
    np.testing.assert_allclose(listed.all_words(ids, room)[0], expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([listed.row(context) for context in contexts], expected, rtol=1e-12, atol=1e-12)
    *_, looked = listed.path(ids[:, :-1], room, np.array([text[1:]]))
    following = expected[np.arange(len(text) - 1), text[1:]]
    np.testing.assert_allclose(looked.log_prob[0], following, rtol=1e-12, atol=1e-12)


def test_an_unlisted_word_costs_the_weights_of_all_contexts_that_are_listed() -> None:
    log_probs = {(0,): -0.5, (1,): -1.0, (2,): -2.0, (3,): -3.0, (0, 1): -0.25, (0, 1, 2): -0.125}
    weights = {(0,): -0.5, (1,): -0.75, (0, 1): -1.5}
    listed = ListedBackOff(table_of(log_probs, weights, 3))
    after = listed.row((0, 1)) / math.log(10)
    assert after[2] == pytest.approx(-0.125)
    assert after[3] == pytest.approx(-1.5 - 0.75 - 3.0)  # weight(0 1) + weight(1) + P(3)
    assert listed.row((3, 1))[3] / math.log(10) == pytest.approx(-0.75 - 3.0)  # "3 1" is not listed: it costs nothing


def test_sums_tell_probabilities_from_scores() -> None:
    quarter = {(id_,): math.log10(0.25) for id_ in range(VOCAB)}
    # After 0: P(1) = 0.5, and 0.5 left for what has 0.75 of the shorter distribution: 0.5 / 0.75 for each of it.
    right, wrong = {(0,): math.log10(0.5 / 0.75)}, {(0,): math.log10(0.4)}
    listed = quarter | {(0, 1): math.log10(0.5)}
    assert ListedBackOff(table_of(listed, right, 2)).is_normalised
    assert not ListedBackOff(table_of(listed, wrong, 2)).is_normalised
    assert not ListedBackOff(table_of({**quarter, (3,): -2.0}, {}, 1)).is_normalised


def test_what_is_context_only_is_never_predicted() -> None:
    framing = Framing(1, True)  # ids: a word, </s>, <s>
    table = BackOffTable.of_levels(
        framing,
        [np.arange(3), np.array([2])],
        [np.array([1, 0, 0]), np.array([0])],
        [np.array([-0.3, -0.3, 0.0]), np.array([-0.1])],
        [np.zeros(3)],
    )
    listed = ListedBackOff(table)
    assert listed.row(())[2] == -math.inf
    assert listed.row((0,))[2] == -math.inf
