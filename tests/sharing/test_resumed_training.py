"""kill -9 at any moment: the run goes on from its last save and ends as if nothing had happened, bit for bit.

Each run is broken off again and again at random moments, in a step, an evaluation, a save, or while one folder takes
the place of the other; every loss, norm, rate and perplexity on the way, and the tensors at the end, must be those of a
run in one piece.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from core.errors import BadCheckpoint
from core.lab import Lab
from core.places import Places
from core.sharing.checkpoint import MODEL, STATE
from core.sharing.folders import recover
from tests.sharing.broken_off import PROJECT, Training

pytestmark = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"
)

KILLS, KILLS_IN_ORDEAL = 3, 150
BUNDLED = PROJECT / "core" / "text" / "bundled" / "tide_clock.txt"
COMMON = {"batch_size": 8, "num_steps": 16, "epochs": 5, "evaluations": 3, "save_minutes": 0.0005}
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "carried state, moments, warm-up and cosine": (
        "rnn_scratch", {"hidden_size": 12, "reset_probability": 0.2, "warmup": 0.1, "weight_decay": 0.1},
    ),
    "dropout and random sampling": (
        "lstm", {"hidden_size": 12, "sampling": "random", "dropout": 0.3, "num_layers": 2, "embedding_size": 6, "schedule": "linear"},
    ),
    "lines and plain descent": (
        "gru", {"hidden_size": 12, "lines": "lines", "optimizer": "sgd", "learning_rate": 0.5, "dropout": 0.1, "clip_norm": 0.05},
    ),
    "expectation and maximisation": ("hmm", {"num_states": 6}),
}  # fmt: skip


def training(tmp_path: Path, model: str, values: dict[str, Any]) -> Training:
    """Return a run of a second or so on a machine that is not busy, not yet begun."""
    text = tmp_path / "text.txt"
    text.write_text(BUNDLED.read_text()[:4000].replace(". ", ".\n"))
    return Training(model, text, COMMON | values, tmp_path / "whole", tmp_path / "diary of the whole run")


def to_its_end(run: Training) -> list[str]:
    """Let a run come to its end; return what it said, saves left out, for their moments are the clock's."""
    process = run.start()
    process.join(120)
    assert process.exitcode == 0
    return said(run)


def said(run: Training) -> list[str]:
    """Return what a run has said so far, its saves and a line that a kill cut off left out."""
    lines = run.diary.read_text().split("\n")[:-1] if run.diary.exists() else []
    return [line for line in lines if line and not line.startswith("saved")]


def last_save(run: Training) -> int:
    """Return the step of the last save that was reported."""
    lines = run.diary.read_text().split("\n")[:-1] if run.diary.exists() else []
    return max((int(line.split()[1]) for line in lines if line.startswith("saved")), default=0)


def kill(run: Training, seconds: float) -> None:
    """Begin a run and end it by force after so many seconds, unless it was faster."""
    process = run.start()
    process.join(seconds)
    process.kill()
    process.join()


def assert_same_tensors(one: Path, other: Path) -> None:
    ours, theirs = load_file(one / MODEL), load_file(other / MODEL)
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_is_killed_again_and_again_ends_as_one_in_one_piece(
    name: str, tmp_path: Path, ordeal: bool, record_property: Callable[[str, object], None]
) -> None:
    seed, kills = (time.time_ns() % 10_000, KILLS_IN_ORDEAL) if ordeal else (0, KILLS)
    record_property("seed", seed)
    print(f"seed {seed}")  # noqa: T201 - beside a failure it stands in what pytest captured
    generator = np.random.default_rng(seed)
    whole = training(tmp_path, *RUNS[name])
    began = time.monotonic()
    story = set(to_its_end(whole))
    length = time.monotonic() - began

    lab = Lab(places=Places(PROJECT / "plugins", tmp_path, (), tmp_path / "data"))
    cut = replace(whole, out=tmp_path / "cut", diary=tmp_path / "diary of the cut run")
    finished = 0
    for number in range(kills):
        kill(cut, float(generator.uniform(0.05, 0.7) * length))
        record_property("kills", number + 1)
        assert set(said(cut)) <= story
        recover(cut.out)
        assert cut.out.exists() or last_save(cut) == 0
        if not cut.out.exists():
            continue  # killed before the first save: there is nothing yet, and the next run begins anew
        assert lab.generate_whole("cut", "The", {"tokens": 2})["ids"]
        if (cut.out / STATE).exists():
            assert json.loads((cut.out / STATE).read_text())["step"] >= last_save(cut), (
                "what was reported saved is lost"
            )
            cut = replace(cut, resume=True, values={})
            continue
        assert_same_tensors(cut.out, whole.out)  # it was faster than the kill: begin anew
        finished += 1
        shutil.rmtree(cut.out)
        cut.diary.unlink()
        cut = replace(whole, out=cut.out, diary=cut.diary)
    record_property("runs to the end", finished + 1)
    assert set(to_its_end(cut)) <= story
    assert_same_tensors(cut.out, whole.out)
    assert not (cut.out / STATE).exists()


def test_with_another_number_of_threads_a_run_goes_on_to_nearly_the_same_end(tmp_path: Path) -> None:
    # Two threads add a product up in another order than one, so the last digits differ.
    whole = training(tmp_path, "rnn_scratch", {"hidden_size": 64, "epochs": 1, "evaluations": 1})
    to_its_end(whole)
    cut = replace(whole, out=tmp_path / "cut", diary=tmp_path / "diary of the cut run")
    process = cut.start()
    while last_save(cut) == 0:
        time.sleep(0.01)
    process.kill()
    process.join()
    to_its_end(replace(cut, resume=True, values={}, threads=2))
    ours, theirs = load_file(cut.out / MODEL), load_file(whole.out / MODEL)
    for name, array in ours.items():
        np.testing.assert_allclose(array, theirs[name], atol=1e-4, err_msg=name)


def test_a_run_goes_on_with_another_time_between_saves_but_with_no_other_setting(tmp_path: Path) -> None:
    begun = training(tmp_path, "rnn_scratch", {"hidden_size": 12})
    process = begun.start()
    while last_save(begun) == 0:
        time.sleep(0.01)
    process.kill()
    process.join()
    lab = Lab(places=Places(PROJECT / "plugins", tmp_path, (), tmp_path / "data"))
    *_, _ = lab.train("rnn_scratch", str(begun.text), begun.out, {"save_minutes": 7}, resume=True)
    assert json.loads((begun.out / "config.json").read_text())["run"]["save_minutes"] == 7


def test_a_run_that_never_saved_anything_is_begun_without_resume(tmp_path: Path) -> None:
    new = training(tmp_path, "rnn_scratch", {"hidden_size": 12})
    lab = Lab(places=Places(PROJECT / "plugins", tmp_path, (), tmp_path / "data"))
    with pytest.raises(BadCheckpoint, match="Train without --resume"):
        lab.train("rnn_scratch", str(new.text), new.out, {}, resume=True)
