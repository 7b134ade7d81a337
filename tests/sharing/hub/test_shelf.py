"""What was fetched: kept for use without a network, and for visitors only what is anybody's."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from core.errors import BadCheckpoint, BadText, Failure, Refused
from core.lab import Lab
from core.sharing.facts import CONFIG
from core.sharing.hub import shelf
from core.sharing.hub.names import HubName
from tests.hub.stand_in import StandIn
from tests.sharing.hub.forging import Files
from tests.sharing.hub.refusals import leftovers, told, works

CATS = HubName("ada", "cats")


@pytest.fixture
def visitors(lab: Lab) -> Lab:
    """A server of the same machine that lets anybody in."""
    open_to_all = Lab(places=lab.places)
    open_to_all.hub.open_to_visitors(1_000_000, None)
    return open_to_all


def test_what_is_here_is_used_without_asking(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    assert works(lab, "hub:ada/cats") and works(lab, f"hub:ada/cats@{hub.commits('ada/cats')[-1].sha}")
    asked = len(hub.requests)
    another = Lab(places=lab.places)
    assert works(another, "hub:ada/cats") and len(hub.requests) == asked


def test_only_a_pull_follows_what_changed_there(lab: Lab, hub: StandIn, files: Files, network_files: Files) -> None:
    hub.put("ada/cats", files)
    works(lab, "hub:ada/cats")
    hub.put("ada/cats", network_files)
    assert lab.open("hub:ada/cats").facts.model == "ngram"
    lab.hub.pull("ada/cats")
    assert lab.open("hub:ada/cats").facts.model == "rnn_scratch"
    hub.put("ada/cats", files)
    pulled = lab.hub.fetch_now(CATS)
    assert lab.open("hub:ada/cats").facts.model == "rnn_scratch"  # as before, for everybody
    assert lab.open(pulled.name.word).facts.model == "ngram"
    assert pulled.name == HubName("ada", "cats", hub.commits("ada/cats")[-1].sha)


def test_only_what_was_pulled_is_listed(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    hub.put("ada/dogs", files)
    works(lab, "hub:ada/dogs")
    commit = lab.hub.pull("ada/cats")["commit"]
    (row,) = lab.hub.shelf.listed()
    assert (row["name"], row["from"], row["model"]) == ("hub:ada/cats", f"ada/cats@{commit}", "ngram")
    assert [each["name"] for each in lab.checkpoints()] == ["counts", "network", "hub:ada/cats"]
    works(lab, "hub:ada/cats")
    lab.hub.fetch_now(CATS)
    assert [each["name"] for each in lab.hub.shelf.listed()] == ["hub:ada/cats"]  # it stays so


def test_a_checkpoint_can_be_kept_under_a_name_of_ones_own(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    pulled = lab.hub.pull("ada/cats", "mine")
    assert pulled["checkpoint"] == "mine" and Path(pulled["folder"]) == lab.places.checkpoints / "mine"
    assert works(lab, "mine")
    before = (lab.places.checkpoints / "network" / CONFIG).read_bytes()
    with told("already", "--replace", kind=BadText):
        lab.hub.pull("ada/cats", "network")
    assert (lab.places.checkpoints / "network" / CONFIG).read_bytes() == before
    lab.hub.pull("ada/cats", "network", replace=True)
    assert lab.open("network").facts.model == "ngram"


@pytest.mark.parametrize(
    "called",
    [
        ".",
        "..",
        "a/b",
        "../x",
        ".hidden",
        "a\\b",
        "c:",
        "a\0",
        "a\nb",
        " ",
        "x" * 300,
        "counts.",
        "index.json",
        "a--b",
        "模型",
    ],
)
def test_what_is_no_name_for_a_folder_is_said_before_anybody_is_asked(called: str, lab: Lab, hub: StandIn) -> None:
    with told("is no name for a checkpoint", kind=BadText):
        lab.hub.pull("ada/cats", called, replace=True)
    assert hub.requests == []


@pytest.mark.parametrize(
    "refs", [b"", b"{", b"[]", b"5", b'{"main": 5}', b'{"main": {"commit": 5}}', b'{"main": {"x": 1}}', b"[" * 100_000],
    ids=lambda refs: repr(refs[:24]),
)  # fmt: skip
def test_a_damaged_list_costs_no_more_than_another_download(refs: bytes, lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    lab.hub.pull("ada/cats")
    (lab.places.data / "hub" / "ada--cats" / "refs.json").write_bytes(refs)
    assert lab.hub.shelf.listed() == [] and works(lab, "hub:ada/cats")


def test_a_list_leads_nowhere_else(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    shutil.copytree(lab.places.checkpoints / "counts", lab.places.data / "escaped")
    home = lab.places.data / "hub" / "ada--cats"
    home.mkdir(parents=True)
    (home / "refs.json").write_text(json.dumps({"main": {"commit": "../../escaped", "open": True, "listed": True}}))
    assert lab.hub.shelf.find(CATS) is None and lab.hub.shelf.listed() == []


def test_a_folder_that_was_lost_is_fetched_again(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    folder = Path(lab.hub.pull("ada/cats")["folder"])
    shutil.rmtree(folder)
    assert lab.hub.shelf.listed() == [] and works(lab, "hub:ada/cats") and folder.is_dir()


def test_a_crash_between_two_renames_is_completed(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    folder = Path(lab.hub.pull("ada/cats")["folder"])
    asked = len(hub.requests)
    shutil.copytree(folder, folder.with_name(f".{folder.name}.new"))
    folder.rename(folder.with_name(f".{folder.name}.old"))
    assert works(lab, "hub:ada/cats") and len(hub.requests) == asked
    assert leftovers(lab.places.data) == []


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX knows them")
def test_what_is_fetched_may_be_read_as_any_folder_here(lab: Lab, hub: StandIn, files: Files, tmp_path: Path) -> None:
    (tmp_path / "any").mkdir()
    hub.put("ada/cats", files)
    folder = Path(lab.hub.pull("ada/cats")["folder"])
    assert folder.stat().st_mode == (tmp_path / "any").stat().st_mode


def test_who_wants_the_same_at_once_waits_for_one_download(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(lab.hub.folder(CATS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
    assert len(hub.asked("GET", "lfs-blob")) == 1


# Visitors


def test_visitors_never_send_the_machines_token(visitors: Lab, hub: StandIn, files: Files, signed_in: str) -> None:
    hub.put("ada/cats", files)
    hub.put("ada/secret", files, private=True)
    assert works(visitors, "hub:ada/cats")
    visitors.hub.fetch_now(CATS)
    visitors.hub.gallery()
    for name in ("hub:ada/secret", f"hub:ada/secret@{hub.commits('ada/secret')[-1].sha}"):
        with told("not on the Hub, or it is private", kind=Refused):
            visitors.open(name)
    assert hub.requests and {request.authorization for request in hub.requests} == {None}


def test_visitors_do_not_share_what_the_owner_alone_fetched(
    lab: Lab, visitors: Lab, hub: StandIn, files: Files, signed_in: str
) -> None:
    commit = hub.put("ada/secret", files, private=True)
    assert works(lab, "hub:ada/secret") and works(lab, f"hub:ada/secret@{commit}")
    for name in ("hub:ada/secret", f"hub:ada/secret@{commit}"):
        with told("private", kind=Refused):
            visitors.open(name)
        assert visitors.hub.row(name) is None
    assert lab.hub.row("hub:ada/secret") is not None
    lab.hub.pull("ada/secret")  # listed: for everybody who uses this machine
    assert works(visitors, "hub:ada/secret") and visitors.hub.row("hub:ada/secret") is not None
    with told("private", kind=Refused):
        visitors.open(f"hub:ada/secret@{commit}")  # which nobody listed


def test_what_was_anybodys_once_and_changed_since_is_not(
    lab: Lab, visitors: Lab, hub: StandIn, files: Files, network_files: Files, signed_in: str
) -> None:
    hub.put("ada/cats", files)
    assert works(visitors, "hub:ada/cats")
    commit = hub.put("ada/cats", network_files, private=True)
    pulled = lab.hub.fetch_now(CATS)  # the owner's, with a token
    assert lab.open(pulled.name.word).facts.model == "rnn_scratch"
    assert visitors.open("hub:ada/cats").facts.model == "ngram"  # which was anybody's
    assert visitors.hub.row(f"hub:ada/cats@{commit}") is None
    with told("private", kind=Refused):
        visitors.open(f"hub:ada/cats@{commit}")


def test_a_visitor_changes_nothing_for_others(
    lab: Lab, visitors: Lab, hub: StandIn, files: Files, network_files: Files
) -> None:
    hub.put("ada/cats", files)
    lab.hub.pull("ada/cats")
    hub.put("ada/cats", network_files)
    pulled = visitors.hub.fetch_now(CATS)
    assert visitors.open(pulled.name.word).facts.model == "rnn_scratch"
    assert visitors.hub.row(pulled.name.word)
    for everybody in (lab, visitors):
        assert everybody.open("hub:ada/cats").facts.model == "ngram"
    hub.put("ada/dogs", files)
    first = visitors.hub.fetch_now(HubName("ada", "dogs"))
    assert visitors.hub.folder(HubName("ada", "dogs")) == first.folder  # the name was nobody's until then


def test_what_was_fetched_without_any_token_is_anybodys(lab: Lab, visitors: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    assert works(lab, "hub:ada/cats")
    asked = len(hub.requests)
    assert works(visitors, "hub:ada/cats") and len(hub.requests) == asked


def test_a_pinned_commit_is_found_under_its_own_name(
    lab: Lab, hub: StandIn, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put("ada/cats", files)
    commit = lab.hub.pull("ada/cats")["commit"]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert works(lab, f"hub:ada/cats@{commit}")


def test_a_checkpoint_goes_by_the_name_that_was_asked_for(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    assert lab.verify("hub:ada/cats")["checkpoint"] == "hub:ada/cats"
    with zipfile.ZipFile(io.BytesIO(lab.packed("hub:ada/cats"))) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"cats"}
    assert lab.verify("counts")["checkpoint"] == "counts"


def test_visitors_do_not_wait_behind_each_other(lab: Lab, visitors: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    hub.put("ada/dogs", files)
    (lab.places.checkpoints / "network" / "model.safetensors").unlink()
    index = {"network": {"repository": "ada/network", "commit": hub.put("ada/network", files), "files": {}}}
    (lab.places.checkpoints / "index.json").write_text(json.dumps(index))
    begun, go_on = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        begun.set()
        go_on.wait(20)

    heard: list[tuple[str, int, int]] = []
    visitors.hub.open_to_visitors(1_000_000, lambda *values: heard.append(values))
    slow = threading.Thread(target=visitors.hub.fetch_now, args=(CATS, hold))
    slow.start()
    assert begun.wait(20)
    asked_at = time.monotonic()
    try:
        with told("hub:ada/dogs is not here yet, and another checkpoint is just being fetched", kind=Failure):
            visitors.hub.folder(HubName("ada", "dogs"))
        with visitors.hub._completing, told("network is not here yet", kind=Failure):
            visitors.open("network")
        assert time.monotonic() - asked_at < 2  # seconds, on a busy machine
        assert heard == [("hub:ada/dogs", 0, 0), ("network", 0, 0)]
        waiting = threading.Thread(target=visitors.hub.fetch_now, args=(HubName("ada", "dogs"),))
        waiting.start()  # in a lane of its own, and so it waits
    finally:
        go_on.set()
        slow.join()
    waiting.join()
    assert works(visitors, "hub:ada/cats") and visitors.hub.row("hub:ada/dogs")


def test_visitors_cannot_exceed_their_size(visitors: Lab, lab: Lab, hub: StandIn, files: Files) -> None:
    size = len(files["model.safetensors"])
    hub.put("ada/cats", files)
    visitors.hub.open_to_visitors(size - 1, None)
    for ask in (lambda: visitors.open("hub:ada/cats"), lambda: visitors.hub.fetch_now(CATS)):
        with told(f"at most {size - 1:,} are taken; nothing was fetched", "UNROLL_MAX_HUB_BYTES", kind=BadCheckpoint):
            ask()
    assert not hub.asked("HEAD") and leftovers(lab.places.data) == []
    visitors.hub.open_to_visitors(size, None)
    assert works(visitors, "hub:ada/cats")


def test_who_waits_is_told_what_comes(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    heard: list[tuple[str, int, int, int]] = []
    lab.hub.fetching = lambda *values: heard.append((*values, len(hub.requests)))
    works(lab, "hub:ada/cats")
    assert heard[0] == ("hub:ada/cats", 0, 0, 0)  # before anybody was asked
    assert {name for name, *_ in heard} == {"hub:ada/cats"} and heard[-1][1] == heard[-1][2] == sum(
        map(len, files.values())
    )


def test_while_a_page_only_shows_itself_nothing_is_fetched(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    (lab.places.checkpoints / "network" / "model.safetensors").unlink()
    refused: list[str] = []
    with lab.hub.without_fetching():
        for name in ("hub:ada/cats", "network"):
            with told("when you use it", kind=Refused):
                lab.open(name)
            refused.append(name)
        assert works(lab, "counts") and hub.requests == []
        other = threading.Thread(target=lab.hub.folder, args=(CATS,))  # somebody else, who uses it
        other.start()
        other.join()
        assert works(lab, "hub:ada/cats")  # it is here now
    assert refused == ["hub:ada/cats", "network"] and len(hub.asked("GET", "lfs-blob")) == 1


def test_for_visitors_the_shelf_has_an_end_and_what_nobody_uses_makes_way(lab: Lab, hub: StandIn, files: Files) -> None:
    for name in ("ann", "bea", "cat", "dan"):
        hub.put(f"ada/{name}", files)
    lab.hub.pull("ada/ann")  # for everybody
    size = sum(path.stat().st_size for path in lab.hub.folder(HubName("ada", "ann")).iterdir())
    server = Lab(places=lab.places)
    server.hub.open_to_visitors(size * 3 // 10 + 1, None)  # ten times that holds three
    for age, name in enumerate(("bea", "cat")):
        os.utime(server.hub.folder(HubName("ada", name)), (age, age))
    server.hub.folder(HubName("ada", "bea"))  # used again
    works(server, "hub:ada/dan")
    here = [name for name in ("ann", "bea", "cat", "dan") if server.hub.shelf.find(HubName("ada", name), visitor=True)]
    assert here == ["ann", "bea", "dan"]
    assert not (lab.places.data / "hub" / "ada--cat").exists()
    assert not leftovers(lab.places.data)
    assert works(server, "hub:ada/cat")  # it can be fetched again


def test_for_visitors_so_many_are_kept_and_no_more(
    visitors: Lab, lab: Lab, hub: StandIn, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_MOST_KEPT", 2)
    for name in ("ann", "bea", "cat", "dan"):
        hub.put(f"ada/{name}", files)
    lab.hub.pull("ada/ann")  # for everybody: it does not count
    for age, name in enumerate(("bea", "cat", "dan")):
        os.utime(visitors.hub.folder(HubName("ada", name)), (age, age))
    homes = sorted(path.name for path in (lab.places.data / "hub").iterdir())
    assert homes == ["ada--ann", "ada--cat", "ada--dan"]
