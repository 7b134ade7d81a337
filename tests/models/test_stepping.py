"""Single steps in place, against PyTorch's layers, the book's equations and plain products."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.models.functions import NumpyFunctions
from core.models.neural import NeuralModel
from core.models.recurrent import RecurrentModel
from core.models.registry import Registry
from core.models.stepping import _in_small_products, _log_softmax, _product
from core.settings import build
from core.sharing.training_run import SHARED

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB, HIDDEN = 13, 16
LAYERED = ["rnn", "lstm", "gru"]
# Another order of additions in float32, over chains of this length.
CLOSE = 5e-6


def make(name: str, **values: Any) -> NeuralModel:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, {"hidden_size": HIDDEN, **values}), VOCAB, seed=2)
    assert isinstance(model, NeuralModel)
    return model


def ids(batch: int, time: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, VOCAB, (batch, time)).astype(np.int32)


def by_pytorch(model: NeuralModel, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return log-probabilities and last states by `forward`, which runs PyTorch's own layers."""
    with torch.inference_mode():
        logits, state = model.forward(torch.from_numpy(x.astype(np.int64)), model.zero_state(len(x)))
        return torch.log_softmax(logits.double(), dim=-1).numpy(), [part.numpy() for part in state]


@pytest.mark.parametrize("name", LAYERED)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("batch", [1, 3, 20])
def test_steps_and_scores_are_what_pytorchs_layers_compute(name: str, layers: int, batch: int) -> None:
    model, x = make(name, num_layers=layers, embedding_size=7), ids(batch, 300)
    expected, last = by_pytorch(model, x)
    scores, end = model.score(x[:, :-1], x[:, 1:], model.initial_state(batch))
    wanted = np.take_along_axis(expected[:, :-1], x[:, 1:, None].astype(np.int64), axis=2)[..., 0]
    np.testing.assert_allclose(scores, wanted, atol=CLOSE)
    state = model.initial_state(batch)
    for time in range(40):
        log_probs, state = model.step(x[:, time], state)
        np.testing.assert_allclose(log_probs, expected[:, time], atol=CLOSE)
    _, end = model.step(x[:, -1], end)
    for part, of_pytorch in zip(end, last, strict=True):
        np.testing.assert_allclose(part, of_pytorch, atol=CLOSE)


@pytest.mark.parametrize("name", LAYERED)
@pytest.mark.parametrize("batch", [1, 4])
def test_a_cell_in_place_equals_its_equations(name: str, batch: int) -> None:
    plugin = REGISTRY.get(name)
    assert issubclass(plugin, RecurrentModel)
    model, random, gates = make(name), np.random.default_rng(1), len(plugin.in_place.order)
    XW, b_h = (random.normal(size=(rows, gates * HIDDEN)).astype(np.float32) for rows in (batch, 1))
    W_hh = random.normal(size=(HIDDEN, gates * HIDDEN)).astype(np.float32)
    state = tuple(random.normal(size=(batch, HIDDEN)).astype(np.float32) for _ in plugin.state_names)
    expected, _ = model.cell(NumpyFunctions(), XW, state, W_hh, b_h[0])  # type: ignore[attr-defined]

    cell, given = plugin.in_place, [part.copy() for part in state]
    shares = cell.laid_out(XW + b_h if cell.adds else XW)
    HW = state[0] @ cell.laid_out(W_hh)
    found = cell.advance(shares, HW if cell.adds else HW + cell.laid_out(b_h), state)
    for part, equation, before, kept in zip(found, expected, state, given, strict=True):
        np.testing.assert_allclose(part, equation, atol=1e-6)
        np.testing.assert_array_equal(before, kept)


@pytest.mark.parametrize(("batch", "hidden"), [(1, 64), (20, 64), (300, 64), (300, 70), (40, 256), (9, 1)])
def test_a_product_in_pieces_is_the_product(batch: int, hidden: int) -> None:
    random = np.random.default_rng(3)
    H = random.normal(size=(batch, hidden)).astype(np.float32)
    W = random.normal(size=(3, hidden, hidden)).astype(np.float32)
    expected = np.einsum("bi,gij->gbj", H.astype(np.float64), W.astype(np.float64))
    np.testing.assert_allclose(_product(H, W), expected, atol=2e-4)


@pytest.mark.parametrize(("rows", "hidden", "vocab"), [(1, 16, 13), (999, 64, 100), (312, 64, 50), (40, 64, 4000)])
def test_the_outputs_product_in_pieces_is_the_product(rows: int, hidden: int, vocab: int) -> None:
    random = np.random.default_rng(4)
    H, W = random.normal(size=(rows, hidden)).astype(np.float32), random.normal(size=(hidden, vocab)).astype(np.float32)
    np.testing.assert_allclose(_in_small_products(H, W), H.astype(np.float64) @ W.astype(np.float64), atol=2e-4)


def test_log_softmax_of_one_row_equals_that_of_many_and_nothing_overflows() -> None:
    rows = np.array([[0.0, np.log(3.0)], [1000.0, 1000.0], [-np.inf, 5.0]], dtype=np.float32)
    expected = np.log([[0.25, 0.75], [0.5, 0.5], [1e-300, 1.0]])  # 1 : 3; equal; impossible : certain
    expected[2, 0] = -np.inf
    np.testing.assert_allclose(_log_softmax(rows.copy()), expected, atol=1e-6)
    for number in range(3):
        np.testing.assert_allclose(_log_softmax(rows[number : number + 1].copy())[0], expected[number], atol=1e-6)


@pytest.mark.parametrize("name", [*LAYERED, "rnn_scratch"])
def test_what_was_returned_stays_while_the_writing_goes_on(name: str) -> None:
    model = make(name)
    log_probs, state = model.step(ids(1, 1)[0], model.initial_state(1))
    kept = [part.copy() for part in (log_probs, *state)]
    later, after = model.step(ids(1, 1, 5)[0], state)
    model.step(ids(1, 1, 6)[0], after)
    for part, before in zip((log_probs, *state), kept, strict=True):
        np.testing.assert_array_equal(part, before)
    assert not np.shares_memory(later, log_probs)


@pytest.mark.parametrize("name", [*LAYERED, "rnn_scratch"])
def test_two_writers_at_once_share_one_model_and_disturb_nobody(name: str) -> None:
    model = make(name, hidden_size=96)

    def written(seed: int) -> list[np.ndarray]:
        state, found = model.initial_state(1), []
        for id_ in ids(1, 400, seed)[0]:
            log_probs, state = model.step(np.array([id_]), state)
            found.append(log_probs)
        return found

    alone = [written(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(written, range(4)))
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("name", [*LAYERED, "rnn_scratch"])
def test_new_weights_are_used_at_once(name: str) -> None:
    model, other = make(name), make(name)
    other.load_tensors({key: value * 1.5 for key, value in other.tensors().items()})
    x = ids(2, 9)
    before, _ = model.score(x[:, :-1], x[:, 1:], model.initial_state(2))
    model.load_tensors(other.tensors())
    after, _ = model.score(x[:, :-1], x[:, 1:], model.initial_state(2))
    np.testing.assert_array_equal(after, other.score(x[:, :-1], x[:, 1:], other.initial_state(2))[0])
    assert (before != after).all()
