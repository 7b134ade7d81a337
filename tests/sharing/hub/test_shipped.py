"""The project's own checkpoints without their tensors: fetched when first used, and refused where they are others."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import BadCheckpoint, BadText, Failure, LabError, Refused, UnknownName
from core.lab import Lab
from core.places import Places
from core.sharing.checkpoint import HISTORY, MODEL, NAMES, TOKENIZER
from core.sharing.facts import CONFIG
from tests.hub.faults import Cut, Fault, Meanwhile, WrongBytes
from tests.hub.stand_in import StandIn
from tests.sharing.hub.conftest import Place
from tests.sharing.hub.forging import Files
from tests.sharing.hub.refusals import leftovers, snapshot, told, works

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1234\n" % (b"0" * 64)
LARGE = (MODEL, TOKENIZER)


def without_tensors(folder: Path) -> None:
    for name in LARGE:
        (folder / name).unlink()


def as_pointers(folder: Path) -> None:
    for name in LARGE:
        (folder / name).write_bytes(POINTER)


SLIM: dict[str, Callable[[Path], object]] = {
    "without tensors": without_tensors,
    "pointers of LFS": as_pointers,
    "gone": shutil.rmtree,
    "only its tokenizer gone": lambda folder: (folder / TOKENIZER).unlink(),
}


@pytest.fixture
def slim(lab: Lab, hub: StandIn, signed_in: str, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A checkout whose checkpoints were published as Ada's and whose files are still whole; nobody is signed in."""
    assert len(list(lab.hub.push_all("ada"))) == 2
    monkeypatch.delenv("HF_TOKEN")
    hub.requests.clear()
    return Lab(places=lab.places)


@pytest.mark.parametrize("how", SLIM)
def test_what_is_missing_is_fetched_and_what_is_here_stays(how: str, slim: Lab, hub: StandIn) -> None:
    whole = slim.generate_whole("counts", "The ", {"seed": 5})
    folder = slim.places.checkpoints / "counts"
    (folder / "notes.txt").write_text("mine")
    before = snapshot(folder)
    SLIM[how](folder)
    checkout = Lab(places=slim.places)
    if folder.exists():
        (row,) = [row for row in checkout.checkpoints() if row["name"] == "counts"]
        assert row["held_out_perplexity"]  # its facts are shown without its numbers
    assert hub.requests == []
    again = checkout.generate_whole("counts", "The ", {"seed": 5})
    assert (again["text"], again["ids"], again["log_probs"]) == (whole["text"], whole["ids"], whole["log_probs"])
    after = snapshot(folder)
    assert how == "gone" or after == before
    assert {name: after[name] for name in NAMES if name != "README.md"} == {
        name: before[name] for name in NAMES if name != "README.md"
    }
    assert leftovers(slim.places.checkpoints) == []
    asked = len(hub.requests)
    assert works(Lab(places=slim.places), "counts") and len(hub.requests) == asked


def test_all_that_was_published_works_without_its_tensors(lab: Lab, place: Place) -> None:
    """`push --all`, on the live Hub as well: the names there are the folders', so the folders are renamed first."""
    names = []
    for name in ("counts", "network"):
        names.append(place.repository(name).partition("/")[2])
        (lab.places.checkpoints / name).rename(lab.places.checkpoints / names[-1])
    whole = {name: lab.generate_whole(name, "The ", {"seed": 7})["text"] for name in names}
    published = list(lab.hub.push_all(place.owner))
    assert {each["repository"] for each in published} == set(place.made)
    for name in names:
        without_tensors(lab.places.checkpoints / name)
    checkout = Lab(places=lab.places)
    assert {name: checkout.generate_whole(name, "The ", {"seed": 7})["text"] for name in names} == whole


def test_the_index_names_commits_so_that_a_later_one_changes_nothing(
    slim: Lab, hub: StandIn, network_files: Files
) -> None:
    hub.put("ada/counts", network_files)
    shutil.rmtree(slim.places.checkpoints / "counts")
    assert slim.open("counts").facts.model == "ngram"


def test_other_bytes_than_the_index_says_are_refused(slim: Lab, hub: StandIn, network_files: Files) -> None:
    """A checkpoint that is sound in itself, and another one: only the index tells them apart."""
    commit = hub.put("ada/counts", network_files)
    index = slim.places.checkpoints / "index.json"
    entries = json.loads(index.read_text())
    entries["counts"]["commit"] = commit
    index.write_text(json.dumps(entries))
    folder = slim.places.checkpoints / "counts"
    shutil.rmtree(folder)
    with told("its hash is not the one in index.json", kind=BadCheckpoint):
        slim.open("counts")
    assert not folder.exists() and leftovers(slim.places.checkpoints) == []


