"""Repositories from anywhere: what is no sound checkpoint is refused, before it costs anything, and leaves nothing behind."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

from core.errors import BadCheckpoint, Failure, LabError
from core.lab import Lab
from core.places import Places
from core.sharing.checkpoint import CARD, HISTORY, MODEL, NAMES, TOKENIZER, read_history
from core.sharing.facts import CONFIG
from core.sharing.hub import fetching
from core.sharing.hub.names import HubName
from tests.hub.faults import Fault, OtherBody, WrongBytes, WrongSize
from tests.hub.stand_in import StandIn
from tests.sharing.hub.forging import DEEP, Files, with_config, with_file, with_tensors, without
from tests.sharing.hub.refusals import leftovers, snapshot, told, works

PROJECT = Path(__file__).resolve().parents[3]
NEST = b"[" * DEEP + b"]" * DEEP

Forge = Callable[[Files], Files]


def absurd(**settings: Any) -> Forge:
    return lambda files: with_config(files, lambda values: values["settings"].update(settings))


# What is wrong, and what is said of it. The checkpoint before is a tiny RNN of 8 units.
FORGED: dict[str, tuple[Forge, str]] = {
    "no checkpoint": (lambda f: {"README.md": b"# Cats"}, "holds no Unroll checkpoint"),
    "empty": (lambda f: {}, "holds no Unroll checkpoint"),
    "pickles": (lambda f: {"pytorch_model.bin": pickle.dumps({}), "config.json": b"{}"}, "pickles, which can run programs"),
    "no tensors": (lambda f: without(f, MODEL), "it lacks model.safetensors"),
    "no card": (lambda f: without(f, CARD), "it lacks README.md"),
    "files in a folder": (lambda f: {f"a/{name}": content for name, content in f.items()}, "holds no Unroll checkpoint"),
    "a pickle in disguise": (lambda f: with_file(f, MODEL, pickle.dumps({"W": [1.0]})), "pickle"),
    "a zip archive": (lambda f: with_file(f, MODEL, b"PK\x03\x04" + bytes(99)), "pickle or a zip"),
    "wrong hash of the tensors": (lambda f: {**f, MODEL: f[MODEL][:-1] + b"\x7f"}, "its hash is not the one"),
    "wrong hash of the tokenizer": (lambda f: {**f, TOKENIZER: f[TOKENIZER] + b" "}, "tokenizer.json.*its hash"),
    "wrong hash of the history": (lambda f: {**f, HISTORY: b"{}\n"}, "history.jsonl.*its hash"),
    "wrong shape": (
        lambda f: with_tensors(f, lambda a: a.update(W_hh=np.zeros((3, 3), np.float32))), r"W_hh.*\[3, 3\].*\[8, 8\]"
    ),
    "not a number": (lambda f: with_tensors(f, lambda a: a["b_h"].fill(np.nan)), "b_h"),
    "infinite": (lambda f: with_tensors(f, lambda a: a["b_h"].fill(np.inf)), "b_h"),
    "a foreign tensor": (lambda f: with_tensors(f, lambda a: a.update(extra=np.zeros(1, np.float32))), "extra"),
    "a missing tensor": (lambda f: with_tensors(f, lambda a: a.pop("b_h")), "b_h"),
    "newer": (lambda f: with_config(f, lambda v: v.update(format=2)), "format 2.*Update Unroll"),
    "far newer": (lambda f: with_config(f, lambda v: v.update(format=10**90)), "Update Unroll"),
    "older": (lambda f: with_config(f, lambda v: v.update(format=0)), "its format is '0'"),
    "no whole number": (lambda f: with_config(f, lambda v: v.update(format=1.5)), "its format is '1.5'"),
    "a word for a version": (lambda f: with_config(f, lambda v: v.update(format="1")), "its format is '1'"),
    "no version": (lambda f: with_config(f, lambda v: v.pop("format")), "its format is 'None'"),
    "an unknown model": (lambda f: with_config(f, lambda v: v.update(model="../../x")), "No model named"),
    "a deep config": (lambda f: {**f, CONFIG: NEST}, "config.json.*not JSON"),
    "a deep config inside": (lambda f: {**f, CONFIG: b'{"format": 1, "model": ' + NEST + b"}"}, "not JSON"),
    "a deep tokenizer": (lambda f: with_file(f, TOKENIZER, NEST), "tokenizer"),
    "a tokenizer that is none": (lambda f: with_file(f, TOKENIZER, b"\xff\xfe"), "tokenizer"),
    "another tokenizer": (lambda f: with_config(f, lambda v: v.update(vocab_size=5)), "tokens, config.json says 5"),
    "an infinite result": (lambda f: {**f, CONFIG: f[CONFIG].replace(b'"seconds": ', b'"seconds": 1e999, "x": ')}, "not JSON"),
    "a huge result": (lambda f: {**f, CONFIG: f[CONFIG].replace(b'"seconds": ', b'"seconds": 1' + b"0" * 400 + b', "x": ')}, "JSON"),
    "a billion units": (absurd(hidden_size=10**9), "hidden_size"),
    "units of another kind": (absurd(hidden_size=[8]), "hidden_size"),
    "an unknown setting": (absurd(heads=8), "heads"),
    "a setting that nests": (absurd(hidden_size={"x": 1}), "'hidden_size' in 'settings' is not"),
    "a run that nests": (lambda f: with_config(f, lambda v: v["run"].update(seed=[1])), "'seed' in 'run' is not"),
    "a name that nests": (lambda f: with_config(f, lambda v: v["corpus"].update(name={"a": 1})), "'name' in 'corpus' is not"),
    "a language that nests": (lambda f: with_config(f, lambda v: v["corpus"].update(language=["en"])), "'language' in 'corpus'"),
    "a licence of numbers": (lambda f: with_config(f, lambda v: v["corpus"].update(licence=5)), "'licence' in 'corpus'"),
    "a source that is true": (lambda f: with_config(f, lambda v: v["corpus"].update(source=True)), "'source' in 'corpus'"),
    "a prefix that nests": (lambda f: with_config(f, lambda v: v["corpus"].update(prefix=[])), "'prefix' in 'corpus'"),
    "a hash of numbers": (lambda f: with_config(f, lambda v: v["corpus"].update(sha256=5)), "'sha256' in 'corpus'"),
    "a title without language": (lambda f: with_config(f, lambda v: v["corpus"].update(title="Cats")), "'title' in 'corpus'"),
    "a title that nests": (lambda f: with_config(f, lambda v: v["corpus"].update(title={"en": {}})), "'en' in 'title'"),
    "lines that are a number": (lambda f: with_config(f, lambda v: v["corpus"].update(lines=1)), "'lines' in 'corpus'"),
    "a split of numbers": (lambda f: with_config(f, lambda v: v["corpus"].update(split=5)), "'split' in 'corpus'"),
    "a split that nests": (lambda f: with_config(f, lambda v: v["corpus"].update(split={"rule": []})), "'rule' in 'split'"),
}  # fmt: skip


@pytest.fixture
def refused(lab: Lab, hub: StandIn, network_files: Files) -> Callable[..., None]:
    """Check that a repository is refused with some words, and that what was pulled before is as it was."""
    first = hub.put("ada/cats", network_files)
    lab.hub.pull("ada/cats")
    before = snapshot(lab.places.data)

    def check(files: Files | None, *words: str, kind: type[LabError] = LabError) -> None:
        if files is not None:
            hub.put("ada/cats", files, delete=list(NAMES))
        with told(*words, kind=kind):
            lab.hub.pull("ada/cats")
        assert snapshot(lab.places.data) == before and leftovers(lab.places.data) == []
        assert lab.hub.shelf.listed()[0]["from"] == f"ada/cats@{first}"

    return check


@pytest.mark.parametrize("what", FORGED)
def test_a_bad_checkpoint_is_refused(what: str, refused: Callable[..., None], network_files: Files) -> None:
    forge, words = FORGED[what]
    refused(forge(network_files), words)


@pytest.mark.parametrize(
    ("file", "size", "words"),
    [
        (MODEL, 10_000_000_000, "model.safetensors has 10,000,000,000 bytes, at most 500,000,000"),
        (TOKENIZER, 1_000_000_000, "tokenizer.json has 1,000,000,000 bytes, at most 64,000,000"),
        (CONFIG, 5_000_000, "config.json has 5,000,000 bytes"),
        (HISTORY, 20_000_000, "history.jsonl has"),
        (CARD, 20_000_000, "README.md has"),
        (MODEL, -1, "does not tell the size of model.safetensors"),
        (MODEL, None, "does not tell the size"),
        (MODEL, "many", "does not tell the size"),
    ],
)
def test_what_is_announced_too_large_is_refused_before_a_byte_of_it_comes(
    file: str, size: Any, words: str, refused: Callable[..., None], hub: StandIn
) -> None:
    hub.misbehave(Fault(WrongSize(size, file), path="/api/models/", times=None))
    hub.requests.clear()
    refused(None, words, kind=BadCheckpoint)
    assert [request.method for request in hub.requests] == ["GET"]


@pytest.mark.parametrize("name", [{"a": 1}, ["a"], True])
def test_a_forged_config_that_is_here_already_is_a_row_with_its_reason(name: Any, lab: Lab, files: Files) -> None:
    """The page makes choices of the rows' words: what cannot be one must not come so far."""
    forged = with_config(files, lambda values: values["corpus"].update(name=name))
    (lab.places.checkpoints / "counts" / CONFIG).write_bytes(forged[CONFIG])
    (row,) = [row for row in lab.checkpoints() if row["name"] == "counts"]
    assert set(row) == {"name", "error"} and "'name' in 'corpus'" in row["error"]["en"]


