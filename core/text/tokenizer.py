"""The one tokenizer: a text becomes ids, ids become text (D2L 8.2).

Three levels - characters, words, byte-pair encoding - stand on the `tokenizers` library; `core.text.pipeline` says how
each cuts a text. Characters take a short cut: a table from code point to id, ten times faster than the library and, by
test, with the same ids. In the raw form nothing is lost: ``decode(encode(text)) == text`` whenever no token is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding as LibraryEncoding

from core.errors import BadText, unknown_name
from core.language import both
from core.text.codepoints import check_text, code_points
from core.text.decoding import TokenStream, TokenTexts, readable_tokens
from core.text.forms import FORMS, apply_form_to_typed, words_alone
from core.text.pieces import PIECES_AT_ONCE, in_batches
from core.text.pipeline import BOUNDARY, LEVELS, UNK, assemble, normalizer
from core.text.saved_tokenizer import read_saved
from core.text.sequences import Ids, Sequences
from core.text.vocabulary import byte_pairs, character_vocabulary, word_vocabulary

__all__ = ["BOUNDARY", "LEVELS", "UNK", "Encoding", "TokenStream", "Tokenizer"]

UNK_ID = 0
BOUNDARY_ID = 1
_CHARACTERS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Encoding:
    """A text and its tokens, to look at.

    Attributes:
        text: the text in the tokenizer's form; all offsets count its characters.
        ids: ``[tokens]``.
        tokens: every token as a person reads it; an unknown one reads ``<unk>``.
        offsets: begin and end of every token in ``text``; tokens that are parts of one character share its place.
        unknown: which tokens are unknown, as positions in ``tokens``.
    """

    text: str
    ids: Ids
    tokens: list[str]
    offsets: list[tuple[int, int]]
    unknown: list[int]

    @property
    def unknown_texts(self) -> list[str]:
        """What stands in the text where a token is unknown."""
        return [self.text[slice(*self.offsets[place])] for place in self.unknown]


class Tokenizer:
    """Text to ids and back. Made by `Tokenizer.train` or `Tokenizer.from_json`.

    Attributes:
        level: "char", "word" or "bpe".
        form: "raw", "d2l" or "spaced".
        lines: whether it belongs to a line corpus and has the boundary token.
        vocab_size: number of ids, which run from 0.
        unk_id: 0.
        boundary_id: 1 for a line corpus, else None.
        tokens: every token by id, as a person reads it.
    """

    def __init__(
        self, level: str, form: str, lines: bool, vocabulary: dict[str, int], merges: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.level, self.form, self.lines = level, form, lines
        self._vocabulary = sorted(vocabulary, key=vocabulary.__getitem__)
        self._engine = assemble(level, form, vocabulary, merges)
        self._texts = TokenTexts(self._vocabulary, level, spaced=words_alone(level, form))
        self._table = _code_point_table(self._vocabulary) if level == "char" else np.zeros(1, dtype=np.int32)
        self.vocab_size = len(vocabulary)
        self.unk_id = UNK_ID
        self.boundary_id = BOUNDARY_ID if lines else None
        self.tokens = readable_tokens(self._vocabulary, level)

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        level: str,
        form: str = "raw",
        lines: bool = False,
        min_frequency: int = 1,
        vocab_size: int = 1024,
    ) -> Tokenizer:
        """Make the vocabulary of the training part: most frequent tokens first, ties in the order of code points.

        Args:
            texts: the training part, already in its form; for a line corpus its lines.
            level: "char", "word" or "bpe".
            form: "raw", "d2l" or "spaced".
            lines: whether to have a boundary token.
            min_frequency: tokens (bpe: pairs) seen less often are left out.
            vocab_size: bpe only: number of ids, of which 256 are the bytes.

        Raises:
            BadText: no character at all; for bpe that leaves the bytes.
            BadSetting: a bpe vocabulary too small for the bytes.
        """
        _check_level_and_form(level, form)
        texts = [texts] if isinstance(texts, str) else list(texts)
        reserved = [UNK, BOUNDARY] if lines else [UNK]
        if level != "bpe" and not any(texts):  # bytes need no text
            raise _empty_text()
        for text in texts:
            check_text(text)
        if level == "char":
            return cls(level, form, lines, character_vocabulary(texts, reserved, min_frequency))
        if level == "word":
            return cls(level, form, lines, word_vocabulary(texts, form, reserved, min_frequency))
        return cls(level, form, lines, *byte_pairs(texts, form, reserved, min_frequency, vocab_size))

    def prepare(self, text: str) -> str:
        """Return typed ``text`` in the tokenizer's form; `encode` takes texts in this form."""
        return apply_form_to_typed(text, self.form, self.level)

    def encode(self, text: str) -> Ids:
        """Return the ids ``[tokens]`` of a text that is in the tokenizer's form, fast.

        Raises:
            BadText: half a surrogate pair, which is no character.
        """
        if self.level == "char":
            return self._encode_characters(text)
        check_text(text)
        parts = [
            np.array(encoding.ids, dtype=np.int32)
            for batch in in_batches(text, self.level, self.form)
            for encoding in self._engine.encode_batch_fast(batch, add_special_tokens=False)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    def inspect(self, text: str) -> Encoding:
        """Return typed ``text`` in its form, with tokens, places and unknown tokens."""
        prepared = self.prepare(text)
        check_text(prepared)
        if self.level == "char":
            ids = self._encode_characters(prepared)
            offsets = [(place, place + 1) for place in range(len(prepared))]
        else:
            parts = list(self._encodings(prepared))
            ids = np.array([i for _, part in parts for i in part.ids], dtype=np.int32)
            offsets = [(begin + a, begin + b) for begin, part in parts for a, b in part.offsets]
        tokens = [self.tokens[i] for i in ids]
        unknown: list[int] = np.flatnonzero(ids == UNK_ID).tolist()
        return Encoding(prepared, ids, tokens, offsets, unknown)

    def unknown_texts(self, text: str) -> list[str]:
        """Return what stands in ``text`` (in its form) for every unknown id of `encode`, in order."""
        if self.level == "bpe":
            return []
        if self.level == "char":
            return [text[place] for place in np.flatnonzero(self._encode_characters(text) == UNK_ID)]
        return [
            text[begin + part.offsets[place][0] : begin + part.offsets[place][1]]
            for begin, part in self._encodings(text)
            for place in np.flatnonzero(np.array(part.ids, dtype=np.int32) == UNK_ID)
        ]

    def encode_lines(self, lines: Sequence[str]) -> Sequences:
        """Return lines (in their form) as sequences, each framed by the boundary id on both sides."""
        if self.level == "char":
            ids = self._encode_characters("".join(lines))
            lengths = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
        else:
            for line in lines:
                check_text(line)
            groups = [lines[first : first + PIECES_AT_ONCE] for first in range(0, len(lines), PIECES_AT_ONCE)]
            parts = [
                np.array(encoding.ids, dtype=np.int32)
                for group in groups
                for encoding in self._engine.encode_batch_fast(list(group), add_special_tokens=False)
            ]
            ids = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
            lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
        return _framed(ids, lengths)

    def decode(self, ids: Iterable[int] | Ids) -> str:
        """Return the text of ids ``[tokens]``; a boundary becomes a line end, bytes that are no character U+FFFD."""
        return self._texts.join(ids.tolist() if isinstance(ids, np.ndarray) else ids)

    def stream(self) -> TokenStream:
        """Return a stream that turns ids into text one by one."""
        return TokenStream(self._texts)

    def pieces(self) -> list[bytes]:
        """Return the bytes of UTF-8 that every token stands for in a text, by id; bpe may cut inside a character."""
        return list(self._texts.pieces)

    def byte_lengths(self) -> npt.NDArray[np.int64]:
        """Return how many bytes of UTF-8 every token stands for, ``[vocab]``."""
        return np.fromiter(map(len, self._texts.pieces), dtype=np.int64, count=self.vocab_size)

    def to_json(self) -> str:
        """Return the tokenizer in the library's format; the library alone then gives typed text the same ids."""
        document = json.loads(self._engine.to_str())
        own_normalizer = normalizer(self.level, self.form)
        if own_normalizer is not None:
            typed = assemble(self.level, self.form, {UNK: UNK_ID})
            typed.normalizer = own_normalizer
            document["normalizer"] = json.loads(typed.to_str())["normalizer"]
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def from_json(cls, text: str, level: str, form: str, lines: bool) -> Tokenizer:
        """Read what `to_json` wrote, for the level, form and kind of corpus that it must have.

        Raises:
            BadCheckpoint: anything else than such a tokenizer.
        """
        _check_level_and_form(level, form)
        vocabulary, merges = read_saved(text, level, form, lines)
        return cls(level, form, lines, vocabulary, merges)

    def _encode_characters(self, text: str) -> Ids:
        """Look every code point up in the table; what lies behind the table's end is unknown, as is its last entry."""
        codes = code_points(text)
        ids = np.empty(len(codes), dtype=np.int32)
        for begin in range(0, len(codes), _CHARACTERS_AT_ONCE):
            part = slice(begin, begin + _CHARACTERS_AT_ONCE)
            np.take(self._table, codes[part], mode="clip", out=ids[part])
        return ids

    def _encodings(self, text: str) -> Iterator[tuple[int, LibraryEncoding]]:
        """Yield the library's encoding of every piece with the place where the piece begins."""
        begin = 0
        for batch in in_batches(text, self.level, self.form):
            for piece, encoding in zip(batch, self._engine.encode_batch(batch, add_special_tokens=False), strict=True):
                yield begin, encoding
                begin += len(piece)


def _code_point_table(vocabulary: Sequence[str]) -> Ids:
    """Return the id of every code point up to the greatest known one, and a last entry for all others."""
    known = [(ord(token), i) for i, token in enumerate(vocabulary) if len(token) == 1]
    table = np.full(max((code for code, _ in known), default=-1) + 2, UNK_ID, dtype=np.int32)
    for code, i in known:
        table[code] = i
    return table


def _framed(ids: Ids, lengths: npt.NDArray[np.int64]) -> Sequences:
    """Return lines laid end to end (``ids``, with their ``lengths [lines]``) with a boundary before and after each."""
    starts = np.cumsum(lengths + 2) - (lengths + 2)
    framed = np.full(len(ids) + 2 * len(lengths), BOUNDARY_ID, dtype=np.int32)
    framed[np.arange(len(ids)) + np.repeat(2 * np.arange(len(lengths)) + 1, lengths)] = ids
    return Sequences(framed, starts.astype(np.int64), lines=True)


def _check_level_and_form(level: str, form: str) -> None:
    if level not in LEVELS:
        raise unknown_name(both("level", "词元级别"), level, LEVELS)
    if form not in FORMS:
        raise unknown_name(both("form of a text", "文本形式"), form, FORMS)


def _empty_text() -> BadText:
    return BadText(
        "The text is empty: there is no vocabulary to make. Give a text of at least two tokens.",
        "文字为空，无法建立词表。请给出至少含两个词元的文字。",
    )
