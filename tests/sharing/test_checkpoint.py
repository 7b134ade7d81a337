"""Checkpoints: whole or not at all, and nothing in them is believed before it is checked."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadCheckpoint, BadText, Failure, LabError, Refused
from core.lab import Lab
from core.places import Places
from core.sharing import folders
from core.sharing.checkpoint import MODEL, NAMES, TOKENIZER, load_checkpoint, read_facts
from core.sharing.facts import CONFIG
from core.sharing.folders import recover, replace_folder
from core.sharing.tensors import pack

PROJECT = Path(__file__).parents[2]
TEXT = "The tide came in and the tide went out, and nobody in the town of Sallow asked it why.\n" * 12


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(places=Places(PROJECT / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Path:
    """A small trained checkpoint."""
    text = tmp_path / "text.txt"
    text.write_text(TEXT)
    out = lab.places.checkpoints / "small"
    settings = {"hidden_size": 8, "epochs": 1, "batch_size": 4, "num_steps": 8}
    list(lab.train("rnn_scratch", str(text), out, settings))
    return out


def edit_config(folder: Path, change: Callable[[dict], None]) -> None:
    values = json.loads((folder / CONFIG).read_text())
    change(values)
    (folder / CONFIG).write_text(json.dumps(values))


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Replace a file and the hash that vouches for it, as somebody would who forges a checkpoint."""
    import hashlib

    (folder / name).write_bytes(content)
    edit_config(folder, lambda values: values["files"].update({name: hashlib.sha256(content).hexdigest()}))


def test_a_finished_checkpoint_holds_exactly_the_files_of_the_format(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    facts = read_facts(folder)
    assert facts.results is not None
    assert set(facts.results) == {"train", "validation", "held_out", "held_out_windows"}
    assert json.loads((folder / CONFIG).read_text())["format"] == 1


def test_saved_is_loaded(folder: Path, lab: Lab) -> None:
    opened = load_checkpoint(folder, lab.registry)
    assert opened.facts.model == "rnn_scratch"
    assert opened.tokenizer.decode(opened.tokenizer.encode("the tide")) == "the tide"
    assert opened.model.num_parameters == opened.facts.parameters


def test_the_library_alone_can_use_the_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer

    library = Tokenizer.from_file(str(folder / TOKENIZER))
    assert library.decode(library.encode("tide").ids) == "tide"


def _cut(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])


