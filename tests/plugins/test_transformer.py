"""The transformer against PyTorch's own layers, and what a sliding window means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from core.settings import build
from plugins.transformer import Transformer

VOCAB = 9


def make(**values: Any) -> Transformer:
    """Return a small transformer whose weights, norms and distances are all random."""
    settings = {"hidden_size": 12, "num_layers": 2, "num_heads": 3, "window": 4, **values}
    model = Transformer(build(Transformer.Config, settings), VOCAB)
    generator = np.random.default_rng(0)
    model.load_tensors(
        {name: generator.normal(0, 0.5, shape).astype(np.float32) for name, shape in model.shapes().items()}
    )
    return model


def ids(batch: int, time: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, VOCAB, (batch, time)).astype(np.int32)


def by_pytorchs_layers(model: Transformer, text: np.ndarray) -> torch.Tensor:
    """Return the logits ``[time, vocab]`` of nn.MultiheadAttention, nn.LayerNorm and nn.GELU with the model's weights,
    over the whole text at once: every token sees those before it, as far as the window reaches."""
    p = {name: torch.from_numpy(array) for name, array in model.tensors().items()}
    c, time, hidden = model.config, len(text), model.config.hidden_size

    def norm(X: torch.Tensor, name: str) -> torch.Tensor:
        layer = torch.nn.LayerNorm(hidden)
        layer.load_state_dict({"weight": p[name + ".scale"], "bias": p[name + ".shift"]})
        return layer(X)

    X = p["E"][torch.from_numpy(text).long()]
    for n in range(c.num_layers):
        at = f"layer.{n}."
        mask = torch.full((c.num_heads, time, time), -torch.inf)
        for i in range(time):
            for j in range(max(0, i - c.window), i + 1):
                mask[:, i, j] = p[at + "B"][:, i - j]
        layer = torch.nn.MultiheadAttention(hidden, c.num_heads, bias=False)
        W_qkv = torch.cat([p[at + name].t() for name in ("W_q", "W_k", "W_v")])
        layer.load_state_dict({"in_proj_weight": W_qkv, "out_proj.weight": p[at + "W_o"].t()})
        N = norm(X, at + "attention")
        X = X + layer(N, N, N, attn_mask=mask)[0]
        inside = torch.nn.GELU(approximate="tanh")(norm(X, at + "network") @ p[at + "W_1"] + p[at + "b_1"])
        X = X + inside @ p[at + "W_2"] + p[at + "b_2"]
    return norm(X, "output") @ p["W_hq"] + p["b_q"]


@pytest.mark.parametrize("window", [1, 4, 30])
def test_it_equals_pytorchs_layers_with_a_mask(window: int) -> None:
    model, [text] = make(window=window), ids(1, 20)
    logits = model.logits(text)
    assert logits is not None
    with torch.no_grad():
        np.testing.assert_allclose(logits, by_pytorchs_layers(model, text).numpy(), atol=1e-4)


def test_a_long_text_is_read_in_parts_with_the_same_result_and_gradients() -> None:
    model, [text] = make(), ids(1, 150)  # in parts of 64
    weight = torch.randn(150, VOCAB, generator=torch.Generator().manual_seed(1))
    logits, _ = model.forward(torch.from_numpy(text[None]).long(), model.zero_state(1))
    (logits[0] * weight).sum().backward()
    gradient = {name: value.grad.clone() for name, value in model.parameters.items() if value.grad is not None}
    assert set(gradient) == set(model.shapes())

    E = model.parameters["E"]
    step = torch.zeros_like(E)
    step[text[10], 3] = 1e-2  # a difference quotient through all three parts
    with torch.no_grad():
        whole = by_pytorchs_layers(model, text)
        np.testing.assert_allclose(logits[0].numpy(), whole.numpy(), atol=1e-3)
        totals = []
        for sign in (1, -1):
            E += sign * step
            totals.append(float((by_pytorchs_layers(model, text).double() * weight).sum()))
            E -= sign * step
    assert float(gradient["E"][text[10], 3]) == pytest.approx((totals[0] - totals[1]) / 2e-2, rel=2e-2)


def test_nothing_is_seen_beyond_the_window_of_all_layers() -> None:
    model, [text] = make(), ids(1, 20)  # 2 layers of 4 tokens each: 8 tokens back
    one, _ = model.log_probs(text[None], model.initial_state(1))
    for distance, seen in ((8, True), (9, False)):
        other = text.copy()
        other[19 - distance] = (other[19 - distance] + 1) % VOCAB
        two, _ = model.log_probs(other[None], model.initial_state(1))
        assert (np.abs(one[0, -1] - two[0, -1]).max() > 1e-6) == seen


def test_a_text_may_go_on_for_ever_and_only_distances_count() -> None:
    model, [text] = make(), ids(1, 9)
    _, state = model.log_probs(ids(1, 500, seed=1), model.initial_state(1))
    late, _ = model.log_probs(text[None], state)
    _, state = model.log_probs(ids(1, 30, seed=2), model.initial_state(1))
    early, _ = model.log_probs(text[None], state)
    np.testing.assert_allclose(late[0, 8], early[0, 8], atol=1e-5)  # the 9th token sees nothing but the text


@pytest.mark.parametrize("batch", [1, 3])
def test_single_steps_equal_the_whole_text(batch: int) -> None:
    model, text = make(), ids(batch, 40)
    whole, end = model.log_probs(text, model.initial_state(batch))
    state = model.initial_state(batch)
    for time in range(40):
        step, state = model.step(text[:, time], state)
        np.testing.assert_allclose(step, whole[:, time], atol=1e-5)
    for one, other in zip(state, end, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_rows_that_begin_at_different_times_keep_their_own_beginning() -> None:
    model, text = make(), ids(2, 10)
    _, older = model.log_probs(text[:1, :6], model.initial_state(1))
    state = tuple(np.concatenate([old, new]) for old, new in zip(older, model.initial_state(1), strict=True))
    assert state[2].tolist() == [4, 0]
    together, _ = model.log_probs(text[:, 6:], state)
    alone, _ = model.log_probs(text[1:, 6:], model.initial_state(1))
    np.testing.assert_allclose(together[1], alone[0], atol=1e-5)
    whole, _ = model.log_probs(text[:1], model.initial_state(1))
    np.testing.assert_allclose(together[0], whole[0, 6:], atol=1e-5)


def test_attention_weights_of_every_head_sum_to_one_over_what_is_there() -> None:
    model, [text] = make(), ids(1, 7)
    traced = model.trace(text)
    assert traced["attention"].shape == (7, 6, 5)  # 2 layers of 3 heads; distances 0 to 4
    assert traced["hidden"].shape == (7, 2, 12)
    np.testing.assert_allclose(np.nansum(traced["attention"], axis=2), 1, atol=1e-6)
    assert np.isnan(traced["attention"][2]).tolist() == [[False, False, False, True, True]] * 6
    assert model.trace(text[:0]) == {}


def test_the_traced_weights_are_those_of_the_equations() -> None:
    model, [text] = make(num_layers=1), ids(1, 6)
    p = model.tensors()
    X = p["E"][text].astype(np.float64)
    N = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + 1e-5)
    N = N * p["layer.0.attention.scale"] + p["layer.0.attention.shift"]
    Q, K = N @ p["layer.0.W_q"], N @ p["layer.0.W_k"]
    head = slice(4, 8)  # the second of three heads of 4 numbers
    distances = np.arange(5)  # the last token, and the four before it
    products = K[5 - distances, head] @ Q[5, head] / 2 + p["layer.0.B"][1, distances]
    np.testing.assert_allclose(
        model.trace(text)["attention"][5, 1], np.exp(products) / np.exp(products).sum(), atol=1e-5
    )


def test_a_width_that_the_heads_do_not_divide_is_rounded_up() -> None:
    model = make(hidden_size=10)
    assert model.head_size == 4 and model.shapes()["layer.0.W_q"] == (10, 12)
    log_probs, _ = model.log_probs(ids(1, 6), model.initial_state(1))
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=-1), 1, atol=1e-5)


def test_a_new_model_is_nearly_as_unsure_as_its_vocabulary_is_large() -> None:
    model = Transformer(Transformer.Config(), VOCAB)
    scores, _ = model.score(ids(1, 50), ids(1, 50, seed=1), model.initial_state(1))
    assert -scores.mean() == pytest.approx(np.log(VOCAB), abs=0.7)
