"""How far gradients reach back, against autograd on one unrolled graph, PyTorch's own cells, and the linear network's closed form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BadSetting, BadText, Refused
from core.measures.gradients import MOST_LAG, carried_share, fading_lag, gradient_flow, typical
from core.measures.recurrent_weights import recurrent_spectra
from core.models.neural import NeuralModel
from core.models.protocol import About, InputWeights
from core.models.registry import Registry
from core.settings import build

PLUGINS = Registry(Path(__file__).parents[2] / "plugins")
VOCAB, IDS = 7, np.random.default_rng(3).integers(0, 7, 40).astype(np.int32)


def model(name: str, **settings: Any) -> Any:
    plugin = PLUGINS.get(name)
    return plugin(build(plugin.Config, {"hidden_size": 5, **settings}), VOCAB, seed=1)


class LinearRNN(NeuralModel):
    """H_t = X_t W_xh + H_{t-1} W_hh, O_t = H_t W_hq: the book's example, whose gradients have a closed form."""

    about = About("linear", None, None, "D2L 8.7")  # type: ignore[arg-type]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W_xh": (VOCAB, 5), "W_hh": (5, 5), "W_hq": (5, VOCAB)}

    def initial_values(self, name: str, shape: Any, generator: Any) -> Any:
        return 0.5 * torch.empty(shape).normal_(generator=generator)

    def zero_state(self, batch: int) -> Any:
        return (torch.zeros(batch, 5),)

    def forward(self, ids: Any, state: Any, drop: Any = None) -> Any:
        (H,), p, outputs = state, self.parameters, []
        for X in torch.nn.functional.one_hot(ids.t(), VOCAB).float():
            H = X @ p["W_xh"] + H @ p["W_hh"]
            outputs.append(H @ p["W_hq"])
        return torch.stack(outputs, dim=1), (H,)


def test_a_linear_network_has_the_closed_form_of_the_book() -> None:
    linear, lags = LinearRNN(None, VOCAB, seed=2), 12
    flow = gradient_flow(linear, IDS, lags, positions=3)
    p = {name: value.detach().double().numpy() for name, value in linear.parameters.items()}
    for place, position in enumerate(flow.positions):
        H = np.zeros(5)
        for id_ in IDS[:position]:
            H = p["W_xh"][id_] + H @ p["W_hh"]
        scores = np.exp(H @ p["W_hq"])
        to_logits = scores / scores.sum() - np.eye(VOCAB)[IDS[position]]  # dL/do of softmax and cross-entropy
        for lag in range(1, lags + 1):  # dL/dh_{T-k} = (W_hh^T)^k W_qh^T dL/do, here with rows for columns
            closed = to_logits @ p["W_hq"].T @ np.linalg.matrix_power(p["W_hh"], lag).T
            assert flow.whole[lag - 1, place] == pytest.approx(np.linalg.norm(closed), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "settings"),
    [("rnn_scratch", {"initial_scale": 0.4}), ("rnn", {"embedding_size": 0}), ("rnn", {"num_layers": 2}), ("gru", {}),
     ("gru", {"num_layers": 2, "embedding_size": 0}), ("lstm", {}), ("lstm", {"num_layers": 3}), ("lstm", {"tied": True})],
)  # fmt: skip
def test_the_norms_are_those_of_autograd_over_all_steps_at_once(name: str, settings: dict[str, Any]) -> None:
    each, lags = model(name, **settings), 9
    flow = gradient_flow(each, IDS, lags, positions=4)
    for place, position in enumerate(flow.positions.tolist()):
        text = torch.from_numpy(IDS.astype(np.int64))[None]
        for lag in (1, 2, 5, 9):
            with torch.no_grad():  # one call for the text before, one for the steps behind, and one gradient
                before = (
                    each.forward(text[:, : position - lag], each.zero_state(1))[1]
                    if position > lag
                    else each.zero_state(1)
                )
            state = tuple(part.clone().requires_grad_() for part in before)
            logits, _ = each.forward(text[:, position - lag : position], state)
            loss = torch.nn.functional.cross_entropy(logits[0, -1:], text[0, position : position + 1])
            for number, gradient in enumerate(torch.autograd.grad(loss, state)):
                assert flow.parts[number, lag - 1, place] == pytest.approx(float(gradient.norm()), rel=1e-3)


def test_an_lstm_has_the_gradients_of_pytorchs_lstm_cell() -> None:
    each, lags = model("lstm"), 6
    flow, p = gradient_flow(each, IDS[:7], lags, positions=1), each.parameters
    cell = torch.nn.LSTMCell(64, 5)
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cell, name).copy_(p[f"layers.0.{name}_l0"])
    state, kept = (torch.zeros(1, 5, requires_grad=True), torch.zeros(1, 5, requires_grad=True)), []
    for id_ in IDS[:6].tolist():
        kept.append(state)
        H, C = cell(p["embedding.weight"][id_][None], state)
        state = (
            H.clone(),
            C.clone(),
        )  # H is made of C; what is asked for is the gradient at the state as it is handed over
    logits = state[0] @ p["output.weight"].t() + p["output.bias"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([int(IDS[6])]))
    for lag in range(1, lags + 1):
        for part in (0, 1):
            (gradient,) = torch.autograd.grad(loss, kept[-lag][part], retain_graph=True)
            assert flow.parts[part, lag - 1, 0] == pytest.approx(float(gradient.norm()), rel=1e-4)


