r"""An ARPA file read without trusting it: of KenLM, SRILM or this program, as they differ (ngram-format(5)).

What may differ: lines before ``\data\``, tabs or blanks, the order of lines, blank lines, a missing weight (it is 0), a missing
``<unk>``. What must hold: one section for each length, as many lines as the header says, every logarithm a number and
none of a probability above 0, every word among the single words, ``\end\``. What is wrong is said with the number of its line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.sharing.arpa_lines import Lines, bad_line, open_lines, shown
from core.sharing.arpa_rows import Section, rows_of
from core.text.download import Progress

MOST_ORDER = 16

_COUNT = re.compile(rb"ngram\s+(\d{1,4})\s*=\s*(\d{1,18})")
_DATA, _END = b"\\data\\", b"\\end\\"


@dataclass(frozen=True, eq=False)
class ArpaFile:
    """A whole file: its words as they are written, and its sections from length 1 on."""

    words: list[str]
    sections: list[Section]


def read_arpa(path: Path, progress: Progress | None = None) -> ArpaFile:
    """Return what stands in an ARPA file.

    Args:
        path: of the file, packed by gzip or plain.
        progress: told how many of its bytes have been read; it may raise to stop.

    Raises:
        BadText: it cannot be read, or is malformed, with the number of the line.
    """
    with open_lines(path, progress) as lines:
        counts = _header(lines)
        words: dict[bytes, int] = {}
        sections = [_section(lines, length, counts, words) for length in range(1, len(counts) + 1)]
        _expect(lines, _END)
    return ArpaFile([word.decode() for word in words], sections)


def _header(lines: Lines) -> list[int]:
    r"""Read up to the first section; return how many n-grams of each length it announces."""
    while (line := lines.peek()) is not None and line.removeprefix(codecs.BOM_UTF8) != _DATA:
        lines.skip()
    if line is None:
        raise bad_line(lines.number, r"here the file ends, and no line of it reads \data\, so it is no ARPA file",
                       r"文件到此结束，没有一行是 \data\，因此不是 ARPA 文件")  # fmt: skip
    counts: list[int] = []
    lines.skip()
    while (line := lines.peek()) is not None and not line.startswith(b"\\"):
        if line:
            counts.append(_announced(line, len(counts) + 1, lines.number))
        lines.skip()
    if not counts:
        raise bad_line(
            lines.number, "the header announces no n-grams (ngram 1=...)", "文件头没有给出 n 元组的数目（ngram 1=…）"
        )
    return counts


def _announced(line: bytes, length: int, number: int) -> int:
    """Return the count in one line of the header, which must be that of n-grams of this length."""
    found = _COUNT.fullmatch(line)
    if found is None or int(found[1]) != length:
        raise bad_line(number, f"it should read ngram {length}=COUNT, not '{shown(line)}'",
                       f"应为 ngram {length}=数目，而不是“{shown(line)}”")  # fmt: skip
    if length > MOST_ORDER:
        raise bad_line(
            number,
            f"n-grams of more than {MOST_ORDER} words are not read here",
            f"这里不读取超过 {MOST_ORDER} 元的 n 元组",
        )
    return int(found[2])


def _expect(lines: Lines, mark: bytes) -> None:
    """Go past one line that must read ``mark``, and the blank ones before it."""
    while (line := lines.peek()) is not None and not line:
        lines.skip()
    name = mark.decode()
    if line is None:
        raise bad_line(
            lines.number, f"here the file ends before {name}: it was cut off", f"文件在 {name} 之前就结束了：它被截断"
        )
    if line != mark:
        raise bad_line(
            lines.number, f"it should read {name}, not '{shown(line)}'", f"应为 {name}，而不是“{shown(line)}”"
        )
    lines.skip()


def _section(lines: Lines, length: int, counts: Sequence[int], words: dict[bytes, int]) -> Section:
    """Read the n-grams of one length; those of single words fill ``words``."""
    _expect(lines, f"\\{length}-grams:".encode())
    announced, first = counts[length - 1], lines.number - 1
    blocks = [rows_of(number, block, length, length == len(counts), words) for number, block in lines.until_mark()]
    section = Section.joined(length, blocks)
    found = len(section.lines)
    if lines.peek() is None:
        raise bad_line(lines.number, f"here the file ends among the {length}-grams: it was cut off",
                       f"文件在 {length} 元组处中断：它被截断")  # fmt: skip
    if found != announced:
        raise bad_line(first, f"the header announces {announced:,} {length}-grams, and there are {found:,}",
                       f"文件头给出 {announced:,} 个 {length} 元组，实际有 {found:,} 个")  # fmt: skip
    return section
