"""Several processes learn what one would: the same losses, norms and weights, whatever the rows and masks."""

from __future__ import annotations

import json
import multiprocessing
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from core import cli
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.batching import Window
from core.training.gradient import GradientLearner
from core.training.gradient_config import GradientConfig
from core.training.messages import Message, packed, unpacked
from core.training.parallel import Shares
from core.training.team import Team, rows_of
from tests.training.team_processes import start

PROJECT = Path(__file__).parents[2]
REGISTRY = Registry(PROJECT / "plugins", SHARED)
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:2000].replace(". ", ".\n")

needs_gloo = pytest.mark.skipif(
    not (torch.distributed.is_available() and torch.distributed.is_gloo_available()),
    reason="this PyTorch has no gloo, which carries numbers between processes",
)
needs_fork = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"
)


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 8, 32])
def test_every_row_has_one_process_and_all_have_nearly_the_same_number(rows: int, size: int) -> None:
    taken = [list(range(rows)[rows_of(rank, rows, size)]) for rank in range(min(rows, size))]
    assert [row for own in taken for row in own] == list(range(rows))
    assert max(map(len, taken)) - min(map(len, taken)) <= 1
    assert all(rows_of(rank, rows, size) == slice(rows - 1, rows) for rank in range(rows, size))


def test_a_message_arrives_as_it_was_sent() -> None:
    arrays = {"mask": np.array([[True, False]]), "none": np.empty((0, 3), np.float32), "ids": np.arange(6)[::2]}
    message = unpacked(bytes(packed(Message("learn", {"progress": 0.1, "name": "词元"}, arrays))))
    assert (message.word, message.values) == ("learn", {"progress": 0.1, "name": "词元"})
    for name, array in arrays.items():
        np.testing.assert_array_equal(message.arrays[name], array)
        assert message.arrays[name].dtype == array.dtype


def learner(**values: Any) -> GradientLearner:
    plugin = REGISTRY.get("lstm")
    model = plugin(build(plugin.Config, {"hidden_size": 8, "dropout": 0.5}), vocab_size=9, seed=1)
    return GradientLearner(model, build(GradientConfig, values), seed=7)


def test_the_mean_over_a_window_is_the_weighted_sum_of_the_means_over_its_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Two rows with 1 and 3 targets: the parts weigh 1/4 and 3/4.
    window = Window(np.zeros((2, 3)), np.zeros((2, 3)), np.ones(2, bool), np.array([[1, 0, 0], [1, 1, 1]], bool))
    sums = []
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda flat: sums.append(flat.tolist()))
    monkeypatch.setattr(Team, "tell", lambda team, message: None)
    for rank, gradient in enumerate([[4.0, 8.0], [4.0, 0.0]]):
        team = Team(rank, 2)
        part = team.part_of(window, 0.0)
        assert part.num_tokens == (1, 3)[rank]
        parameter = torch.zeros(2)
        parameter.grad = torch.tensor(gradient)
        team.add_up(torch.tensor(2.0), [parameter])
    assert sums == [[1.0, 2.0, 0.5], [3.0, 0.0, 1.5]]


def test_every_process_draws_dropout_of_its_own() -> None:
    alone, second = learner(), learner()
    second.team = SimpleNamespace(rank=1, size=2)  # type: ignore[assignment]
    ones = torch.ones(4, 4)
    first = learner()
    first.team = SimpleNamespace(rank=0, size=2)  # type: ignore[assignment]
    assert torch.equal(alone._dropout()(ones), first._dropout()(ones))
    assert not torch.equal(alone._dropout()(ones), second._dropout()(ones))


def test_what_learns_by_gradient_can_share_and_what_counts_cannot() -> None:
    shares = {name: issubclass(plugin.Learner, Shares) for name, plugin in REGISTRY.models.items()}
    assert shares["lstm"] and shares["rnn_scratch"]
    assert not shares["ngram"] and not shares["mixture"]


# Whole runs


def words(tmp_path: Path, model: str, out: str, **values: Any) -> list[str]:
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    common = {"products": "float32", "hidden_size": 8, "num_steps": 16, "evaluations": 1, "epochs": 1, **values}
    settings = [word for name, value in common.items() for word in ("--set", f"{name}={value}")]
    named = ["train", model, "--corpus", str(text), "--out", str(tmp_path / out), "--json"]
    return [*named, *settings]


