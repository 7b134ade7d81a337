"""Perplexity by hand, the two protocols, and the JSON of a score."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting, BadText, Refused
from core.language import both
from core.measures import perplexity as perplexity_module
from core.measures.perplexity import (
    Score,
    perplexity,
    perplexity_of,
    score_sequences,
    score_stream,
    score_windows,
)
from core.models.protocol import About, Array, LanguageModel, State
from core.text.sequences import Sequences

VOCAB = 5


class TwoBack(LanguageModel):
    """The next token depends on the last two ids; the initial state stands for two ids 0 and is told apart by -1."""

    about = About("two_back", both("two back"), both("a table"), "D2L 8.3")

    def __init__(self, probabilities: Array) -> None:
        super().__init__(None, probabilities.shape[-1])
        with np.errstate(divide="ignore"):
            self.table = np.log(probabilities)  # [vocab + 1, vocab, vocab]; the last row where nothing stands before

    def initial_state(self, batch: int) -> State:
        return (np.full((batch, 1), -1, dtype=np.int32),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        joined = np.concatenate([state[0], ids], axis=1)
        return self.table[joined[:, :-1], joined[:, 1:]], (joined[:, -1:],)

    def tensors(self) -> dict[str, Array]:
        return {"table": self.table}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        self.table = tensors["table"]


MODEL = TwoBack(np.random.default_rng(0).dirichlet(np.ones(VOCAB), size=(VOCAB + 1, VOCAB)))


def token_by_token(ids: Array) -> list[float]:
    """Score one sequence with single steps."""
    state, scores = MODEL.initial_state(1), []
    for id_, target in zip(ids, ids[1:], strict=False):
        log_probs, state = MODEL.step(np.array([id_]), state)
        scores.append(float(log_probs[0, target]))
    return scores


def some_ids(length: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).integers(0, VOCAB, length).astype(np.int32)


def score_of(*probabilities: float, unknown: tuple[int, ...] = ()) -> Score:
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.array(probabilities))
    return Score(len(probabilities) + 1, log_probs, np.isin(np.arange(len(probabilities)), unknown))


def test_perplexity_is_the_geometric_mean() -> None:
    assert score_of(1, 1 / 4).perplexity == pytest.approx(2.0)  # sqrt(1 * 4); the harmonic mean would be 1.6
    assert score_of(1, 1).perplexity == 1.0
    assert score_of(*[1 / 28] * 10).perplexity == pytest.approx(28)


def test_impossible_is_infinite_and_its_place_is_known() -> None:
    score = score_of(0.5, 0, 0.25, 0)
    assert score.nats == math.inf and score.perplexity == math.inf
    assert score.impossible == [1, 3]


def test_a_finite_total_too_large_for_exp_is_infinite() -> None:
    assert perplexity(800.0, 1) == math.inf
    assert math.isnan(perplexity(0.0, 0))


def test_known_tokens_alone() -> None:
    score = score_of(0.5, 0.001, 0.125, unknown=(1,))
    assert score.unknown == 1
    assert score.perplexity_known == pytest.approx(4.0)  # sqrt(2 * 8)
    assert math.isnan(score_of(0.5, unknown=(0,)).perplexity_known)


def test_bits_per_character_charges_the_spelling() -> None:
    score = score_of(1 / 2, 1 / 8, unknown=(1,))
    assert score.bits_per_char is None
    # 1 + 3 bits for the tokens, 6 bits of spelling, 5 characters
    assert score.in_characters(5, spelling_nats=6 * math.log(2)).bits_per_char == pytest.approx(2.0)


def test_json_has_no_infinity() -> None:
    values = json.loads(json.dumps(score_of(0.5, 0, unknown=(0, 1)).in_characters(4).as_json(), allow_nan=False))
    assert values == {
        "tokens": 3, "scored": 2, "nats": None, "perplexity": None, "perplexity_known": None, "bits_per_char": None,
        "unknown": 2, "impossible": [1], "log_probs": [pytest.approx(-math.log(2)), None],
    }  # fmt: skip
    assert "log_probs" not in score_of(0.5).as_json(log_probs=False)
    assert score_of(1.0).as_json()["nats"] == 0.0 and not math.copysign(1, score_of(1.0).nats) < 0


def test_a_stream_carries_its_state() -> None:
    ids = some_ids(3000)  # more than two chunks of 1024
    score = score_stream(MODEL, ids)
    assert score.log_probs == pytest.approx(np.array(token_by_token(ids)))
    assert (score.tokens, score.scored) == (3000, 2999)
    assert score.unknown == int((ids[1:] == 0).sum())
    assert score.nats == pytest.approx(-math.fsum(score.log_probs))


@pytest.mark.parametrize("log_probs_at_once", [1, 60, 100_000])
def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch, log_probs_at_once: int) -> None:
    ids = some_ids(200)
    expected = score_stream(MODEL, ids).log_probs
    monkeypatch.setattr(perplexity_module, "_LOG_PROBS_AT_ONCE", log_probs_at_once)
    assert np.array_equal(score_stream(MODEL, ids).log_probs, expected)


@given(st.integers(2, 60), st.integers(1, 70), st.integers(1, 40))
def test_windows_start_anew_and_score_every_target_once(length: int, window: int, at_once: int) -> None:
    ids = some_ids(length)
    expected = [
        each for begin in range(0, length - 1, window) for each in token_by_token(ids[begin : begin + window + 1])
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perplexity_module, "_TOKENS_AT_ONCE", at_once)
        score = score_windows(MODEL, ids, window)
    assert score.log_probs == pytest.approx(np.array(expected))
    assert score.scored == length - 1


def test_a_window_longer_than_the_text_is_the_stream() -> None:
    ids = some_ids(50)
    assert np.array_equal(score_windows(MODEL, ids, 50).log_probs, score_stream(MODEL, ids).log_probs)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.integers(1, 50))
def test_lines_keep_their_order_and_know_nothing_of_each_other(lengths: list[int], at_once: int) -> None:
    lines = [np.concatenate([[1], some_ids(length, seed=length), [1]]) for length in lengths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perplexity_module, "_TOKENS_AT_ONCE", at_once)
        score = score_sequences(MODEL, Sequences.of_lines(lines))
    expected = [each for line in lines for each in token_by_token(line)]
    assert score.log_probs == pytest.approx(np.array(expected))
    assert score.tokens == sum(lengths) + 2 * len(lengths)
    assert score.scored == score.tokens - len(lines)
    assert score.unknown == sum(int((line == 0).sum()) for line in lines)


def test_a_continuous_text_as_sequences_is_a_stream() -> None:
    ids = some_ids(40)
    assert np.array_equal(
        score_sequences(MODEL, Sequences.of_stream(ids)).log_probs, score_stream(MODEL, ids).log_probs
    )
    assert perplexity_of(MODEL, Sequences.of_stream(ids)) == score_stream(MODEL, ids).perplexity


def test_a_line_longer_than_a_chunk() -> None:
    lines = [some_ids(2500, seed=3), some_ids(4, seed=4)]
    expected = token_by_token(lines[0]) + token_by_token(lines[1])
    assert score_sequences(MODEL, Sequences.of_lines(lines)).log_probs == pytest.approx(np.array(expected))


@pytest.mark.parametrize("length", [0, 1])
def test_too_short_a_text_is_refused(length: int) -> None:
    ids = some_ids(length)
    with pytest.raises(BadText, match="at least 2") as caught:
        score_stream(MODEL, ids)
    assert "至少" in caught.value.in_language("zh")
    with pytest.raises(BadText, match="at least 2"):
        score_windows(MODEL, ids, 4)
    with pytest.raises(BadText):
        score_sequences(MODEL, Sequences.of_lines([ids, ids]))


def test_a_window_of_nothing_is_refused() -> None:
    with pytest.raises(BadSetting):
        score_windows(MODEL, some_ids(10), 0)


def test_a_model_that_does_not_sum_to_one_is_refused() -> None:
    class Scores(TwoBack):
        about = replace(TwoBack.about, normalised=False)

    model = Scores(np.exp(MODEL.table))
    with pytest.raises(Refused, match="do not sum to 1"):
        score_stream(model, some_ids(10))
    assert perplexity_of(model, Sequences.of_stream(some_ids(10))) is None


def test_a_model_of_nan_is_refused() -> None:
    with pytest.raises(Refused, match="NaN"):
        score_stream(TwoBack(np.full((VOCAB + 1, VOCAB, VOCAB), np.nan)), some_ids(10))
