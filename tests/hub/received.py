"""Requests as the stand-in received them, for its handlers and for tests that ask what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request.

    Args:
        place: Who received it: the Hub itself, or its store of large files, which lives at another address.
        target: The path with its query, as sent.
        headers: By name in small letters.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    place: Literal["hub", "store"]

    @property
    def path(self) -> str:
        """The path without its query, still quoted."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query, each name with all its values."""
        return parse_qs(urlsplit(self.target).query)

    @property
    def authorization(self) -> str | None:
        """The header `Authorization`, None where none was sent."""
        return self.headers.get("authorization")

    @property
    def token(self) -> str | None:
        """The token that was sent, None where none was."""
        return None if self.authorization is None else self.authorization.removeprefix("Bearer ")

    @property
    def body_size(self) -> int:
        """Length of the body in bytes."""
        return len(self.body)

    def asks(self, name: str) -> bool:
        """Whether the query says yes to `name`."""
        return self.query.get(name, ["0"])[0].lower() in ("1", "true")

    def first(self, name: str) -> str | None:
        """Return the first value of `name` in the query."""
        return self.query.get(name, [None])[0]

    def json(self) -> Any:
        """Return the body, which must be JSON."""
        return json.loads(self.body)
