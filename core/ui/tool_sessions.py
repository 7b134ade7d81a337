"""Which call of which client is running, so that a client can stop it.

The protocol's server keeps nothing between two requests, so that it may be started anew under its clients. But a client
stops a call by a second request, which names the first: the two are brought together by a name that every client is
given with its first answer and sends along from then on.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any

import anyio

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SESSION_HEADER = "mcp-session-id"
_STOPPED = "notifications/cancelled"


class Sessions:
    """ASGI middleware before the protocol's server."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self._app = app
        self._running: dict[tuple[str, str], anyio.CancelScope] = {}

    @contextmanager
    def stoppable(self, headers: Mapping[str, str], request: Any) -> Iterator[anyio.CancelScope]:
        """Run the body so that the client can stop it by the number of its request."""
        name = (headers.get(SESSION_HEADER, ""), str(request))
        with anyio.CancelScope() as scope:
            if name[0]:
                self._running[name] = scope
            try:
                yield scope
            finally:
                if self._running.get(name) is scope:
                    del self._running[name]

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        given = dict(scope.get("headers") or ()).get(SESSION_HEADER.encode(), b"").decode("latin-1")
        name = given or uuid.uuid4().hex

        async def overheard() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._stop(name, message.get("body", b""))
            return message

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start" and not given:
                message = {**message, "headers": [*message["headers"], (SESSION_HEADER.encode(), name.encode())]}
            await send(message)

        await self._app(scope, overheard, named)

    def _stop(self, session: str, body: bytes) -> None:
        """Stop the call that a client's request names, if that is what it is about."""
        if _STOPPED.encode() not in body:
            return
        with suppress(ValueError, TypeError, KeyError):
            said = json.loads(body)
            if said["method"] == _STOPPED and (
                running := self._running.get((session, str(said["params"]["requestId"])))
            ):
                running.cancel()
