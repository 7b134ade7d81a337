"""The results of a finished model: its parts, both protocols, and the passages of its held-out text."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from core.language import both
from core.measures.results import final_results
from core.models.registry import Registry
from core.places import PROJECT
from core.settings import build
from core.sharing.measured_text import parts_to_judge
from core.sharing.training_run import SHARED
from core.text.corpus import Corpus, Passage, corpus_from_text
from core.text.passages import held_out_passages
from core.text.preparation import Prepared, TextSettings, prepare_text

REGISTRY = Registry(PROJECT / "plugins", SHARED)
# Its last tenth holds a word that the training part does not, and words that it does.
TEXT = (
    "the cat sat on the mat and the dog ran to the sea. " * 36 + "the cat and the crab sat on the sea. " * 5
).strip()


def corpus() -> Corpus:
    """Return the text as two passages: the border lies in the middle of the held-out part."""
    made = corpus_from_text(TEXT, "text")
    border = TEXT.index("the crab") + 4 + len("crab sat on the sea. ")
    passages = (Passage("old", both("old"), 0), Passage("new", both("new"), border))
    return replace(made, card=replace(made.card, passages=passages))


def results(prepared: Prepared, passages: dict[str, slice], smoothing: str = "kneser_ney") -> dict[str, Any]:
    """Return the results of a bigram model that has counted the training part."""
    plugin = REGISTRY.get("ngram")
    config = build(plugin.Config, {"order": 2, "smoothing": smoothing})
    model = plugin(config, prepared.tokenizer.vocab_size)
    learner = plugin.Learner(model, plugin.Learner.Config(), seed=0)
    for window in learner.windows(prepared.training, 0):
        learner.learn(window, 0.0)
    parts = parts_to_judge(prepared, prepared.training, None)
    return final_results(model, prepared.tokenizer, prepared.spelling, parts, passages=passages)


@pytest.mark.parametrize("level", ["char", "word", "bpe"])
def test_passages_add_up_to_the_held_out_part(level: str) -> None:
    prepared = prepare_text(corpus(), TextSettings(level=level, bpe_size=300))
    found = results(prepared, held_out_passages(corpus(), prepared))
    assert list(found) == ["train", "held_out", "held_out_windows", "held_out.old", "held_out.new"]
    whole, parts = found["held_out"], [found["held_out.old"], found["held_out.new"]]
    for measure in ("scored", "unknown", "characters"):
        assert sum(part[measure] for part in parts) == whole[measure]
    assert sum(part["nats"] for part in parts) == pytest.approx(whole["nats"])
    bits = [part["bits_per_char"] * part["characters"] for part in parts]  # the spelling of unknown words among them
    assert sum(bits) == pytest.approx(whole["bits_per_char"] * whole["characters"])
    if level == "word":
        assert found["held_out.old"]["unknown"] >= 1 and found["held_out.new"]["unknown"] == 4  # "crab", each time


def test_a_passage_goes_on_with_what_was_read_before_it() -> None:
    """The first token of a passage is predicted from the last one of the passage before."""
    prepared = prepare_text(corpus(), TextSettings())
    where = held_out_passages(corpus(), prepared)
    measured = results(prepared, where, "witten_bell")["held_out.new"]
    ids, vocab = prepared.training.ids, prepared.tokenizer.vocab_size
    # Bigrams by hand: (n(c, w) + T(c) p(w)) / (n(c) + T(c)), and p(w) likewise over the uniform distribution.
    pairs = np.zeros((vocab, vocab))
    np.add.at(pairs, (ids[:-1], ids[1:]), 1)
    single = np.bincount(ids, minlength=vocab).astype(float)
    types = (single > 0).sum()
    unigram = (single + types / vocab) / (single.sum() + types)
    held_out, nats = prepared.held_out.ids, 0.0
    for before, after in pairwise(held_out[where["new"].start - 1 : where["new"].stop].tolist()):
        kinds = max(1, (pairs[before] > 0).sum())  # after a character never seen the unigrams alone decide
        nats -= math.log((pairs[before, after] + kinds * unigram[after]) / (pairs[before].sum() + kinds))
    assert measured["nats"] == pytest.approx(nats, rel=1e-6)
    assert measured["scored"] == where["new"].stop - where["new"].start


def test_without_passages_and_for_lines_only_the_parts_are_told() -> None:
    prepared = prepare_text(corpus(), TextSettings())
    assert list(results(prepared, {})) == ["train", "held_out", "held_out_windows"]
    names = corpus_from_text("anna\nbella\nclara\ndora\n" * 20, "names", lines=True)
    assert list(results(prepare_text(names, TextSettings()), {})) == ["train", "held_out"]
