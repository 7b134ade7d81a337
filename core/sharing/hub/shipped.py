"""The project's own checkpoints, where their tensors were left out: a small Space, a slim clone.

``checkpoints/index.json`` says of each where it was published, at which commit, and the hash of each of its files. What is
missing is fetched from there when it is first used; whatever has another hash is refused.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import BadCheckpoint
from core.models.registry import Registry
from core.sharing.checkpoint import HISTORY, NAMES, is_whole, load_checkpoint
from core.sharing.facts import damaged
from core.sharing.folders import adopt_folder, write_file
from core.sharing.hub.connection import api
from core.sharing.hub.fetching import MOST_BYTES, Taking, check_room, compare, look_at, staging
from core.sharing.hub.names import HubName, is_commit
from core.sharing.hub.publishing import Published
from core.sharing.hub.refusals import Token, answered
from core.text.download import Progress

INDEX = "index.json"


@dataclass(frozen=True)
class Entry:
    """Where a checkpoint was published.

    Attributes:
        repository: OWNER/NAME.
        commit: its hash.
        files: the SHA-256 of each file.
    """

    repository: str
    commit: str
    files: Mapping[str, str]


def read_index(checkpoints: Path) -> dict[str, Entry]:
    """Return where the checkpoints of a folder were published; nothing where they were not.

    Raises:
        BadCheckpoint: the file is damaged.
    """
    try:
        content = (checkpoints / INDEX).read_bytes()
    except OSError:
        return {}
    try:
        entries = {name: Entry(**values) for name, values in json.loads(content).items()}
        good = all(_is_good(entry) for entry in entries.values())
    except (ValueError, TypeError, AttributeError, RecursionError):
        good = False
    if not good:
        raise damaged(INDEX, "it is no list of published checkpoints", "它不是已发布检查点的列表")
    return entries


def _is_good(entry: Entry) -> bool:
    named = isinstance(entry.repository, str) and HubName.parse(f"hub:{entry.repository}") is not None
    return named and isinstance(entry.commit, str) and is_commit(entry.commit) and isinstance(entry.files, dict)


def add_to_index(checkpoints: Path, name: str, published: Published) -> None:
    """Write down where a checkpoint was published; what else the index says stays."""
    entries = read_index(checkpoints)
    entries[name] = Entry(published.repository, published.commit, published.files)
    listed = {each: asdict(entry) for each, entry in sorted(entries.items())}
    write_file(checkpoints / INDEX, (json.dumps(listed, indent=1) + "\n").encode())


def complete(
    folder: Path,
    registry: Registry,
    owner: str = "",
    *,
    token: Token = None,
    most_bytes: int = MOST_BYTES,
    progress: Progress | None = None,
) -> None:
    """Fetch what a checkpoint's folder lacks; the files that are here stay as they are.

    Args:
        folder: inside the folder of checkpoints with its index; it may be missing itself.
        registry: the models.
        owner: take them from this owner's repositories; what the index says of others' does not count then.
        token, most_bytes, progress: see `Shelf.fetch`.

    Raises:
        BadCheckpoint: nobody says where it is, or other files came than it says.
        LabError: the Hub refuses, the disk is full. The folder is as it was.
    """
    entry = None if owner else read_index(folder.parent).get(folder.name)
    name = _whereabouts(folder, entry, owner)
    with answered(name.repository, token), staging(folder.parent) as ready:
        repository = look_at(api(token), name, most_bytes)
        check_room(folder.parent, repository)
        take = Taking(api(token), name, repository, ready, progress)
        for path in folder.iterdir() if folder.is_dir() else ():
            if is_whole(path):
                shutil.copy2(path, ready / path.name)
        for file in NAMES:
            if not (ready / file).exists():
                take.file(file)
                _compare(ready / file, entry)
        take.tidy()
        compare(ready / HISTORY, load_checkpoint(ready, registry).facts)  # which compares the others with config.json
        adopt_folder(ready, folder)


def _whereabouts(folder: Path, entry: Entry | None, owner: str) -> HubName:
    if owner:
        return HubName.of(f"{owner}/{folder.name}")
    if entry is not None:
        return HubName.of(f"{entry.repository}@{entry.commit}")
    raise BadCheckpoint(
        f"'{folder.name}' lies here without its numbers, and {INDEX} does not say where they are published. Fetch the whole "
        "project, or name their owner on the Hub in UNROLL_HUB_OWNER.",
        f"“{folder.name}”在此缺少数值文件，{INDEX} 也未说明其发布位置。请获取完整的项目，或用 UNROLL_HUB_OWNER 指定其在 Hub 上的所有者。",
    )


def _compare(path: Path, entry: Entry | None) -> None:
    """Raise BadCheckpoint unless a file is the one that the index names; the card may have been written anew."""
    expected = entry.files.get(path.name) if entry is not None else None
    if expected is not None and expected != hashlib.sha256(path.read_bytes()).hexdigest():
        raise damaged(path.name, f"its hash is not the one in {INDEX}", f"其哈希值与 {INDEX} 不符")
