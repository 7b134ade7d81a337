"""The page's own head, there before anything else runs.

Gradio's ``head`` argument comes too late: it is added by Gradio's script once that has already chosen the language of
its words. So the server writes it into the page itself, at the beginning of ``<head>``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

_HEAD = b"<head>"


class HeadFirst:
    """ASGI middleware that puts ``markup`` at the beginning of every HTML page's head; all else passes untouched."""

    def __init__(self, app: Application, markup: str) -> None:
        self._app, self._markup = app, markup.encode()

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        """Answer one request."""
        page = _Page(self._markup, send)
        await self._app(scope, receive, page.send if scope["type"] == "http" else send)


class _Page:
    """One answer: held back until it is whole if it is HTML."""

    def __init__(self, markup: bytes, send: Send) -> None:
        self._markup, self._send = markup, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass a message on, or keep it until the page is whole."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_whole(self._start)
        else:
            await self._send(message)

    async def _send_whole(self, start: Message) -> None:
        body = self._body.replace(_HEAD, _HEAD + self._markup, 1)
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await self._send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
