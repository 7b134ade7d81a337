"""What the Hub answers about accounts and repositories: who am I, create, delete, describe, list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.hub import answers
from tests.hub.answers import Answer, Refused, as_json, error
from tests.hub.cards import complaints, front_matter
from tests.hub.descriptions import (
    ALONE,
    LISTED,
    LISTED_FULL,
    MAY_BE_MISSING,
    SPACE_ALONE,
    as_date,
    as_entry,
    as_folder,
    everything_about,
    picked,
    tree_of,
)
from tests.hub.received import Request
from tests.hub.repositories import Commit, Kind, Repository
from tests.hub.state import State, ok

# What a list may be sorted by, always the largest first, as the Hub does.
SORTS: dict[str, Callable[[Repository], Any]] = {
    "downloads": lambda repository: repository.downloads,
    "likes": lambda repository: repository.likes,
    "trendingScore": lambda repository: repository.likes,
    "lastModified": lambda repository: repository.head.date,
    "createdAt": lambda repository: repository.commits[0].date,
}


def who_am_i(state: State, request: Request) -> Answer:
    """``GET /api/whoami-v2``."""
    return as_json(state.signed_in(request).as_whoami())


def no_programs(state: State, request: Request) -> Answer:
    """``GET /api/agent-harnesses``: the programs whose names the client would send along; here there are none."""
    return as_json({"standardEnvVars": [], "harnesses": {}})


def create(state: State, request: Request) -> Answer:
    """``POST /api/repos/create``; 409 with the address where it is there already."""
    account = state.signed_in(request)
    asked = request.json()
    kind: Kind = asked.get("type") or "model"
    owner = asked.get("organization") or account.name
    if not account.belongs_to(owner) or not account.writes:
        raise Refused(answers.foreign_namespace(kind, owner))
    found = state.shelf.find(kind, f"{owner}/{asked['name']}")
    if found is not None:
        told = {"error": f"You already created this {kind} repo", "url": state.url_of(found)}
        return as_json(told, 409, {"X-Error-Message": told["error"]})
    repository = Repository(kind, f"{owner}/{asked['name']}", private=_is_private(asked), sdk=asked.get("sdk"))
    repository.hardware = asked.get("hardware", repository.hardware)
    repository.variables = {variable["key"]: variable["value"] for variable in asked.get("variables", [])}
    state.shelf.create(repository)
    return as_json({"url": state.url_of(repository), "name": repository.name, "id": repository.name})


def _is_private(asked: dict[str, Any]) -> bool:
    """Read what the client asks for; older clients say `private`, newer ones `visibility`."""
    return bool(asked.get("private", asked.get("visibility") == "private"))


def delete(state: State, request: Request) -> Answer:
    """``DELETE /api/repos/delete``."""
    account = state.signed_in(request)
    asked = request.json()
    owner = asked.get("organization") or account.name
    repository = state.writable(request, asked.get("type") or "model", f"{owner}/{asked['name']}")
    del state.shelf.repositories[repository.kind, repository.name]
    return ok()


def settings(state: State, request: Request, kind: Kind, name: str) -> Answer:
    """``PUT /api/models/{name}/settings``."""
    repository = state.writable(request, kind, name)
    asked = request.json()
    if "private" in asked or "visibility" in asked:
        repository.private = _is_private(asked)
    if "gated" in asked:
        repository.gated = bool(asked["gated"])
    return ok()


def duplicate(state: State, request: Request, kind: Kind, name: str) -> Answer:
    """``POST /api/spaces/{name}/duplicate``: files and variables are copied."""
    source = state.readable(request, kind, name)
    account = state.signed_in(request)
    asked = request.json()
    owner = asked["repository"].split("/")[0]
    if not account.belongs_to(owner) or not account.writes:
        raise Refused(answers.foreign_namespace(kind, owner))
    found = state.shelf.find(kind, asked["repository"])
    if found is not None:
        return as_json({"error": "This repository exists already", "url": state.url_of(found)}, 409)
    copy = Repository(kind, asked["repository"], private=_is_private(asked), sdk=source.sdk)
    copy.variables = source.variables | {one["key"]: one["value"] for one in asked.get("variables", [])}
    copy.hardware = asked.get("hardware", copy.hardware)
    state.shelf.create(copy)
    state.shelf.commit(copy, source.head.files, title=f"Duplicate from {name}", author=account.name)
    return as_json({"url": state.url_of(copy), "filesCopyPending": False})


def validate_yaml(state: State, request: Request) -> Answer:
    """``POST /api/validate-yaml``: what is wrong with the front matter of a README.md."""
    state.account(request)
    asked = request.json()
    found = complaints(asked["content"], asked.get("repoType", "model"))
    if found:
        return as_json({"errors": [{"message": message} for message in found], "warnings": []}, 400)
    empty = front_matter(asked["content"]) is None
    warnings = [{"message": "empty or missing yaml metadata in repo card"}] if empty else []
    return as_json({"errors": [], "warnings": warnings})


def describe(state: State, request: Request, kind: Kind, name: str, revision: str = "main") -> Answer:
    """``GET /api/models/{name}`` and ``.../revision/{revision}``, with `blobs` and `expand`."""
    repository = state.visible(request, kind, name)
    commit = state.at(repository, unquote(revision))
    told = everything_about(repository, commit, with_sizes=request.asks("blobs"))
    return as_json(picked(told, request.query.get("expand") or (ALONE if kind == "model" else SPACE_ALONE)))


def list_models(state: State, request: Request) -> Answer:
    """``GET /api/models``: filter, author, search, gated, sort, limit; expand, full, cardData."""
    account = state.account(request)
    found = [one for one in state.shelf.repositories.values() if one.kind == "model" and state.shows(one, account)]
    described = {one.name: everything_about(one, one.head) for one in found}
    found = [one for one in found if _fits(one, described[one.name], request)]
    sort = request.first("sort") or "trendingScore"
    if sort not in SORTS:
        return error(400, f"Invalid sort parameter: {sort}")
    found.sort(key=SORTS[sort], reverse=True)
    limit = request.first("limit")
    found = found[: int(limit)] if limit else found
    return as_json([picked(described[one.name], _fields_of_list(request)) for one in found])


def _fits(repository: Repository, told: dict[str, Any], request: Request) -> bool:
    """Whether a repository is what a list asks for; all tags of the filter must be there."""
    author, search, gated = (request.first(name) for name in ("author", "search", "gated"))
    return (
        set(request.query.get("filter", [])) <= set(told["tags"])
        and (author is None or author == repository.owner)
        and (search is None or search.lower() in repository.name.lower())
        and (gated is None or (gated == "true") == repository.gated)
        and request.first("pipeline_tag") in (None, told.get("pipeline_tag"))
    )


def _fields_of_list(request: Request) -> list[str]:
    if request.query.get("expand"):
        return request.query["expand"]
    card = ["cardData"] if request.asks("cardData") else []
    return [*(LISTED_FULL if request.asks("full") else LISTED), *MAY_BE_MISSING, *card]


def tree(state: State, request: Request, kind: Kind, name: str, revision: str, folder: str = "") -> Answer:
    """``GET /api/models/{name}/tree/{revision}[/{folder}]``, with `recursive` and `expand`."""
    commit = state.at(state.visible(request, kind, name), unquote(revision))
    folder = unquote(folder)
    entries = tree_of(commit, folder, recursive=request.asks("recursive"), expand=request.asks("expand"))
    if folder and not entries:
        raise Refused(answers.no_file(f'{folder} does not exist on "{unquote(revision)}"', commit.sha))
    return as_json(entries)


def paths_info(state: State, request: Request, kind: Kind, name: str, revision: str) -> Answer:
    """``POST /api/models/{name}/paths-info/{revision}``: those of the paths that are there."""
    commit = state.at(state.visible(request, kind, name), unquote(revision))
    asked = parse_qs(request.body.decode())
    last = commit if asked.get("expand") == ["true"] else None
    told = [_path_info(commit, path.rstrip("/"), last) for path in asked.get("paths", [])]
    return as_json([entry for entry in told if entry is not None])


def _path_info(commit: Commit, path: str, last: Commit | None) -> dict[str, Any] | None:
    if path in commit.files:
        return as_entry(path, commit.files[path], last)
    if any(other.startswith(f"{path}/") for other in commit.files):
        return as_folder(path, last)
    return None


def commits(state: State, request: Request, kind: Kind, name: str, revision: str) -> Answer:
    """``GET /api/models/{name}/commits/{revision}``: newest first."""
    repository = state.visible(request, kind, name)
    newest = repository.commits.index(state.at(repository, unquote(revision)))
    return as_json([_as_listed(commit) for commit in reversed(repository.commits[: newest + 1])])


def _as_listed(commit: Commit) -> dict[str, Any]:
    return {
        "id": commit.sha,
        "title": commit.title,
        "message": commit.message,
        "authors": [{"user": commit.author}],
        "date": as_date(commit.date),
    }


def branches(state: State, request: Request, kind: Kind, name: str) -> Answer:
    """``GET /api/models/{name}/refs``: there is only `main`."""
    head = state.visible(request, kind, name).head.sha
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": head}
    return as_json({"branches": [main], "converts": [], "tags": []})


def check_access(state: State, request: Request, kind: Kind, name: str, write: str | None = None) -> Answer:
    """``GET /api/models/{name}/auth-check[/write]``."""
    (state.writable if write else state.readable)(request, kind, name)
    return ok()
