"""The HTTP side: a server on a free port of this machine that hands each request on and sends back what it is told."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from tests.hub.answers import Answer
from tests.hub.faults import Cut, Fault, LostAnswer, Silent, Slow, What
from tests.hub.received import Request

Place = Literal["hub", "store"]
Answering = Callable[[Request], tuple[Answer, Fault | None]]

# How often the server looks whether it shall stop, and how many drops a second a slow answer comes in.
LOOKS_EVERY_SECONDS = 0.01
DROPS_PER_SECOND = 20


class Door:
    """One server: the Hub and its store of large files have one each."""

    def __init__(self, place: Place, answering: Answering, closing: threading.Event) -> None:
        self._server = Server(place, answering, closing)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOKS_EVERY_SECONDS,), name=f"stand-in {place}", daemon=True
        )
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def open(self) -> None:
        """Start to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and break the connections that are still open."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.break_connections()


class Server(ThreadingHTTPServer):
    """A thread for each connection; knows its connections, to break those that a client keeps open."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, place: Place, answering: Answering, closing: threading.Event) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.place = place
        self.answering = answering
        self.closing = closing
        self._connections: set[socket.socket] = set()

    def started(self, connection: socket.socket) -> None:
        """Remember a connection."""
        self._connections.add(connection)

    def ended(self, connection: socket.socket) -> None:
        """Forget a connection."""
        self._connections.discard(connection)

    def break_connections(self) -> None:
        """Break all that are open."""
        for connection in list(self._connections):
            _break(connection)


def _break(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Conversation(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out at once, in two packets

    def setup(self) -> None:
        super().setup()
        self.server.started(self.connection)

    def finish(self) -> None:
        self.server.ended(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, ValueError):  # the client went away
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: requests are remembered instead."""

    def do_GET(self) -> None:
        """Answer any request; the other methods come here too."""
        request = self._received()
        answer, fault = self.server.answering(request)
        what = fault.what if fault else None
        if isinstance(what, Silent):
            self.server.closing.wait()
        if isinstance(what, Silent | LostAnswer) or what == Cut(None):
            self._cut()
            return
        if isinstance(what, Slow):
            self.server.closing.wait(what.pause_seconds)
        self._send_head(answer)
        if self.command != "HEAD":
            self._send_body(answer, what)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def _received(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, self._body(), self.server.place)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.told_length is None else answer.told_length
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send_body(self, answer: Answer, what: What | None) -> None:
        if isinstance(what, Slow) and what.bytes_per_second is not None:
            self._send_in_drops(answer.body, what.bytes_per_second)
        elif isinstance(what, Cut):
            self.wfile.write(answer.body[: what.after_bytes])
            self._cut()
        else:
            self.wfile.write(answer.body)
        if answer.told_length not in (None, len(answer.body)):
            self._cut()

    def _send_in_drops(self, body: bytes, bytes_per_second: float) -> None:
        drop = max(1, round(bytes_per_second / DROPS_PER_SECOND))
        for start in range(0, len(body), drop):
            self.wfile.write(body[start : start + drop])
            if self.server.closing.wait(drop / bytes_per_second):
                return

    def _cut(self) -> None:
        self.close_connection = True
        _break(self.connection)
