"""The window model against its equation written as loops, and what a window means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from core.settings import build
from plugins.mlp import MLP

VOCAB = 6


def make(**values: Any) -> MLP:
    return MLP(build(MLP.Config, {"context": 4, "embedding_size": 3, "hidden_size": 5, **values}), VOCAB, seed=2)


def ids(batch: int, time: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, VOCAB, (batch, time)).astype(np.int32)


def after_by_loops(p: dict[str, np.ndarray], text: list[int]) -> np.ndarray:
    """Return the log-probabilities after a text, number by number, as Bengio et al. write them."""
    context, embedding, hidden = p["W_xh"].shape
    H = p["b_h"].astype(np.float64)
    for k in range(context):
        row = p["E"][text[-1 - k] if k < len(text) else VOCAB]  # the row behind the last token: nothing yet
        for e in range(embedding):
            for h in range(hidden):
                H[h] += row[e] * p["W_xh"][k, e, h]
    logits = np.tanh(H) @ p["W_hq"] + p["b_q"]
    return np.log(np.exp(logits) / np.exp(logits).sum())


def test_every_distribution_is_the_equations() -> None:
    model, [text] = make(), ids(1, 9)
    log_probs, _ = model.log_probs(text[None], model.initial_state(1))
    for end in range(1, 10):
        expected = after_by_loops(model.tensors(), text[:end].tolist())
        np.testing.assert_allclose(log_probs[0, end - 1], expected, atol=1e-6)
        np.testing.assert_allclose(model.after(tuple(text[max(0, end - 4) : end].tolist())), expected, atol=1e-6)


def test_rows_of_tables_add_up_to_the_product() -> None:
    model = make()
    windows = torch.from_numpy(np.random.default_rng(1).integers(0, VOCAB + 1, (2, 7, 4)))
    torch.testing.assert_close(model._sum_of_rows(windows), model._product(windows), atol=1e-6, rtol=1e-6)


def test_both_forms_of_the_sum_have_the_same_gradients() -> None:
    model = make()
    windows = torch.from_numpy(np.random.default_rng(1).integers(0, VOCAB + 1, (2, 7, 4)))
    weight = torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(1))
    parts = [model.parameters["E"], model.parameters["W_xh"]]
    rows = torch.autograd.grad((model._sum_of_rows(windows) * weight).sum(), parts)
    product = torch.autograd.grad((model._product(windows) * weight).sum(), parts)
    for one, other in zip(rows, product, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_a_large_batch_adds_rows_and_a_small_one_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    for name in ("_sum_of_rows", "_product"):
        form = getattr(MLP, name)
        monkeypatch.setattr(
            MLP, name, lambda self, windows, name=name, form=form: called.append(name) or form(self, windows)
        )
    model = make()
    for batch, time in ((1, 10), (8, 7)):  # 7 entries: from 56 windows on
        model.log_probs(ids(batch, time), model.initial_state(batch))
    assert called == ["_product", "_sum_of_rows"]


def test_a_large_product_is_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    model, text = make(), ids(3, 20)
    whole, _ = model.log_probs(text, model.initial_state(3))
    monkeypatch.setattr("plugins.mlp._NUMBERS_AT_ONCE", 3 * 12 * 6)  # 3 rows of 4 * 3 numbers: 6 steps at once
    parts, _ = model.log_probs(text, model.initial_state(3))
    np.testing.assert_allclose(parts, whole, atol=1e-6)


def test_what_lies_before_the_window_is_forgotten() -> None:
    model, [text] = make(), ids(1, 12)
    other = text.copy()
    other[:8] = (other[:8] + 1) % VOCAB  # the last 4 stay
    one, _ = model.log_probs(text[None], model.initial_state(1))
    two, _ = model.log_probs(other[None], model.initial_state(1))
    np.testing.assert_array_equal(one[0, -1], two[0, -1])
    assert np.abs(one[0, -2] - two[0, -2]).max() > 1e-4  # here the window still holds a changed token


def test_a_window_of_one_token_is_a_bigram_model() -> None:
    model, text = make(context=1), ids(1, 30)
    log_probs, state = model.log_probs(text, model.initial_state(1))
    assert state[0].shape == (1, 0)
    for id_ in set(text[0].tolist()):
        after = log_probs[0, text[0] == id_]
        np.testing.assert_allclose(after, np.broadcast_to(after[0], after.shape), atol=1e-6)


def test_the_reach_of_a_place_is_the_length_of_what_it_adds() -> None:
    model, [text] = make(), ids(1, 5)
    p, traced = model.tensors(), model.trace(text)
    assert traced["reach"].shape == (5, 4)
    by_hand = np.linalg.norm(p["E"][text[2]] @ p["W_xh"][1])  # at step 3, place 1 is the token of step 2
    assert traced["reach"][3, 1] == pytest.approx(by_hand, rel=1e-5)
    nothing_yet = np.linalg.norm(p["E"][VOCAB] @ p["W_xh"][3])
    assert traced["reach"][0, 3] == pytest.approx(nothing_yet, rel=1e-5)
    logits = model.logits(text)
    assert logits is not None
    np.testing.assert_allclose(traced["hidden"] @ p["W_hq"] + p["b_q"], logits, atol=1e-5)
    assert model.trace(text[:0]) == {}


def test_the_size_is_what_the_equations_ask_for() -> None:
    # E 7 x 3, W_xh 4 x 3 x 5, b_h 5, W_hq 5 x 6, b_q 6
    assert make().num_parameters == 21 + 60 + 5 + 30 + 6
