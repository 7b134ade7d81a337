"""A judge's bits add up to its own score, however the writer cut the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import LabError, Refused
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]
PREFIX, WRITTEN = "The clock ", "rang twice.\nThe cat"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("judging")
    text = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:5000]
    (folder / "text.txt").write_text(text)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    kinds = {"char": {}, "word": {"level": "word"}, "d2l": {"form": "d2l"}, "raw9": {"order": 9, "smoothing": "none"}}
    for name, values in kinds.items():
        list(made.train("ngram", str(folder / "text.txt"), made.places.checkpoints / name, {"order": 3, **values}))
    return made


@pytest.mark.parametrize("name", ["char", "word"])
@pytest.mark.parametrize("length", [1, 3, 100])
def test_the_bits_of_the_pieces_are_those_of_the_continuation(lab: Lab, name: str, length: int) -> None:
    pieces = [WRITTEN[at : at + length] for at in range(0, len(WRITTEN), length)]
    bits = lab.judge(name, PREFIX, pieces)
    assert len(bits) == len(pieces)
    reading = lab.read(name, PREFIX + WRITTEN)
    ends = [end for _, end in reading["offsets"]]
    whole = sum(each for each, end in zip(reading["bits"], ends, strict=True) if each and end > len(PREFIX))
    # A word takes its leading space along, so the judge's first word lies half in the prefix: " rang" is 5 characters.
    over = {"char": 0.0, "word": next(b for b, end in zip(reading["bits"], ends, strict=True) if end > len(PREFIX)) / 5}
    assert sum(each or 0 for each in bits) == pytest.approx(whole - over[name])


def test_what_the_judge_holds_impossible_is_told(lab: Lab) -> None:
    assert None in lab.judge("raw9", PREFIX, list("zqxzqx"))


def test_a_judge_that_reads_another_form_is_refused(lab: Lab) -> None:
    with pytest.raises(Refused, match="another form"):
        lab.judge("d2l", PREFIX, ["Rang!"])


def test_an_unknown_judge_is_an_error_with_a_sentence(lab: Lab) -> None:
    with pytest.raises(LabError, match="chr"):
        lab.judge("chr", PREFIX, ["a"])
