"""The README tells the truth of today."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from core import cli
from core.lab import Lab
from core.sharing.card import write_card
from core.sharing.checkpoint import read_facts

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
SHIPPED = {
    "shakespeare-bigram", "shakespeare-ngram", "shakespeare-rnn-scratch", "shakespeare-rnn", "shakespeare-lstm",
    "shakespeare-gru", "shakespeare-mixture", "shakespeare-mlp", "shakespeare-hmm", "shakespeare-transformer",
    "time-machine-ngram-words", "time-machine-mixture-words", "time-machine-rnn-scratch-d2l", "time-machine-12gram-d2l",
    "time-machine-12gram-unsmoothed", "red-chamber-bigram", "red-chamber-ngram", "red-chamber-rnn", "red-chamber-lstm",
    "names-gru",
}  # fmt: skip


def test_the_front_matter_is_a_spaces() -> None:
    front = yaml.safe_load(README.split("---\n")[1])
    assert front["sdk"] == "gradio"
    assert front["app_file"] == "app.py"
    assert len(front["short_description"]) <= 60
    assert f"gradio[oauth,mcp]>={front['sdk_version'].rsplit('.', 1)[0]}" in (PROJECT / "requirements.txt").read_text()


def test_it_opens_with_a_picture_and_two_commands() -> None:
    body = README.split("---\n", 2)[2]
    picture = re.search(r"!\[.+\]\((.+)\)", body)
    assert picture is not None
    assert (PROJECT / picture.group(1)).is_file()
    assert body.index("pip install -r requirements.txt\npython app.py") > picture.start()


def test_every_link_into_the_project_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target


@pytest.fixture
def only_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the checkpoints that ship, not at those that somebody has trained beside them."""
    for name in SHIPPED:
        shutil.copytree(PROJECT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(tmp_path))


def test_the_table_is_what_the_command_prints(capsys: pytest.CaptureFixture[str], only_shipped: None) -> None:
    assert cli.main(["bench", "quality"]) == 0
    block = re.search(
        r"<!-- table: python -m core bench quality -->\n```text\n(.*?)```\n<!-- end of table -->", README, re.S
    )
    assert block is not None
    assert block.group(1) == capsys.readouterr().out
    assert max(map(len, block.group(1).splitlines())) <= 122


def test_what_ships_is_complete_and_finished(only_shipped: None) -> None:
    rows = {row["name"]: row for row in Lab().checkpoints()}
    assert set(rows) == SHIPPED
    assert all(row.get("finished") for row in rows.values()), rows


def test_every_card_shows_train_beside_held_out_and_the_exact_command() -> None:
    for name in SHIPPED:
        card = (PROJECT / "checkpoints" / name / "README.md").read_text(encoding="utf-8")
        assert "| train |" in card, name
        assert "| held-out |" in card, name
        command = re.search(r"^python -m core train .+$", card, re.M)
        assert command is not None, name
        cli.parser().parse_args(command.group(0).split()[3:])


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_cards_that_ship_say_what_the_facts_say_and_their_program_runs(
    name: str, only_shipped: None, capsys: pytest.CaptureFixture[str]
) -> None:
    lab, folder = Lab(), PROJECT / "checkpoints" / name
    facts = read_facts(folder)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card == write_card(name, lab.registry.get(facts.model).about, facts)
    (program,) = re.findall(r"```python\n(.*?)```", card, re.S)
    exec(program.replace('"tokens": 200', '"tokens": 9'), {})
    wanted = lab.generate_whole(name, facts.corpus["prefix"], {"tokens": 9, "seed": 0})
    assert capsys.readouterr().out == wanted["text"] + "\n"


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_shipped_checkpoint_opens_and_writes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLL_CHECKPOINTS", raising=False)
    lab = Lab()
    row = next(row for row in lab.checkpoints() if row["name"] == name)
    written = lab.generate_whole(name, row["prefix"], {"tokens": 12, "seed": 1})
    assert written["ids"]
    assert written["text"].strip()


@pytest.mark.parametrize("name", ["time-machine-12gram-d2l", "shakespeare-ngram", "names-gru"])
def test_shipped_results_hold(name: str, corpora_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLL_CHECKPOINTS", raising=False)
    result = Lab().verify(name)
    assert result["holds"], [row for row in result["rows"] if not row["holds"]]