def _forge_tensor(folder: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    from core.sharing.tensors import unpack

    arrays = unpack((folder / MODEL).read_bytes(), MODEL)
    change(arrays)
    replace_file(folder, MODEL, pack(arrays))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "no config": lambda f: (f / CONFIG).unlink(),
    "no tensors": lambda f: (f / MODEL).unlink(),
    "no tokenizer": lambda f: (f / TOKENIZER).unlink(),
    "config cut off": lambda f: _cut(f, CONFIG),
    "tensors cut off": lambda f: _cut(f, MODEL),
    "tensors cut off, hash forged": lambda f: replace_file(f, MODEL, (f / MODEL).read_bytes()[:-100]),
    "tokenizer cut off": lambda f: replace_file(f, TOKENIZER, (f / TOKENIZER).read_bytes()[:200]),
    "config is a list": lambda f: (f / CONFIG).write_text("[]"),
    "config nests without end": lambda f: (f / CONFIG).write_text("[" * 100_000),
    "newer format": lambda f: edit_config(f, lambda v: v.update(format=2)),
    "format of another kind": lambda f: edit_config(f, lambda v: v.update(format="1")),
    "format true": lambda f: edit_config(f, lambda v: v.update(format=True)),
    "a key is missing": lambda f: edit_config(f, lambda v: v.pop("settings")),
    "a key of another kind": lambda f: edit_config(f, lambda v: v.update(vocab_size="many")),
    "unknown model": lambda f: edit_config(f, lambda v: v.update(model="transformer")),
    "unknown setting": lambda f: edit_config(f, lambda v: v["settings"].update(heads=8)),
    "setting out of range": lambda f: edit_config(f, lambda v: v["settings"].update(hidden_size=-1)),
    "config asks for gigabytes": lambda f: edit_config(f, lambda v: v["settings"].update(hidden_size=4096)),
    "vocabulary does not fit": lambda f: edit_config(f, lambda v: v.update(vocab_size=5)),
    "another level": lambda f: edit_config(f, lambda v: v["text"].update(level="word")),
    "a pickle in disguise": lambda f: replace_file(f, MODEL, pickle.dumps({"W_xh": [1.0]})),
    "a zip archive": lambda f: replace_file(f, MODEL, b"PK\x03\x04" + bytes(100)),
    "a header of gigabytes": lambda f: replace_file(f, MODEL, (2**40).to_bytes(8, "little") + b"{}"),
    "empty tensors": lambda f: replace_file(f, MODEL, b""),
    "wrong shape": lambda f: _forge_tensor(f, lambda a: a.update(W_hh=np.zeros((3, 3), dtype=np.float32))),
    "foreign tensor": lambda f: _forge_tensor(f, lambda a: a.update(extra=np.zeros(3, dtype=np.float32))),
    "not a number": lambda f: _forge_tensor(f, lambda a: a["b_h"].fill(np.nan)),
    "whole numbers": lambda f: _forge_tensor(f, lambda a: a.update(b_h=np.zeros(8, dtype=np.int32))),
    "no spelling": lambda f: _forge_tensor(f, lambda a: [a.pop(n) for n in list(a) if n.startswith("spelling")]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_gives_one_clear_sentence(damage: str, folder: Path, lab: Lab) -> None:
    DAMAGES[damage](folder)
    with pytest.raises(LabError) as caught:
        load_checkpoint(folder, lab.registry)
    assert "\n" not in str(caught.value)
    assert caught.value.in_language("zh") != str(caught.value)
    assert len(lab.checkpoints()) == 1  # and the list of checkpoints still stands


@pytest.mark.parametrize(
    "results",
    [{"train": 5}, {"train": {"perplexity": "low"}}, {"refused": 3}, {"train": {"perplexity": [1.0]}}],
    ids=str,
)
def test_results_that_are_no_numbers_are_refused(folder: Path, lab: Lab, results: dict) -> None:
    edit_config(folder, lambda values: values.update(results=results))
    with pytest.raises(BadCheckpoint, match="results"):
        read_facts(folder)


def test_nan_is_no_json(folder: Path) -> None:
    config = folder / CONFIG
    config.write_text(config.read_text().replace('"seconds": ', '"seconds": NaN, "old": '))
    with pytest.raises(BadCheckpoint, match="not JSON"):
        read_facts(folder)


def test_a_claim_of_nothing_is_not_verified(folder: Path, lab: Lab) -> None:
    edit_config(folder, lambda values: values.update(results={"train": values["results"]["train"]}))
    with pytest.raises(Refused, match="held_out"):
        lab.verify("small")


def test_only_folders_are_replaced(folder: Path, lab: Lab, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadText, match="takes a folder"):
        lab.train("uniform", "tide_clock", pipe)
    with pytest.raises(Failure):
        replace_folder(pipe, {"a": b"1"})
    assert pipe.is_fifo()


def test_a_link_is_followed_and_stays_a_link(folder: Path, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for replace in (False, True):
        list(lab.train("uniform", "tide_clock", tmp_path / "link", replace=replace))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / CONFIG).is_file()


@pytest.mark.parametrize("out", ["", "/", "x" * 300, "a\0b"])
def test_names_that_cannot_be_folders_are_refused_before_training(folder: Path, lab: Lab, out: str) -> None:
    with pytest.raises(LabError):
        lab.train("uniform", "tide_clock", out)


def test_a_place_that_cannot_be_written_is_refused_before_training(folder: Path, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Failure, match="cannot be written"):
        lab.train("uniform", "tide_clock", tmp_path / "file" / "out")


def test_an_interrupted_exchange_is_completed_by_whoever_looks(folder: Path, lab: Lab) -> None:
    shutil.copytree(folder, folder.parent / ".small.new")
    folder.rename(folder.parent / ".small.old")
    assert [row["name"] for row in lab.checkpoints()] == ["small"]
    folder.rename(folder.parent / ".small.old")
    shutil.copytree(folder.parent / ".small.old", folder.parent / ".small.new")
    assert lab.generate_whole("small", "The", {"tokens": 2})["ids"]
    folder.rename(folder.parent / ".small.old")
    with pytest.raises(BadText, match="--replace"):
        lab.train("uniform", "tide_clock", folder)


def test_one_damaged_folder_does_not_hide_the_others(folder: Path, lab: Lab) -> None:
    shutil.copytree(folder, folder.parent / "other")
    edit_config(folder, lambda values: values.update(results={"train": 5}))
    rows = {row["name"]: row for row in lab.checkpoints()}
    assert rows["other"]["finished"]
    assert rows["small"]["error"]["en"] != rows["small"]["error"]["zh"]


def test_a_newer_format_says_what_to_do(folder: Path, lab: Lab) -> None:
    DAMAGES["newer format"](folder)
    with pytest.raises(BadCheckpoint, match="Update Unroll"):
        load_checkpoint(folder, lab.registry)


def test_a_pickle_is_named_and_never_opened(folder: Path, lab: Lab) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.system, (f"touch {folder}/exploded",))

    replace_file(folder, MODEL, pickle.dumps(Bomb()))
    with pytest.raises(BadCheckpoint, match="pickle"):
        load_checkpoint(folder, lab.registry)
    assert not (folder / "exploded").exists()


def test_a_full_disk_leaves_the_earlier_checkpoint_whole(
    folder: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write = folders._write

    def full(path: Path, content: bytes) -> None:
        if path.name == MODEL:
            path.write_bytes(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(folders, "_write", full)
    text = folder.parent.parent / "text.txt"
    with pytest.raises(Failure, match="disk is full"):
        list(lab.train("ngram", str(text), folder, {"order": 2}, replace=True))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["small"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Failure, match="cannot be written"):
        replace_folder(tmp_path / "file" / "folder", {"a": b"1"})


@pytest.mark.parametrize("crash", ["before the exchange", "inside the exchange", "after the exchange"])
def test_a_crash_leaves_the_old_folder_or_the_new_one(tmp_path: Path, crash: str) -> None:
    folder = tmp_path / "thing"
    replace_folder(folder, {"a": b"old"})
    new, old = tmp_path / ".thing.new", tmp_path / ".thing.old"
    new.mkdir()
    (new / "a").write_bytes(b"new")
    if crash != "before the exchange":
        folder.rename(old)
    if crash == "after the exchange":
        new.rename(folder)
    recover(folder)
    assert (folder / "a").read_bytes() == (b"old" if crash == "before the exchange" else b"new")
    assert not old.exists()


KILLED = """
import sys
from pathlib import Path
from core.sharing.folders import replace_folder
folder, number = Path(sys.argv[1]), 0
while True:
    replace_folder(folder, {name: str(number).encode() * 20000 for name in "abc"})
    print(number, flush=True)
    number += 1
"""


def test_kill_9_never_leaves_a_mixture(
    tmp_path: Path, ordeal: bool, record_property: Callable[[str, object], None]
) -> None:
    kills = 200 if ordeal else 8
    record_property("kills", kills)
    generator = np.random.default_rng(0)
    folder = tmp_path / "thing"
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        said = int(process.stdout.readline())  # at least one folder was reported whole
        try:
            process.wait(timeout=float(generator.uniform(0, 0.05)))
        except subprocess.TimeoutExpired:
            process.kill()
        reported = [said, *map(int, process.stdout.read().split())]
        process.wait()
        recover(folder)
        contents = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert set(contents) == set("abc")
        assert len(set(contents.values())) == 1, "a mixture of two folders"
        number = next(iter(contents.values()))
        assert any(number == str(n).encode() * 20000 for n in (reported[-1], reported[-1] + 1))
        shutil.rmtree(folder)
