"""A visitor's own models: only the key opens them, an interrupted training goes on, and what is deleted is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import BadSetting, LabError, Refused, UnknownName
from core.lab import Lab
from core.places import Places
from core.sharing import own as own_models
from core.sharing.own import OwnName, check_own_name
from core.training.events import Finished, Step

PROJECT = Path(__file__).parents[2]
TEXT = ("The cat sat on the mat, and the dog ran to the sea. " * 60).encode()
KEY, OTHER = "ab" * 24, "cd" * 24
TINY = {"hidden_size": 8, "epochs": 4, "batch_size": 4, "num_steps": 16}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(places=Places(PROJECT / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))


def test_only_the_key_opens_a_model_and_no_list_holds_it(lab: Lab, tmp_path: Path) -> None:
    mine = OwnName(KEY, "mine")
    list(lab.train_own(mine, "ngram", "", TEXT, {"order": 3}))
    assert lab.checkpoints() == []
    assert [row["name"] for row in lab.own.rows(KEY)] == [mine.word] and lab.own.rows(OTHER) == []
    assert lab.generate_whole(mine.word, "The c", {"tokens": 5})["ids"]
    assert not any(KEY in str(path) for path in tmp_path.rglob("*"))
    for word in (OwnName(OTHER, "mine").word, OwnName(KEY, "other").word):
        with pytest.raises(UnknownName) as told:
            lab.open(word)
        assert KEY not in str(told.value) and OTHER not in str(told.value)
    lab.own.delete(mine)
    assert lab.own.rows(KEY) == []
    with pytest.raises(UnknownName, match="no model named 'mine'"):
        lab.open(mine.word)


def test_a_training_that_was_stopped_goes_on_with_its_own_text(lab: Lab) -> None:
    mine = OwnName(KEY, "mine")
    events = lab.train_own(mine, "rnn_scratch", "", TEXT, TINY)
    for event in events:
        if isinstance(event, Step) and event.step == 5:
            break
    events.close()  # type: ignore[attr-defined]
    (row,) = lab.own.rows(KEY)
    assert not row["finished"] and lab.generate_whole(mine.word, "The", {"tokens": 3})["ids"]
    assert isinstance(list(lab.train_own(mine, "", "", resume=True))[-1], Finished)
    assert lab.own.rows(KEY)[0]["finished"]


@pytest.mark.parametrize(
    "word", ["own:short:mine", f"own:{KEY}:../up", f"own:{KEY}:", f"own:{KEY.upper()}:a", "own::", "cats"]
)
def test_other_words_are_no_names_of_own_models(word: str) -> None:
    assert OwnName.parse(word) is None


@pytest.mark.parametrize(
    ("key", "name"), [("", "a"), (KEY, ""), (KEY, ".."), (KEY, "a/b"), (KEY, "x" * 41), (None, "a"), (KEY, 3)]
)
def test_bad_keys_and_names_are_told(key: Any, name: Any) -> None:
    with pytest.raises(BadSetting) as told:
        check_own_name(key, name)
    assert KEY not in str(told.value)


def test_bad_texts_and_too_many_models_are_refused_before_anything_is_written(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = OwnName(KEY, "mine")
    for text in (b"", b"\x00\x01\x02", b"a", b"\n\n"):
        with pytest.raises(LabError):
            lab.train_own(mine, "ngram", "", text, {})
    assert lab.own.rows(KEY) == [] and not list(tmp_path.rglob("*.txt"))
    monkeypatch.setattr(own_models, "MOST_MODELS", 1)
    list(lab.train_own(mine, "ngram", "", TEXT, {"order": 2}))
    with pytest.raises(Refused, match="such as mine-2"):  # nothing is replaced without a word
        lab.train_own(mine, "ngram", "", TEXT, {"order": 3})
    assert lab.own.free_name(mine) == "mine-2" and lab.own.free_name(OwnName(OTHER, "mine")) == "mine"
    with pytest.raises(Refused, match="Delete one first"):
        lab.train_own(OwnName(KEY, "second"), "ngram", "", TEXT, {})
    assert lab.own.rows(KEY)[0]["finished"]


def test_what_a_visitor_chose_from_the_hub_is_remembered_for_that_visitor(lab: Lab, tmp_path: Path) -> None:
    assert lab.own.chosen(KEY) == []
    for word in ("hub:a/b", "hub:c/d", "hub:a/b"):
        lab.own.choose(KEY, word)
    assert lab.own.chosen(KEY) == ["hub:a/b", "hub:c/d"] and lab.own.chosen(OTHER) == []
    assert lab.own.rows(KEY) == [] and lab.checkpoints(KEY) == []  # they are not here yet, and no models of one's own
    assert not any(KEY in str(path) for path in tmp_path.rglob("*"))
    for number in range(20):
        lab.own.choose(KEY, f"hub:a/n{number}")
    assert lab.own.chosen(KEY) == [f"hub:a/n{number}" for number in range(19, 7, -1)]


@pytest.mark.parametrize("key", ["", "..", "../" * 16, KEY.upper(), KEY + "0"])
def test_nothing_is_remembered_under_a_key_that_is_none(lab: Lab, tmp_path: Path, key: str) -> None:
    lab.own.choose(key, "hub:a/b")
    assert lab.own.chosen(key) == [] and not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(
    "kept", [b"", b"{", b"{}", b"5", b"\xff", b"[1, null, {}]", b"[" * 100_000], ids=lambda kept: repr(kept[:12])
)
def test_a_damaged_list_of_choices_is_an_empty_one(lab: Lab, kept: bytes) -> None:
    lab.own.choose(KEY, "hub:a/b")
    (path,) = lab.places.data.rglob(".hub.json")
    path.write_bytes(kept)
    assert lab.own.chosen(KEY) == [] and lab.checkpoints(KEY) == []
    lab.own.choose(KEY, "hub:c/d")
    assert lab.own.chosen(KEY) == ["hub:c/d"]


@pytest.mark.parametrize("word", ["hub:../../x", "own:x", "counts", "hub:a/b@../x", "x" * 10_000, ""])
def test_a_choice_that_is_no_name_shows_nothing(lab: Lab, word: str) -> None:
    lab.own.choose(KEY, word)
    assert lab.checkpoints(KEY) == []
