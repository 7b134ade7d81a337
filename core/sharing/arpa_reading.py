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

import numpy as np
import numpy.typing as npt

from core.sharing.arpa_lines import Lines, bad_line, open_lines, shown
from core.sharing.arpa_words import BEGIN
from core.text.download import Progress

MOST_ORDER = 16

_COUNT = re.compile(rb"ngram\s+(\d{1,4})\s*=\s*(\d{1,18})")
_DATA, _END = b"\\data\\", b"\\end\\"


@dataclass(frozen=True, eq=False)
class Section:
    """The n-grams of one length, in the order of the file.

    Attributes:
        ids: numbers of their words among the single words, ``[m, length]``.
        log_probs: log10 P, ``[m]``.
        weights: log10 of what they leave as contexts, ``[m]``.
        lines: the number of the line of each, ``[m]``.
    """

    ids: npt.NDArray[np.int32]
    log_probs: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    lines: npt.NDArray[np.int64]


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
    blocks = [_rows(number, block, length, length == len(counts), words) for number, block in lines.until_mark()]
    blocks = [block for block in blocks if len(block.lines)] or [_nothing(length)]
    section = Section(
        np.concatenate([block.ids for block in blocks]), np.concatenate([block.log_probs for block in blocks]),
        np.concatenate([block.weights for block in blocks]), np.concatenate([block.lines for block in blocks]),
    )  # fmt: skip
    found = len(section.lines)
    if lines.peek() is None:
        raise bad_line(lines.number, f"here the file ends among the {length}-grams: it was cut off",
                       f"文件在 {length} 元组处中断：它被截断")  # fmt: skip
    if found != announced:
        raise bad_line(first, f"the header announces {announced:,} {length}-grams, and there are {found:,}",
                       f"文件头给出 {announced:,} 个 {length} 元组，实际有 {found:,} 个")  # fmt: skip
    return section


def _nothing(length: int) -> Section:
    return Section(np.zeros((0, length), np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))


def _rows(first: int, block: list[bytes], length: int, longest: bool, words: dict[bytes, int]) -> Section:
    """Return the n-grams in a block of lines, the first of which has the number ``first``."""
    rows = [line.split() for line in block]
    sizes = set(map(len, rows))
    numbers = np.arange(first, first + len(rows))
    if 0 in sizes:
        numbers = numbers[[bool(row) for row in rows]]
        rows = [row for row in rows if row]
    if sizes - {0, length + 2}:
        for number, row in zip(numbers.tolist(), rows, strict=True):
            if len(row) == length + 1:
                row.append(b"0")
            elif len(row) != length + 2:
                raise bad_line(number, f"a line of {length}-grams holds a number, {length} words and perhaps a number, not "
                               f"{len(row)} fields", f"{length} 元组的一行应为一个数、{length} 个词、或许再加一个数，而不是 {len(row)} 项")  # fmt: skip
    if not rows:
        return _nothing(length)
    probabilities, *columns, weights = zip(*rows, strict=True)
    if length == 1:
        _learn_words(columns[0], numbers, words)
    ids = np.empty((len(rows), length), dtype=np.int32)
    for place, column in enumerate(columns):
        ids[:, place] = _looked_up(column, numbers, words)
    section = Section(ids, _logarithms(probabilities, numbers), _logarithms(weights, numbers), numbers)
    _check_numbers(section, longest, words)
    return section


def _learn_words(column: Sequence[bytes], numbers: npt.NDArray[np.int64], words: dict[bytes, int]) -> None:
    """Number the words in the order of the file."""
    for number, word in zip(numbers.tolist(), column, strict=True):
        if word in words:
            raise bad_line(number, f"the word '{shown(word)}' is listed a second time", f"词“{shown(word)}”重复列出")
        try:
            word.decode()
        except UnicodeDecodeError:
            raise bad_line(number, f"the word '{shown(word)}' is not UTF-8", f"词“{shown(word)}”不是 UTF-8") from None
        words[word] = len(words)


def _looked_up(
    column: Sequence[bytes], numbers: npt.NDArray[np.int64], words: dict[bytes, int]
) -> npt.NDArray[np.int32]:
    """Return the numbers of a column of words."""
    try:
        return np.fromiter(map(words.__getitem__, column), dtype=np.int32, count=len(column))
    except KeyError:
        at = next(at for at, word in enumerate(column) if word not in words)
        raise bad_line(int(numbers[at]), f"the word '{shown(column[at])}' is not among the 1-grams",
                       f"词“{shown(column[at])}”不在 1 元组之中") from None  # fmt: skip


def _logarithms(column: Sequence[bytes], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return a column of numbers; -inf is one, NaN is none."""
    try:
        found = np.fromiter(map(float, column), dtype=np.float64, count=len(column))
        if b"_" in b"".join(column):  # Python reads 1_000, nobody else does
            raise ValueError("an underscore is no digit")
    except ValueError:
        found = np.array([_number(each) for each in column])
    wrong = np.flatnonzero(np.isnan(found))
    if len(wrong):
        written = shown(column[wrong[0]])
        raise bad_line(int(numbers[wrong[0]]), f"'{written}' is no number", f"“{written}”不是数")
    return found


def _number(written: bytes) -> float:
    try:
        return np.nan if b"_" in written else float(written)
    except ValueError:
        return np.nan


def _check_numbers(section: Section, longest: bool, words: dict[bytes, int]) -> None:
    """Raise BadText for logarithms that no model has."""
    free = section.ids[:, -1] == words.get(
        BEGIN.encode(), -1
    )  # <s> is never predicted: what stands there means nothing
    wrong = np.flatnonzero((section.log_probs > 0) & ~free)
    if len(wrong):
        value = section.log_probs[wrong[0]]
        raise bad_line(int(section.lines[wrong[0]]), f"the logarithm of a probability is {value:g}, above 0",
                       f"概率的对数为 {value:g}，大于 0")  # fmt: skip
    wrong = np.flatnonzero((section.weights != 0) if longest else (section.weights == np.inf))
    if len(wrong):
        value = section.weights[wrong[0]]
        raise bad_line(
            int(section.lines[wrong[0]]), f"{value:g} is no back-off weight" + (" that the longest n-grams may have" if longest else ""),
            f"{value:g} 不能作为{'最长 n 元组的' if longest else ''}回退权重",
        )  # fmt: skip
