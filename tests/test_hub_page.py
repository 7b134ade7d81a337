"""docs/hub.md, read as a person would follow it: its commands in order, then its program, against the stand-in of the Hub."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from core import cli
from core.sharing.hub.shipped import INDEX
from tests.hub.accounts import WRITER
from tests.hub.fixtures import hub  # noqa: F401 - a fixture
from tests.hub.stand_in import StandIn
from tests.test_commands import Shown, commands_in

PROJECT = Path(__file__).resolve().parents[1]
PAGE = (PROJECT / "docs" / "hub.md").read_text(encoding="utf-8")


@pytest.fixture
def machine(hub: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpora_folder: Path) -> Path:  # noqa: F811
    """A machine with one checkpoint, the texts, and ada's token; its folder of checkpoints."""
    checkpoints = tmp_path / "checkpoints"
    shutil.copytree(PROJECT / "checkpoints" / "shakespeare-ngram", checkpoints / "shakespeare-ngram")
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(checkpoints))
    monkeypatch.setenv("UNROLL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("UNROLL_CORPORA", str(corpora_folder))
    monkeypatch.setenv("HF_TOKEN", WRITER)
    return checkpoints


def run(shown: Shown, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command and return what it prints."""
    assert cli.main(list(shown.words)) == 0, f"{shown}: {capsys.readouterr().err}"
    return capsys.readouterr().out


def test_the_commands_of_the_page_do_what_it_says(
    machine: Path, hub: StandIn, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    said = {shown.words: run(shown, capsys) for shown in commands_in(PAGE, "docs/hub.md")}
    told = {" ".join(words[:2]): output for words, output in said.items()}
    assert "Published ada/my-ngram (private)" in told["push shakespeare-ngram"]
    assert "hub:ada/my-ngram" in told["gallery --owner"]
    assert told["generate hub:ada/my-ngram"].startswith("ROMEO:")
    assert told["verify hub:ada/my-ngram"].endswith("The card tells the truth.\n")
    assert "Published ada/shakespeare-ngram (public)" in told["push --all"]
    assert (machine / INDEX).is_file() and (machine / "from-ada" / "config.json").is_file()
    wanted = ["generate", "shakespeare-ngram", "--prefix", "ROMEO:", "--tokens", "100", "--seed", "1"]
    assert run(Shown("", tuple(wanted)), capsys) == told["generate hub:ada/my-ngram"]


def test_its_program_runs_and_says_the_same_as_the_command_line(
    machine: Path, hub: StandIn, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    commands = commands_in(PAGE, "docs/hub.md")
    run(commands[0], capsys)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(program, {})
    written = capsys.readouterr().out.rpartition("\n")[0].rpartition("\n")[0]
    generate = next(shown for shown in commands if shown.words[0] == "generate")
    assert run(generate, capsys) == "ROMEO:" + written + "\n"