def events(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def assert_same_run(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    ours, theirs = ([e for e in told if e["event"] == "step"] for told in (one, other))
    assert len(ours) == len(theirs) > 5
    for a, b in zip(ours, theirs, strict=True):
        assert a["tokens_seen"] == b["tokens_seen"]
        assert a["loss_nats"] == pytest.approx(b["loss_nats"], abs=1e-4)
        assert a["gradient_norm"] == pytest.approx(b["gradient_norm"], abs=1e-4)
        assert a["learning_rate"] == b["learning_rate"]


def assert_same_weights(one: Path, other: Path) -> None:
    ours, theirs = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_allclose(array, theirs[name], atol=1e-4, err_msg=name)


@needs_gloo
@needs_fork
@pytest.mark.parametrize(
    ("size", "model", "values"),
    [
        (3, "rnn_scratch", {"batch_size": 8, "reset_probability": 0.3}),  # 3 + 3 + 2 rows, carried states
        (2, "lstm", {"batch_size": 5, "lines": "lines", "clip_norm": 0.1}),  # masks: the parts weigh differently
        (2, "gru", {"batch_size": 1, "max_tokens": 400}),  # fewer rows than processes
        (2, "rnn", {"batch_size": 8, "sampling": "random", "optimizer": "sgd", "learning_rate": 1.0}),
    ],
)
def test_the_run_of_several_processes_is_the_run_of_one(
    tmp_path: Path, size: int, model: str, values: dict[str, Any]
) -> None:
    one = start(words(tmp_path, model, "one", **values), 1, tmp_path / "printed by one")
    assert one.statuses() == [0]
    several = start(words(tmp_path, model, "several", **values), size, tmp_path / "printed by several")
    assert several.statuses() == [0] * size, several.printed(0, "err")
    assert_same_run(events(one.printed(0)), events(several.printed(0)))
    assert_same_weights(tmp_path / "one", tmp_path / "several")
    assert events(several.printed(0))[0]["processes"] == size
    for rank in range(1, size):
        assert several.printed(rank) == several.printed(rank, "err") == ""  # only the first one speaks


@needs_gloo
@needs_fork
@pytest.mark.parametrize("killed", [0, 1])
def test_where_one_process_dies_the_others_say_so_and_any_number_goes_on(tmp_path: Path, killed: int) -> None:
    values = {"batch_size": 6, "reset_probability": 0.3, "save_minutes": 0.001, "epochs": 4, "evaluations": 4}
    whole = start(words(tmp_path, "rnn_scratch", "whole", **values), 1, tmp_path / "printed by one")
    assert whole.statuses() == [0]
    cut = start(words(tmp_path, "rnn_scratch", "cut", **values), 2, tmp_path / "printed by two")
    cut.kill_after(killed, '"saved"')
    other = 1 - killed
    assert cut.statuses()[other] == 1
    assert "--resume" in cut.printed(other, "err") and cut.printed(other, "err").count("\n") == 1
    step = json.loads((tmp_path / "cut" / "training_state.json").read_text())["step"]
    again = start([*words(tmp_path, "rnn_scratch", "cut", **values), "--resume"], 3, tmp_path / "printed by three")
    assert again.statuses() == [0, 0, 0], again.printed(0, "err")
    story = [event for event in events(whole.printed(0)) if event["event"] == "step" and event["step"] > step]
    assert_same_run(story, events(again.printed(0)))
    assert_same_weights(tmp_path / "whole", tmp_path / "cut")


@needs_gloo
@needs_fork
def test_counting_in_several_processes_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT)
    asked = ["train", "ngram", "--corpus", str(tmp_path / "text.txt"), "--out", str(tmp_path / "out")]
    refused = start(asked, 2, tmp_path / "printed")
    assert refused.statuses() == [2, 0]
    assert "without torchrun" in refused.printed(0, "err") and refused.printed(0, "err").count("\n") == 1
    assert refused.printed(1, "err") == ""
    assert not (tmp_path / "out").exists()


@needs_gloo
def test_torchrun_itself_starts_such_a_run(tmp_path: Path) -> None:
    command = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "-m", "core"]
    asked = words(tmp_path, "rnn_scratch", "several", batch_size=8)
    ran = subprocess.run([sys.executable, *command, *asked], cwd=PROJECT, capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stderr
    assert cli.main(words(tmp_path, "rnn_scratch", "one", batch_size=8)) == 0
    assert_same_weights(tmp_path / "one", tmp_path / "several")
    assert [each["event"] for each in events(ran.stdout)][-1] == "finished"


def test_the_commands_for_torchrun_that_the_pages_show_are_commands() -> None:
    shown = re.findall(
        r"^torchrun (.*?) -m core (.*)$", (PROJECT / "docs" / "scale.md").read_text(), flags=re.MULTILINE
    )
    assert len(shown) >= 2
    for _, rest in shown:
        options = cli.parser().parse_args(shlex.split(rest))
        assert issubclass(REGISTRY.get(options.model).Learner, Shares)
