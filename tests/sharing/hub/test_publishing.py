"""Publishing: one commit, all of it or nothing, over nobody's work, and private where it is meant to be."""

from __future__ import annotations

import hashlib
import shlex
import threading
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from core.errors import BadCheckpoint, BadText, Failure, LabError, Refused
from core.lab import Lab
from core.sharing.checkpoint import CARD, HISTORY, MODEL, NAMES
from core.sharing.facts import CONFIG
from tests.hub.accounts import READER, STRANGER
from tests.hub.faults import Fault, Meanwhile
from tests.hub.stand_in import StandIn
from tests.sharing.hub.conftest import Place
from tests.sharing.hub.forging import Files, with_config
from tests.sharing.hub.refusals import snapshot, told, works


def rewrite(folder: Path, files: Files) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


# Round trips, on the live Hub as well


def test_what_is_published_comes_back_as_it_was(lab: Lab, place: Place) -> None:
    repository, folder = place.repository("counts"), lab.places.checkpoints / "counts"
    pushed = lab.hub.push(folder, repository)
    pulled = lab.hub.pull(repository)
    assert pulled["commit"] == pushed["commit"] and not pushed["private"] and repository in pushed["url"]
    for name in NAMES:
        content = (Path(pulled["folder"]) / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == pushed["files"][name]
        assert name == CARD or content == (folder / name).read_bytes()
    assert f"hub:{repository}" in (Path(pulled["folder"]) / CARD).read_text()
    here, there = (lab.generate_whole(name, "The ", {"seed": 3}) for name in ("counts", f"hub:{repository}"))
    assert (here["text"], here["ids"]) == (there["text"], there["ids"])


def test_the_same_again_makes_no_commit(lab: Lab, place: Place) -> None:
    repository, folder = place.repository("again"), lab.places.checkpoints / "counts"
    assert lab.hub.push(folder, repository) == lab.hub.push(folder, repository)


def test_another_checkpoint_takes_the_place_and_a_commit_still_names_the_first(lab: Lab, place: Place) -> None:
    repository = place.repository("two")
    first = lab.hub.push(lab.places.checkpoints / "counts", repository)
    second = lab.hub.push(lab.places.checkpoints / "network", repository)
    assert first["commit"] != second["commit"]
    assert lab.open(f"hub:{repository}").facts.model == "rnn_scratch"
    assert lab.open(f"hub:{repository}@{first['commit']}").facts.model == "ngram"


def test_private_stays_private(lab: Lab, place: Place) -> None:
    repository, folder = place.repository("private"), lab.places.checkpoints / "counts"
    assert lab.hub.push(folder, repository, private=True)["private"]
    assert lab.hub.push(lab.places.checkpoints / "network", repository)["private"]  # without saying so again
    assert works(lab, f"hub:{repository}")
    stranger = Lab(places=lab.places)
    stranger.hub.open_to_visitors(10_000_000, None)
    with told("not on the Hub, or it is private", kind=Refused):
        stranger.open(f"hub:{repository}")


def test_a_private_checkpoint_never_goes_into_a_public_repository(lab: Lab, place: Place) -> None:
    repository = place.repository("public")
    lab.hub.push(lab.places.checkpoints / "counts", repository)
    with told("exists and is public; nothing was sent", kind=Refused):
        lab.hub.push(lab.places.checkpoints / "network", repository, private=True)
    assert lab.open(f"hub:{repository}").facts.model == "ngram"


def test_the_card_states_the_results_as_the_hub_reads_them(lab: Lab, place: Place) -> None:
    repository = place.repository("card")
    lab.hub.push(lab.places.checkpoints / "counts", repository)
    card = ModelCard((Path(lab.hub.pull(repository)["folder"]) / CARD).read_text())
    results = lab.open("counts").facts.results
    assert results is not None
    stated = {each.metric_name: each.metric_value for each in card.data.eval_results or ()}
    assert stated["train perplexity"] == round(results["train"]["perplexity"], 4)
    assert stated["held-out bits per character"] == round(results["held_out"]["bits_per_char"], 4)
    assert lab.verify(f"hub:{repository}")["holds"]


# What is refused


def test_nothing_is_published_over_other_peoples_files(lab: Lab, hub: StandIn, signed_in: str, files: Files) -> None:
    for others in ({"train.py": b"x"}, {**files, "a/b\nc": b"x", "notes.txt": b"y"}):
        hub.put("ada/work", others, delete=["train.py"])
        before = hub.files("ada/work")
        with told("holds other files than a checkpoint's", "nothing was changed", kind=Refused):
            lab.hub.push(lab.places.checkpoints / "counts", "ada/work")
        assert hub.files("ada/work") == before
    assert not hub.asked("POST", "/commit/") and not hub.asked("PUT")


def test_nothing_is_published_under_somebody_elses_name(lab: Lab, hub: StandIn, signed_in: str, files: Files) -> None:
    hub.put("bob/cats", files)
    for name in ("bob/cats", "bob/new"):
        with told("may not write", kind=Refused):
            lab.hub.push(lab.places.checkpoints / "network", name)
    assert hub.files("bob/cats")[MODEL] == files[MODEL] and hub.commits("bob/new") == []


def test_the_token_that_is_given_is_used_and_no_other(lab: Lab, hub: StandIn, signed_in: str) -> None:
    lab.hub.push(lab.places.checkpoints / "counts", "bob/cats", token=STRANGER)
    assert {request.token for request in hub.requests if request.place == "hub"} == {STRANGER}
    hub.requests.clear()
    with told("may not write", kind=Refused):
        lab.hub.push(lab.places.checkpoints / "counts", "ada/cats", token=READER)
    assert {request.token for request in hub.requests if request.place == "hub"} == {READER}


DAMAGED = [
    (MODEL, b"", "model.safetensors is damaged"), (HISTORY, b"{}", "history.jsonl is damaged"),
    (HISTORY, None, "history.jsonl is damaged: it is missing"), (MODEL, None, "model.safetensors is missing"),
    (CONFIG, b"[]", "config.json is damaged"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "content", "words"), DAMAGED, ids=str)
def test_nothing_damaged_is_published(
    file: str, content: bytes | None, words: str, lab: Lab, hub: StandIn, signed_in: str
) -> None:
    path = lab.places.checkpoints / "counts" / file
    path.unlink() if content is None else path.write_bytes(content)
    with told(words, kind=BadCheckpoint):
        lab.hub.push(path.parent, "ada/cats")
    assert hub.requests == []


STRANGE = [
    {"run": {}}, {"results": {"train": {"protocol": "upside down"}}}, {"results": {"train": {"perplexity": 3.0}}},
]  # fmt: skip


@pytest.mark.parametrize("facts", STRANGE, ids=str)
def test_facts_that_no_card_can_be_written_from_are_said(
    facts: dict[str, object], lab: Lab, hub: StandIn, signed_in: str, files: Files
) -> None:
    folder = lab.places.checkpoints / "counts"
    rewrite(folder, with_config(files, lambda values: values.update(facts)))
    with told("no card can be written", kind=BadCheckpoint):
        lab.hub.push(folder, "ada/cats")
    assert hub.requests == []


def test_nobody_publishes_into_the_past(lab: Lab, hub: StandIn, signed_in: str) -> None:
    for name in ("ada/cats@v1", f"ada/cats@{'0' * 40}"):
        with told("leave out '@", kind=BadText):
            lab.hub.push(lab.places.checkpoints / "counts", name)
    assert hub.requests == []


@pytest.mark.parametrize("path", ["/home/ada/secret project/tale.txt", "C:\\Users\\ada\\tale.txt", "../ada/tale.txt"])
def test_where_the_text_lay_is_not_published(path: str, lab: Lab, hub: StandIn, signed_in: str, files: Files) -> None:
    """Earlier versions wrote the path down; what is published holds the file's name only."""
    folder = lab.places.checkpoints / "counts"
    command = f"python -m core train ngram --corpus {shlex.quote(path)} --set order=3"
    rewrite(folder, with_config(files, lambda values: values.update(command=command)))
    lab.hub.push(folder, "ada/cats")
    assert not any(
        b"ada/secret" in content or b"Users" in content or b"../" in content
        for content in hub.files("ada/cats").values()
    )
    pulled = lab.open("hub:ada/cats")
    assert pulled.facts.command == "python -m core train ngram --corpus tale.txt --set order=3"
    assert lab.verify("hub:ada/cats")["holds"]


def test_a_new_checkpoint_does_not_say_where_its_text_lay(lab: Lab, trained: Path) -> None:
    assert "--corpus text.txt " in lab.open("counts").facts.command
    for path in (lab.places.checkpoints / "counts").iterdir():
        assert str(trained).encode() not in path.read_bytes()


def test_a_command_that_is_none_is_not_published(lab: Lab, hub: StandIn, signed_in: str, files: Files) -> None:
    folder = lab.places.checkpoints / "counts"
    rewrite(folder, with_config(files, lambda values: values.update(command="train --corpus '/home")))
    with told("its command is no command line", kind=BadCheckpoint):
        lab.hub.push(folder, "ada/cats")
    assert hub.requests == []


# Two at once


def test_who_comes_second_is_told_and_undoes_nothing(lab: Lab, hub: StandIn, signed_in: str, files: Files) -> None:
    hub.put("ada/cats", files)
    other = Meanwhile(lambda: hub.put("ada/cats", {"README.md": b"another card"}))
    hub.misbehave(Fault(other, method="POST", path="/commit/"))
    with told("somebody else published there at the same moment", kind=Failure):
        lab.hub.push(lab.places.checkpoints / "network", "ada/cats")
    assert hub.files("ada/cats")["README.md"] == b"another card" and hub.files("ada/cats")[MODEL] == files[MODEL]
    assert lab.hub.push(lab.places.checkpoints / "network", "ada/cats")["commit"] == hub.commits("ada/cats")[-1].sha


def test_of_many_at_once_each_is_whole_or_told(lab: Lab, hub: StandIn, signed_in: str) -> None:
    made: list[str] = []
    refused: list[str] = []
    gate = threading.Barrier(4)

    def push(name: str) -> None:
        gate.wait()
        try:
            made.append(lab.hub.push(lab.places.checkpoints / name, "ada/cats")["commit"])
        except LabError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=push, args=(name,)) for name in ("counts", "network") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) + len(refused) == 4 and made
    assert all("same moment" in each for each in refused)
    whole = [snapshot(lab.places.checkpoints / name)[MODEL] for name in ("counts", "network")]
    commits = hub.commits("ada/cats")[1:]
    assert set(made) <= {commit.sha for commit in commits}
    assert all(commit.files[MODEL].content in whole and set(commit.files) >= set(NAMES) for commit in commits)
