"""The command line as others rely on it: JSON alone on standard output, one line of error, the exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import cli

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a text and a checkpoint, and the environment pointing there."""
    folder = tmp_path_factory.mktemp("cli")
    text = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:4000]
    (folder / "text.txt").write_text(text)
    patch = pytest.MonkeyPatch()
    patch.setenv("UNROLL_CHECKPOINTS", str(folder / "checkpoints"))
    patch.setenv("UNROLL_CORPORA", str(folder))
    assert (
        cli.main(
            [
                "train",
                "ngram",
                "--corpus",
                str(folder / "text.txt"),
                "--out",
                str(folder / "checkpoints" / "small"),
                "--set",
                "order=3",
                "--json",
            ]
        )
        == 0
    )
    patch.undo()
    return folder


@pytest.fixture(autouse=True)
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(home / "checkpoints"))
    monkeypatch.setenv("UNROLL_CORPORA", str(home))


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run a command with --json and return its one document."""
    assert cli.main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def error(capsys: pytest.CaptureFixture[str], *words: str, status: int = 2) -> str:
    """Run a command that fails and return its one line of error."""
    try:
        found = cli.main(list(words))
    except SystemExit as end:
        found = end.code  # type: ignore[assignment]
    captured = capsys.readouterr()
    assert found == status
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_models_are_listed_with_their_settings(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {model["name"]: model for model in answer(capsys, "models")["models"]}
    assert {"ngram", "rnn_scratch", "rnn", "lstm", "gru", "uniform"} <= set(listed)
    order = listed["ngram"]["settings"][0]
    assert (order["name"], order["low"], order["high"]) == ("order", 1, 16)
    assert order["help"]["zh"]


def test_corpora_and_checkpoints_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    places = {corpus["name"]: corpus["place"] for corpus in answer(capsys, "corpora")}
    assert places["tide_clock"] == places["moon_ferry"] == "bundled"
    (row,) = answer(capsys, "checkpoints")
    assert {
        "name",
        "model",
        "corpus",
        "level",
        "parameters",
        "bytes",
        "train_perplexity",
        "held_out_perplexity",
    } <= set(row)


def test_generate_score_next_and_tokenize_speak_json(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    text = answer(capsys, "generate", "small", "--prefix", "The ", "--tokens", "20", "--seed", "3", "--stop", "zzz")
    assert set(text) == {
        "prefix",
        "text",
        "tokens",
        "ids",
        "log_probs",
        "unknown",
        "finish_reason",
        "tokens_per_second",
    }
    assert len(text["ids"]) == 20
    score = answer(capsys, "score", "small", "--text", "The tide")
    assert {
        "tokens",
        "scored",
        "nats",
        "perplexity",
        "perplexity_known",
        "bits_per_char",
        "unknown",
        "log_probs",
    } <= set(score)
    by_file = answer(capsys, "score", "small", "--file", str(home / "text.txt"), "--window", "64")
    assert by_file["scored"] == 3999
    by_ids = answer(capsys, "score", "small", "--ids", "5,6,7")
    assert by_ids["scored"] == 2
    following = answer(capsys, "next", "small", "--prefix", "The ", "--top", "3")
    assert [set(each) >= {"token", "id", "probability"} for each in following["candidates"]] == [True] * 3
    tokens = answer(capsys, "tokenize", "small", "--text", "Tide 钟")
    assert tokens["unknown"] == [5]
    assert answer(capsys, "verify", "small")["holds"] is True


def test_a_score_says_whether_the_model_learned_while_reading(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    words = ["score", "small", "--file", str(home / "text.txt"), "--adaptive"]
    learned = answer(capsys, *words)
    assert learned["adaptive"] is True and answer(capsys, *words[:-1])["adaptive"] is False
    assert cli.main(words) == 0
    assert capsys.readouterr().out.startswith("adaptive ")
    assert "exclude each other" in error(capsys, *words, "--window", "8")


def test_the_command_line_writes_what_the_lab_writes(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", "small", "--prefix", "The ", "--tokens", "30", "--seed", "7", "--temperature", "0.8"]
    whole = answer(capsys, *words)
    assert cli.main(words) == 0
    assert capsys.readouterr().out == f"The {whole['text']}\n"


def test_train_prints_one_event_a_line(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    words = [
        "train",
        "rnn_scratch",
        "--corpus",
        str(home / "text.txt"),
        "--out",
        str(tmp_path / "out"),
        "--epochs",
        "1",
    ]
    assert cli.main([*words, "--set", "hidden_size=8", "--set", "evaluations=2", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "started"
    assert kinds[-2:] == ["saved", "finished"]
    final = next(event for event in events if event["event"] == "evaluated" and event["final"])
    assert final["train_perplexity"] and final["held_out_perplexity"]
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["command"].startswith("python -m core train rnn_scratch --corpus")
    assert "--set hidden_size=8" in config["command"]


def test_a_model_goes_out_as_an_arpa_file_and_comes_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file, folder = tmp_path / "small.arpa", tmp_path / "again"
    out = answer(capsys, "export-arpa", "small", str(file))
    assert out | {"checkpoint": "small", "file": str(file), "order": 3, "bytes": file.stat().st_size} == out
    back = answer(capsys, "import-arpa", str(file), str(folder))
    assert back | {"checkpoint": "again", "order": 3, "level": "char", "form": "raw", "lines": False} == back
    # The marks of a continuous text are listed for KenLM and dropped again; nothing else changes.
    assert back["ngrams"] == out["ngrams"] and back["vocab_size"] == out["ngrams"][0] - 2
    before, after = (answer(capsys, "score", name, "--text", "The tide is in.") for name in ("small", str(folder)))
    assert after["nats"] == pytest.approx(before["nats"], rel=1e-6)
    assert "Use --replace" in error(capsys, "import-arpa", str(file), str(folder))
    assert answer(capsys, "import-arpa", str(file), str(folder), "--replace") == back
    file.write_text("no model")
    assert "Line 2 of the ARPA file" in error(capsys, "import-arpa", str(file), str(tmp_path / "other"))
    assert "nothing to verify" in error(capsys, "verify", str(folder))


def test_every_listing_can_be_read_by_a_person(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    for words in (
        ["models"], ["corpora"], ["checkpoints"], ["score", "small", "--text", "The tide"], ["verify", "small"],
        ["next", "small", "--prefix", "The"], ["tokenize", "char", "--text", "a b"],
        ["compress", "small", str(home / "text.txt"), str(tmp_path / "coded")],
        ["decompress", str(tmp_path / "coded"), str(tmp_path / "back.txt")],
        ["export-arpa", "small", str(tmp_path / "small.arpa")],
        ["import-arpa", str(tmp_path / "small.arpa"), str(tmp_path / "again")],
    ):  # fmt: skip
        assert cli.main(words) == 0, words
        assert capsys.readouterr().out
    assert (tmp_path / "back.txt").read_bytes() == (home / "text.txt").read_bytes()


def test_mistakes_are_one_line_and_status_2(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert "Did you mean 'lstm'" in error(capsys, "train", "lsmt", "--corpus", "tide_clock", "--out", out)
    assert "KEY=VALUE" in error(capsys, "train", "ngram", "--corpus", "tide_clock", "--out", out, "--set", "order")
    assert "'order'" in error(capsys, "train", "ngram", "--corpus", "tide_clock", "--out", out, "--set", "order=99")
    assert "Did you mean 'small'" in error(capsys, "generate", "smal", "--prefix", "x")
    assert "numbers separated by commas" in error(capsys, "score", "small", "--ids", "1,x")
    assert "invalid choice" in error(capsys, "trian")
    assert "not allowed with" in error(
        capsys, "train", "ngram", "--corpus", "c", "--out", out, "--epochs", "1", "--minutes", "1"
    )
    assert "OWNER/NAME" in error(capsys, "space", "nobody", "--yes")


def test_failures_of_the_world_have_status_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    words = ["train", "ngram", "--corpus", "tide_clock", "--out", str(tmp_path / "file" / "out")]
    assert cli.main(words) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_keep_a_checkpoint_that_can_be_resumed(
    home: Path, tmp_path: Path, number: signal.Signals
) -> None:
    words = [
        sys.executable, "-m", "core", "train", "rnn_scratch", "--corpus", str(home / "text.txt"), "--epochs", "100000",
        "--set", "hidden_size=8", "--out", str(tmp_path / "out"), "--json",
    ]  # fmt: skip
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "step" and json.loads(line)["step"] >= 20:
            process.send_signal(number)
            break
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in err
    assert all(json.loads(line) for line in out.splitlines())
    state = json.loads((tmp_path / "out" / "training_state.json").read_text())
    assert state["step"] >= 20
    assert cli.main(["generate", str(tmp_path / "out"), "--prefix", "The", "--tokens", "5"]) == 0


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    for command in (
        "models",
        "corpora",
        "checkpoints",
        "train",
        "generate",
        "score",
        "verify",
        "next",
        "tokenize",
        "compress",
        "decompress",
        "export-arpa",
        "import-arpa",
        "space",
        "bench",
    ):
        assert f"\n    {command}" in out
