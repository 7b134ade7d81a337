"""A commit on the Hub becomes a folder here: looked at before it is fetched, and checked before it is used.

    1. the repository's list of files is read: the commit is pinned, the five files of the format must be there, none
       of them too large; no other file is ever fetched
    2. config.json comes first: it says what the others must be
    3. the others come, and their hashes are compared
    4. the checkpoint is opened, strictly, as any other
    5. only then it takes its place, as a whole

Whatever goes wrong before leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import BadCheckpoint, Failure
from core.models.registry import Registry
from core.sharing.checkpoint import (
    CARD,
    HISTORY,
    MODEL,
    MOST_CONFIG,
    MOST_TOKENIZER,
    NAMES,
    TOKENIZER,
    check_hash,
    load_checkpoint,
)
from core.sharing.facts import CONFIG, Facts, parse_facts
from core.sharing.hub.names import HubName, is_commit
from core.sharing.hub.refusals import answered, understood
from core.text.download import Progress

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# Bytes that the tensors of a checkpoint may have where nobody says otherwise, and that its card and history may have.
MOST_BYTES = 500_000_000
_MOST_TEXT = 16_000_000
# Files whose names say that they run programs when they are opened.
_PICKLES = (".bin", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib")
_SECONDS_TO_LIST = 10
# What is on its way, and the seconds after which nobody works on it any more: a program was killed.
STAGING, _ABANDONED = ".fetching-", 3600


@dataclass(frozen=True)
class Repository:
    """What the Hub says of a checkpoint's repository at one commit.

    Attributes:
        commit: its hash, 40 hexadecimal digits.
        sizes: bytes of each file of the format.
        others: names of the files that are left alone.
    """

    commit: str
    sizes: Mapping[str, int]
    others: Sequence[str]


@contextlib.contextmanager
def fetched(
    hub: HfApi,
    name: HubName,
    registry: Registry,
    parent: Path,
    *,
    most_bytes: int = MOST_BYTES,
    progress: Progress | None = None,
) -> Iterator[tuple[Path, Repository]]:
    """Fetch a checkpoint into a folder inside ``parent`` that is gone afterwards, unless it was renamed.

    Args:
        hub: the client.
        name: what to fetch.
        registry: the models that may open it.
        parent: a folder on the disk where the checkpoint will be kept.
        most_bytes: that its tensors may have.
        progress: told bytes so far and bytes in all.

    Yields:
        The folder, holding exactly the five files, and what the Hub said of them.

    Raises:
        BadCheckpoint: it is no checkpoint, too large, or not what it says.
        LabError: the Hub refuses, the disk is full.
    """
    with answered(name.repository, hub.token), staging(parent) as folder:
        repository = look_at(hub, name, most_bytes)
        check_room(parent, repository)
        take = Taking(hub, name, repository, folder, progress)
        take.file(CONFIG)
        facts = parse_facts((folder / CONFIG).read_bytes())
        for file in (TOKENIZER, HISTORY, CARD, MODEL):  # the largest comes last
            take.file(file)
            if file != CARD:
                compare(folder / file, facts)
        take.tidy()
        load_checkpoint(folder, registry)
        yield folder, repository


@contextlib.contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """Give a new hidden folder inside ``parent``; what is still in it at the end is removed.

    Raises:
        Failure: there is no room, or no right to write.
    """
    folder = parent / f"{STAGING}{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Failure(
            f"'{parent}' cannot be written ({error.strerror}). Choose another place with UNROLL_DATA, and for the project's "
            "own checkpoints with UNROLL_CHECKPOINTS.",
            f"无法写入“{parent}”（{error.strerror}）。请用 UNROLL_DATA 另选位置；项目自带的检查点用 UNROLL_CHECKPOINTS。",
        ) from error
    _remove_abandoned(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    """Remove what programs left that were killed while they fetched."""
    for folder in parent.glob(f"{STAGING}*"):
        with contextlib.suppress(OSError):  # its owner may be removing it just now
            if time.time() - max(path.stat().st_mtime for path in (folder, *folder.rglob("*"))) > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)


def look_at(hub: HfApi, name: HubName, most_bytes: int) -> Repository:
    """Return what the Hub says of a repository, which must hold a checkpoint of a bearable size.

    Raises:
        BadCheckpoint: it does not.
    """
    with understood(name.repository):
        info = hub.model_info(name.repository, revision=name.revision, files_metadata=True, timeout=_SECONDS_TO_LIST)
        commit = info.sha if info.sha and is_commit(info.sha) else None
        sizes = {str(each.rfilename): each.size for each in info.siblings or ()}
    if commit is None:  # it will be a folder's name
        raise _bad_list(name, "commit", "提交")
    if missing := [file for file in NAMES if file not in sizes]:
        raise _no_checkpoint(name, missing, list(sizes))
    most = {CONFIG: MOST_CONFIG, TOKENIZER: MOST_TOKENIZER, HISTORY: _MOST_TEXT, CARD: _MOST_TEXT, MODEL: most_bytes}
    for file in NAMES:
        size = sizes[file]
        if not isinstance(size, int) or size < 0:
            raise _bad_list(name, f"size of {file}", f" {file} 的大小")
        if size > most[file]:
            raise _too_large(name, file, size, most[file], hub.token is False)
    others = sorted(file for file in sizes if file not in NAMES and file != ".gitattributes")
    return Repository(commit, {file: sizes[file] or 0 for file in NAMES}, others)


def _too_large(name: HubName, file: str, size: int, most: int, for_visitors: bool) -> BadCheckpoint:
    """Return the error for a file above its limit; only that of the tensors, on a page, is for its owner to set."""
    settable = file == MODEL and for_visitors
    return BadCheckpoint(
        f"{name.repository}: {file} has {size:,} bytes, at most {most:,} are taken; nothing was fetched."
        + (" Whoever runs this page can allow larger tensors with UNROLL_MAX_HUB_BYTES." if settable else ""),
        f"{name.repository}：{file} 有 {size:,} 字节，最多接受 {most:,} 字节；未下载任何内容。"
        + ("本页面的运行者可用 UNROLL_MAX_HUB_BYTES 允许更大的张量文件。" if settable else ""),
    )


def _bad_list(name: HubName, en: str, zh: str) -> BadCheckpoint:
    return BadCheckpoint(
        f"{name.repository}: the Hub does not tell the {en}; nothing was fetched. Check HF_ENDPOINT: a mirror may leave it out.",
        f"{name.repository}：Hub 未给出{zh}；未下载任何内容。请检查 HF_ENDPOINT：镜像可能省略了它。",
    )


def _no_checkpoint(name: HubName, missing: Sequence[str], there: Sequence[str]) -> BadCheckpoint:
    lacking = ", ".join(missing)
    if any(file.endswith(_PICKLES) for file in there):
        return BadCheckpoint(
            f"{name.repository} holds no Unroll checkpoint: it lacks {lacking}, and holds pickles, which can run programs and "
            "are never opened here. Name a repository with the tag 'unroll'.",
            f"{name.repository} 不是 Unroll 检查点：缺少 {lacking}，且含有 pickle 文件；pickle 可能执行程序，本程序从不打开。"
            "请给出带有 unroll 标签的仓库。",
        )
    return BadCheckpoint(
        f"{name.repository} holds no Unroll checkpoint: it lacks {lacking}. Name a repository with the tag 'unroll'.",
        f"{name.repository} 不是 Unroll 检查点：缺少 {lacking}。请给出带有 unroll 标签的仓库。",
    )


def check_room(parent: Path, repository: Repository) -> None:
    """Raise the error of a full disk before the first byte where the files would not fit."""
    if shutil.disk_usage(parent).free < sum(repository.sizes.values()):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Taking:
    """The files of one commit on their way here; more bytes than were announced end it.

    Args:
        hub, name: the client, and what is fetched.
        repository: what the Hub announced.
        folder: where the files go.
        progress: told bytes so far and bytes in all.
    """

    def __init__(
        self, hub: HfApi, name: HubName, repository: Repository, folder: Path, progress: Progress | None
    ) -> None:
        self._hub, self._name, self._repository, self._folder = hub, name, repository, folder
        self._progress, self._done, self._total = progress, 0, sum(repository.sizes.values())

    def file(self, file: str) -> None:
        """Fetch one file.

        Raises:
            Failure: other bytes come than were announced.
        """
        announced = self._repository.sizes[file]
        self._report(0)  # before the first byte, which may be long in coming
        count = _counter(announced, self._report)
        try:
            self._hub.hf_hub_download(
                self._name.repository, file, revision=self._repository.commit, local_dir=self._folder, tqdm_class=count
            )
        except ValueError as error:  # more than the client ever fetches in this way
            raise OSError("other bytes than announced") from error
        if (self._folder / file).stat().st_size != announced:
            raise OSError("other bytes than announced")  # without a number: see `answered`
        self._done += announced
        self._report(0)

    def tidy(self) -> None:
        """Remove what the client keeps beside the files for its own use."""
        shutil.rmtree(self._folder / ".cache", ignore_errors=True)

    def _report(self, of_this_file: int) -> None:
        if self._progress is not None:
            self._progress(self._done + of_this_file, self._total)


def _counter(announced: int, report: Callable[[int], None]) -> Any:
    """Return a kind of progress bar that shows nothing, tells `report`, and stops a file that grows too long."""
    from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

    class Counter(tqdm):
        """Counts bytes."""

        come = 0

        def __init__(self, *values: Any, **options: Any) -> None:  # tqdm's own
            super().__init__(*values, **{**options, "disable": True})  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> bool | None:
            """Count ``n`` more bytes."""
            self.come += int(n or 0)
            if self.come > announced:
                raise OSError("more bytes than announced")
            report(self.come)
            return None

    return Counter


def compare(path: Path, facts: Facts) -> None:
    """Raise BadCheckpoint unless a file has the hash that config.json states."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    check_hash(path.name, found, facts)
