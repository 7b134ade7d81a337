"""A folder that changes as a whole: after a crash there is the old one or the new one, never a mixture.

    1. write everything into ``.NAME.new``, force it to disk
    2. rename NAME to ``.NAME.old``, then ``.NAME.new`` to NAME
    3. remove ``.NAME.old``

A crash during 1 leaves NAME untouched. A crash inside 2 leaves no NAME for an instant; `recover` then completes the
exchange with what step 1 had finished.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.errors import BadText, Failure


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}.{ending}")


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold exactly the given files.

    Raises:
        Failure: the disk is full or the place cannot be written; the earlier folder is whole.
    """
    new = _beside(folder, "new")
    try:
        _check_place(folder)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        for name, content in files.items():
            _write(new / name, content)
        _exchange(folder)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise _failure(folder, error) from error


def adopt_folder(ready: Path, folder: Path) -> None:
    """Let a folder that is complete, on the same disk, take the place of ``folder``.

    Raises:
        Failure: the place cannot be written; the earlier folder is whole.
    """
    new = _beside(folder, "new")
    try:
        _check_place(folder)
        for path in ready.iterdir():
            _sync_file(path)
        shutil.rmtree(new, ignore_errors=True)
        os.rename(ready, new)
        _exchange(folder)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise _failure(folder, error) from error


def _check_place(folder: Path) -> None:
    """Make sure that a folder can stand there."""
    recover(folder)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder")
    folder.parent.mkdir(parents=True, exist_ok=True)


def _exchange(folder: Path) -> None:
    """Put ``.NAME.new``, which is complete, in the place of ``folder``."""
    new, old = _beside(folder, "new"), _beside(folder, "old")
    _sync_folder(new)
    if folder.exists():
        os.rename(folder, old)
    try:
        os.rename(new, folder)
    except FileNotFoundError:
        if not folder.exists():  # else somebody who opened the folder just now has completed the exchange
            raise
    _sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def named_folder(out: Path | str) -> Path:
    """Return the folder itself that ``out`` names, by a link or from where we are.

    Raises:
        BadText: no folder can have this name.
    """
    try:
        resolved = Path(out).resolve()
        if not str(out) or not resolved.name:
            raise ValueError("it has no name of its own")
        resolved.exists()
    except (OSError, ValueError) as error:
        raise BadText(
            f"{str(out)[:60]!r} cannot be a folder ({error}). Choose another name.",
            f"“{str(out)[:60]}”不能作为文件夹（{error}）。请换一个名称。",
        ) from error
    return resolved


def recover(folder: Path) -> None:
    """Complete an exchange that a crash interrupted."""
    new, old = _beside(folder, "new"), _beside(folder, "old")
    if not folder.exists() and old.exists():
        # The old folder is moved away only after the new one was written in full. Somebody else may be faster.
        with contextlib.suppress(OSError):
            os.rename(new if new.exists() else old, folder)
    if folder.exists() and old.exists():
        shutil.rmtree(old, ignore_errors=True)


def check_writable(folder: Path) -> None:
    """Raise Failure now if `replace_folder` could not write beside ``folder`` later, after hours of training."""
    trial = _beside(folder, "trial")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        trial.mkdir(exist_ok=True)
        trial.rmdir()
    except OSError as error:
        raise _failure(folder, error) from error


def recover_all(parent: Path) -> None:
    """Complete every exchange inside ``parent`` that a crash interrupted."""
    for old in parent.glob(".*.old"):
        recover(parent / old.name.removeprefix(".").removesuffix(".old"))


def write_file(path: Path, content: bytes) -> None:
    """Write one file as a whole: it has its old content or the new one.

    Raises:
        Failure: the disk is full or the place cannot be written.
    """
    write_parts(path, [content])


def write_parts(path: Path, parts: Iterable[bytes]) -> int:
    """Write one file as a whole from parts that are made one after the other; return its size in bytes.

    Raises:
        Failure: as `write_file`; whatever goes wrong, no half of a file is left.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size = _write_parts(new, parts)
        os.replace(new, path)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    return size


def _write(path: Path, content: bytes) -> None:
    _write_parts(path, [content])


def _write_parts(path: Path, parts: Iterable[bytes]) -> int:
    with path.open("wb") as file:
        size = sum(map(file.write, parts))
        file.flush()
        os.fsync(file.fileno())
    return size


def _sync_file(path: Path) -> None:
    """Force a file that somebody else wrote to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, where the system can (Windows cannot)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(path: Path, error: OSError) -> Failure:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(
            f"The disk is full: '{path}' was not saved; what was there before is whole. Make room and save again.",
            f"磁盘已满：未能保存“{path}”，原有内容完好。请腾出空间后重新保存。",
        )
    reason = error.strerror or str(error)
    return Failure(
        f"'{path}' cannot be written ({reason}). Choose a place that can be written to.",
        f"无法写入“{path}”（{reason}）。请选择可写的位置。",
    )
