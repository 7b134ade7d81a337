"""NLTK's language models as a second opinion, where its definitions are ours; where they are not, the note says how they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.settings import build
from core.text.sequences import Sequences
from plugins.ngram import PLUGIN, Config

lm = pytest.importorskip("nltk.lm", reason="nltk is not installed: pip install -r tests/oracles.txt")

ORDER = 3
TEXT = "abracadabra alakazam abrakadabra "
LETTERS = sorted(set(TEXT))
IDS = np.array([1 + LETTERS.index(letter) for letter in TEXT])
# Contexts that were seen, seen at the very end only, and never.
CONTEXTS = ["ab", "ra", "a ", "zz", "m ", "bz"]


def ours(order: int, smoothing: str) -> PLUGIN:
    """Return our model of the text; id 0 is <unk>, as NLTK's <UNK> is one of its vocabulary."""
    model = PLUGIN(build(Config, {"order": order, "smoothing": smoothing}), len(LETTERS) + 1)
    model.learn(Sequences.of_stream(IDS))
    return model


def theirs(kind: Any, order: int) -> Any:
    """Return NLTK's model, told the n-grams of every length, without any frame."""
    model = kind(order)
    grams = [tuple(TEXT[at : at + length]) for length in range(1, order + 1) for at in range(len(TEXT) - length + 1)]
    model.fit([grams], vocabulary_text=LETTERS)
    assert len(model.vocab) == len(LETTERS) + 1
    return model


def after(model: PLUGIN, context: str) -> np.ndarray:
    """Return P of every letter, and of <unk> first, after a context."""
    return np.exp(model.after(tuple(1 + LETTERS.index(letter) for letter in context)))


@pytest.mark.parametrize("context", CONTEXTS)
def test_laplace_is_nltks(context: str) -> None:
    expected = [theirs(lm.Laplace, ORDER).score(letter, tuple(context)) for letter in ["<UNK>", *LETTERS]]
    assert after(ours(ORDER, "add_k"), context) == pytest.approx(expected)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("order", [2, 3])
def test_every_step_of_witten_bell_is_nltks(order: int, context: str) -> None:
    """NLTK ends at the unsmoothed frequencies of single letters, ours goes on to 1 / V, so that nothing is impossible.

    Above that the recursion is the same: P(w | c) = own + rest * P(w | shorter c) with the same own and rest.
    """
    context = context[1 - order :]
    mine, shorter = (
        after(ours(order, "witten_bell"), context),
        after(ours(order - 1, "witten_bell"), context[1:] or "a"),
    )
    nltk_model = theirs(lm.WittenBellInterpolated, order)
    for at, letter in enumerate(LETTERS, start=1):
        step = nltk_model.score(letter, tuple(context)), nltk_model.score(letter, tuple(context[1:]))
        rest = nltk_model.estimator._gamma(tuple(context)) if nltk_model.counts[tuple(context)] else 1.0
        assert mine[at] - rest * shorter[at] == pytest.approx(step[0] - rest * step[1], abs=1e-12)


def test_single_letters_differ_from_nltk_by_what_is_kept_for_the_unknown() -> None:
    # N = 33 letters of T = 10 kinds: (n + 10 / 11) / (33 + 10) here, n / 33 there; V = 11 with <unk>.
    total, kinds = len(TEXT), len(LETTERS)
    assert (total, kinds) == (33, 10)
    model = theirs(lm.WittenBellInterpolated, 1)
    for at, letter in enumerate(LETTERS, start=1):
        count = TEXT.count(letter)
        assert model.score(letter) == pytest.approx(count / total)
        assert after(ours(1, "witten_bell"), "a")[at] == pytest.approx((count + kinds / (kinds + 1)) / (total + kinds))
