"""Gradient flow and clipping as use-cases: through Lab, on small checkpoints made here."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadSetting, BadText, LabError, Refused, UnknownName
from core.lab import Lab
from core.measures.gradients import gradient_flow, typical
from core.models.protocol import Learned
from core.places import Places
from core.sharing.checkpoint import HISTORY
from core.training.gradient import GradientLearner

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")
SMALL = {"hidden_size": 8, "max_tokens": 1500, "num_steps": 10, "batch_size": 8}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("flow")
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    for name, model, values in (
        ("scratch", "rnn_scratch", {**SMALL, "clip_norm": 0.5}), ("lstm", "lstm", {**SMALL, "seed": 5}), ("counted", "ngram", {"order": 2}),
    ):  # fmt: skip
        list(lab.train(model, "tide_clock", folder / "checkpoints" / name, {"epochs": 1, **values}))
    return lab


def test_a_checkpoints_flow_is_the_measure_of_its_model_along_the_text(lab: Lab) -> None:
    flow, opened = lab.gradient_flow("lstm", TEXT[:200], 12), lab.open("lstm")
    measured = gradient_flow(opened.checkpoint.model, opened.checkpoint.tokenizer.encode(TEXT[:200]), 12)
    assert [part["name"] for part in flow["parts"]] == ["hidden", "cell"]
    assert flow["whole"]["norm"] == [typical(row)[0] for row in measured.whole]
    assert flow["parts"][1]["low"] == [typical(row)[1] for row in measured.parts[1]]
    assert (flow["lags"], flow["positions"], flow["tokens"]) == (list(range(1, 13)), 16, 200)
    assert [gate["name"] for gate in flow["gates"]] == ["input_gate", "forget_gate", "candidate", "output_gate"]
    assert json.loads(json.dumps(flow)) == flow  # plain values


def test_the_untrained_model_is_the_one_with_which_the_run_began(lab: Lab) -> None:
    opened = lab.open("lstm").checkpoint
    untrained = type(opened.model)(opened.model.config, opened.model.vocab_size, 5)
    measured = gradient_flow(untrained, opened.tokenizer.encode(TEXT[:200]), 12)
    assert lab.gradient_flow("lstm", TEXT[:200], 12, untrained=True)["whole"]["norm"] == [
        typical(row)[0] for row in measured.whole
    ]


def test_bad_input_is_a_sentence(lab: Lab) -> None:
    with pytest.raises(BadText, match="has 20 tokens; to go 64 steps back"):
        lab.gradient_flow("lstm", TEXT[:20])
    with pytest.raises(Refused, match="'ngram' has no hidden state"):
        lab.gradient_flow("counted", TEXT[:200])
    with pytest.raises(LabError, match="empty"):
        lab.gradient_flow("lstm", "")
    with pytest.raises(UnknownName):
        lab.gradient_flow("nobody", TEXT[:200])
    with pytest.raises(Refused, match="keeps no norms of gradients"):
        lab.kept_gradient_norms("counted")
    with pytest.raises(Refused, match="'ngram' does not learn by gradient"):
        lab.clamped_gradient("counted", TEXT[:200])
    with pytest.raises(Refused, match="'ngram' does not learn by gradient"):
        list(lab.clipped_run("ngram", "tide_clock"))
    with pytest.raises(BadText, match="a loss needs two"):
        lab.clamped_gradient("lstm", "a")
    for more in ({"rate": 0.0}, {"theta": math.nan}, {"steps": 0}):
        with pytest.raises(BadSetting, match=next(iter(more))):
            lab.cliff(**more)


def test_open_units_are_counted_on_the_average_of_the_text(lab: Lab) -> None:
    counted, model = lab.open_units("lstm", TEXT[:50], "forget_gate", "cell", 8), lab.open("lstm").model
    gates = model.trace(lab.open("lstm").checkpoint.tokenizer.encode(TEXT[:50]))["forget_gate"][:, 0].astype(float)
    assert counted["units"] == 8 and counted["mean"] == pytest.approx(gates.mean())
    assert counted["open"] == (gates.mean(axis=0) > 0.9).sum() and counted["mean_square"] == pytest.approx(
        (gates**2).mean()
    )
    assert len(counted["carried"]) == 8
    with pytest.raises(UnknownName, match="forget_gate"):
        lab.open_units("lstm", TEXT[:50], "forget_gat", "cell")
    with pytest.raises(UnknownName, match="cell"):
        lab.open_units("lstm", TEXT[:50], "forget_gate", "sell")


def test_the_kept_norms_are_those_of_the_history(lab: Lab) -> None:
    kept, folder = lab.kept_gradient_norms("scratch"), lab.folder_of("scratch")
    events = [json.loads(line) for line in (folder / HISTORY).read_text().splitlines()]
    steps = [event for event in events if event["event"] == "step"]
    assert kept["theta"] == 0.5 and kept["points"] == [[e["step"], e["gradient_norm"], e["loss_nats"]] for e in steps]
    assert [point[1] > 0.5 for point in kept["points"]] == [event["clipped"] for event in steps]


def test_a_clipped_run_tells_every_step_and_bends_the_longest_gradient(lab: Lab) -> None:
    *before, last = lab.clipped_run("rnn_scratch", "tide_clock", {**SMALL, "clip_norm": 0.3}, steps=20)
    assert [len(news["points"]) for news in before] == [5, 10, 15] and last["done"] == 1 and not last["diverged"]
    assert len(last["points"]) == 20 and last["theta"] == 0.3
    clamped = last["clamped"]
    assert clamped["norm"] == pytest.approx(max(point[1] for point in last["points"]), rel=1e-5)  # before clipping
    first, *others = clamped["clamped"]
    assert first["degrees"] == pytest.approx(0, abs=1e-5) and first["share"] == 0
    degrees = [each["degrees"] for each in others]
    assert degrees == sorted(degrees) and degrees[0] > 0 and degrees[-1] < clamped["sign_degrees"]


def test_a_run_whose_loss_is_no_number_any_more_ends_and_says_so(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = GradientLearner.learn

    def breaking(self: GradientLearner, window: Any, progress: float) -> Learned:
        learned = learn(self, window, progress)
        return replace(learned, loss_nats=math.nan) if self.steps == 8 else learned

    monkeypatch.setattr(GradientLearner, "learn", breaking)
    *_, last = lab.clipped_run("rnn_scratch", "tide_clock", SMALL, steps=50)
    assert last["diverged"] and last["done"] == 1 and len(last["points"]) == 7 and last["clamped"]


def test_flow_through_training_is_looked_at_before_during_and_after(lab: Lab) -> None:
    told = list(lab.flow_in_training("gru", "tide_clock", SMALL, lags=6))
    shares, moments = (
        [each for each in told if isinstance(each, float)],
        [each for each in told if isinstance(each, dict)],
    )
    assert [each["step"] for each in moments] == [0, 50, 250] and moments[0]["loss_nats"] is None
    assert shares == sorted(shares) and shares[-1] == 1
    assert moments[0]["whole"]["norm"] != moments[2]["whole"]["norm"] and len(moments[0]["whole"]["norm"]) == 6


def test_flow_through_training_of_a_model_without_a_state_is_refused(lab: Lab) -> None:
    with pytest.raises(Refused, match="has no hidden state"):
        list(lab.flow_in_training("ngram", "tide_clock"))


def test_looking_at_gradients_leaves_a_model_as_it_was(lab: Lab) -> None:
    model: Any = lab.open("lstm").checkpoint.model
    before = {name: array.copy() for name, array in model.tensors().items()}
    lab.gradient_flow("lstm", TEXT[100:300], 5)
    lab.clamped_gradient("lstm", TEXT[:100])
    assert all(each.grad is None for each in model.parameters.values())
    for name, array in model.tensors().items():
        np.testing.assert_array_equal(array, before[name])
