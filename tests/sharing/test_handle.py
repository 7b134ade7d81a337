"""An opened checkpoint gives what the Lab and the command line give: one implementation, three ways to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.errors import BadSetting, BadText
from core.generation.generate import Piece
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).resolve().parents[2]
TEXT = "The tide came in and the tide went out, and nobody in the town of Sallow asked it why.\n" * 12


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    home = tmp_path_factory.mktemp("use")
    (home / "text.txt").write_text(TEXT)
    lab = Lab(places=Places(PROJECT / "plugins", home / "checkpoints", (home,), home / "data"))
    list(lab.train("ngram", str(home / "text.txt"), home / "checkpoints" / "small", {"order": 3}))
    return lab


@pytest.fixture
def printed(lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command and return its document."""
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(lab.places.checkpoints))

    def run(*words: str) -> Any:
        assert cli.main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def timeless(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name != "tokens_per_second"}


def test_writing_is_the_same_everywhere(lab: Lab, printed: Any) -> None:
    values = {"tokens": 30, "temperature": 0.8, "top_k": 5, "seed": 11}
    opened = lab.open("small")
    mine = opened.generate("The t", values, ["why"])
    assert timeless(mine) == timeless(lab.generate_whole("small", "The t", values, ["why"]))
    words = [
        "--prefix",
        "The t",
        "--tokens",
        "30",
        "--temperature",
        "0.8",
        "--top-k",
        "5",
        "--seed",
        "11",
        "--stop",
        "why",
    ]
    assert timeless(mine) == timeless(printed("generate", "small", *words))
    pieces = [each.text for each in opened.stream("The t", values, ["why"]) if isinstance(each, Piece)]
    assert "".join(pieces) == mine["text"]
    assert mine["ids"] and opened.generate("The t", values | {"seed": 12})["ids"] != mine["ids"]


def test_next_tokens_are_the_same_everywhere(lab: Lab, printed: Any) -> None:
    mine = lab.open("small").next_tokens("The t", 5)
    assert mine == lab.next_tokens("small", "The t", 5) == printed("next", "small", "--prefix", "The t", "--top", "5")
    assert len(mine["candidates"]) == 5


def test_scores_are_the_same_everywhere(lab: Lab, printed: Any) -> None:
    opened = lab.open("small")
    assert (
        opened.score("The tide")
        == lab.score("small", text="The tide")
        == printed("score", "small", "--text", "The tide")
    )
    ids = [int(each) for each in opened.tokenizer.encode("The tide")]
    words = ",".join(map(str, ids))
    assert opened.score(ids=ids) == lab.score("small", ids=ids) == printed("score", "small", "--ids", words)
    assert opened.score(ids=ids)["nats"] == pytest.approx(opened.score("The tide")["nats"])
    windows = opened.score("The tide", window=3)
    assert windows == lab.score("small", text="The tide", window=3) != opened.score("The tide")


@pytest.mark.parametrize("given", [{}, {"text": "a", "ids": [1]}])
def test_a_text_or_ids_are_scored_not_both_and_not_neither(lab: Lab, given: dict[str, Any]) -> None:
    with pytest.raises(BadText, match="either a text or token ids"):
        lab.open("small").score(**given)


def test_what_cannot_be_asked_is_said(lab: Lab) -> None:
    opened = lab.open("small")
    with pytest.raises(BadSetting, match="exclude each other"):
        opened.score("ab", window=1, adaptive=True)
    for top in (0, 1001, True, "5", 2.0):
        with pytest.raises(BadSetting, match="1 to 1000"):
            opened.next_tokens("a", top)  # type: ignore[arg-type]
    with pytest.raises(BadSetting):
        opened.generate("a", {"temperature": -1})


def test_its_parts_are_the_checkpoints(lab: Lab) -> None:
    opened = lab.open("small")
    assert opened.name == "small" and opened.facts.model == "ngram"
    assert opened.model.vocab_size == opened.tokenizer.vocab_size == opened.facts.vocab_size
    assert lab.open("small").model is opened.model  # opened once, for all
