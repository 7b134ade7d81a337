"""Truncated back-propagation through time in training: what is cut, what is scaled, and what stays as it is."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BadSetting
from core.models.registry import Registry
from core.models.stretches import Cut, forward_in_stretches
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.batching import Window
from core.text.sequences import Sequences
from core.training.gradient import GradientLearner
from core.training.gradient_config import GradientConfig
from core.training.team import Team
from core.training.truncation import random_factors, regular_cuts

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB, HIDDEN, STEPS, ROWS = 7, 6, 9, 3
RECURRENT = ["rnn_scratch", "rnn", "lstm", "gru"]
LAYERS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}

Gradients = dict[str, torch.Tensor]


def learner(name: str, layers: int = 1, **values: Any) -> GradientLearner:
    plugin = REGISTRY.get(name)
    own = {"initial_scale": 0.5} if name == "rnn_scratch" else {"num_layers": layers, "embedding_size": 5}
    model = plugin(build(plugin.Config, {"hidden_size": HIDDEN, **own}), VOCAB, seed=1)
    return GradientLearner(model, build(GradientConfig, {"products": "float32", **values}), seed=7)


def window(steps: int = STEPS, rows: int = ROWS) -> Window:
    ids = np.random.default_rng(3).integers(0, VOCAB, (rows, steps + 1)).astype(np.int32)
    return Window(ids[:, :-1], ids[:, 1:], np.ones(rows, dtype=bool))


def gradients(taught: GradientLearner, given: Window) -> Gradients:
    parameters = taught.model.parameters
    found = torch.autograd.grad(taught._loss(given), list(parameters.values()))
    return dict(zip(parameters, found, strict=True))


def assert_same(first: Gradients, second: Gradients) -> None:
    for name, gradient in first.items():
        torch.testing.assert_close(gradient, second[name], rtol=1e-4, atol=1e-6, msg=name)


def by_pytorchs_layers(name: str, taught: GradientLearner, given: Window, layers: int, tau: int) -> Gradients:
    """The regular truncation written with torch.nn alone: the state is detached after every tau steps."""
    values = {key: value.detach().clone().requires_grad_() for key, value in taught.model.parameters.items()}
    inputs, targets = torch.from_numpy(given.inputs).long(), torch.from_numpy(given.targets).long()
    sizes = [5] + [HIDDEN] * (layers - 1)
    modules = [LAYERS[name](size, HIDDEN, batch_first=True) for size in sizes]
    states: list[Any] = [None] * layers
    total = torch.zeros(())
    for begin in range(0, inputs.shape[1], tau):
        X = torch.nn.functional.embedding(inputs[:, begin : begin + tau], values["embedding.weight"])
        for number, module in enumerate(modules):
            own = {key: values[f"layers.{number}.{key}"] for key in dict(module.named_parameters())}
            X, state = torch.func.functional_call(module, own, (X, states[number]))
            states[number] = tuple(part.detach() for part in state) if name == "lstm" else state.detach()
        logits = X @ values["output.weight"].t() + values["output.bias"]
        total = total + torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), targets[:, begin : begin + tau].flatten(), reduction="sum"
        )
    found = torch.autograd.grad(total / targets.numel(), list(values.values()))
    return dict(zip(values, found, strict=True))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", sorted(LAYERS))
@pytest.mark.parametrize("tau", [1, 4])
def test_regular_truncation_is_pytorchs_layers_with_the_state_detached_after_every_stretch(
    name: str, layers: int, tau: int
) -> None:
    taught = learner(name, layers, truncation="regular", truncation_steps=tau)
    assert_same(gradients(taught, window()), by_pytorchs_layers(name, taught, window(), layers, tau))


def test_regular_truncation_of_the_rnn_from_scratch_is_its_own_loop_with_the_state_detached() -> None:
    taught, given = learner("rnn_scratch", truncation="regular", truncation_steps=4), window()
    model: Any = taught.model
    state, pieces = model.zero_state(ROWS), []
    for begin in range(0, STEPS, 4):
        logits, state = model.plain_forward(torch.from_numpy(given.inputs[:, begin : begin + 4]).long(), state)
        state = tuple(part.detach() for part in state)
        pieces.append(logits)
    targets = torch.from_numpy(given.targets).long().flatten()
    loss = torch.nn.functional.cross_entropy(torch.cat(pieces, dim=1).flatten(0, 1), targets)
    expected = torch.autograd.grad(loss, list(model.parameters.values()))
    assert_same(gradients(taught, given), dict(zip(model.parameters, expected, strict=True)))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", RECURRENT)
def test_over_all_throws_of_the_coins_the_mean_of_random_truncation_is_the_full_gradient(
    name: str, layers: int
) -> None:
    steps, pi = 5, 0.6
    taught, given = learner(name, layers), window(steps, rows=1)
    full = gradients(taught, given)
    inputs, targets = torch.from_numpy(given.inputs).long(), torch.from_numpy(given.targets).long().flatten()
    parameters, mean = taught.model.parameters, {name: torch.zeros_like(value) for name, value in full.items()}
    for passes in itertools.product((0, 1), repeat=steps - 1):  # 2^4 outcomes
        weight = float(np.prod([pi if each else 1 - pi for each in passes]))
        cuts = [Cut(step, torch.tensor([each / pi])) for step, each in enumerate(passes, start=1)]
        logits, _ = forward_in_stretches(taught.model, inputs, taught.model.zero_state(1), cuts)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets)
        for key, gradient in zip(parameters, torch.autograd.grad(loss, list(parameters.values())), strict=True):
            mean[key] += weight * gradient
    assert_same(mean, full)


@pytest.mark.parametrize("name", RECURRENT)
@pytest.mark.parametrize(
    "values",
    [
        {"truncation": "regular", "truncation_steps": STEPS},
        {"truncation": "random", "carry_probability": 1.0},
    ],
    ids=["stretches as long as the window", "a coin that always lets it pass"],
)
def test_what_cuts_nothing_is_the_full_gradient_bit_for_bit(name: str, values: dict[str, Any]) -> None:
    full, other = gradients(learner(name), window()), gradients(learner(name, **values), window())
    assert all(torch.equal(full[key], other[key]) for key in full)


@pytest.mark.parametrize("name", RECURRENT)
@pytest.mark.parametrize("truncation", ["regular", "random"])
def test_truncation_changes_the_gradient_and_neither_the_loss_nor_the_output_layers_share(
    name: str, truncation: str
) -> None:
    full, cut = learner(name), learner(name, truncation=truncation, truncation_steps=2, carry_probability=0.5)
    assert cut._loss(window()).item() == pytest.approx(full._loss(window()).item(), rel=1e-6)
    one, other = gradients(full, window()), gradients(cut, window())
    output, recurrent = ("W_hq", "W_hh") if name == "rnn_scratch" else ("output.weight", "layers.0.weight_hh_l0")
    torch.testing.assert_close(one[output], other[output], rtol=1e-4, atol=1e-6)
    assert (one[recurrent] - other[recurrent]).norm() > 1e-3 * one[recurrent].norm()


def test_the_carried_state_is_the_same_whatever_is_cut() -> None:
    full, cut = learner("lstm"), learner("lstm", truncation="random", carry_probability=0.5)
    full._loss(window())
    cut._loss(window())
    for one, other in zip(full.state or (), cut.state or (), strict=True):
        torch.testing.assert_close(one, other)
        assert not other.requires_grad


def test_every_row_and_every_step_has_a_coin_of_its_own_with_mean_one() -> None:
    factors = random_factors(steps=401, rows=500, carry_probability=0.8, generator=np.random.default_rng(0))
    assert factors.shape == (400, 500)
    assert set(np.unique(factors)) == {0.0, np.float32(1.25)}  # 1 / 0.8
    # 200,000 throws: the standard error of the mean is 1.25 sqrt(0.8 * 0.2 / 200,000) = 0.0011
    assert factors.mean() == pytest.approx(1.0, abs=0.006)
    assert len({tuple(column) for column in factors.T}) == 500


def test_stretches_by_hand() -> None:
    assert [cut.step for cut in regular_cuts(9, 4)] == [4, 8]  # 4 + 4 + 1 steps
    assert regular_cuts(8, 8) == [] and regular_cuts(0, 3) == []
    assert [cut.step for cut in regular_cuts(3, 1)] == [1, 2]


@pytest.mark.parametrize("truncation", ["regular", "random"])
def test_a_learner_put_back_together_throws_the_same_coins(truncation: str) -> None:
    values = {"truncation": truncation, "batch_size": 3, "num_steps": 6, "truncation_steps": 2}
    data = Sequences.of_stream(np.random.default_rng(5).integers(0, VOCAB, 200))
    whole, first, second = (learner("lstm", **values) for _ in range(3))
    windows = list(whole.windows(data, 0))
    for each in windows:
        whole.learn(each, 0.3)
    for each in windows[:4]:
        first.learn(each, 0.3)
    second.model.load_tensors(first.model.tensors())
    second.load_tensors(first.tensors())
    for each in windows[4:]:
        second.learn(each, 0.3)
    for key, array in whole.model.tensors().items():
        np.testing.assert_array_equal(array, second.model.tensors()[key])


def test_processes_that_learn_together_throw_coins_of_their_own() -> None:
    together = [learner("rnn", truncation="random", carry_probability=0.5) for _ in range(2)]
    for rank, each in enumerate(together):
        each.team = Team(rank, size=2)
    first, second = (torch.stack([cut.factors for cut in each._cuts(4, 9)]) for each in together)  # type: ignore[misc]
    assert first.shape == second.shape == (8, 4) and not torch.equal(first, second)


@pytest.mark.parametrize("name", RECURRENT)
@pytest.mark.parametrize("truncation", ["regular", "random"])
def test_learning_with_a_truncated_gradient_lowers_the_loss(name: str, truncation: str) -> None:
    values = {"truncation": truncation, "truncation_steps": 3, "learning_rate": 0.02, "schedule": "constant"}
    taught = learner(name, batch_size=4, num_steps=6, **values)
    data = Sequences.of_stream(np.arange(300) % VOCAB)  # a text that repeats itself
    losses = [taught.learn(each, 0.0).loss_nats for epoch in range(8) for each in taught.windows(data, epoch)]
    assert losses[-1] < 0.5 * losses[0]  # type: ignore[operator]


@pytest.mark.parametrize("name", ["mlp", "transformer"])
@pytest.mark.parametrize("truncation", ["regular", "random"])
def test_a_model_without_recurrence_refuses_to_be_truncated(name: str, truncation: str) -> None:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, {}), VOCAB, seed=1)
    with pytest.raises(BadSetting, match=f"'{name}' has none") as caught:
        GradientLearner(model, build(GradientConfig, {"truncation": truncation}), seed=0)
    assert "没有这样的状态" in caught.value.in_language("zh")
    GradientLearner(model, build(GradientConfig, {}), seed=0)  # full is what it does anyway


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("truncation", "fixed", "one of full, regular, random"),
        ("truncation_steps", 0, "from 1 to 4096"),
        ("truncation_steps", 2.5, "a whole number"),
        ("carry_probability", 0, "from 0.01 to 1"),
        ("carry_probability", 1.01, "from 0.01 to 1"),
        ("carry_probability", float("nan"), "from 0.01 to 1"),
    ],
)
def test_a_setting_out_of_its_range_is_named_with_the_range(name: str, value: Any, expected: str) -> None:
    with pytest.raises(BadSetting, match=expected):
        build(GradientConfig, {name: value})
