"""Tokens that know where they stand: which stretch of the text every id of a training part was made from.

A text is kept as UTF-8, and places are counted in bytes, so that characters, words and byte pairs are all treated alike.
How many bytes an id stands for says its vocabulary; an unknown one stands for whatever was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.text.forms import words_alone
from core.text.portrait import check_level
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PlacedText:
    """A text, its ids, and what tells where each of them stands.

    Attributes:
        sequences: the ids; those of a beginning of the text will do.
        data: the text in the tokenizer's form, as UTF-8; lines end in a line end each.
        line_begins: byte at which each sequence begins, ``[sequences]``.
        numbers: number in the file of each line of a line corpus, from 1; None for a continuous text.
        tokenizer: made the ids.
        unknown_widths: bytes that stand in the text for each unknown id, ``[unknown]``.
    """

    sequences: Sequences
    data: bytes
    line_begins: Offsets
    numbers: Offsets | None
    tokenizer: Tokenizer
    unknown_widths: Offsets

    @classmethod
    def of_stream(cls, tokenizer: Tokenizer, sequences: Sequences, text: str) -> PlacedText:
        """Place the ids ``sequences`` of a continuous text that is in its form."""
        return cls(
            sequences, text.encode(), np.zeros(1, np.int64), None, tokenizer, _unknown(tokenizer, sequences, [text])
        )

    @classmethod
    def of_text(cls, text: str, level: str) -> PlacedText:
        """Place the tokens of any text, with a vocabulary of its own.

        Raises:
            BadSetting: neither "char" nor "word".
            BadText: no character at all.
        """
        check_level(level)
        tokenizer = Tokenizer.train([text], level)
        return cls.of_stream(tokenizer, Sequences.of_stream(tokenizer.encode(text)), text)

    @classmethod
    def of_lines(
        cls, tokenizer: Tokenizer, sequences: Sequences, lines: Sequence[str], numbers: Sequence[int]
    ) -> PlacedText:
        """Place the framed ids of lines.

        Args:
            tokenizer: made the ids.
            sequences: of the first lines, or of all.
            lines: in their form, in the order of the sequences.
            numbers: of the same lines in their file, from 1.
        """
        kept = list(lines[: len(sequences)])
        coded = [line.encode() + b"\n" for line in kept]
        lengths = np.fromiter(map(len, coded), dtype=np.int64, count=len(coded))
        unknown = _unknown(tokenizer, sequences, kept)
        numbered = np.array(numbers[: len(kept)], dtype=np.int64)
        return cls(sequences, b"".join(coded), np.cumsum(lengths) - lengths, numbered, tokenizer, unknown)

    @property
    def nbytes(self) -> int:
        """What is kept in memory."""
        arrays = (self.sequences.ids, self.sequences.starts, self.line_begins, self.unknown_widths)
        return len(self.data) + sum(each.nbytes for each in arrays)

    def spans(self) -> tuple[Offsets, Offsets]:
        """Return the byte at which every id begins and the one behind its end, both ``[total]``.

        The boundary that opens a line is nothing; the one that closes it is the line's end.
        """
        ids, tokenizer = self.sequences.ids, self.tokenizer
        widths = tokenizer.byte_lengths()[ids]
        widths[ids == tokenizer.unk_id] = self.unknown_widths
        if tokenizer.lines:
            widths[self.sequences.starts] = 0
        advance = widths
        if words_alone(tokenizer.level, tokenizer.form):  # one space stands between words
            advance = widths + 1
            if tokenizer.lines:
                advance[self.sequences.starts] = 0
        ends = np.cumsum(advance)
        begins = ends - advance
        shift = self.line_begins - begins[self.sequences.starts]
        begins += np.repeat(shift, self.sequences.lengths)
        return begins, begins + widths


def _unknown(tokenizer: Tokenizer, sequences: Sequences, texts: Sequence[str]) -> Offsets:
    """Return how many bytes stand in the texts for each unknown id of the sequences, in order."""
    number = int((sequences.ids == tokenizer.unk_id).sum())
    if not number:
        return np.zeros(0, dtype=np.int64)
    found = [len(unknown.encode()) for text in texts for unknown in tokenizer.unknown_texts(text)]
    return np.array(found[:number], dtype=np.int64)
