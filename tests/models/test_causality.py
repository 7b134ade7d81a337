"""A model that has seen the answer is refused wherever a perplexity could be had from it; an honest one never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cli import main
from core.errors import BrokenPlugin
from core.lab import Lab
from core.models.causality import check_causality
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.places import Places
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")[:4000]

HONEST = """
from dataclasses import dataclass
import numpy as np
from core.language import both
from core.models.counting import CountModel
from core.models.protocol import About
from core.settings import setting
from core.training.counting import CountingLearner

@dataclass(frozen=True)
class Config:
    order: int = setting(2, low=1, high=4, help="Not used.")
    smoothing: str = setting("a", choices=("a", "b"), help="Not used.")

class Model(CountModel):
    Config, Learner = Config, CountingLearner
    about = About("NAME", both("Model", "模型"), both("For a test.", "用于测试。"), "D2L 8.1")
    def __init__(self, config, vocab_size, seed=0):
        super().__init__(config, vocab_size, seed)
        self.counts = np.ones((vocab_size, vocab_size))
    def learn(self, sequences):
        np.add.at(self.counts, (sequences.ids[:-1], sequences.ids[1:]), 1)
    def honest(self, ids):
        return np.log(self.counts[ids] / self.counts.sum(axis=1)[ids, None])
    def log_probs(self, ids, state):
        return self.honest(ids), state
    def tensors(self):
        return {"counts": self.counts}
"""
# The same model with one mistake, by what it does wrong.
LOOKS_AHEAD = """
class Wrong(Model):
    def log_probs(self, ids, state):
        log_probs = self.honest(ids)
        for row, known in zip(log_probs, ids[:, 1:]):
            row[np.arange(len(known)), known] = 5.0
        return log_probs - np.log(np.exp(log_probs).sum(axis=-1, keepdims=True)), state
PLUGIN = Wrong
"""
AVERAGES_THE_WHOLE = """
class Wrong(Model):
    def log_probs(self, ids, state):
        counts = np.stack([np.bincount(row, minlength=self.vocab_size) + 1.0 for row in ids])
        log_probs = self.honest(ids) + np.log(counts)[:, None]
        return log_probs - np.log(np.exp(log_probs).sum(axis=-1, keepdims=True)), state
PLUGIN = Wrong
"""
PEEKS_AT_TARGETS = """
class Wrong(Model):
    def score(self, inputs, targets, state):
        return np.log((1.0 + targets[:, -1:] + 0 * targets) / self.vocab_size), state
PLUGIN = Wrong
"""
SCORES_OTHERWISE = """
class Wrong(Model):
    def score(self, inputs, targets, state):
        return np.full(targets.shape, -0.01), state
PLUGIN = Wrong
"""
FORGETS = """
class Wrong(Model):
    def log_probs(self, ids, state):
        first = np.concatenate([ids[:, :1] * 0, ids[:, :-1]], axis=1)
        return self.honest(first), state
PLUGIN = Wrong
"""
# Nothing shows before it has learned.
CHEATS_ONCE_TAUGHT = """
class Wrong(Model):
    def log_probs(self, ids, state):
        log_probs = self.honest(ids)
        log_probs[:, :-1] += np.log(self.counts.max()) * np.eye(self.vocab_size)[ids[:, 1:]]
        return log_probs - np.log(np.exp(log_probs).sum(axis=-1, keepdims=True)), state
