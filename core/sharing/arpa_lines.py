"""A foreign file line by line, with the number of each line, in blocks, and no more of it in memory than one block.

The file may be packed by gzip, which is told from its first bytes, not from its name. Nothing in it is believed: a line that
never ends, and a packed file that swells without end, are refused before they fill the memory.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from core.errors import BadText
from core.text.download import Progress

_GZIP = b"\x1f\x8b"
_BLOCK = 4_000_000
# No line of a model is longer: sixteen words of a thousand bytes each.
_LONGEST_LINE = 100_000
# Models shrink to a third or a quarter when packed; one that grows more than this from its packed size is a trap.
_MOST_SWELLING = 60


class _Readable(Protocol):
    """A file, or one that unpacks itself."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""


def bad_line(number: int, en: str, zh: str) -> BadText:
    """Return the error for one line of an ARPA file, with what is wrong with it."""
    return BadText(
        f"Line {number:,} of the ARPA file: {en}. Mend the file, or have it written anew.",
        f"ARPA 文件第 {number:,} 行：{zh}。请修正该文件，或重新生成。",
    )


def shown(text: bytes) -> str:
    """Return a piece of a foreign file for a message, short and printable.

    >>> shown(b"a\\x00" + b"b" * 100)
    'a\\\\x00bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...'
    """
    start = text[:40].decode(errors="replace")
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in start) + "..." * (
        len(text) > len(start.encode())
    )


class Lines:
    """The lines of a file, in order. Made by `open_lines`.

    Attributes:
        number: of the line that `peek` shows, from 1.
    """

    def __init__(self, file: _Readable, most_bytes: int, told: Callable[[], None]) -> None:
        self._file, self._left, self._tail, self._told = file, most_bytes, b"", told
        self._block: list[bytes] = []
        self._at = 0
        self.number = 1

    def peek(self) -> bytes | None:
        """Return the next line without its white space on both sides; None at the end of the file."""
        while self._at >= len(self._block):
            if not self._read():
                return None
        return self._block[self._at].strip()

    def skip(self) -> None:
        """Go on to the line after the one that `peek` shows."""
        self._at += 1
        self.number += 1

    def until_mark(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield lines in blocks, each with the number of its first, up to one that begins with a backslash or the end."""
        while self.peek() is not None:
            rest = self._block[self._at :]
            mark = next((at for at, line in enumerate(rest) if line.lstrip()[:1] == b"\\"), len(rest))
            if mark:
                number = self.number
                self._at += mark
                self.number += mark
                yield number, rest[:mark]
            if mark < len(rest):
                return

    def _read(self) -> bool:
        """Read one more block of whole lines; return whether there was any."""
        try:
            content = self._file.read(_BLOCK)
        except (OSError, EOFError, zlib.error) as error:
            raise bad_line(
                self.number, f"here the file breaks off or is damaged ({error})", f"文件在此中断或已损坏（{error}）"
            ) from error
        self._left -= len(content)
        self._told()
        if self._left < 0:
            raise bad_line(
                self.number, f"unpacked, the file is more than {_MOST_SWELLING} times as large, as no model is",
                f"解压后的大小超过原文件的 {_MOST_SWELLING} 倍，不可能是模型",
            )  # fmt: skip
        if not content and not self._tail:
            return False
        *lines, tail = (self._tail + content).split(b"\n")
        if not content:
            lines, tail = [*lines, tail], b""
        self._block, self._at, self._tail = lines, 0, tail
        for at, line in enumerate([*lines, tail]):
            if len(line) > _LONGEST_LINE:
                raise bad_line(
                    self.number + at, f"it is longer than {_LONGEST_LINE:,} bytes", f"该行超过 {_LONGEST_LINE:,} 字节"
                )
        return True


@contextmanager
def open_lines(path: Path, progress: Progress | None = None) -> Iterator[Lines]:
    """Open a file, packed by gzip or plain.

    Args:
        path: of the file.
        progress: told how many of its bytes have been read; it may raise to stop.

    Raises:
        BadText: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            size, is_packed = path.stat().st_size, file.read(len(_GZIP)) == _GZIP
            file.seek(0)

            def told() -> None:
                if progress is not None:
                    progress(min(file.tell(), size), size)

            if is_packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield Lines(unpacked, size * _MOST_SWELLING + _BLOCK, told)
            else:
                yield Lines(file, size + _BLOCK, told)
    except OSError as error:
        raise BadText(
            f"'{path}' cannot be read ({error.strerror or error}). Check the path.",
            f"无法读取“{path}”（{error.strerror or error}），请检查路径。",
        ) from error
