"""The adaptive table: a model reads its own held-out text while learning from it, in a table of its own."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from core.bench.adaptive import bench_adaptive
from core.bench.conditions import Sizes
from core.bench.quality import bench_quality
from core.bench.report import report
from core.bench.runner import run_bench
from core.lab import Lab
from core.places import PROJECT, Places
from core.sharing.facts import CONFIG
from core.text.splits import TRAINING_SHARE


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("adaptive")
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    for name, level in (("story", "char"), ("words", "word")):
        for _ in made.train("ngram", "tide_clock", folder / "checkpoints" / name, {"order": 3, "level": level}):
            pass
    return made


def test_a_row_is_the_score_of_the_held_out_part(lab: Lab) -> None:
    rows = {row["name"]: row for row in bench_adaptive(lab, Sizes()).checkpoints}
    text = lab.load_corpus("tide_clock").text
    held_out = text[int(TRAINING_SHARE * len(text)) :]
    score = lab.score("story", text=held_out, adaptive=True)
    assert rows["story"]["bits_per_char"] == pytest.approx(score["bits_per_char"])
    assert rows["story"]["held_out_characters"] == len(held_out)
    assert rows["words"]["nats_per_char"] == pytest.approx(rows["words"]["bits_per_char"] * math.log(2))
    assert all(row["reading"] == "adaptive" for row in rows.values())
    assert "PPMd, order 6" not in rows  # another text


def test_what_cannot_be_read_is_named(lab: Lab, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("a text that will be gone " * 50)
    for _ in lab.train("ngram", str(own), lab.places.checkpoints / "gone", {"order": 2}):
        pass
    own.unlink()
    found = bench_adaptive(lab, Sizes())
    assert "gone" not in [row["name"] for row in found.checkpoints]
    assert any("left out: gone" in note for note in found.notes)


def test_adaptive_figures_never_stand_in_the_static_table(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    report(run_bench("adaptive", lab))
    shown = capsys.readouterr().out
    assert ", adaptive:" in shown and "static:" not in shown
    report(run_bench("quality", lab))
    assert ", adaptive:" not in capsys.readouterr().out


def test_a_card_states_it_where_the_training_was_asked_for_it(lab: Lab, tmp_path: Path) -> None:
    places = Places(PROJECT / "plugins", tmp_path / "checkpoints", (), tmp_path / "data")
    other = Lab(places=places)
    list(other.train("ngram", "tide_clock", places.checkpoints / "story", {"order": 3, "adaptive": True}))
    static, adaptive = bench_quality(other, Sizes()).checkpoints
    (measured,) = bench_adaptive(other, Sizes()).checkpoints
    assert adaptive == measured and static["nats_per_char"] != adaptive["nats_per_char"]
    verified = other.verify("story")
    assert verified["holds"]
    assert {"held_out_adaptive bits_per_char"} <= {row["what"] for row in verified["rows"]}
    config = places.checkpoints / "story" / CONFIG
    facts = json.loads(config.read_text())
    facts["results"]["held_out_adaptive"]["perplexity"] *= 0.99
    config.write_text(json.dumps(facts))
    bad = [row["what"] for row in Lab(places=places).verify("story")["rows"] if not row["holds"]]
    assert bad == ["held_out_adaptive perplexity"]
