"""Choosing with remembered contexts is choosing step by step, token for token."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.generation import choosing
from core.generation.choosing import choose
from core.generation.sampling import GenerationSettings
from core.models.protocol import Array, LanguageModel
from core.settings import build
from core.text.sequences import Sequences
from plugins.ngram import PLUGIN, Config

VOCAB = 7
TEXT = np.random.default_rng(1).integers(1, VOCAB, 600)


def model_of(order: int, smoothing: str, framing: str = "text") -> PLUGIN:
    model = PLUGIN(build(Config, {"order": order, "smoothing": smoothing, "framing": framing}), VOCAB)
    model.learn(Sequences.of_stream(TEXT))
    return model


class Forgetful(PLUGIN):
    """The same model without a context length: it is asked step by step."""

    context_length = None  # type: ignore[assignment]


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    order=st.integers(1, 5), smoothing=st.sampled_from(["none", "add_k", "witten_bell", "modified_kneser_ney"]),
    framing=st.sampled_from(["text", "kenlm"]), temperature=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    top_k=st.sampled_from([0, 2, 50]), top_p=st.sampled_from([1.0, 0.6]), start=st.lists(st.integers(1, VOCAB - 1), min_size=1, max_size=8),
    seed=st.integers(0, 5),
)  # fmt: skip
def test_remembered_contexts_write_the_same_text(
    order: int, smoothing: str, framing: str, temperature: float, top_k: int, top_p: float, start: list[int], seed: int
) -> None:
    chain = model_of(order, smoothing, framing)
    plain = Forgetful(chain.config, VOCAB)
    plain.load_tensors(chain.tensors())
    settings = GenerationSettings(tokens=60, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed)
    ids = np.array(start, dtype=np.int32)
    assert list(choose(chain, ids, settings, 0)) == list(choose(plain, ids, settings, 0))


def test_what_is_kept_is_bounded_and_the_text_does_not_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    model, ids, settings = model_of(5, "witten_bell"), np.array([1], dtype=np.int32), GenerationSettings(tokens=300)
    free = list(choose(model, ids, settings, 0))
    monkeypatch.setattr(choosing, "_KEPT_TOKENS", 20)
    assert list(choose(model, ids, settings, 0)) == free


class Counting(PLUGIN):
    """Counts how often a distribution is asked for."""

    asked = 0

    def after(self, context: tuple[int, ...]) -> Array:
        Counting.asked += 1
        return super().after(context)


def test_a_context_is_asked_for_once() -> None:
    model: LanguageModel = Counting(build(Config, {"order": 2}), VOCAB)
    model.load_tensors(model_of(2, "modified_kneser_ney").tensors())
    written = list(islice(choose(model, np.array([1], dtype=np.int32), GenerationSettings(tokens=500), 0), 500))
    assert len(written) == 500 and Counting.asked == VOCAB - 1  # every id but <unk> came before some other
