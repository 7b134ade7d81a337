"""The estimate of a run against the run itself; the factor is wide, since other work slows both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.places import Places
from core.sharing.own import OwnName
from core.text.corpus import corpus_from_bytes
from core.text.preparation import TextSettings, prepare_text
from core.training.events import Step

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_bytes()[:20_000]
OWN = OwnName("0" * 48, "mine")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(places=Places(PROJECT / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))


@pytest.mark.parametrize(
    ("model", "values"),
    [("ngram", {"order": 3}), ("rnn_scratch", {"hidden_size": 32, "epochs": 3, "num_steps": 32}), ("uniform", {})],
)
def test_an_estimate_knows_the_sizes_and_leaves_nothing_behind(lab: Lab, model: str, values: dict[str, Any]) -> None:
    estimate = lab.estimate(OWN, model, "", TEXT, values)
    assert lab.own.rows(OWN.key) == []
    events = list(lab.train_own(OWN, model, "", TEXT, values))
    (row,) = lab.own.rows(OWN.key)
    assert estimate["vocab_size"] == row["vocab_size"]
    assert estimate["parameters"] == row["parameters"]
    assert estimate["seconds"] > 0
    if model == "rnn_scratch":  # a thousand times the epochs cost more than twice the time, however noisy the machine
        long = lab.estimate(OWN, model, "", TEXT, {**values, "epochs": 3000})
        assert long["seconds"] > 2 * estimate["seconds"]
        assert len([event for event in events if isinstance(event, Step)]) > 10


def test_a_budget_of_minutes_is_its_own_estimate(lab: Lab) -> None:
    found = lab.estimate(OWN, "rnn_scratch", "", TEXT, {"hidden_size": 16, "minutes": 2.0})
    assert 120 <= found["seconds"] < 180


def test_a_few_lines_are_enough_for_an_estimate_and_their_padding_is_told(lab: Lab) -> None:
    names = "\n".join(["amy", "elizabeth"] * 30).encode()  # 6 lines are held out, fewer than are usually read on trial
    values = {"hidden_size": 8, "lines": "lines", "batch_size": 54, "validation": False, "line_batches": "padding"}
    found = lab.estimate(OWN, "rnn_scratch", "", names, values)
    assert found["seconds"] > 0
    # One batch of all 54 training lines, as wide as elizabeth and her end, 10; amy with hers has 4 targets.
    prepared = prepare_text(corpus_from_bytes(names, "names"), TextSettings(lines="lines"))
    short = int((prepared.training.lengths == len("amy") + 2).sum())
    assert found["wasted"] == pytest.approx(6 * short / (10 * 54))
    assert lab.estimate(OWN, "rnn_scratch", "", names, {**values, "line_batches": "packed"})["wasted"] == 0
    assert lab.estimate(OWN, "rnn_scratch", "", TEXT, {"hidden_size": 8})["wasted"] is None
