"""Ids become text again, all at once or one by one as a model writes them.

Written one by one, a token's text may not be certain yet: a Chinese character in byte-level BPE can be spread over
three tokens, and half a character must never be shown. A `TokenStream` gives out what has become certain.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence

from core.text.pipeline import BOUNDARY, UNK, byte_of_symbol

LINE_END = "\n"


def bytes_of_tokens(vocabulary: Sequence[str]) -> list[bytes]:
    """Return the bytes that every token of byte-level BPE stands for, by id."""
    table = byte_of_symbol()
    reserved = {UNK: UNK.encode(), BOUNDARY: LINE_END.encode()}
    return [reserved[token] if token in reserved else bytes(map(table.__getitem__, token)) for token in vocabulary]


def readable_tokens(vocabulary: Sequence[str], level: str) -> list[str]:
    r"""Return every token as a person reads it, by id; bytes that are only part of a character as ``\xe4``."""
    if level != "bpe":
        return list(vocabulary)
    return [
        token if token in (UNK, BOUNDARY) else piece.decode("utf-8", errors="backslashreplace")
        for token, piece in zip(vocabulary, bytes_of_tokens(vocabulary), strict=True)
    ]


class TokenTexts:
    """What every id stands for in a text, and how tokens are joined.

    Args:
        vocabulary: the library's string of every token, by id.
        level: "char", "word" or "bpe".
        spaced: whether tokens are words without their spaces (D2L's form), joined by one space.
    """

    def __init__(self, vocabulary: Sequence[str], level: str, spaced: bool) -> None:
        self.spaced = spaced
        if level == "bpe":
            self.pieces = bytes_of_tokens(vocabulary)
        else:
            self.pieces = [(LINE_END if token == BOUNDARY else token).encode() for token in vocabulary]

    def join(self, ids: Iterable[int]) -> str:
        """Return the text of all ids; bytes that are no character become U+FFFD."""
        pieces = map(self.pieces.__getitem__, ids)
        if not self.spaced:
            return b"".join(pieces).decode("utf-8", errors="replace")
        joined = b" ".join(pieces).decode("utf-8")
        return joined.replace(f" {LINE_END}", LINE_END).replace(f"{LINE_END} ", LINE_END)


class TokenStream:
    """The text of ids that arrive one by one; all that `feed` and `finish` return is `TokenTexts.join` of all ids.

    Where a model goes on from a prefix, feed the prefix's ids first and drop what they return: then a following
    word gets its space.
    """

    def __init__(self, texts: TokenTexts) -> None:
        self._texts = texts
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._needs_space = False

    def feed(self, token_id: int) -> str:
        """Return the text that has become certain with one more id."""
        text = self._decoder.decode(self._texts.pieces[token_id])
        if not self._texts.spaced:
            return text
        space = " " if self._needs_space and text != LINE_END else ""
        self._needs_space = text != LINE_END
        return space + text

    def finish(self) -> str:
        """Return what is left when no id follows: nothing, or U+FFFD for a character that was never completed."""
        return self._decoder.decode(b"", final=True)
