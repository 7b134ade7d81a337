"""push, pull and gallery as a person at a terminal uses them: what is printed, what is not, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from core import cli
from core.lab import Lab
from tests.hub.accounts import WRITER
from tests.hub.faults import Fault, Status
from tests.hub.stand_in import StandIn
from tests.sharing.hub.forging import Files, without

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def environment(lab: Lab, trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(lab.places.checkpoints))
    monkeypatch.setenv("UNROLL_DATA", str(lab.places.data))
    monkeypatch.setenv("UNROLL_CORPORA", str(trained))


Answered = tuple[int, str, str]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> Answered:
    """Run a command; return its exit status, and what it printed."""
    status = cli.main(words)
    return status, *capsys.readouterr()


def one_document(answered: Answered) -> Any:
    status, out, err = answered
    assert status == 0 and err == "", err
    return json.loads(out)


def refusal(answered: Answered) -> tuple[int, str]:
    """Return the status and the one line of an error."""
    status, out, err = answered
    assert out == "" and err.startswith("error: ") and err.count("\n") == 1 and "Traceback" not in err
    return status, err


def test_json_is_one_document_and_nothing_else(
    hub: StandIn, signed_in: str, capsys: pytest.CaptureFixture[str], lab: Lab
) -> None:
    pushed = one_document(run(capsys, "push", "counts", "ada/cats", "--json"))
    assert pushed["repository"] == "ada/cats" and pushed["commit"] == hub.commits("ada/cats")[-1].sha
    pulled = one_document(run(capsys, "pull", "ada/cats", "--name", "mine", "--json"))
    assert (pulled["checkpoint"], pulled["commit"], pulled["others"]) == ("mine", pushed["commit"], [])
    assert Path(pulled["folder"]) == lab.places.checkpoints / "mine"
    (row,) = one_document(run(capsys, "gallery", "--json"))
    assert row["name"] == "hub:ada/cats"
    private = one_document(run(capsys, "push", "counts", "ada/secret", "--private", "--json"))
    assert private["private"] and hub.repository("ada/secret").private
    both = one_document(run(capsys, "push", "--all", "--owner", "ada", "--json"))
    assert [each["repository"] for each in both] == ["ada/counts", "ada/mine", "ada/network"]
    assert one_document(run(capsys, "generate", "hub:ada/network", "--prefix", "The ", "--tokens", "3", "--json"))[
        "ids"
    ]
    assert one_document(run(capsys, "verify", "hub:ada/cats", "--json"))["holds"]
    assert one_document(run(capsys, "gallery", "--owner", "bob", "--json")) == []


def test_a_person_reads_what_was_done(
    hub: StandIn, signed_in: str, capsys: pytest.CaptureFixture[str], files: Files
) -> None:
    status, out, _ = run(capsys, "push", "counts", "ada/cats")
    assert status == 0 and out.startswith("Published ada/cats (public), commit ") and hub.endpoint in out
    hub.put("ada/cats", {"notes\x1b[31m.txt": b"x"})
    status, out, err = run(capsys, "pull", "ada/cats")
    assert (
        status == 0
        and out.startswith("Fetched hub:ada/cats, commit ")
        and "notes\N{REPLACEMENT CHARACTER}[31m.txt" in out
    )
    status, out, err = run(capsys, "generate", "hub:ada/cats", "--prefix", "The ", "--tokens", "3")
    assert status == 0 and out.startswith("The ") and err == ""
    hub.put("ada/dogs", files)
    status, out, err = run(capsys, "generate", "hub:ada/dogs", "--prefix", "The ", "--tokens", "3")
    assert out.startswith("The ") and "Fetching hub:ada/dogs from the Hub" in err
    status, out, err = run(capsys, "gallery")
    assert status == 0 and "hub:ada/cats" in out and "what the cards claim" in out
    assert "likes" in out
    hub.put("bob/gated", files, gated=True)
    status, out, err = run(capsys, "gallery", "--owner", "bob")
    assert status == 0 and "ask its owner" in out
    status, out, err = run(capsys, "gallery", "--owner", "nobody")
    assert status == 0 and out == "Nothing of this kind is published.\n"
    status, out, err = run(capsys, "checkpoints")
    assert status == 0 and "hub:ada/cats" in out and "hub:ada/dogs" not in out


MISTAKES = [
    ("push", "counts"), ("push",), ("push", "--all"), ("push", "--owner", "ada"), ("push", "counts", "ada/x", "--all"),
    ("push", "counts", "ada/x", "--owner", "ada"), ("push", "nothing", "ada/x"), ("push", "counts", "x"),
    ("push", "counts", "a/b/c"), ("pull", "x"), ("pull", "hub:"), ("pull", "ada/nothing"), ("pull", "ada/cats", "--name", "../x"),
    ("pull", "ada/cats", "--name", "counts"), ("pull", "ada/cats", "--replace"), ("push", "counts", "ada/x@v1"),
    ("push", "--all", "--owner", "a/b"), ("pull", "ada/cats", "--name", "index.json"), ("pull", "x" * 10_000), ("gallery", "--sort", "size"),
    ("gallery", "--owner", "a/b"),
    ("generate", "hub:x"), ("generate", "hub:" + "x" * 10_000), ("generate", "hub:ada/nothing"), ("score", "hub:a\nb/c", "--text", "x"),
    ("push", "hub:" + "y" * 10_000, "ada/x"), ("push", "z" * 10_000, "ada/x"), ("pull", "ada/broken"),
]  # fmt: skip


@pytest.mark.parametrize("words", MISTAKES, ids=lambda words: ascii(" ".join(words))[:40])
def test_a_persons_mistake_is_one_line_and_two(
    words: tuple[str, ...],
    hub: StandIn,
    signed_in: str,
    files: Files,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hub.put("ada/cats", files)
    hub.put("ada/broken", without(files, "tokenizer.json"))
    for more in ([], ["--json"]):
        assert refusal(run(capsys, *words, *more))[0] == 2


@pytest.mark.parametrize(
    "words", [("push", "counts", "ada/cats"), ("pull", "ada/cats"), ("gallery",), ("generate", "hub:ada/x")]
)
def test_a_failure_is_one_line_and_one(
    words: tuple[str, ...], hub: StandIn, signed_in: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    pauses: list[float],
) -> None:  # fmt: skip
    hub.misbehave(Fault(Status(502), times=None))
    assert refusal(run(capsys, *words))[0] == 1
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    status, line = refusal(run(capsys, *words, "--json"))
    assert status == 1 and "cannot be reached" in line


def test_all_are_published_from_inside_a_checkpoints_folder(
    hub: StandIn, signed_in: str, lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lab.places.checkpoints / "counts")
    assert len(one_document(run(capsys, "push", "--all", "--owner", "ada", "--json"))) == 2


def test_an_untrue_card_is_a_failure_of_verify(hub: StandIn, files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    card = files["README.md"].decode()
    figure = card.split("value: ")[1].split("\n")[0]
    hub.put("eve/liar", {**files, "README.md": card.replace(f"value: {figure}", "value: 1.0001").encode()})
    status, out, _ = run(capsys, "verify", "hub:eve/liar")
    assert status == 1 and "does NOT tell the truth" in out
    status, out, _ = run(capsys, "verify", "hub:eve/liar", "--json")
    assert status == 1 and json.loads(out)["holds"] is False


def test_verify_shows_what_is_missing_apart_from_what_is_infinite(
    hub: StandIn, files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    """The card's first figure is gone: nothing is claimed, which is not the same as infinity."""
    card = files["README.md"].decode()
    hub.put("eve/mute", {**files, "README.md": card.replace("train perplexity", "another", 1).encode()})
    status, out, _ = run(capsys, "verify", "hub:eve/mute")
    assert status == 1 and out.startswith("what") and "infinite" not in out
    lines = {" ".join(line.split()[:4]): line.split() for line in out.splitlines()}
    assert lines["card: train perplexity -"][-1] == "NO"
    rows = {row["what"]: row for row in json.loads(run(capsys, "verify", "hub:eve/mute", "--json")[1])["rows"]}
    assert (rows["card: train perplexity"]["claimed"], rows["card: train perplexity"]["missing"]) == (None, True)
    assert (rows["card: another"]["found"], rows["card: another"]["absent"]) == (None, True)
    assert not rows["train perplexity"]["missing"]


def test_help_says_what_may_stand_where(capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in (
        ("push", "An n-gram model contains its text nearly whole"), ("push", "hub:OWNER/NAME"), ("verify", "hub:OWNER/NAME"),
        ("gallery", "{downloads,likes,updated}"),
    ):  # fmt: skip
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        assert words in " ".join(capsys.readouterr().out.split())


def test_a_program_of_its_own_finds_mirror_and_token_in_the_environment(hub: StandIn, tmp_path: Path) -> None:
    environment = {**os.environ, **hub.environment(tmp_path / "home", WRITER)}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert command("push", "counts", "ada/cats", "--json").returncode == 0
    assert json.loads(command("pull", "ada/cats", "--json").stdout)["checkpoint"] == "hub:ada/cats"
    environment["HF_HUB_OFFLINE"] = "1"
    assert command("generate", "hub:ada/cats", "--prefix", "The ", "--tokens", "2").returncode == 0
    ran = command("gallery")
    assert ran.returncode == 1 and "HF_HUB_OFFLINE is set" in ran.stderr and ran.stderr.count("\n") == 1
