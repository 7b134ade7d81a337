"""A folder that is complete takes another's place: a crash between any two steps leaves one of them, whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.errors import Failure
from core.sharing import folders
from core.sharing.folders import adopt_folder, recover


class Killed(BaseException):
    """Stands for the end of the process: nobody catches it."""


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    (tmp_path / "ready").mkdir()
    for name in "ab":
        (tmp_path / "ready" / name).write_bytes(b"new")
    return tmp_path / "ready"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One with an older content."""
    (tmp_path / "home" / "thing").mkdir(parents=True)
    (tmp_path / "home" / "thing" / "a").write_bytes(b"old")
    return tmp_path / "home" / "thing"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


OLD, NEW = {"a": b"old"}, {"a": b"new", "b": b"new"}


def test_it_takes_the_place_whether_there_was_one_or_not(ready: Path, folder: Path) -> None:
    adopt_folder(ready, folder)
    assert content(folder) == NEW and not ready.exists() and os.listdir(folder.parent) == ["thing"]
    adopt_folder(folder, folder.parent / "deep" / "other")
    assert content(folder.parent / "deep" / "other") == NEW and not folder.exists()


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
@pytest.mark.parametrize("replaces", [True, False])
def test_a_crash_between_the_renames_is_recovered_from(
    renames: int, replaces: bool, ready: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not replaces:
        (folder / "a").unlink()
        folder.rmdir()
    rename, made = os.rename, []

    def killed(source: Path, target: Path) -> None:
        if len(made) == renames:
            raise Killed
        made.append(target)
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", killed)
        if renames < 2 + replaces:
            with pytest.raises(Killed):
                adopt_folder(ready, folder)
        else:
            adopt_folder(ready, folder)
    recover(folder)
    if replaces:
        assert content(folder) == (OLD if renames < 2 else NEW)
        assert not folder.with_name(".thing.old").exists()
    else:
        assert not folder.exists() if renames < 2 else content(folder) == NEW
    if not ready.exists():  # it was on its way: the next time begins anew
        ready.mkdir()
        (ready / "b").write_bytes(b"next")
        adopt_folder(ready, folder)
        assert content(folder) == {"b": b"next"}
    assert [name for name in os.listdir(folder.parent) if name != "thing"] == []


@pytest.mark.parametrize("at", ["sync", "first rename", "second rename"])
def test_a_refusal_of_the_system_leaves_the_earlier_one(
    at: str, ready: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, made = os.rename, []

    def refuse(*values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def rename_or_refuse(source: Path, target: Path) -> None:
        made.append(target)
        if len(made) == {"first rename": 1, "second rename": 2}[at]:
            refuse()
        rename(source, target)

    with monkeypatch.context() as patch:
        if at == "sync":
            patch.setattr(folders, "_sync_file", refuse)
        else:
            patch.setattr(os, "rename", rename_or_refuse)
        with pytest.raises(Failure, match="disk is full"):
            adopt_folder(ready, folder)
    recover(folder)
    assert content(folder) == OLD and os.listdir(folder.parent) == ["thing"]


def test_a_file_in_its_place_is_never_replaced(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Failure, match="cannot be written"):
            adopt_folder(ready, place)
    assert (tmp_path / "file").read_text() == "mine" and content(ready) == NEW
