"""What a checkpoint may have remembered: its own training part only, placed, and open to those only who may read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import BadCorpus, BadSetting, LabError
from core.lab import Lab
from core.places import Places
from core.sharing.memory import Memory
from core.sharing.own import OwnName
from core.text.catalogue import BUNDLED
from core.text.suffix_array import SuffixArray

PROJECT = Path(__file__).parents[2]
STORIES = {each.path.stem: each.path.read_bytes().decode() for each in BUNDLED}
SECRET = ("The cat sat on seventeen mats, and the dog ran to the sea. " * 60).encode()
KEY, OTHER = "ab" * 24, "cd" * 24


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("memory")
    (folder / "secret.txt").write_bytes(SECRET)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    for name, corpus, values in [
        ("tide", "tide_clock", {"order": 3}),
        ("held", "tide_clock", {"order": 3, "validation": True}),
        ("words", "tide_clock", {"order": 2, "level": "word"}),
        ("moon", "moon_ferry", {"order": 2}),
        ("file", str(folder / "secret.txt"), {"order": 3}),
    ]:
        list(made.train("ngram", corpus, made.places.checkpoints / name, values))
    list(made.train_own(OwnName(KEY, "mine"), "ngram", "", SECRET, {"order": 3}))
    return made


@pytest.mark.parametrize("name, corpus", [("tide", "tide_clock"), ("words", "tide_clock"), ("moon", "moon_ferry")])
def test_a_stretch_of_the_training_text_is_found_where_it_stands(lab: Lab, name: str, corpus: str) -> None:
    story = STORIES[corpus]
    text = "ΩΩΩ" + story[700:760] + "ΩΩ"  # letters that the stories do not have
    found = lab.memorised(name, text, 20)
    (span,) = found["spans"]
    assert (span["start"], span["length"], span["character"]) == (3, 60, 700)
    assert span["hit"] == story[700:760] and span["left"] == story[660:700] and span["right"] == story[760:800]
    assert span["line"] == 1 + story[:700].count("\n")
    assert (found["share"], found["longest"]) == (60 / 65, 60)


def test_what_was_held_out_or_held_back_is_not_remembered(lab: Lab) -> None:
    story = STORIES["tide_clock"]
    held_back = story[int(0.85 * len(story)) :][:200]  # in the last tenth of the training part
    assert lab.memorised("tide", held_back)["share"] == 1.0
    assert lab.memorised("held", held_back)["share"] < 0.5
    assert lab.memorised("tide", story[int(0.95 * len(story)) :][:200])["share"] < 0.5


def test_the_held_out_share_is_that_of_the_held_out_text(lab: Lab) -> None:
    story = STORIES["tide_clock"]
    held_out = story[int(0.9 * len(story)) :]
    assert len(held_out) < 20_000
    assert lab.memorised("tide", "x", 12)["held_out_share"] == lab.memorised("tide", held_out, 12)["share"]


def test_lines_are_numbered_as_in_their_file() -> None:
    memory = Memory(SuffixArray("anna\nbella\nclara\n"), np.array([7, 2, 5]), True, "dora")
    (span,) = memory.memorised("bella", 4)["spans"]
    assert (span["line"], span["character"], span["hit"]) == (2, 0, "bella")
    (span,) = memory.memorised("lara", 4)["spans"]
    assert (span["line"], span["character"]) == (5, 1)


def test_a_visitors_text_is_open_to_its_key_alone_and_kept_nowhere(lab: Lab) -> None:
    assert lab.memorised(OwnName(KEY, "mine").word, "on seventeen mats, and the dog")["share"] == 1.0
    with pytest.raises(LabError, match="no model named 'mine'"):
        lab.memorised(OwnName(OTHER, "mine").word, "seventeen")
    assert not any("seventeen mats" in each.learned.text for each in lab._learned._memories._kept.values())


def test_a_text_that_is_not_open_says_so(lab: Lab) -> None:
    with pytest.raises(BadCorpus) as told:
        lab.memorised("file", "seventeen")
    assert "cannot be shown" in str(told.value) and "无法显示" in told.value.in_language("zh")


@pytest.mark.parametrize("least", [0, -1, 1001, 2.5, True, "20"])
def test_a_least_length_that_is_none_is_refused(lab: Lab, least: int) -> None:
    with pytest.raises(BadSetting):
        lab.memorised("tide", "text", least)