@pytest.mark.parametrize("file", LARGE)
def test_a_download_that_goes_wrong_leaves_the_folder_as_it_was(
    file: str, slim: Lab, hub: StandIn, pauses: list[float]
) -> None:
    folder = slim.places.checkpoints / "counts"
    as_pointers(folder)
    before = snapshot(folder)
    path = "lfs-blob" if file == MODEL else file
    for what, words in ((WrongBytes(), "its hash is not the one"), (Cut(5), "cannot be reached")):
        hub.behave()
        hub.misbehave(Fault(what, method="GET", path=path, times=None))
        with told(words):
            slim.open("counts")
        assert snapshot(folder) == before and leftovers(slim.places.checkpoints) == []
    hub.behave()
    assert works(slim, "counts")


def test_two_who_need_the_same_one_wait_for_one_download(slim: Lab, hub: StandIn) -> None:
    without_tensors(slim.places.checkpoints / "counts")
    found: list[object] = []

    def use() -> None:
        try:
            found.append(slim.generate_whole("counts", "The ", {"tokens": 5, "seed": 1})["text"])
        except LabError as error:
            found.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(map(str, found))) == 1 and isinstance(found[0], str)
    assert len(hub.asked("GET", "lfs-blob")) == len(hub.asked("GET", "/api/models/")) == 1


@pytest.mark.parametrize("index", [None, b"{}", b'{"network": {}}'], ids=str)
def test_without_anybody_who_says_where_it_is_a_person_can_say_it(
    index: bytes | None, lab: Lab, hub: StandIn, files: Files
) -> None:
    if index is not None and index != b'{"network": {}}':
        (lab.places.checkpoints / "index.json").write_bytes(index)
    without_tensors(lab.places.checkpoints / "counts")
    with told("without its numbers", "UNROLL_HUB_OWNER", kind=BadCheckpoint):
        lab.open("counts")
    assert hub.requests == [] and works(lab, "network")
    hub.put("ada/counts", files)
    assert works(Lab(places=replace(lab.places, hub_owner="ada")), "counts")


DAMAGED = [
    b"", b"{", b"[]", b"5", b"\xff", b'{"counts": 5}', b'{"counts": {}}', b"[" * 100_000,
    b'{"counts": {"repository": "../x", "commit": "%s", "files": {}}}' % (b"0" * 40),
    b'{"counts": {"repository": "a/b", "commit": "main", "files": {}}}',
    b'{"counts": {"repository": "a/b", "commit": "%s", "files": {}}}' % (b"z" * 40),
    b'{"counts": {"repository": "a/b", "commit": "%s", "files": []}}' % (b"0" * 40),
    b'{"counts": {"repository": "a/b", "commit": "%s", "files": {}, "more": 1}}' % (b"0" * 40),
]  # fmt: skip


@pytest.mark.parametrize("index", DAMAGED, ids=lambda index: repr(index[:70]))
def test_a_damaged_index_is_said_where_it_is_needed_and_nowhere_else(index: bytes, lab: Lab, hub: StandIn) -> None:
    (lab.places.checkpoints / "index.json").write_bytes(index)
    assert works(lab, "network") and len(lab.checkpoints()) == 2
    without_tensors(lab.places.checkpoints / "counts")
    with told("index.json is damaged", kind=BadCheckpoint):
        lab.open("counts")
    assert hub.requests == []


def test_an_owners_name_that_is_none_is_said(lab: Lab, hub: StandIn) -> None:
    without_tensors(lab.places.checkpoints / "counts")
    with told("OWNER/NAME"):
        Lab(places=replace(lab.places, hub_owner="../x")).open("counts")
    assert hub.requests == []


def test_an_owners_own_take_the_place_of_the_indexs(
    slim: Lab, hub: StandIn, files: Files, network_files: Files
) -> None:
    """The index speaks of Ada's; a config.json that is here vouches for the rest, where there is one."""
    hub.put("bob/counts", network_files)
    folder = slim.places.checkpoints / "counts"
    shutil.rmtree(folder)
    bobs = Lab(places=replace(slim.places, hub_owner="bob"))
    assert bobs.open("counts").facts.model == "rnn_scratch"
    for name in NAMES:
        (folder / name).write_bytes(files[name])
    without_tensors(folder)
    with told("its hash is not the one in config.json", kind=BadCheckpoint):
        bobs.open("counts")
    hub.put("bob/counts", files)
    (folder / HISTORY).unlink()
    assert works(bobs, "counts") and (folder / HISTORY).read_bytes() == files[HISTORY]
    without_tensors(folder)
    (folder / HISTORY).unlink()
    hub.put("bob/counts", {HISTORY: network_files[HISTORY]})
    with told("history.jsonl is damaged", kind=BadCheckpoint):
        bobs.open("counts")


