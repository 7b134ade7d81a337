"""A long text in bounded pieces, cut only where a token ends anyway.

The `tokenizers` library needs hundreds of megabytes for a book handed over as one string. Handed over in pieces it
needs little and uses every core - but a cut inside a token would change the ids. These places are safe:

* *Words.* Every white space and every Chinese character begins a token (white space may be the first character of a
  word, never a later one), so a cut right before one is safe. Where spaces part the words, only they are.
* *Byte-level BPE.* Its pattern (that of GPT-2) looks ahead over a run of white space, so only the beginning of such a
  run is safe: white space after something else. In Chinese, where lines can be long, a punctuation mark after a
  Chinese character is safe too: letters and symbols never share a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.text.forms import words_alone

# The library's regular expressions and Python's agree that these are white space, Chinese characters, punctuation.
_SPACE = re.compile(" ")
_SAFE_FOR_WORDS = re.compile(r"[\t\n\r \u4e00-\u9fff]")
_SAFE_FOR_BYTES = re.compile(r"(?<=\S)[\t\n\r ]|(?<=[\u4e00-\u9fa5])[\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]")

PIECE_CHARACTERS = 4096
PIECES_AT_ONCE = 128


def cut_in_pieces(text: str, level: str, size: int = PIECE_CHARACTERS, form: str = "raw") -> Iterator[str]:
    """Yield ``text`` in pieces of at least ``size`` characters that end at the next safe place.

    A text without any safe place stays in one piece.

    Args:
        text: any text.
        level: "word" or "bpe".
        size: characters after which the next safe place is looked for.
        form: of the text.
    """
    safe = _SAFE_FOR_BYTES if level == "bpe" else _SPACE if words_alone(level, form) else _SAFE_FOR_WORDS
    begin = 0
    while begin < len(text):
        found = safe.search(text, begin + size)
        end = found.start() if found else len(text)
        yield text[begin:end]
        begin = end


def in_batches(text: str, level: str, form: str = "raw") -> Iterator[list[str]]:
    """Yield the pieces of ``text`` in groups that the library works on side by side."""
    batch: list[str] = []
    for piece in cut_in_pieces(text, level, form=form):
        batch.append(piece)
        if len(batch) == PIECES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
