"""The written-out model that learns here is the n-gram of modified Kneser-Ney smoothing, and shows how it looks words up."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.back_off_table import written_out
from core.settings import build
from core.text.sequences import Sequences
from plugins.arpa import PLUGIN, Config
from plugins.ngram import PLUGIN as NGRAM
from plugins.ngram import Config as NgramConfig

VOCAB = 6


def stream(seed: int = 1, length: int = 300) -> Sequences:
    """Return ids with some order in them."""
    steps = np.random.default_rng(seed).integers(1, 4, size=length)
    return Sequences.of_stream((np.cumsum(steps) % (VOCAB - 1)).astype(np.int32))


def lines() -> Sequences:
    """Return lines between boundaries, id 1."""
    generator = np.random.default_rng(2)
    return Sequences.of_lines([np.array([1, *generator.integers(2, VOCAB, 5), 1]) for _ in range(40)])


@pytest.mark.parametrize("framing", ["text", "kenlm"])
@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("data", [stream(), lines()], ids=["stream", "lines"])
def test_it_learns_what_the_ngram_learns_with_modified_kneser_ney(data: Sequences, order: int, framing: str) -> None:
    ours = PLUGIN(build(Config, {"order": order, "framing": framing}), VOCAB)
    counted = NGRAM(build(NgramConfig, {"order": order, "framing": framing, "smoothing": "modified_kneser_ney"}), VOCAB)
    ours.learn(data)
    counted.learn(data)
    ids = np.concatenate([np.array([1]), np.random.default_rng(3).integers(2, VOCAB, 40)]).astype(np.int32)[None]
    for mine, theirs in zip(ours.log_probs(ids, ours.initial_state(1)), counted.log_probs(ids, counted.initial_state(1)), strict=True):  # fmt: skip
        np.testing.assert_allclose(np.exp(mine[0]), np.exp(theirs[0]), rtol=2e-6, atol=1e-12)
    assert ours.normalised


def test_the_trace_shows_which_contexts_are_listed_and_what_each_makes_of_the_next_token() -> None:
    model = PLUGIN(build(Config, {"order": 3}), VOCAB)
    model.learn(Sequences.of_stream(np.array([2, 3, 4, 2, 3, 4, 2, 3], dtype=np.int32)))
    trace = model.trace(np.array([2, 3, 4, 5], dtype=np.int32))
    # After "2": nothing before it. After "2 3" and "3 4": all contexts. "4 5" was never seen; single tokens are all listed.
    assert trace["used"].tolist() == [[True, True, False], [True, True, True], [True, True, True], [True, True, False]]
    # 3 came after 2, 4 after 2 3; 5 is listed as a single word only; nothing follows the last.
    assert trace["listed"].tolist() == [[True, True, False], [True, True, True], [True, False, False], [False] * 3]
    assert trace["context"].tolist() == [[-1, 2], [2, 3], [3, 4], [4, 5]]
    scores, _ = model.score(np.array([[2, 3, 4]]), np.array([[3, 4, 5]]), model.initial_state(1))
    np.testing.assert_allclose(trace["probability"][:3, -1], np.exp(scores[0]))
    # P(5 | 3 4) = rest(3 4) rest(4) P(5); the empty context leaves nothing.
    chain = trace["rest"][2, 1] * trace["rest"][2, 2] * trace["probability"][2, 0]
    assert trace["probability"][2, 2] == pytest.approx(chain)
    assert trace["rest"][:, 0].tolist() == [0.0] * 4


def test_add_k_has_no_table_but_for_single_words() -> None:
    for order, there in ((2, False), (1, True)):
        model = NGRAM(build(NgramConfig, {"order": order, "smoothing": "add_k"}), VOCAB)
        model.learn(stream())
        assert (model.back_off_table() is not None) == there
        assert (written_out(model._back_off, model._framing) is not None) == there


def test_a_pruned_model_is_written_out_as_it_predicts() -> None:
    model = NGRAM(build(NgramConfig, {"order": 4, "min_count": 3}), VOCAB)
    model.learn(stream())
    table = model.back_off_table()
    assert table is not None
    ids = stream(seed=9, length=60).ids[None]
    theirs, _ = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(1))
    again = PLUGIN.of_back_off_table(table)
    ours, _ = again.score(ids[:, :-1], ids[:, 1:], again.initial_state(1))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
