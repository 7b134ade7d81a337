"""kill -9 in the middle of training: what was reported saved opens, writes, and goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.lab import Lab
from core.places import Places
from core.training.events import Finished

PROJECT = Path(__file__).parents[2]
KILLS, KILLS_IN_ORDEAL = 2, 200


@pytest.mark.timeout(3000)
def test_a_killed_training_leaves_a_checkpoint_that_goes_on(
    tmp_path: Path, ordeal: bool, record_property: Callable[[str, object], None]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text((PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:5000])
    out = tmp_path / "checkpoints" / "killed"
    lab = Lab(places=Places(PROJECT / "plugins", tmp_path / "checkpoints", (tmp_path,), tmp_path / "data"))
    generator = np.random.default_rng(0)
    length = "2000" if ordeal else "25"
    words = [
        sys.executable, "-m", "core", "train", "rnn_scratch", "--corpus", str(text), "--out", str(out), "--epochs", length,
        "--set", "hidden_size=16", "--set", f"evaluations={length}", "--json",
    ]  # fmt: skip
    steps = 0
    for kill in range(KILLS_IN_ORDEAL if ordeal else KILLS):
        resume = ["--resume"] if kill else []
        process = subprocess.Popen([*words, *resume], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        saves, wanted = 0, int(generator.integers(1, 4))
        for line in process.stdout:
            event = json.loads(line)
            saves += event["event"] == "saved"
            if saves == wanted or event["event"] == "finished":
                break
        try:
            process.wait(timeout=float(generator.uniform(0, 0.1)))  # a random moment, often inside the next save
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
        process.wait()
        record_property("kills", kill + 1)
        assert lab.generate_whole("killed", "The", {"tokens": 3})["ids"]
        state_file = out / "training_state.json"
        if not state_file.exists():
            break  # it came to its end
        reached = json.loads(state_file.read_text())["step"]
        assert reached > steps, "what was reported saved is lost"
        steps = reached
    if (out / "training_state.json").exists() and not ordeal:
        *_, last = lab.train("rnn_scratch", str(text), out, {}, resume=True)
        assert isinstance(last, Finished)
