"""Repositories and files as the Hub describes them in JSON."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.hub.cards import card_of, tags_of
from tests.hub.repositories import Commit, Repository, StoredFile

# What a list of models tells about each when nothing more is asked for, and what `full` adds.
LISTED = ("_id", "id", "modelId", "likes", "trendingScore", "private", "downloads", "tags", "createdAt")
LISTED_FULL = (*LISTED, "author", "gated", "lastModified", "sha", "siblings", "disabled")
MAY_BE_MISSING = ("pipeline_tag", "library_name")
# What describes one repository alone when nothing is picked.
ALONE = (*LISTED_FULL, "cardData", "model-index", "usedStorage", "config", "spaces", *MAY_BE_MISSING)
SPACE_ALONE = (*LISTED_FULL, "cardData", "sdk", "runtime", "host", "subdomain", "models", "datasets")


def as_date(moment: datetime) -> str:
    """Return a moment as the Hub writes it.

    >>> from datetime import UTC
    >>> as_date(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000Z'
    """
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def everything_about(repository: Repository, commit: Commit, *, with_sizes: bool = False) -> dict[str, Any]:
    """Return all that can be told about a repository at one commit."""
    card = card_of(commit)
    told: dict[str, Any] = {
        "_id": hashlib.sha1(repository.name.encode()).hexdigest()[:24],
        "id": repository.name,
        "author": repository.owner,
        "sha": commit.sha,
        "private": repository.private,
        "gated": "manual" if repository.gated else False,
        "disabled": False,
        "likes": repository.likes,
        "trendingScore": repository.likes,
        "tags": tags_of(commit),
        "createdAt": as_date(repository.commits[0].date),
        "lastModified": as_date(repository.head.date),
        "siblings": [as_sibling(path, file, with_sizes) for path, file in sorted(commit.files.items())],
        "usedStorage": sum(file.size for file in repository.head.files.values() if file.large),
        "cardData": card,
    }
    return told | (_only_models(repository, card) if repository.kind == "model" else _only_spaces(repository, card))


def _only_models(repository: Repository, card: dict[str, Any] | None) -> dict[str, Any]:
    named = {key: card[key] for key in MAY_BE_MISSING if card and key in card}
    return {
        "modelId": repository.name,
        "downloads": repository.downloads,
        "downloadsAllTime": repository.downloads,
        "model-index": (card or {}).get("model-index"),
        "config": {},
        "spaces": [],
        **named,
    }


def _only_spaces(repository: Repository, card: dict[str, Any] | None) -> dict[str, Any]:
    subdomain = repository.name.replace("/", "-")
    return {
        "sdk": repository.sdk,
        "runtime": runtime_of(repository),
        "host": f"https://{subdomain}.hf.space",
        "subdomain": subdomain,
        "models": (card or {}).get("models", []),
        "datasets": (card or {}).get("datasets", []),
    }


def runtime_of(space: Repository) -> dict[str, Any]:
    """Return what runs a Space."""
    hardware = {"current": space.hardware, "requested": space.hardware}
    return {"stage": "RUNNING", "hardware": hardware, "storage": None, "gcTimeout": 172800, "replicas": {"current": 1}}


def variables_of(space: Repository) -> dict[str, Any]:
    """Return the public variables of a Space."""
    return {
        key: {"key": key, "value": value, "updatedAt": as_date(space.head.date)}
        for key, value in space.variables.items()
    }


def picked(told: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Return only some fields, and always the name."""
    return {key: told[key] for key in dict.fromkeys(["_id", "id", *fields]) if key in told}


def as_sibling(path: str, file: StoredFile, with_sizes: bool) -> dict[str, Any]:
    """Return a file as the description of its repository lists it."""
    if not with_sizes:
        return {"rfilename": path}
    large = {"lfs": {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}} if file.large else {}
    return {"rfilename": path, "size": file.size, "blobId": file.git_name, **large}


def as_entry(path: str, file: StoredFile, last: Commit | None) -> dict[str, Any]:
    """Return a file as a tree lists it."""
    large = {"lfs": {"oid": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}} if file.large else {}
    return {"type": "file", "oid": file.git_name, "size": file.size, "path": path, **large, **_last_commit(last)}


def as_folder(path: str, last: Commit | None) -> dict[str, Any]:
    """Return a folder as a tree lists it."""
    return {"type": "directory", "oid": "0" * 40, "size": 0, "path": path, **_last_commit(last)}


def _last_commit(commit: Commit | None) -> dict[str, Any]:
    """Tell the commit of the moment for every file: the stand-in does not look for the one that changed it last."""
    if commit is None:
        return {}
    return {"lastCommit": {"id": commit.sha, "title": commit.title, "date": as_date(commit.date)}}


def tree_of(commit: Commit, folder: str, *, recursive: bool, expand: bool) -> list[dict[str, Any]]:
    """Return the files and folders inside `folder` ("" for the root)."""
    last = commit if expand else None
    start = f"{folder}/" if folder else ""
    inside = {path: file for path, file in sorted(commit.files.items()) if path.startswith(start)}
    folders = {parent for path in inside for parent in _parents(path) if parent.startswith(start)}
    entries = [as_folder(path, last) for path in sorted(folders)]
    entries += [as_entry(path, file, last) for path, file in inside.items()]
    return [entry for entry in entries if recursive or "/" not in entry["path"].removeprefix(start)]


def _parents(path: str) -> Sequence[str]:
    """Return the folders a file lies in, nearest first.

    >>> _parents("a/b/c.txt")
    ['a/b', 'a']
    """
    found: list[str] = []
    folder = posixpath.dirname(path)
    while folder and folder != "/":
        found.append(folder)
        folder = posixpath.dirname(folder)
    return found
