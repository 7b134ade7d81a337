"""Fetch a published text: streamed, never more than announced, checked, and only then put in its place."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.errors import BadCorpus, Failure, LabError

_SECONDS_TO_CONNECT = 10.0
_SECONDS_WITHOUT_A_BYTE = 30.0

Progress = Callable[[int, int], None]
"""Called with the bytes that have come and the bytes to come in all."""


def download(url: str, size: int, sha256: str, target: Path, progress: Progress | None = None) -> None:
    """Fetch ``url`` into the file ``target``, which appears whole or not at all.

    Args:
        url: where the bytes are published.
        size: how many there must be.
        sha256: their hash.
        target: the file; its folder is made.
        progress: told after every chunk.

    Raises:
        BadCorpus: other bytes than promised.
        Failure: no network, no such page, no room on the disk.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _no_room(target, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in _received(url, size, sha256, progress):
                file.write(chunk)
        os.replace(name, target)
    except OSError as error:
        raise _no_room(target, error) from error
    finally:
        with contextlib.suppress(OSError):  # it is gone when it was put in its place
            os.unlink(name)


def _received(url: str, size: int, sha256: str, progress: Progress | None) -> list[bytes]:
    """Return the chunks of ``url`` once size and hash are right."""
    import httpx  # only a download needs it, and it takes a while to import

    chunks: list[bytes] = []
    digest = hashlib.sha256()
    come = 0
    timeout = httpx.Timeout(_SECONDS_WITHOUT_A_BYTE, connect=_SECONDS_TO_CONNECT)
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=timeout) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                come += len(chunk)
                if come > size:
                    raise _other_bytes(url, f"more than {size:,} bytes", f"超过 {size:,} 字节")
                digest.update(chunk)
                chunks.append(chunk)
                if progress is not None:
                    progress(come, size)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ImportError) as error:
        raise _unreachable(url, error) from error
    if digest.hexdigest() != sha256:
        given = digest.hexdigest()
        raise _other_bytes(url, f"{come:,} bytes with SHA-256 {given}", f"{come:,} 字节，SHA-256 为 {given}")
    return chunks


def _unreachable(url: str, error: Exception) -> LabError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Failure(
        f"Could not download {url}: {reason}. Try again with a network, or put the file into a folder named in "
        "UNROLL_CORPORA; or train on the bundled tide_clock or moon_ferry.",
        f"无法下载 {url}：{reason}。请联网后重试，或把该文件放进 UNROLL_CORPORA 所指的文件夹；"
        "也可以用自带的 tide_clock 或 moon_ferry 训练。",
    )


def _other_bytes(url: str, en: str, zh: str) -> LabError:
    return BadCorpus(
        f"{url} gave other bytes than the corpus has: {en}. Nothing was kept. "
        "Put the right file into a folder named in UNROLL_CORPORA.",
        f"{url} 给出的内容与该语料不符：{zh}。未保存任何内容。请把正确的文件放进 UNROLL_CORPORA 所指的文件夹。",
    )


def _no_room(target: Path, error: OSError) -> LabError:
    reason = error.strerror or str(error)
    return Failure(
        f"Could not write {target}: {reason}. Make room, or choose another folder with UNROLL_DATA.",
        f"无法写入 {target}：{reason}。请腾出空间，或用 UNROLL_DATA 另选文件夹。",
    )
