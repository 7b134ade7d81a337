"""The table of results: from the cards, one table for each held-out text and way of reading, nothing mixed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from core.bench.anchors import ANCHORS
from core.bench.conditions import Sizes
from core.bench.quality import bench_quality, static_row
from core.bench.report import report, texts
from core.bench.runner import run_bench
from core.lab import Lab
from core.places import PROJECT, Places


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A Lab with two models of one text, one of its first characters only, one of lines, and one without results."""
    folder = tmp_path_factory.mktemp("quality")
    places = Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data")
    made = Lab(places=places)
    (folder / "names.txt").write_text("anna\nbella\nclara\ndora\n" * 30)
    runs: list[tuple[str, str, dict[str, Any]]] = [
        ("one", "tide_clock", {"order": 1}), ("three", "tide_clock", {"order": 3}),
        ("short", "tide_clock", {"order": 2, "max_tokens": 2000}),
        ("names", str(folder / "names.txt"), {"order": 2, "lines": "lines"}),
        ("scores", "tide_clock", {"order": 3, "smoothing": "stupid_back_off"}),
    ]  # fmt: skip
    for name, corpus, values in runs:
        list(made.train("ngram", corpus, places.checkpoints / name, values))
    return made


def row(**values: Any) -> dict[str, Any]:
    """Return a row of the table as a checkpoint of Tiny Shakespeare would have it."""
    plain: dict[str, Any] = {
        "name": "mine", "model": "ngram", "corpus": "tiny_shakespeare", "level": "char", "form": "raw", "window": 256,
        "held_out_characters": 111_540, "vocab_size": 66, "parameters": 1000, "tokens_seen": 2000, "seconds": 3.0, "command": "",
        "train_perplexity": 4.0, "held_out_perplexity": 4.0, "train_bits_per_char": 2.0, "bits_per_char": 2.0,
        "windows_bits_per_char": 3.0, "passages": [],
    }  # fmt: skip
    return static_row(plain | values)


def printed(rows: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> list[str]:
    report({"rows": [], "checkpoints": rows, "notes": []})
    return capsys.readouterr().out.splitlines()


def test_figures_are_the_cards_in_nats(lab: Lab) -> None:
    found = {each["name"]: each for each in run_bench("quality", lab)["checkpoints"]}
    cards = {each["name"]: each for each in lab.checkpoints()}
    assert set(found) == {"one", "three", "short", "names"}
    for name, each in found.items():
        card = cards[name]
        assert each["nats_per_char"] == pytest.approx(card["bits_per_char"] * math.log(2))
        assert each["train_nats_per_char"] == pytest.approx(card["train_bits_per_char"] * math.log(2))
        assert each["command"].startswith("python -m core train ngram ")
    names = found["names"]  # in which no character is unknown
    assert math.exp(names["nats_per_char"]) == pytest.approx(cards["names"]["held_out_perplexity"])
    assert found["names"]["windows_nats_per_char"] is None
    assert found["three"]["windows_nats_per_char"] >= found["three"]["nats_per_char"]


def test_what_has_no_perplexity_is_left_out_by_name_and_nothing_is_said_of_a_machine(lab: Lab) -> None:
    notes = run_bench("quality", lab)["notes"]
    assert "Without results, left out: scores." in notes
    assert not any(note.startswith("machine:") for note in notes)


def test_one_table_holds_one_text_best_first(lab: Lab) -> None:
    tables = texts(bench_quality(lab, Sizes()).checkpoints)
    assert [[each["name"] for each in rows] for _, rows in tables] == [["three", "one"], ["short"], ["names"]]
    assert all(title.endswith(", static:") for title, _ in tables)


def test_static_and_adaptive_figures_never_share_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    adaptive = row(name="cached") | {"reading": "adaptive"}
    lines = printed([row(), adaptive, *(anchor.as_json() for anchor in ANCHORS)], capsys)
    titles = [at for at, line in enumerate(lines) if line.endswith(":")]
    assert [lines[at].split(", ")[-1] for at in titles] == ["static:", "adaptive:"]
    static, changing = "\n".join(lines[: titles[1]]), "\n".join(lines[titles[1] :])
    assert "nanoGPT" in static and "mine" in static and "PPMd" not in static
    assert "PPMd" in changing and "cached" in changing and "mine" not in changing


def test_references_stand_last_with_their_source_and_only_where_their_text_is_read(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not any(each["source"] for each in bench_quality(lab, Sizes()).checkpoints)
    lines = printed(
        [*(anchor.as_json() for anchor in ANCHORS if anchor.reading == "static"), row(bits_per_char=9.0)], capsys
    )
    assert [line.split()[0] for line in lines[2:5]] == ["mine", "uniform", "nanoGPT"]
    nanogpt = dict(zip(lines[1].split(), lines[4].split(), strict=True))
    assert nanogpt["windows"] == "1.4697" and nanogpt["nats"] == nanogpt["train"] == "-"
    assert any(line.startswith("nanoGPT: its README") for line in lines)


def test_windows_and_parts_are_columns_where_there_are_such(capsys: pytest.CaptureFixture[str]) -> None:
    parts = [
        {"name": "a", "title": {"en": "The First", "zh": "一"}, "continued": True, "perplexity": 2.0, "bits_per_char": 1.0},
        {"name": "b", "title": {"en": "The Second", "zh": "二"}, "continued": False, "perplexity": 8.0, "bits_per_char": 3.0},
    ]  # fmt: skip
    lines = printed([row(passages=parts), row(name="older", bits_per_char=2.5)], capsys)
    assert lines[1].split() == (
        [
            "checkpoint",
            "model",
            "train",
            "nats",
            "bits",
            "windows",
            "part",
            "1",
            "part",
            "2",
            "seen",
            "seconds",
            "parameters",
        ]
    )
    # ln 2 = 0.6931: 2 bits are 1.3863 nats, 3 bits 2.0794, 1 bit 0.6931.
    assert lines[2].split() == [
        "mine",
        "ngram",
        "1.3863",
        "1.3863",
        "2.000",
        "2.0794",
        "0.6931",
        "2.0794",
        "2,000",
        "3.0",
        "1,000",
    ]
    assert lines[3].split()[6:8] == ["-", "-"]  # not measured
    assert lines[4:6] == ["part 1: the rest of The First", "part 2: The Second"]
    lines = printed([row(corpus="names", window=None, windows_bits_per_char=None)], capsys)
    assert "windows" not in lines[1] and "part" not in lines[1]


def test_infinite_is_said_and_levels_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed([row(bits_per_char=None, windows_bits_per_char=None), row(name="words", level="word")], capsys)
    assert lines[0] == "tiny_shakespeare, 111,540 characters held out, static:"
    assert "(word)" in lines[2] and lines[3].split()[4:7] == ["infinite", "infinite", "infinite"]


def test_the_document_is_json(lab: Lab) -> None:
    found = run_bench("quality", lab)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.name)
def test_an_anchor_names_its_source_and_one_protocol_at_least(anchor: Any) -> None:
    assert anchor.source and (anchor.nats or anchor.windows_nats)
    assert set(row()) - {"vocab_size", "tokens_seen", "seconds", "command", "window", "train_perplexity",
                         "held_out_perplexity", "train_bits_per_char", "train_nats_per_char"} <= set(anchor.as_json())  # fmt: skip


def test_the_uniform_anchor_knows_how_many_characters_there_are(corpora_folder: Path) -> None:
    text = (corpora_folder / "tiny_shakespeare.txt").read_text(encoding="utf-8")
    assert ANCHORS[0].nats == pytest.approx(math.log(len(set(text))))