def test_the_whole_is_the_length_of_all_parts_together() -> None:
    flow = gradient_flow(model("lstm"), IDS, 4)
    np.testing.assert_allclose(flow.whole**2, flow.parts[0] ** 2 + flow.parts[1] ** 2)


def test_units_that_share_the_gradient_carry_all_of_it_together() -> None:
    each, some = model("lstm"), np.array([True, False, True, False, False])
    one, other = (carried_share(each, IDS, 6, 1, units, positions=3) for units in (some, ~some))
    np.testing.assert_allclose(one + other, 1)
    assert (one > 0).all() and (carried_share(each, IDS, 6, 1, np.zeros(5, bool)) == 0).all()


def test_positions_are_spread_over_the_text_and_a_short_one_has_fewer() -> None:
    assert gradient_flow(model("gru"), IDS, 4, positions=3).positions.tolist() == [4, 21, 39]
    assert gradient_flow(model("gru"), IDS[:6], 4, positions=16).positions.tolist() == [4, 5]


def test_no_step_of_a_plain_network_lengthens_the_gradient_by_more_than_the_greatest_singular_value() -> None:
    plain = model("rnn_scratch", initial_scale=0.7)
    (spectrum,) = recurrent_spectra(plain.input_weights())
    norms = gradient_flow(plain, IDS, 20).whole
    assert (norms[1:] <= spectrum.norm * norms[:-1] * (1 + 1e-5)).all()


def test_a_gradient_smaller_than_a_float_is_still_measured() -> None:
    faint = model("rnn_scratch", initial_scale=0.01)
    (spectrum,) = recurrent_spectra(faint.input_weights())
    norms = gradient_flow(faint, IDS, 30).whole
    assert norms.max(axis=1)[-1] < 1e-45 and norms.min() > 0  # the smallest float32 is 1.4e-45
    # Its states are near 0, where tanh is a straight line, so it falls as the linear network does: by the spectral radius a step.
    fall = (norms[-1, 0] / norms[-9, 0]) ** (1 / 8)
    assert fall == pytest.approx(spectrum.radius, rel=0.25)


@pytest.mark.parametrize("name", ["ngram", "mlp", "hmm", "transformer", "uniform"])
def test_a_model_without_a_hidden_state_is_refused_with_a_way_on(name: str) -> None:
    plugin = PLUGINS.get(name)
    with pytest.raises(Refused, match=f"'{name}' has no hidden state.*Choose a recurrent one"):
        gradient_flow(plugin(plugin.Config(), VOCAB), IDS, 4)


def test_a_text_shorter_than_the_lag_is_refused() -> None:
    with pytest.raises(BadText, match=r"has 40 tokens; to go 40 steps back .* needs 41"):
        gradient_flow(model("gru"), IDS, 40)
    assert gradient_flow(model("gru"), IDS, 39).positions.tolist() == [39]


@pytest.mark.parametrize("lags", [0, -1, MOST_LAG + 1])
def test_a_lag_out_of_range_is_refused(lags: int) -> None:
    with pytest.raises(BadSetting, match=f"cannot be {lags}"):
        gradient_flow(model("gru"), IDS, lags)


def test_the_typical_norm_is_the_geometric_mean_and_none_where_one_is_zero() -> None:
    # logarithms 0, 1, 2: mean 1, standard deviation sqrt(2/3) = 0.8165, so 10^(1 -+ 0.8165) = 1.526 and 65.5
    assert typical(np.array([1.0, 10.0, 100.0])) == pytest.approx((10.0, 1.5259, 65.535), rel=1e-4)
    assert typical(np.array([1.0, 0.0])) == typical(np.array([])) == (None, None, None)


def test_the_half_life_is_read_off_straight_lines_on_a_logarithmic_axis() -> None:
    # A curve that falls by r a step has halved after ln 2 / -ln r steps.
    curve: list[float | None] = [0.8**k for k in range(12)]
    assert fading_lag(curve, 0.5) == pytest.approx(np.log(2) / -np.log(0.8))
    assert fading_lag([1.0, None, None], 0.5) == 1.0 and fading_lag([None], 0.5) is None and fading_lag([], 0.5) is None


def test_the_spectrum_is_that_of_each_gates_square_block() -> None:
    turned = np.array(
        [[0.0, -2.0], [2.0, 0.0]]
    )  # turns by 90 degrees and doubles: eigenvalues +-2i, singular values 2, 2
    skewed = np.array([[0.5, 8.0], [0.0, 0.25]])  # triangular: eigenvalues 0.5 and 0.25
    one, other = recurrent_spectra(InputWeights(np.zeros((3, 4)), np.hstack([turned, skewed]), gates=("a", "b")))
    assert (one.gate, other.gate) == ("a", "b")
    assert one.radius == pytest.approx(2) and one.norm == pytest.approx(2)
    assert other.radius == pytest.approx(0.5)
    assert other.norm == pytest.approx(np.sqrt(np.linalg.eigvalsh(skewed.T @ skewed)[-1]))
    assert other.norm > 8  # the radius does not bound what one step does


@pytest.mark.parametrize(("name", "gates"), [("rnn", 1), ("rnn_scratch", 1), ("gru", 3), ("lstm", 4)])
def test_every_gate_is_named_as_the_model_explains_it(name: str, gates: int) -> None:
    each = model(name)
    named = [spectrum.gate for spectrum in recurrent_spectra(each.input_weights())]
    assert len(named) == gates and {*named, *each.state_names} <= {trace for trace, _ in each.about.trace}
