"""How the stand-in misbehaves when a test asks for it.

    hub.misbehave(Fault(Cut(after_bytes=1000), method="GET", path=r"model\\.safetensors", times=1))

A fault says what happens, to which requests, and how often. The first fault that fits a request is the one that acts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.hub.answers import Answer, error


@dataclass(frozen=True)
class Cut:
    """The connection breaks: before anything was done (None), or after so many bytes of the body (0: after the headers)."""

    after_bytes: int | None = None


@dataclass(frozen=True)
class LostAnswer:
    """The request is carried out, then the connection breaks before the answer."""


@dataclass(frozen=True)
class Silent:
    """The connection stays open and nothing ever comes back."""


@dataclass(frozen=True)
class Slow:
    """The answer waits, or comes in drops.

    Args:
        pause_seconds: Wait before the answer.
        bytes_per_second: Speed of the body; None sends it at once.
    """

    pause_seconds: float = 0.0
    bytes_per_second: float | None = None


@dataclass(frozen=True)
class Status:
    """An error in place of the answer.

    Args:
        retry_after: Seconds for the header `Retry-After`, as 429 and 503 bring it.
        code: The header `X-Error-Code`, by which the client picks its exception: `GatedRepo`, `RepoNotFound`, ...
    """

    status: int
    message: str = "the stand-in was asked to answer so"
    code: str = ""
    retry_after: int | None = None


@dataclass(frozen=True)
class Gated:
    """The repository turns out to be gated: 403 GatedRepo."""


@dataclass(frozen=True)
class WrongBytes:
    """One bit of the body differs; the length is right. `at` is the place of the byte, -1 the last one."""

    at: int = -1


@dataclass(frozen=True)
class WrongSize:
    """A size is told that is not the body's: in the headers of a file, or for `file` in any list of files."""

    size: int
    file: str = "model.safetensors"


@dataclass(frozen=True)
class OtherBody:
    """Something else in place of the body, with status 200: a sign-in page of the network, JSON that breaks off."""

    body: bytes
    content_type: str = "text/html"


@dataclass(frozen=True)
class Meanwhile:
    """Something else happens before the request is carried out: another commit, a deletion, a change to private."""

    act: Callable[[], object]


What = Cut | LostAnswer | Silent | Slow | Status | Gated | WrongBytes | WrongSize | OtherBody | Meanwhile


@dataclass
class Fault:
    """What happens to which requests.

    Args:
        what: What happens.
        method: The method it is bound to; empty for all.
        path: A regular expression, searched in the path with its query.
        times: How often it happens; None for always.
        after: How many fitting requests are answered well before that.
    """

    what: What
    method: str = ""
    path: str = ""
    times: int | None = 1
    after: int = 0
    happened: int = field(default=0, init=False)

    def fits(self, method: str, path: str) -> bool:
        """Whether the fault is about this request and not used up."""
        used_up = self.times is not None and self.happened >= self.times
        return not used_up and self.method in ("", method) and re.search(self.path, path) is not None

    def strikes(self) -> bool:
        """Count a fitting request; whether the fault happens to this one."""
        if self.after > 0:
            self.after -= 1
            return False
        self.happened += 1
        return True


def refusal_of(what: What | None) -> Answer | None:
    """Return the error that a fault puts in place of the answer, None where the request is carried out."""
    if isinstance(what, Gated):
        return error(403, "Access to this repository is restricted.", "GatedRepo")
    if isinstance(what, Status):
        waiting = {} if what.retry_after is None else {"Retry-After": str(what.retry_after)}
        return error(what.status, what.message, what.code, waiting)
    return None


def spoiled(answer: Answer, what: What | None) -> Answer:
    """Return the answer as a fault leaves it."""
    if isinstance(what, WrongBytes) and answer.body:
        return replace(answer, body=_one_bit_flipped(answer.body, what.at))
    if isinstance(what, OtherBody):
        return Answer(200, what.body, {"Content-Type": what.content_type})
    if isinstance(what, WrongSize):
        return _with_wrong_size(answer, what)
    return answer


def _one_bit_flipped(body: bytes, at: int) -> bytes:
    changed = bytearray(body)
    changed[at] ^= 1
    return bytes(changed)


def _with_wrong_size(answer: Answer, what: WrongSize) -> Answer:
    if "json" in answer.headers.get("Content-Type", ""):
        return replace(answer, body=json.dumps(_with_told_size(json.loads(answer.body), what)).encode())
    if "X-Linked-Size" in answer.headers:
        return replace(answer, headers={**answer.headers, "X-Linked-Size": str(what.size)})
    return replace(answer, told_length=what.size)


def _with_told_size(data: Any, what: WrongSize) -> Any:
    """Return JSON in which every mention of the file tells the wrong size."""
    if isinstance(data, list):
        return [_with_told_size(item, what) for item in data]
    if not isinstance(data, dict):
        return data
    told = {key: _with_told_size(value, what) for key, value in data.items()}
    if what.file in (told.get("path"), told.get("rfilename")) and "size" in told:
        told["size"] = what.size
        if told.get("lfs"):
            told["lfs"] = {**told["lfs"], "size": what.size}
    return told
