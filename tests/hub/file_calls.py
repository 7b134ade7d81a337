"""What the Hub and its store of large files answer about files: download, upload, commit."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from tests.hub import answers
from tests.hub.answers import Answer, Refused, as_json, error
from tests.hub.received import Request
from tests.hub.repositories import Commit, Kind, Repository, StoredFile, is_large, without
from tests.hub.state import State, ok

RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def resolve(state: State, request: Request, kind: Kind, name: str, revision: str, path: str) -> Answer:
    """``GET`` or ``HEAD /{name}/resolve/{revision}/{path}``: the file, or the way to the store of large files."""
    repository = state.readable(request, kind, name)
    commit = state.at(repository, unquote(revision))
    file = commit.files.get(unquote(path))
    if file is None:
        raise Refused(answers.no_file("Entry not found", commit.sha))
    if not file.large:
        headers = {"ETag": f'"{file.etag}"', "X-Repo-Commit": commit.sha, "Content-Type": "text/plain; charset=utf-8"}
        return content(request, file.content, headers)
    return _to_the_store(state, commit, file, unquote(path))


def _to_the_store(state: State, commit: Commit, file: StoredFile, path: str) -> Answer:
    """Send the client to the store; size and name of the file are told on the way, with the headers of the Hub."""
    link = f"{state.store}/lfs-blob/{file.sha256}?signature={state.signature}&filename={quote(path, safe='')}"
    headers = {
        "Location": link,
        "X-Repo-Commit": commit.sha,
        "X-Linked-Size": str(file.size),
        "X-Linked-Etag": f'"{file.etag}"',
        "ETag": f'"{file.git_name}"',
        "Content-Type": "text/plain; charset=utf-8",
    }
    if state.offers_xet:
        headers["X-Xet-Hash"] = file.sha256
        headers["X-Xet-Refresh-Route"] = f"{state.endpoint}/xet-read-token"
    return Answer(302, f"Found. Redirecting to {link}".encode(), headers)


def content(request: Request, body: bytes, headers: dict[str, str]) -> Answer:
    """Return a file, or the part of it that the header `Range` names."""
    headers = {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream", **headers}
    asked = RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None:
        return Answer(200, body, headers)
    start, end = int(asked[1]), int(asked[2]) if asked[2] else len(body) - 1
    if start >= len(body):
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(body)}"})
    part = body[start : end + 1]
    told = f"bytes {start}-{start + len(part) - 1}/{len(body)}"
    return Answer(206, part, {**headers, "Content-Range": told})


def download_large(state: State, request: Request, sha256: str) -> Answer:
    """``GET /lfs-blob/{sha256}`` of the store: only the signature of the link opens it, never a token."""
    _check_signature(state, request)
    if sha256 not in state.shelf.large_files:
        return error(404, "no such key")
    return content(request, state.shelf.large_files[sha256], {"ETag": f'"{sha256}"'})


def upload_large(state: State, request: Request, sha256: str) -> Answer:
    """``PUT /lfs-blob/{sha256}`` of the store."""
    _check_signature(state, request)
    if hashlib.sha256(request.body).hexdigest() != sha256:
        return error(400, "the content does not have this SHA-256")
    state.shelf.large_files[sha256] = request.body
    return Answer(200, b"", {"ETag": f'"{sha256}"'})


def _check_signature(state: State, request: Request) -> None:
    if request.first("signature") != state.signature:
        raise Refused(error(403, "the link is not signed"))


def upload_modes(state: State, request: Request, kind: Kind, name: str, revision: str) -> Answer:
    """``POST /api/models/{name}/preupload/{revision}``: where each file belongs, and what is there under its name now."""
    repository = state.writable(request, kind, name)
    commit = state.at(repository, unquote(revision))
    return as_json({"files": [_upload_mode(commit, asked) for asked in request.json()["files"]]})


def _upload_mode(commit: Commit, asked: dict[str, Any]) -> dict[str, Any]:
    large = is_large(asked["path"], asked["size"], base64.b64decode(asked["sample"]))
    now = commit.files.get(asked["path"])
    return {
        "path": asked["path"],
        "uploadMode": "lfs" if large else "regular",
        "shouldIgnore": False,
        "oid": now.etag if now is not None and now.large == large else None,
    }


def lfs_batch(state: State, request: Request, kind: Kind, name: str) -> Answer:
    """``POST /{name}.git/info/lfs/objects/batch``: where to put each large file that is not in the store yet."""
    repository = state.writable(request, kind, name)
    return as_json(
        {"transfer": "basic", "objects": [_upload_of(state, repository, o) for o in request.json()["objects"]]}
    )


def _upload_of(state: State, repository: Repository, asked: dict[str, Any]) -> dict[str, Any]:
    told = {"oid": asked["oid"], "size": asked["size"]}
    if asked["oid"] in state.shelf.large_files:
        return told
    link = f"{state.store}/lfs-blob/{asked['oid']}?signature={state.signature}"
    verify = f"{state.url_of(repository)}.git/info/lfs/objects/verify"
    return {**told, "authenticated": True, "actions": {"upload": {"href": link}, "verify": {"href": verify}}}


def lfs_verify(state: State, request: Request, kind: Kind, name: str) -> Answer:
    """``POST /{name}.git/info/lfs/objects/verify``: whether an upload has arrived whole."""
    state.writable(request, kind, name)
    asked = request.json()
    arrived = state.shelf.large_files.get(asked["oid"])
    if arrived is None or len(arrived) != asked["size"]:
        return error(404, "the large file has not arrived")
    return ok()


@dataclass
class Changes:
    """What a commit asks for, read from its lines."""

    title: str = ""
    message: str = ""
    parent: str | None = None
    added: dict[str, StoredFile] = field(default_factory=dict)
    deleted_files: list[str] = field(default_factory=list)
    deleted_folders: list[str] = field(default_factory=list)


def commit(state: State, request: Request, kind: Kind, name: str, revision: str) -> Answer:
    """``POST /api/models/{name}/commit/{revision}``: one JSON a line, all of it or nothing."""
    if request.asks("create_pr"):
        raise Refused(error(403, "Pull requests are disabled for this repository."))
    repository = state.writable(request, kind, name)
    head = state.at(repository, unquote(revision))
    if head is not repository.head:
        raise Refused(error(400, "A commit goes on top of a branch."))
    changes = _changes(state, [json.loads(line) for line in request.body.splitlines() if line.strip()])
    if changes.parent not in (None, head.sha):
        raise Refused(answers.commit_has_happened())
    files = _changed(head, changes)
    made = state.shelf.commit(
        repository, files, title=changes.title, message=changes.message, author=state.author(request)
    )
    url = f"{state.url_of(repository)}/commit/{made.sha}"
    return as_json({"success": True, "commitOid": made.sha, "commitUrl": url, "hookOutput": ""})


def _changes(state: State, lines: list[dict[str, Any]]) -> Changes:
    changes = Changes()
    for line in lines:
        value = line["value"]
        match line["key"]:
            case "header":
                changes.title, changes.message = value["summary"], value.get("description", "")
                changes.parent = value.get("parentCommit")
            case "file":
                changes.added[value["path"]] = StoredFile(base64.b64decode(value["content"]), large=False)
            case "lfsFile":
                changes.added[value["path"]] = _arrived(state, value)
            case "deletedFile":
                changes.deleted_files.append(value["path"])
            case "deletedFolder":
                changes.deleted_folders.append(value["path"])
            case other:
                raise Refused(error(400, f"Unknown operation: {other}"))
    return changes


def _arrived(state: State, value: dict[str, Any]) -> StoredFile:
    found = state.shelf.large_files.get(value["oid"])
    if found is None:
        raise Refused(error(400, "LFS pointer pointed to a file that does not exist"))
    return StoredFile(found, large=True)


def _changed(head: Commit, changes: Changes) -> dict[str, StoredFile]:
    missing = [path for path in changes.deleted_files if path not in head.files]
    if missing:
        raise Refused(answers.no_file(f"A file with this name doesn't exist: {missing[0]}", head.sha))
    return without(head.files, changes.deleted_files, changes.deleted_folders) | changes.added
