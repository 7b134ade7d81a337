"""The registry: files become models, broken files become reasons, and nothing stops the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BrokenPlugin, UnknownName
from core.models.registry import Registry
from core.sharing.training_run import SHARED

GOOD = """
from dataclasses import dataclass
import numpy as np
from core.language import both
from core.models.protocol import About, LanguageModel
from core.settings import setting
from core.training.counting import CountingLearner

@dataclass(frozen=True)
class Config:
    strength: float = setting(1.0, low=0.0, help="How strong.")

class Same(LanguageModel):
    Config = Config
    Learner = CountingLearner
    about = About("{name}", both("Same"), both("Always the same."), "D2L 8.1")
    def learn(self, sequences): pass
    def initial_state(self, batch): return ()
    def log_probs(self, ids, state):
        return np.full((*ids.shape, self.vocab_size), -np.log(self.vocab_size)), state
    def tensors(self): return {{}}
    def load_tensors(self, tensors): pass

PLUGIN = Same
"""


def write(folder: Path, name: str, text: str = GOOD) -> None:
    (folder / f"{name}.py").write_text(text.format(name=name) if text is GOOD else text)


def test_a_dropped_file_is_a_model(tmp_path: Path) -> None:
    write(tmp_path, "same")
    write(tmp_path, "_helper", "raise RuntimeError")
    registry = Registry(tmp_path, SHARED)
    assert list(registry.models) == ["same"]
    assert registry.broken == {}
    assert registry.get("same").about.title.en == "Same"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def broken(:", "SyntaxError"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("x = 1", "does not end with PLUGIN"),
        ("PLUGIN = int", "does not end with PLUGIN"),
        (GOOD.format(name="other"), "must agree"),
        (GOOD.format(name="wrong").replace("    def tensors(self): return {}\n", ""), "does not define tensors"),
        (GOOD.format(name="wrong").replace("strength: float", "learning_rate: float"), ""),
        (GOOD.format(name="wrong").replace("strength: float", "epochs: float"), "taken already: epochs"),
        (GOOD.format(name="wrong").replace("    Learner = CountingLearner\n", ""), "Learner must be"),
        (GOOD.format(name="wrong").replace("1.0, low=0.0", "-1.0, low=0.0"), "'strength' cannot be '-1.0'"),
        (GOOD.format(name="wrong").replace('help="How strong."', 'help=""'), "has no help"),
        (GOOD.format(name="wrong").replace('setting(1.0, low=0.0, help="How strong.")', "1.0"), "setting(...)"),
    ],
)  # fmt: skip
def test_a_broken_file_is_listed_with_its_reason_and_stops_nobody(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "same")
    write(tmp_path, "wrong", text)
    registry = Registry(tmp_path, SHARED)
    assert "same" in registry.models
    if not reason:  # a name of another learner's settings is free
        assert "wrong" in registry.models
        return
    assert reason in registry.broken["wrong"].reason
    assert "\n" not in registry.broken["wrong"].reason
    with pytest.raises(BrokenPlugin, match="wrong"):
        registry.get("wrong")


def test_an_unknown_model_offers_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "lstm")
    with pytest.raises(UnknownName) as caught:
        Registry(tmp_path, SHARED).get("lsmt")
    assert str(caught.value) == "No model named 'lsmt'. Did you mean 'lstm'?"
    assert "lstm" in caught.value.in_language("zh")


def test_two_folders_may_hold_files_of_one_name(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        write(folder, "same")
    first, second = (Registry(folder, SHARED).get("same") for folder in folders)
    assert first is not second
