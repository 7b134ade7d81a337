"""Downloads against a server on this machine: verified, bounded, atomic, and clear when they fail."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.errors import BadCorpus, Failure, LabError
from core.text.download import download

DATA = b"once upon a time " * 10_000
SHA256 = hashlib.sha256(DATA).hexdigest()


class Pages(BaseHTTPRequestHandler):
    """/text gives the data, /moved leads there, /endless never ends, /short breaks off, all else is missing."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/text")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path in ("/text", "/short", "/endless"):
            self.send_response(200)
            if self.path != "/endless":
                self.send_header("Content-Length", str(len(DATA)))
            self.end_headers()
            self.send_body()
        else:
            self.send_error(404)

    def send_body(self) -> None:
        try:
            self.wfile.write(DATA[:1000] if self.path == "/short" else DATA)
            while self.path == "/endless":
                self.wfile.write(DATA)
        except OSError:
            pass  # the reader has had enough
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("page", ["/text", "/moved"])
def test_a_text_is_fetched_with_its_progress(server: str, page: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    target = tmp_path / "new" / "text.txt"
    download(server + page, len(DATA), SHA256, target, lambda come, whole: told.append((come, whole)))
    assert target.read_bytes() == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert told == sorted(told)
    assert [path.name for path in target.parent.iterdir()] == ["text.txt"]


def refused(url: str, folder: Path, size: int = len(DATA), sha256: str = SHA256) -> LabError:
    """Return the error of a download that must fail, after checking that it left nothing behind."""
    with pytest.raises(LabError) as caught:
        download(url, size, sha256, folder / "text.txt")
    assert list(folder.iterdir()) == []
    assert caught.value.in_language("zh") != caught.value.in_language("en")
    return caught.value


def test_other_bytes_are_refused(server: str, tmp_path: Path) -> None:
    error = refused(server + "/text", tmp_path, sha256="0" * 64)
    assert isinstance(error, BadCorpus)
    assert SHA256 in str(error)


def test_more_bytes_than_promised_are_not_read(server: str, tmp_path: Path) -> None:
    error = refused(server + "/endless", tmp_path)
    assert isinstance(error, BadCorpus)
    assert "more than 170,000 bytes" in str(error)


@pytest.mark.parametrize("page", ["/missing", "/short"])
def test_a_missing_page_and_a_broken_connection_are_failures(server: str, page: str, tmp_path: Path) -> None:
    assert isinstance(refused(server + page, tmp_path), Failure)


def test_no_network_is_a_failure_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    error = refused("http://127.0.0.1:1/text", tmp_path)  # nobody listens on port 1
    assert isinstance(error, Failure)
    assert "UNROLL_CORPORA" in str(error)
    assert error.exit_status == 1


def test_an_address_of_another_kind_is_a_failure(tmp_path: Path) -> None:
    assert isinstance(refused("ftp://127.0.0.1/text", tmp_path), Failure)


def test_a_full_disk_leaves_an_earlier_file_whole(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = tmp_path / "text.txt"
    target.write_bytes(b"earlier")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Failure, match="No space left"):
        download(server + "/text", len(DATA), SHA256, target)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Failure, match="UNROLL_DATA"):
        download("http://127.0.0.1:1/", 1, SHA256, tmp_path / "file" / "text.txt")