PLUGIN = Wrong
"""
WRONG = [
    (LOOKS_AHEAD, "looks ahead: what it expects after 8 tokens changes when token 9 is changed", "偷看了后文"),
    (AVERAGES_THE_WHOLE, "looks ahead", "偷看了后文"),
    (PEEKS_AT_TARGETS, "looks ahead: its score of earlier tokens", "偷看了后文"),
    (SCORES_OTHERWISE, "scores a token otherwise than its distribution says", "与其分布不一致"),
    (FORGETS, "read in two parts", "分两段读"),
]


def registry_with(folder: Path, source: str, name: str = "wrong") -> Registry:
    (folder / f"{name}.py").write_text((HONEST + source).replace("NAME", name))
    return Registry(folder, SHARED)


def made(registry: Registry, name: str = "wrong") -> LanguageModel:
    """Return the model after it has learned a little."""
    plugin = registry.get(name)
    model: Any = plugin(plugin.Config(), 9)
    model.learn(Sequences.of_stream(np.random.default_rng(1).integers(0, 9, 60)))
    return model  # type: ignore[no-any-return]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "text.txt").write_text(TEXT)
    return Lab(places=Places(tmp_path / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))


def lab_with(lab: Lab, source: str, name: str = "wrong") -> Lab:
    lab.registry = registry_with(lab.places.plugins, source, name)
    return Lab(places=lab.places)


@pytest.mark.parametrize(("source", "en", "zh"), WRONG)
def test_a_false_model_is_refused_and_listed_with_the_reason(tmp_path: Path, source: str, en: str, zh: str) -> None:
    registry = registry_with(tmp_path, source)
    assert "wrong" in registry.models  # importing a file tells nothing of it
    with pytest.raises(BrokenPlugin) as caught:
        registry.examine(made(registry))
    assert en in str(caught.value) and zh in caught.value.in_language("zh")
    assert "wrong" not in registry.models and en in registry.broken["wrong"].reason
    with pytest.raises(BrokenPlugin, match="cannot be used"):
        registry.get("wrong")


def test_the_honest_model_of_which_the_others_are_made_passes(tmp_path: Path) -> None:
    registry = registry_with(tmp_path, "PLUGIN = Model")
    registry.examine(made(registry))
    assert "wrong" in registry.models


@pytest.mark.parametrize("name", sorted(Registry(PROJECT / "plugins", SHARED).models))
@pytest.mark.parametrize("vocab", [1, 2, 30])
def test_every_model_that_ships_passes_before_it_has_learned(name: str, vocab: int) -> None:
    plugin = Registry(PROJECT / "plugins", SHARED).get(name)
    check_causality(plugin(plugin.Config(), vocab))


def test_wild_weights_are_no_cheating() -> None:
    """A chaotic network (initial_scale 1) parts two computations of the same thing after a few steps, honestly."""
    plugin = Registry(PROJECT / "plugins", SHARED).get("rnn_scratch")
    check_causality(plugin(build(plugin.Config, {"initial_scale": 1.0}), 60))


def test_weights_that_are_no_numbers_are_another_mistake(tmp_path: Path) -> None:
    model = made(registry_with(tmp_path, "PLUGIN = Model"))
    model.counts[:] = np.nan  # type: ignore[attr-defined]
    check_causality(model)


def test_training_is_refused_before_anything_is_written(lab: Lab) -> None:
    lab = lab_with(lab, LOOKS_AHEAD)
    out = lab.places.checkpoints / "cheat"
    with pytest.raises(BrokenPlugin, match="looks ahead"):
        lab.train("wrong", str(lab.places.data.parent / "text.txt"), out)
    assert not out.exists()
    (listed,) = lab.models()["broken"]
    assert listed["name"] == "wrong" and "looks ahead" in listed["reason"]


def test_what_shows_only_after_learning_is_refused_before_it_is_judged(lab: Lab) -> None:
    lab = lab_with(lab, CHEATS_ONCE_TAUGHT)
    out = lab.places.checkpoints / "cheat"
    with pytest.raises(BrokenPlugin, match="looks ahead"):
        list(lab.train("wrong", str(lab.places.data.parent / "text.txt"), out))
    (row,) = lab.checkpoints()
    assert row["held_out_perplexity"] is None and not row["finished"]


@pytest.fixture
def swapped(lab: Lab) -> Lab:
    """A lab with the checkpoint of an honest model whose plug-in then learned to cheat."""
    lab = lab_with(lab, "PLUGIN = Model")
    list(lab.train("wrong", str(lab.places.data.parent / "text.txt"), lab.places.checkpoints / "cheat"))
    return lab_with(lab, LOOKS_AHEAD)


@pytest.mark.parametrize("ask", ["score", "read", "verify", "generate_whole", "next_tokens"])
def test_no_use_of_a_cheating_checkpoint_gives_a_number(swapped: Lab, ask: str) -> None:
    arguments: dict[str, dict[str, Any]] = {
        "score": {"text": "The clock"}, "read": {"text": "The clock"}, "verify": {},
        "generate_whole": {"prefix": "The"}, "next_tokens": {"prefix": "The"},
    }  # fmt: skip
    with pytest.raises(BrokenPlugin, match="looks ahead"):
        getattr(swapped, ask)("cheat", **arguments[ask])


def test_beside_others_it_says_why_it_has_no_figure(swapped: Lab) -> None:
    (told,) = swapped.compare(["cheat"], "The clock")["models"]
    assert "looks ahead" in told["error"]["en"] and "偷看了后文" in told["error"]["zh"]


def test_a_mixture_with_such_a_member_is_refused_and_not_itself_called_broken(swapped: Lab) -> None:
    source = (PROJECT / "plugins" / "mixture.py").read_text(encoding="utf-8")
    (swapped.places.plugins / "mixture.py").write_text(source, encoding="utf-8")
    lab = Lab(places=swapped.places)
    text = str(lab.places.data.parent / "text.txt")
    with pytest.raises(BrokenPlugin, match="'wrong' cannot be used: wrong looks ahead"):
        lab.train("mixture", text, lab.places.checkpoints / "mixed", {"members": "wrong(order=1),wrong(order=2)"})
    assert "mixture" in lab.registry.models


def test_a_sweep_gives_the_reason_instead_of_a_figure(lab: Lab) -> None:
    lab = lab_with(lab, LOOKS_AHEAD)
    rows = list(lab.sweep("wrong", "", TEXT, most=1).rows())
    assert all(row["held_out"] is None and "looks ahead" in row["refused"]["en"] for row in rows)


def test_the_command_line_says_the_reason_in_one_line(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lab_with(lab, LOOKS_AHEAD)
    monkeypatch.setattr("core.commands.Lab", lambda: Lab(places=lab.places), raising=False)
    monkeypatch.setattr("core.cli.Lab", lambda: Lab(places=lab.places), raising=False)
    status = main(["train", "wrong", "--corpus", str(lab.places.data.parent / "text.txt"), "--out", "never"])
    said = capsys.readouterr().err.strip()
    assert status == 2 and said.count("\n") == 0 and "looks ahead" in said
    assert json.dumps(said)  # one printable line