def test_where_the_owner_has_not_published_it_that_is_said(slim: Lab, hub: StandIn) -> None:
    without_tensors(slim.places.checkpoints / "counts")
    with told("bob/counts is not on the Hub", kind=Refused):
        Lab(places=replace(slim.places, hub_owner="bob")).open("counts")


def test_visitors_fetch_them_without_a_token(slim: Lab, hub: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_ada_writes")
    without_tensors(slim.places.checkpoints / "counts")
    slim.hub.open_to_visitors(10, None)
    with told("at most 10 are taken", kind=BadCheckpoint):
        slim.open("counts")
    slim.hub.open_to_visitors(10_000_000, None)
    assert works(slim, "counts")
    assert {request.authorization for request in hub.requests} == {None}


def test_a_name_that_neither_folder_nor_index_has_is_unknown(slim: Lab, hub: StandIn) -> None:
    for name in ("count", "../counts", ".counts", "index.json"):
        with told("No checkpoint named", kind=UnknownName):
            slim.open(name)
    assert hub.requests == []


def test_a_folder_that_cannot_be_written_is_named(slim: Lab, hub: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = slim.places.checkpoints / "counts"
    without_tensors(folder)
    monkeypatch.setattr(Path, "mkdir", _refuse(Path.mkdir, slim.places.checkpoints))
    with told("cannot be written", "UNROLL_CHECKPOINTS", kind=Failure):
        slim.open("counts")


def _refuse(mkdir: Callable[..., None], parent: Path) -> Callable[..., None]:
    def refuse(path: Path, *values: object, **options: object) -> None:
        if path.parent == parent:
            raise PermissionError(13, "Permission denied")
        mkdir(path, *values, **options)

    return refuse


def test_all_are_published_again_only_where_they_changed(lab: Lab, hub: StandIn, signed_in: str) -> None:
    first = list(lab.hub.push_all("ada"))
    index = (lab.places.checkpoints / "index.json").read_bytes()
    assert list(lab.hub.push_all("ada")) == first
    assert (lab.places.checkpoints / "index.json").read_bytes() == index
    assert [path.name for path in lab.places.checkpoints.iterdir() if path.is_dir()] == ["counts", "network"]


def test_what_was_published_before_a_failure_stands_in_the_index(lab: Lab, hub: StandIn, signed_in: str) -> None:
    hub.misbehave(Fault(Cut(), method="POST", path="ada/network/commit"))
    with told("cannot be reached", kind=Failure):
        list(lab.hub.push_all("ada"))
    assert list(json.loads((lab.places.checkpoints / "index.json").read_text())) == ["counts"]
    assert len(list(lab.hub.push_all("ada"))) == 2


def test_a_folder_of_others_or_a_bad_owner_is_said_before_anything_is_sent(
    lab: Lab, hub: StandIn, signed_in: str
) -> None:
    with told("owner cannot be 'a/b'"):
        list(lab.hub.push_all("a/b"))
    (lab.places.checkpoints / "counts").rename(lab.places.checkpoints / "my counts")
    with told("OWNER/NAME"):
        list(lab.hub.push_all("ada"))
    assert hub.requests == []


def test_a_checkpoint_that_vanishes_from_the_hub_meanwhile_is_said(
    slim: Lab, hub: StandIn, pauses: list[float]
) -> None:
    without_tensors(slim.places.checkpoints / "counts")
    gone = Meanwhile(lambda: hub.state.shelf.repositories.pop(("model", "ada/counts"), None))
    hub.misbehave(Fault(gone, method="HEAD"))
    with told("not on the Hub", kind=Refused):
        slim.open("counts")
    assert (slim.places.checkpoints / "counts" / CONFIG).is_file()


def test_places_without_any_folder_of_checkpoints(hub: StandIn, tmp_path: Path, lab: Lab) -> None:
    empty = Lab(places=Places(lab.places.plugins, tmp_path / "nowhere", (), tmp_path / "data"))
    with told("no checkpoints in .*nowhere", kind=BadText):
        list(empty.hub.push_all("ada"))
    assert empty.checkpoints() == []
    with told("No checkpoint named", kind=UnknownName):
        empty.open("counts")
