"""On a GPU as on a processor: everything is where the weights are, and results and checkpoints are the same.

Without a GPU the tests that need one are skipped. PyTorch's device "meta", which has shapes and no numbers, then stands
in for one: what a model makes in another place than its weights cannot be computed with there either.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.lab import Lab
from core.models.neural import NeuralModel
from core.models.registry import Registry
from core.places import Places
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.device import device_for_people
from core.training.events import Finished, Started, Step
from core.training.gradient import GradientLearner
from core.training.gradient_config import GradientConfig

PROJECT = Path(__file__).parents[2]
REGISTRY = Registry(PROJECT / "plugins", SHARED)
VOCAB = 9
LEARNED = sorted(name for name, plugin in REGISTRY.models.items() if issubclass(plugin.Learner, GradientLearner))

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here")


def model_of(name: str, **values: Any) -> NeuralModel:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, {"hidden_size": 16, **values}), VOCAB, seed=1)
    assert isinstance(model, NeuralModel)
    return model


@pytest.mark.parametrize("name", LEARNED)
def test_a_model_makes_nothing_in_another_place_than_its_weights(name: str) -> None:
    model = model_of(name)
    model.to("meta")
    try:
        logits, state = model.forward(torch.zeros(3, 5, dtype=torch.int64, device="meta"), model.zero_state(3))
    except RuntimeError as error:
        if re.search(r"item\(\) cannot be called on meta", str(error)):
            pytest.skip("its way depends on numbers, which the stand-in does not have")
        raise
    logits.sum().backward()  # type: ignore[no-untyped-call]
    assert {part.device.type for part in (logits, *state)} == {"meta"}
    assert all(value.grad is None or value.grad.device.type == "meta" for value in model.parameters.values())


def test_new_values_stay_where_the_model_was_moved() -> None:
    model = model_of("lstm")
    values = model.tensors()
    model.to("meta")
    model.load_tensors(values)
    assert model.device.type == "meta"


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_weights_are_brought_into_one_piece_wherever_they_are_moved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(name, num_layers=2)
    assert model.parameters
    seen: list[set[str]] = []
    monkeypatch.setattr(
        torch.nn.RNNBase, "flatten_parameters", lambda layer: seen.append({p.device.type for p in layer.parameters()})
    )
    model.to("meta")
    assert seen[-2:] == [{"meta"}, {"meta"}]  # after the weights have arrived, both layers


def test_a_gpu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Some GPU {device.index}")
    assert device_for_people(torch.device("cuda", 1)) == "cuda (Some GPU 1)"
    assert device_for_people(torch.device("cpu")) == "cpu"


# With a GPU


def losses(name: str) -> list[float]:
    config = build(GradientConfig, {"batch_size": 4, "num_steps": 8, "products": "float32"})
    learner = GradientLearner(model_of(name), config, seed=7)
    text = Sequences.of_stream(np.random.default_rng(3).integers(0, VOCAB, 400))
    found = [learner.learn(window, 0.0).loss_nats for window in learner.windows(text, 0)]
    return [loss for loss in found if loss is not None]


@needs_gpu
@pytest.mark.parametrize("name", LEARNED)
def test_a_gpu_gives_the_losses_of_the_processor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    on_gpu = losses(name)
    monkeypatch.setattr("core.training.gradient.has_gpu", lambda: False)
    np.testing.assert_allclose(on_gpu, losses(name), atol=1e-3)


@needs_gpu
@pytest.mark.parametrize("first", ["gpu", "cpu"])
def test_a_run_begun_in_one_place_ends_in_the_other_and_its_checkpoint_opens_in_both(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = Lab(places=Places(PROJECT / "plugins", tmp_path, (), tmp_path / "data"))
    values = {"hidden_size": 16, "max_tokens": 2000, "epochs": 1, "products": "float32"}

    def compute_on(place: str) -> None:
        monkeypatch.setattr("core.training.gradient.has_gpu", lambda: place == "gpu")

    compute_on(first)
    events = lab.train("lstm", "tide_clock", tmp_path / "run", values)
    started = next(events)
    assert isinstance(started, Started)
    assert started.device.startswith("cuda (" if first == "gpu" else "cpu")
    for event in events:
        if isinstance(event, Step) and event.step == 5:
            break
    events.close()  # type: ignore[attr-defined]
    compute_on("cpu" if first == "gpu" else "gpu")
    started, *_, last = lab.train("lstm", "tide_clock", tmp_path / "run", {}, resume=True)
    assert isinstance(started, Started) and isinstance(last, Finished)
    assert started.device.startswith("cpu" if first == "gpu" else "cuda (")
    assert lab.score("run", text="The tide is late.")["perplexity"] > 1  # opened checkpoints compute on the processor
