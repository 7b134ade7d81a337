"""Pruned models: who stays, what it keeps, and that nothing gets lost on the way to a file."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadCheckpoint
from core.models.ngram_table import NgramTable
from core.models.pruning import pruned
from core.models.tallies import tallies
from core.models.tally_tensors import tallies_from_tensors, tallies_to_tensors
from core.settings import build
from core.text.sequences import Sequences
from plugins.ngram import PLUGIN, SMOOTHINGS, Config

VOCAB = 4
texts = st.lists(st.integers(0, 2), min_size=6, max_size=80)


def model_of(text: list[int], smoothing: str, min_count: int, order: int = 4, framing: str = "text") -> PLUGIN:
    """Return a model that has counted a text."""
    values = {"order": order, "smoothing": smoothing, "min_count": min_count, "framing": framing}
    model = PLUGIN(build(Config, values), VOCAB)
    model.learn(Sequences.of_stream(text))
    return model


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(2, 4))
def test_what_is_long_and_rare_goes_and_all_else_stays(text: list[int], least: int) -> None:
    table = NgramTable.count(Sequences.of_stream(text), 4, VOCAB)
    smaller, _ = pruned(table, tallies(table, predecessors=False), least)
    for length in range(2, 5):
        counted = Counter(tuple(text[at : at + length]) for at in range(len(text) - length + 1))
        kept = {gram: count for gram, count in counted.items() if length == 2 or count >= least}
        assert len(smaller.levels[length]) == len(kept)
        assert {gram: int(smaller.levels[length].counts[smaller.node(gram)]) for gram in kept} == kept


@pytest.mark.parametrize("smoothing", [name for name in SMOOTHINGS if name != "stupid_back_off"])
@settings(max_examples=30, deadline=None)
@given(text=texts, least=st.integers(2, 4), read=st.lists(st.integers(0, 3), min_size=2, max_size=10))
def test_distributions_of_a_pruned_model_sum_to_1(smoothing: str, text: list[int], least: int, read: list[int]) -> None:
    model = model_of(text, smoothing, least)
    log_probs, _ = model.log_probs(np.array([read]), model.initial_state(1))
    assert np.exp(log_probs).sum(axis=2) == pytest.approx(np.ones((1, len(read))), abs=1e-12)


def test_a_kept_ngram_is_worth_what_it_was_and_a_dropped_one_lives_on_the_rest() -> None:
    # a b c twice, a b d once, read with order 3 and Witten-Bell: after ab N = 3 and T = 2, so own(abc) = 2 / 5.
    text = [0, 1, 2, 0, 1, 2, 0, 1, 3]
    whole, smaller = model_of(text, "witten_bell", 1, order=3), model_of(text, "witten_bell", 2, order=3)

    def after(model: PLUGIN, *context: int) -> np.ndarray:
        *before, last = context
        before = [-1] * (model.config.order - 1 - len(before)) + before
        return np.exp(model.step(np.array([last]), (np.array([before], dtype=np.int32),))[0][0])

    after_b = after(model_of(text, "witten_bell", 1, order=2), 1)
    assert after(whole, 0, 1) == pytest.approx(np.array([0, 0, 2 / 5, 1 / 5]) + 2 / 5 * after_b)
    # abd occurs once and goes; its 1/5 joins the 2/5 that were left to the context b.
    assert after(smaller, 0, 1) == pytest.approx(np.array([0, 0, 2 / 5, 0]) + 3 / 5 * after_b)


@pytest.mark.parametrize("framing", ["text", "kenlm"])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_pruned_model_comes_back_from_a_file_bit_for_bit(smoothing: str, framing: str) -> None:
    text = np.random.default_rng(2).integers(0, 3, 400).tolist()
    model = model_of(text, smoothing, 3, framing=framing)
    fresh = PLUGIN(model.config, VOCAB)
    fresh.load_tensors(model.tensors())
    read = np.array([[0, 1, 2, 3, 2, 1, 1, 0]])
    assert np.array_equal(*(each.log_probs(read, each.initial_state(1))[0] for each in (model, fresh)))
    assert {name: array.tolist() for name, array in fresh.tensors().items()} == {
        name: array.tolist() for name, array in model.tensors().items()
    }


def test_sums_smaller_than_what_was_kept_are_refused() -> None:
    table = NgramTable.count(Sequences.of_stream([0, 1, 0, 1, 2, 0, 1]), 3, VOCAB)
    table, kept = pruned(table, tallies(table, predecessors=False), 2)
    tensors = tallies_to_tensors(kept)
    for name, value in (("order2.total", 0), ("order1.types", 0)):
        with pytest.raises(BadCheckpoint, match=name):
            tallies_from_tensors({**tensors, name: np.full_like(tensors[name], value)}, table)
    for wrong in (tensors["counts_of_counts"][:2], tensors["counts_of_counts"].astype(np.float32)):
        with pytest.raises(BadCheckpoint, match="counts_of_counts"):
            tallies_from_tensors({**tensors, "counts_of_counts": wrong}, table)
    del tensors["order3.seen"]
    with pytest.raises(BadCheckpoint, match=r"order3\.seen"):
        tallies_from_tensors(tensors, table)
