"""The recurrent models against PyTorch's own layers, and against their own equations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BadSetting
from core.models.neural import NeuralModel, dropout
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB, HIDDEN = 13, 16


def make(name: str, **values: Any) -> NeuralModel:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, {"hidden_size": HIDDEN, **values}), VOCAB, seed=2)
    assert isinstance(model, NeuralModel)
    return model


def ids(batch: int, time: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).integers(0, VOCAB, (batch, time)))


def reference_rnn(model: NeuralModel) -> torch.nn.RNN:
    """Return an nn.RNN with the weights of a scratch RNN."""
    p = model.parameters
    rnn = torch.nn.RNN(VOCAB, HIDDEN, batch_first=True)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(p["W_xh"].t())
        rnn.weight_hh_l0.copy_(p["W_hh"].t())
        rnn.bias_ih_l0.copy_(p["b_h"])
        rnn.bias_hh_l0.zero_()
    return rnn


def test_scratch_equals_nn_rnn_in_outputs_and_gradients() -> None:
    model = make("rnn_scratch", initial_scale=0.2)
    p, x = model.parameters, ids(4, 20)
    rnn = reference_rnn(model)
    one_hot = torch.nn.functional.one_hot(x, VOCAB).float()
    states, last = rnn(one_hot)
    expected = states @ p["W_hq"].detach() + p["b_q"].detach()
    logits, (H,) = model.forward(x, model.zero_state(4))
    torch.testing.assert_close(logits, expected, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(H, last[0], atol=1e-6, rtol=1e-6)

    weight = torch.randn(expected.shape, generator=torch.Generator().manual_seed(1)) / expected.numel()
    (logits * weight).sum().backward()
    (expected * weight).sum().backward()
    torch.testing.assert_close(p["W_xh"].grad, rnn.weight_ih_l0.grad.t(), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(p["W_hh"].grad, rnn.weight_hh_l0.grad.t(), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(p["b_h"].grad, rnn.bias_ih_l0.grad, atol=1e-6, rtol=1e-5)


def test_one_hot_times_a_matrix_is_the_row_that_the_id_picks() -> None:
    model = make("rnn_scratch")
    x = ids(1, 9)
    product = torch.nn.functional.one_hot(x[0], VOCAB).float() @ model.parameters["W_xh"]
    np.testing.assert_array_equal(model.trace(x[0].numpy())["input_row"], product.detach().numpy())


def test_stacked_products_are_the_sum_of_the_single_ones() -> None:
    # D2L 8.4: [X, H] [W_xh; W_hh] = X W_xh + H W_hh
    p = make("rnn_scratch").parameters
    X, H = torch.randn(3, VOCAB), torch.randn(3, HIDDEN)
    stacked = torch.cat([X, H], dim=1) @ torch.cat([p["W_xh"], p["W_hh"]], dim=0)
    torch.testing.assert_close(stacked, X @ p["W_xh"] + H @ p["W_hh"])


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
def test_the_written_equations_equal_pytorchs_layer(name: str, layers: int) -> None:
    model = make(name, embedding_size=7, num_layers=layers)
    x = ids(1, 30)
    with torch.no_grad():
        _, state = model.forward(x, model.zero_state(1))  # nn.RNN, nn.LSTM, nn.GRU
    traced = model.trace(x[0].numpy())  # the equations
    np.testing.assert_allclose(traced["hidden"][-1], state[0][0].numpy(), atol=1e-6)
    assert traced["hidden"].shape == (30, layers, HIDDEN)


@pytest.mark.parametrize("hidden", [HIDDEN, VOCAB - 1])  # more and fewer units than tokens: multiplied, and gathered
@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_one_hot_input_equals_pytorchs_layer_on_one_hot_vectors(name: str, hidden: int) -> None:
    model = make(name, embedding_size=0, hidden_size=hidden)
    x = ids(3, 15)
    layer = model.network["layers"][0]  # type: ignore[attr-defined]
    states, _ = layer(torch.nn.functional.one_hot(x.t(), VOCAB).float())
    expected = model.network["output"](states).transpose(0, 1)  # type: ignore[attr-defined]
    logits, _ = model.forward(x, model.zero_state(3))
    torch.testing.assert_close(logits, expected, atol=1e-6, rtol=1e-6)


def gradients(model: NeuralModel, logits: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the gradients of a loss that weighs every logit differently."""
    weight = torch.randn(logits.shape, generator=torch.Generator().manual_seed(1)) / logits.numel()
    names, parameters = zip(*model.parameters.items(), strict=True)
    return dict(zip(names, torch.autograd.grad((logits * weight).sum(), parameters), strict=True))


