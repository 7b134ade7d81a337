"""The model that looked ahead: what it is, what it seems to be, and that it is let in nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BrokenPlugin
from core.lab import Lab
from core.lessons.looking_ahead import looking_ahead, score_covered, score_in_view
from core.models.registry import Registry
from core.places import Places
from core.settings import build
from core.text.corpus import Corpus, corpus_from_text
from core.ui.lessons.lesson import figure
from core.ui.lessons.looking_ahead import LESSON

PROJECT = Path(__file__).parents[2]
MODELS = PROJECT / "core" / "lessons" / "models"
VOCAB = 7


def story() -> Corpus:
    text = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")
    return corpus_from_text(text, "tide_clock")


@pytest.fixture(scope="module")
def found() -> Any:
    *shares, result = looking_ahead(story())
    assert shares == sorted(shares) and shares[-1] == 1
    return result


def model(backwards: bool) -> Any:
    plugin = Registry(MODELS).get("birnn")
    return plugin(build(plugin.Config, {"hidden_size": 5, "backwards": backwards}), VOCAB, seed=2)


def test_it_is_pytorchs_bidirectional_rnn() -> None:
    ours, theirs = model(True), torch.nn.RNN(VOCAB, 5, batch_first=True, bidirectional=True)
    p = ours.parameters
    with torch.no_grad():
        for side, suffix in (("F", ""), ("B", "_reverse")):
            getattr(theirs, f"weight_ih_l0{suffix}").copy_(p[f"{side}.W_xh"].t())
            getattr(theirs, f"weight_hh_l0{suffix}").copy_(p[f"{side}.W_hh"].t())
            getattr(theirs, f"bias_ih_l0{suffix}").copy_(p[f"{side}.b_h"])
            getattr(theirs, f"bias_hh_l0{suffix}").zero_()
        ids = torch.tensor([[1, 4, 0, 6, 2], [3, 3, 5, 1, 0]])
        hidden, _ = theirs(torch.nn.functional.one_hot(ids, VOCAB).float())
        logits, _ = ours.forward(ids, ours.zero_state(2))
        torch.testing.assert_close(logits, hidden @ p["W_hq"] + p["b_q"])


def test_asked_in_both_ways_only_the_honest_one_answers_alike() -> None:
    ids = np.random.default_rng(0).integers(0, VOCAB, 300).astype(np.int32)
    np.testing.assert_allclose(score_in_view(model(False), ids), score_covered(model(False), ids), atol=1e-5)
    assert np.abs(score_in_view(model(True), ids) - score_covered(model(True), ids)).max() > 0.01


def test_both_ways_ask_for_the_same_tokens() -> None:
    ids = np.arange(20, dtype=np.int32) % VOCAB  # shorter than a window: 19 targets in one
    assert score_in_view(model(True), ids).shape == score_covered(model(True), ids).shape == (1, 19)


def test_it_seems_perfect_on_unseen_text_and_is_worse_than_its_honest_half(found: Any) -> None:
    ahead, plain = found["models"]
    assert ahead["train"] < 1.2 and ahead["held_out"] < 1.2
    assert ahead["covered"] > plain["covered"] > 5
    assert plain["held_out"] == pytest.approx(plain["covered"], rel=1e-4)


def test_the_registry_refuses_it_and_lets_its_honest_half_pass(found: Any) -> None:
    ahead, plain = found["models"]
    assert "birnn looks ahead" in ahead["refused"]["en"] and "偷看了后文" in ahead["refused"]["zh"]
    assert plain["refused"] is None


def test_the_strips_hold_a_number_for_every_token_but_the_first(found: Any) -> None:
    for each in found["models"]:
        assert len(each["tokens"]) - 1 == len(each["bits_in_view"]) == len(each["bits_covered"])
        assert len(each["text"]) == 120


def test_the_same_seed_gives_the_same_figures(found: Any) -> None:
    assert list(looking_ahead(story()))[-1] == found


def test_closing_it_stops_it() -> None:
    news = looking_ahead(story())
    assert next(news) == pytest.approx(10 / 200 / 2)
    news.close()  # type: ignore[attr-defined]
    assert list(news) == []


def test_put_among_the_plugins_it_is_refused_before_it_is_trained(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    shutil.copy(MODELS / "birnn.py", tmp_path / "plugins")
    lab = Lab(places=Places(tmp_path / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))
    with pytest.raises(BrokenPlugin, match="looks ahead"):
        lab.train("birnn", "tide_clock", tmp_path / "checkpoints" / "cheat", {"epochs": 1})
    assert [each["name"] for each in lab.models()["broken"]] == ["birnn"]
    assert not (tmp_path / "checkpoints" / "cheat").exists()


def test_the_model_that_looked_ahead_is_near_one_on_unseen_text_and_refused(found: Any) -> None:
    seen = LESSON.run(Lab(), "zh")
    assert seen.right == 0
    assert [row[2:] for row in seen.table[1:]] == [
        [figure(model["held_out"]), figure(model["covered"])] for model in found["models"]
    ]
    assert "偷看了后文" in seen.said["reason"]
    view, covered, forwards = (strip.reading["bits"] for strip in seen.groups[0][1])
    assert sum(view[1:]) < 0.2 * sum(covered[1:]) and len(view) == len(covered) == len(forwards)
