"""Answers, and the refusals in the form in which the real Hub writes them.

The client tells refusals apart by the header `X-Error-Code`, and shows `X-Error-Message` to people. A repository that
does not exist and one that is hidden look the same from outside: 401 to nobody in particular, 404 to an account.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire.

    Args:
        body: The bytes that are sent (not for HEAD, which only tells their length).
        told_length: The `Content-Length` to send where it is not the length of the body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    told_length: int | None = None


class Refused(Exception):
    """Raised by a handler to answer with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def as_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return `data` as an answer; dates of a model card become text."""
    body = json.dumps(data, default=str).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def error(status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error in the Hub's form.

    Args:
        code: The `X-Error-Code`, where the Hub sends one: RepoNotFound, RevisionNotFound, EntryNotFound, GatedRepo.
    """
    told = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **(headers or {})}
    return as_json({"error": message}, status, told)


def wrong_token() -> Answer:
    """A token that nobody has."""
    return error(401, "Invalid credentials in Authorization header")


def token_missing() -> Answer:
    """No token where one is needed."""
    return error(401, "Invalid username or password.")


def no_repository(with_token: bool) -> Answer:
    """A repository that is not there, or not for these eyes."""
    if with_token:
        return error(404, "Repository not found", "RepoNotFound")
    return error(401, "Invalid username or password.", "RepoNotFound")


def no_revision(revision: str) -> Answer:
    """A branch or commit that is not there."""
    return error(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def no_file(message: str, commit: str) -> Answer:
    """A file that is not in a commit; the client remembers in which one."""
    return error(404, message, "EntryNotFound", {"X-Repo-Commit": commit})


def gated(name: str, with_token: bool) -> Answer:
    """The files of a repository whose readers are admitted one by one."""
    if with_token:
        message = f"Access to model {name} is restricted and you are not in the authorized list."
        return error(403, f"{message} Visit https://huggingface.co/{name} to ask for access.", "GatedRepo")
    message = f"Access to model {name} is restricted. You must have access to it and be authenticated to access it."
    return error(401, f"{message} Please log in.", "GatedRepo")


def read_token() -> Answer:
    """A token that may only read."""
    return error(403, "Forbidden: you must use a write token to upload to a repository.")


def foreign_namespace(kind: str, namespace: str) -> Answer:
    """A namespace in which the account has no rights."""
    return error(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}".')


def foreign_repository() -> Answer:
    """Somebody else's repository."""
    return error(403, "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request.")


def commit_has_happened() -> Answer:
    """The parent that the client named is no longer the newest commit."""
    return error(412, "A commit has happened since. Please refresh and try again.")