@pytest.mark.parametrize("time", [1, 2, 35])
def test_back_propagation_by_hand_equals_autograds_through_the_books_loop(time: int) -> None:
    model = make("rnn_scratch", initial_scale=0.2)
    x, state = ids(4, time), (torch.randn(4, HIDDEN, generator=torch.Generator().manual_seed(0)),)
    plain, (plain_end,) = model.plain_forward(x, state)  # type: ignore[attr-defined]
    fast, (end,) = model.forward(x, state)
    torch.testing.assert_close(fast, plain, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(end, plain_end, atol=1e-6, rtol=1e-5)
    expected = gradients(model, plain)
    for name, gradient in gradients(model, fast).items():
        scale = float(expected[name].abs().max())
        torch.testing.assert_close(gradient, expected[name], atol=1e-5 * scale, rtol=1e-5)


@pytest.mark.parametrize("embedding", [0, 7])
def test_the_rnns_gradients_by_hand_equal_those_of_pytorchs_layer(
    embedding: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make("rnn", embedding_size=embedding, num_layers=2)
    found = gradients(model, model.forward(ids(4, 20), model.zero_state(4))[0])
    monkeypatch.setattr(type(model), "unrolls_faster", False)
    expected = gradients(model, model.forward(ids(4, 20), model.zero_state(4))[0])
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, expected[name], atol=1e-7, rtol=1e-5)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_a_tied_output_scores_by_the_embedding_in_every_way_of_reading(name: str) -> None:
    model = make(name, embedding_size=7, num_layers=2, tied=True)
    p, x = model.parameters, ids(2, 12)
    assert set(p) & {"output.weight"} == set()
    logits, (H, *_) = model.forward(x, model.zero_state(2))
    last = H[:, -1] @ p["output.projection"] @ p["embedding.weight"].t() + p["output.bias"]
    torch.testing.assert_close(logits[:, -1], last, atol=1e-6, rtol=1e-5)
    whole = torch.log_softmax(logits, -1).detach().numpy()
    scores, _ = model.score(x[:, :-1].numpy(), x[:, 1:].numpy(), model.initial_state(2))
    np.testing.assert_allclose(scores, np.take_along_axis(whole[:, :-1], x[:, 1:, None].numpy(), 2)[..., 0], atol=1e-5)
    step, _ = model.step(x[:, 0].numpy(), model.initial_state(2))
    np.testing.assert_allclose(step, whole[:, 0], atol=1e-5)


def test_a_tied_output_needs_an_embedding() -> None:
    with pytest.raises(BadSetting, match="embedding_size=0"):
        make("gru", embedding_size=0, tied=True)


def test_what_lies_below_the_last_layer_is_dropped_less_when_wished() -> None:
    asked: list[float] = []

    def drop(activations: torch.Tensor, part: float = 1.0) -> torch.Tensor:
        asked.append(part)
        return activations

    model = make("lstm", embedding_size=7, num_layers=2, inner_dropout=0.25)
    model.forward(ids(1, 3), model.zero_state(1), drop)
    assert asked == [0.25, 0.25, 1.0]
    noise = dropout(0.4, torch.Generator().manual_seed(0))
    assert float((noise(torch.ones(100_000), 0.25) == 0).float().mean()) == pytest.approx(0.1, abs=0.01)
    assert float(noise(torch.ones(100_000), 0.25).mean()) == pytest.approx(1.0, abs=0.01)


def test_the_gradient_by_hand_reaches_the_state_before() -> None:
    from core.models.bptt import tanh_states

    generator = torch.Generator().manual_seed(3)
    XW, W_hh, H_0 = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((5, 2, 3), (3, 3), (2, 3))
    )
    for tensor in (XW, W_hh, H_0):
        tensor.requires_grad_()
    assert torch.autograd.gradcheck(lambda *given: tanh_states(given[0].clone(), *given[1:]), (XW, W_hh, H_0))


def test_gates_lie_between_zero_and_one_and_make_the_cell() -> None:
    traced = make("lstm", embedding_size=7).trace(ids(1, 12)[0].numpy())
    for gate in ("input_gate", "forget_gate", "output_gate"):
        assert ((traced[gate] > 0) & (traced[gate] < 1)).all()
    cell = traced["forget_gate"][1:] * traced["cell"][:-1] + traced["input_gate"][1:] * traced["candidate"][1:]
    np.testing.assert_allclose(traced["cell"][1:], cell, atol=1e-6)
    np.testing.assert_allclose(traced["hidden"], traced["output_gate"] * np.tanh(traced["cell"]), atol=1e-6)


def test_the_seed_decides_the_initial_weights_and_touches_no_global_generator() -> None:
    before = torch.random.get_rng_state()
    first, second = make("gru").tensors(), make("gru").tensors()
    assert torch.equal(before, torch.random.get_rng_state())
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])


def test_a_config_that_asks_for_gigabytes_costs_nothing_until_the_tensors_fit() -> None:
    from core.errors import BadCheckpoint

    plugin = REGISTRY.get("lstm")
    model = plugin(build(plugin.Config, {"hidden_size": 4096, "num_layers": 8}), 60_000)
    assert model.num_parameters > 10**9
    with pytest.raises(BadCheckpoint):
        model.load_tensors({"output.bias": np.zeros(60_000, dtype=np.float32)})
