"""The difference of two models on one text: laid over characters, paired, with its interval; or why there is none."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cli
from core.errors import BadText, LabError, Refused
from core.lab import Lab
from core.places import PROJECT, Places
from core.sharing.checkpoint import load_checkpoint
from core.sharing.difference import losses_of_reading, read_losses

WORDS = "the cat sat on the mat and the dog ran to the sea while it rained as if the sky were a grey and endless sea"
NAMES = "anna\nbella\nclara\ndora\nella\n" * 20


def tale(seed: int, words: int) -> str:
    """Return words drawn at random, so that bigrams of characters tell more than single characters do."""
    return " ".join(np.random.default_rng(seed).choice(WORDS.split(), words))


TEXT = tale(1, 8000)
OTHER = tale(2, 700) + " crab " + tale(3, 20)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("difference")
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    (folder / "tale.txt").write_text(TEXT)
    (folder / "other.txt").write_text(TEXT[::-1])
    (folder / "names.txt").write_text(NAMES)
    runs: list[tuple[str, str, dict[str, Any]]] = [
        ("one", "tale.txt", {"order": 1}), ("two", "tale.txt", {"order": 2}), ("words", "tale.txt", {"order": 1, "level": "word"}),
        ("pairs", "tale.txt", {"order": 2, "level": "bpe", "bpe_size": 280}), ("back", "other.txt", {"order": 2}),
        ("plain", "tale.txt", {"order": 2, "form": "d2l", "level": "word"}), ("names", "names.txt", {"order": 2, "lines": "lines"}),
        ("bare", "tale.txt", {"order": 3, "smoothing": "none"}),
    ]  # fmt: skip
    for name, corpus, values in runs:
        list(lab.train("ngram", str(folder / corpus), lab.places.checkpoints / name, values))
    return lab


def opened(lab: Lab, name: str) -> Any:
    return load_checkpoint(lab.places.checkpoints / name, lab.registry)


@pytest.mark.parametrize("name", ["two", "words", "pairs"])
def test_the_characters_lose_what_the_tokens_lose_and_unknown_ones_their_spelling(lab: Lab, name: str) -> None:
    """As bits per character say it: the same total, over the characters that were predicted."""
    losses, scored = read_losses(opened(lab, name), OTHER), lab.score(name, text=OTHER)
    characters = len(OTHER) - losses.given
    assert losses.nats[: losses.given].sum() == 0
    assert losses.nats.sum() == pytest.approx(scored["bits_per_char"] * math.log(2) * characters)
    assert scored["unknown"] == (0 if name == "pairs" else 1)  # "crab", or the letter b


def test_a_token_is_spread_evenly_over_its_characters(lab: Lab) -> None:
    reading = lab.read("words", "the cat sat")  # "the", " cat", " sat"
    losses = read_losses(opened(lab, "words"), "the cat sat")
    assert losses.given == 3
    nats = [bits * math.log(2) for bits in reading["bits"][1:]]
    assert losses.nats == pytest.approx([0] * 3 + [nats[0] / 4] * 4 + [nats[1] / 4] * 4, abs=1e-5)


@pytest.mark.parametrize("name", ["two", "words", "pairs"])
def test_what_was_read_for_the_page_gives_the_same_losses(lab: Lab, name: str) -> None:
    text = OTHER + " 你好"  # three bytes, one character
    (reading,) = lab.compare([name], text)["models"]
    again, losses = losses_of_reading(opened(lab, name), reading), read_losses(opened(lab, name), text)
    assert (again.text, again.given) == (losses.text, losses.given)
    assert again.nats == pytest.approx(losses.nats, abs=1e-5)


@pytest.mark.parametrize("other", ["one", "pairs"])
def test_a_difference_is_that_of_the_means_and_zero_lies_where_it_should(lab: Lab, other: str) -> None:
    found, back = lab.difference("two", other, OTHER), lab.difference(other, "two", OTHER)
    two, second = (read_losses(opened(lab, name), OTHER) for name in ("two", other))
    given = max(two.given, second.given)
    by_hand = (second.nats[given:].sum() - two.nats[given:].sum()) / (len(OTHER) - given)
    assert found["mean"] == pytest.approx(by_hand) == -back["mean"]
    assert found["mean"] == pytest.approx(found["second_nats"] - found["first_nats"])
    assert found["characters"] == len(OTHER) - given and found["block"] == found["characters"] // 20
    assert found["low"] < found["mean"] < found["high"] and found["decided"]
    assert found == lab.difference("two", other, OTHER)


def test_without_a_text_the_shared_held_out_text_is_read_and_progress_told(lab: Lab) -> None:
    told: list[tuple[int, int]] = []
    found = lab.difference("two", "one", progress=lambda done, total: told.append((done, total)))
    held_out = TEXT[int(0.9 * len(TEXT)) :]
    assert found == lab.difference("two", "one", held_out)
    assert told[-1][1] == 2 * len(held_out) and told[-1][0] == 2 * (len(held_out) - 1)
    rows = {row["name"]: row["bits_per_char"] * math.log(2) for row in lab.checkpoints()}
    assert found["mean"] == pytest.approx(rows["one"] - rows["two"])
    assert lab.difference("words", "one")["characters"] > 2000  # the same text, cut otherwise


@pytest.mark.parametrize(
    ("pair", "text", "kind", "why"),
    [
        (("two", "back"), None, Refused, "not held out the same text"),
        (("two", "plain"), "A cat. " * 500, Refused, "in different forms"),
        (("two", "names"), None, Refused, "reads line by line"),
        (("names", "two"), OTHER, Refused, "reads line by line"),
        (("two", "bare"), OTHER + " xxx", Refused, "impossible"),
        (("two", "one"), "the cat", BadText, "too few"),
        (("two", "one"), "", BadText, "cannot be scored"),
    ],
)  # fmt: skip
def test_what_cannot_be_paired_is_refused_with_the_reason(
    lab: Lab, pair: tuple[str, str], text: str | None, kind: type[LabError], why: str
) -> None:
    with pytest.raises(kind, match=why) as caught:
        lab.difference(*pair, text)
    assert caught.value.in_language("zh") != str(caught.value)


def test_a_comparison_tells_how_much_better_the_best_is(lab: Lab) -> None:
    found = {each["second"]: each for each in lab.compare(["one", "two", "bare"], OTHER)["differences"]}
    assert set(found) == {"one", "bare"} and all(each["first"] == "two" for each in found.values())
    wanted = lab.difference("two", "one", OTHER)
    for value in ("mean", "low", "high"):
        assert found["one"][value] == pytest.approx(wanted[value], abs=1e-5)
    assert "impossible" in found["bare"]["error"]["en"]
    assert lab.compare(["one"], OTHER)["differences"] == []
    short = lab.compare(["one", "two"], "the cat")["differences"]
    assert "too few" in short[0]["error"]["en"] and "太少" in short[0]["error"]["zh"]
    json.dumps(lab.compare(["one", "two", "names", "bare"], OTHER), allow_nan=False)


def test_the_command_says_which_is_better_and_how_sure(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(lab.places.checkpoints))
    file = tmp_path / "other.txt"
    file.write_text(OTHER)
    for pair in (["one", "two"], ["two", "one"]):
        assert cli.main(["difference", *pair, "--file", str(file), "--block", "100"]) == 0
        told = capsys.readouterr().out
        found = lab.difference("two", "one", OTHER, block=100)
        assert (
            f"two is better by {found['mean']:.4f} [{found['low']:.4f}, {found['high']:.4f}] nats a character." in told
        )
        assert "blocks of 100 characters" in told
    assert cli.main(["difference", "two", "two", "--text", OTHER]) == 0
    assert "Not to be told apart" in capsys.readouterr().out
    assert cli.main(["difference", "two", "one", "--file", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == lab.difference("two", "one", OTHER)
