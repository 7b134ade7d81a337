"""Products of 16-bit numbers: nearly the same learning, and everything that is kept in 32 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.arithmetic import multiplies_bfloat16, products_in
from core.training.gradient import GradientLearner
from core.training.gradient_config import GradientConfig

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
CPU = torch.device("cpu")


def learner(name: str, products: str) -> GradientLearner:
    plugin = REGISTRY.get(name)
    model = plugin(build(plugin.Config, {"hidden_size": 32}), 9, seed=1)
    return GradientLearner(
        model, build(GradientConfig, {"batch_size": 4, "num_steps": 8, "products": products}), seed=7
    )


@pytest.mark.parametrize("name", ["rnn_scratch", "rnn", "lstm", "gru"])
def test_sixteen_bits_learn_nearly_what_thirty_two_do_and_keep_thirty_two(name: str) -> None:
    exact, short = learner(name, "float32"), learner(name, "bfloat16")
    data = Sequences.of_stream(np.random.default_rng(3).integers(0, 9, 400))
    for window in list(exact.windows(data, 0)):
        expected, found = exact.learn(window, 0.0), short.learn(window, 0.0)
        # A bfloat16 number has 8 binary digits: each is off by at most 1/256 of itself.
        assert found.loss_nats == pytest.approx(expected.loss_nats, rel=1 / 256)
        assert found.gradient_norm == pytest.approx(expected.gradient_norm, rel=0.05)
    for kept in (*short.model.parameters.values(), *(short.state or ())):
        assert kept.dtype == torch.float32


def product_type(choice: str) -> torch.dtype:
    with products_in(choice, CPU):
        return (torch.ones(2, 2) @ torch.ones(2, 2)).dtype


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({"avx512_f": True, "avx512_bf16": False}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_auto_takes_sixteen_bits_only_where_the_processor_multiplies_them(
    monkeypatch: pytest.MonkeyPatch, able: dict[str, bool], expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able, raising=False)
    assert product_type("auto") == expected


def test_an_older_pytorch_that_does_not_say_gets_thirty_two_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert not multiplies_bfloat16(CPU)


def test_a_choice_by_name_is_taken_as_it_is() -> None:
    assert product_type("float32") == torch.float32
    assert product_type("bfloat16") == torch.bfloat16
