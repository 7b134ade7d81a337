"""The lines of one section of an ARPA file as arrays: words become numbers, and numbers are what a model can have.

A block of lines is turned over at once, column by column; only where something is wrong is its line looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.sharing.arpa_lines import bad_line, shown
from core.sharing.arpa_words import BEGIN


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

    @classmethod
    def joined(cls, length: int, blocks: Sequence[Section]) -> Section:
        """Return the n-grams of all blocks, in order; there may be no block."""
        parts = [cls(np.zeros((0, length), np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int64)), *blocks]
        return cls(
            np.concatenate([part.ids for part in parts]), np.concatenate([part.log_probs for part in parts]),
            np.concatenate([part.weights for part in parts]), np.concatenate([part.lines for part in parts]),
        )  # fmt: skip


def rows_of(first: int, block: list[bytes], length: int, longest: bool, words: dict[bytes, int]) -> Section:
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
        return Section.joined(length, [])
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