def test_only_what_can_be_set_is_advised(lab: Lab, hub: StandIn, files: Files) -> None:
    """The command line reads no limit, and that of a config is nobody's to set."""
    hub.put("ada/cats", files)
    for for_visitors, file in ((False, MODEL), (True, CONFIG)):
        if for_visitors:
            lab.hub.open_to_visitors(10_000_000, None)
        hub.misbehave(Fault(WrongSize(10**12, file), path="/api/models/"))
        with told("at most [0-9,]+ are taken", kind=BadCheckpoint) as caught:
            lab.hub.fetch_now(HubName("ada", "cats"))
        assert "UNROLL_MAX_HUB_BYTES" not in str(caught.value) + caught.value.in_language("zh")


def test_more_bytes_than_were_announced_end_it(
    lab: Lab, hub: StandIn, refused: Callable[..., None], network_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
    for file in (MODEL, TOKENIZER, HISTORY, CARD):
        hub.behave()
        hub.misbehave(Fault(WrongSize(100, file), path="/api/models/", times=None))
        shown: list[tuple[int, int]] = []
        with told("other bytes came", kind=Failure):
            lab.hub.pull("ada/cats", progress=lambda done, total, shown=shown: shown.append((done, total)))
        assert shown and all(done <= total for done, total in shown)  # it ended with the first byte too many
        assert leftovers(lab.places.data) == []


def test_fewer_bytes_than_were_announced_are_too_few(
    refused: Callable[..., None], hub: StandIn, network_files: Files
) -> None:
    """The card has no hash: only its size tells."""
    hub.misbehave(Fault(WrongSize(len(network_files[CARD]) + 1, CARD), path="/api/models/", times=None))
    refused(None, "other bytes came", kind=Failure)


def test_a_file_that_the_client_would_not_fetch_at_all_is_refused(refused: Callable[..., None], hub: StandIn) -> None:
    """Above 50 GB the client raises a ValueError of its own."""
    hub.misbehave(Fault(WrongSize(60_000_000_000), method="HEAD", times=None))
    refused(None, kind=Failure)


@pytest.mark.parametrize("file", [CONFIG, TOKENIZER, HISTORY, MODEL])
def test_a_bit_that_flips_on_the_way_is_noticed(file: str, refused: Callable[..., None], hub: StandIn) -> None:
    path = "lfs-blob" if file == MODEL else file
    hub.misbehave(Fault(WrongBytes(at=-3 if file != CONFIG else 0), method="GET", path=path, times=None))
    refused(None, f"{file} is damaged")


@pytest.mark.parametrize("commit", ["../../../escaped", "x", "", None, 5, "A" * 40, "0" * 41])
def test_a_commit_that_is_no_hash_never_becomes_a_folder(
    commit: Any, refused: Callable[..., None], hub: StandIn, network_files: Files
) -> None:
    siblings = [{"rfilename": name, "size": len(content)} for name, content in network_files.items()]
    told_by_hub = json.dumps({"id": "ada/cats", "sha": commit, "siblings": siblings}).encode()
    hub.misbehave(Fault(OtherBody(told_by_hub, "application/json"), path="/api/models/", times=None))
    refused(None, "commit|not a Hub")


def test_other_files_are_left_alone_and_named(lab: Lab, hub: StandIn, files: Files, tmp_path: Path) -> None:
    others = ["../escaped", "../../escaped", "/escaped", "a/b.txt", "evil.pkl", "run.py", "\x1b[31mred\n"]
    hub.put("ada/cats", {**files, **dict.fromkeys(others, b"x")})
    pulled = lab.hub.pull("ada/cats")
    assert pulled["others"] == sorted(others)
    assert {path.name for path in Path(pulled["folder"]).iterdir()} == set(NAMES)
    assert not list(tmp_path.rglob("*escaped*")) and works(lab, "hub:ada/cats")
    asked = [request.target for request in hub.requests if "/resolve/" in request.target]
    assert asked and not any(name in target for target in asked for name in ("escaped", "evil", "run.py", "b.txt"))


def test_a_deep_history_hides_nothing(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", with_file(files, HISTORY, NEST + b"\n" + files[HISTORY]))
    folder = Path(lab.hub.pull("ada/cats")["folder"])
    assert len(read_history(folder)) == len(files[HISTORY].splitlines())


def test_markup_in_a_card_is_only_text(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", {**files, CARD: b"---\nmodel-index: [[[\n---\n<script>alert(1)</script>"})
    lab.hub.pull("ada/cats")
    assert works(lab, "hub:ada/cats")


ABSURD = """
import resource, sys, torch
from pathlib import Path
from core.errors import LabError
from core.lab import Lab
room = 400_000_000
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + room, used + room))
for folder in sys.argv[1:]:
    try:
        Lab().open(folder)
    except LabError as error:
        print(error)
numbers = torch.ones(room)
"""
ABSURDITIES: dict[str, dict[str, Any]] = {
    "rnn_scratch": {"hidden_size": 4096},
    "lstm": {"hidden_size": 4096, "num_layers": 8, "embedding_size": 4096},
    "gru": {"hidden_size": 4096, "num_layers": 8},
    "ngram": {"order": 16},
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits memory as Linux does")
def test_absurd_settings_are_refused_without_making_room_for_them(network_files: Files, tmp_path: Path) -> None:
    """A vocabulary of 200,000 and 4096 units would be gigabytes; the file of tensors has a kilobyte."""
    tokenizer = json.loads(network_files[TOKENIZER])
    vocabulary = tokenizer["model"]["vocab"]
    number = len(vocabulary)
    vocabulary |= {chr(0x20000 + i): number + i for i in range(200_000)}
    forged = with_file(network_files, TOKENIZER, json.dumps(tokenizer, ensure_ascii=False).encode())
    for model, settings in ABSURDITIES.items():
        values = {"model": model, "settings": settings, "vocab_size": number + 200_000}
        (tmp_path / model).mkdir()
        for name, content in with_config(forged, lambda v, values=values: v.update(values)).items():
            (tmp_path / model / name).write_bytes(content)
    ran = subprocess.run(
        [sys.executable, "-c", ABSURD, *(str(tmp_path / model) for model in ABSURDITIES)],
        cwd=PROJECT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    said = ran.stdout.splitlines()
    assert len(said) == len(ABSURDITIES) and all("ensor" in each and "hash" not in each for each in said), said
    assert "memory" in ran.stderr  # so the limit holds


# The disk


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_a_full_disk_while_fetching_leaves_what_was_there(
    number: int, refused: Callable[..., None], hub: StandIn, network_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import file_download

    real, come = file_download.http_get, []

    def full(url: str, temp_file: BinaryIO, **options: Any) -> None:
        if len(come) == number:
            temp_file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        come.append(url)
        real(url, temp_file, **options)

    monkeypatch.setattr(file_download, "http_get", full)
    refused(network_files, "disk is full", "Make room", kind=Failure)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB, where this system lets one be made."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True)
    if made.returncode != 0:
        pytest.skip("no small disk can be made here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount")
def test_a_disk_that_is_really_full(small_disk: Path, hub: StandIn, trained: Path, files: Files) -> None:
    lab = Lab(places=Places(PROJECT / "plugins", small_disk / "checkpoints", (), small_disk))
    hub.put("ada/cats", with_file(files, HISTORY, files[HISTORY] + b"\n" * 100_000))
    with told("disk is full", kind=Failure):
        lab.hub.pull("ada/cats")
    assert leftovers(small_disk) == []
    hub.put("ada/cats", files)
    lab.hub.pull("ada/cats")
    assert works(lab, "hub:ada/cats")


@pytest.mark.parametrize("where", ["data", "hub"])
def test_a_place_that_cannot_be_written_is_named(where: str, lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    place = lab.places.data if where == "data" else lab.places.data / "hub"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file stands here")
    with told("cannot be written", "UNROLL_DATA", kind=Failure):
        lab.hub.pull("ada/cats")
    assert place.read_text() == "a file stands here"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to the administrator")
def test_a_folder_that_may_only_be_read_is_named(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    lab.places.data.mkdir(parents=True)
    lab.places.data.chmod(0o500)
    with told("cannot be written", "UNROLL_DATA", kind=Failure):
        lab.hub.pull("ada/cats")


# kill -9

KILLED = """
import sys
from core.lab import Lab
lab = Lab()
while True:
    lab.hub.pull("ada/cats", progress=lambda done, total: print(done, flush=True))
"""


def test_kill_9_leaves_nothing_that_stands_in_the_way_or_grows(
    lab: Lab, hub: StandIn, files: Files, tmp_path: Path, ordeal: bool
) -> None:
    hub.put("ada/cats", files)
    environment = {**os.environ, **hub.environment(tmp_path / "home"), "UNROLL_DATA": str(lab.places.data)}
    generator = np.random.default_rng(0)
    root = lab.places.data / "hub"
    abandoned = 0
    for _ in range(100 if ordeal else 5):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(float(generator.uniform(0, 0.1)))
        process.kill()
        process.communicate()
        abandoned += len(list(root.glob(".fetching-*")))
        assert lab.hub.pull("ada/cats")["bytes"] == sum(map(len, files.values())) and works(lab, "hub:ada/cats")
    assert abandoned, "no kill came in time"
    for path in root.rglob("*"):  # a good hour later
        os.utime(path, (time.time() - 2 * fetching._ABANDONED,) * 2)
    busy = root / ".fetching-now"
    busy.mkdir()
    lab.hub.pull("ada/cats")
    assert leftovers(lab.places.data) == ["hub/.fetching-now"]  # which somebody may be working on


def test_whoever_has_written_within_the_hour_is_left_in_peace(tmp_path: Path) -> None:
    busy, old = tmp_path / ".fetching-busy", tmp_path / ".fetching-old"
    for folder in (busy, old):
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "file").write_bytes(b"x")
        for path in (folder, folder / "deep"):
            os.utime(path, (0, 0))
    os.utime(old / "deep" / "file", (0, 0))
    with fetching.staging(tmp_path) as own:
        assert busy.is_dir() and own.is_dir() and not old.exists()
    assert not own.exists()


def test_a_disk_that_is_too_small_is_said_before_a_byte_of_the_files_is_fetched(
    lab: Lab, hub: StandIn, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put("ada/cats", files)
    usage = shutil.disk_usage(lab.places.data.parent)
    free = sum(map(len, files.values())) - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free))
    with pytest.raises(Failure, match="the disk is full; nothing was kept"):
        lab.open("hub:ada/cats")
    assert not hub.asked("GET", "/resolve/") and not hub.asked("HEAD", "/resolve/")
