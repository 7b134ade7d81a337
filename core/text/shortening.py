"""The first N tokens of a text, found before there is a vocabulary.

``max_tokens`` (the book learns from the first 10,000) shortens the training part, and the vocabulary may know no more
than what is left. So tokens are counted here by how a level cuts a text, without any ids.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.text.forms import words_alone
from core.text.pieces import cut_in_pieces
from core.text.pipeline import pre_tokenizer


def first_tokens(text: str, level: str, form: str, limit: int) -> str:
    """Return the text of the first ``limit`` characters or words.

    >>> first_tokens("the time machine", "word", "raw", 2)
    'the time'

    Args:
        text: a text in its form.
        level: "char" or "word".
        form: "raw", "d2l" or "spaced".
        limit: the most tokens to take.
    """
    if level == "char":
        return text[:limit]
    if words_alone(level, form):
        return " ".join(text.split(maxsplit=limit)[:limit])
    cut = pre_tokenizer(level, form)
    begin, taken = 0, 0
    for piece in cut_in_pieces(text, level):
        words_with_places = cut.pre_tokenize_str(piece)
        if taken + len(words_with_places) >= limit:
            _, (_, end) = words_with_places[limit - taken - 1]
            return text[: begin + end]
        begin, taken = begin + len(piece), taken + len(words_with_places)
    return text


def shorten_texts(training: str, held_out: str, level: str, form: str, limit: int) -> tuple[str, str]:
    """Return the first ``limit`` characters or words of the training part and those that follow.

    What follows is the rest of the training part and then the held-out part, read as the one text they were.
    """
    kept = first_tokens(training, level, form, limit)
    between = " " if words_alone(level, form) else ""
    return kept, first_tokens(training[len(kept) :] + between + held_out, level, form, limit)


def shorten_lines(
    training: Sequence[str], held_out: Sequence[str], level: str, form: str, limit: int
) -> tuple[list[str], list[str]]:
    """Return the first lines of the training part and those that follow, each of at most ``limit`` tokens.

    A line counts with its two boundaries and is never cut, so at least one is taken; for bpe, where the tokens are not
    known yet, a byte counts as one.
    """
    lines = [*training, *held_out]
    ends = np.cumsum([_num_tokens(line, level, form) + 2 for line in lines])
    first = min(len(training), max(1, int(np.searchsorted(ends, limit, side="right"))))
    begin = int(ends[first - 1]) if first else 0
    second = max(first + 1, int(np.searchsorted(ends, begin + limit, side="right")))
    return lines[:first], lines[first:second]


def _num_tokens(line: str, level: str, form: str) -> int:
    if level == "char":
        return len(line)
    if level == "bpe":
        return len(line.encode())
    return len(pre_tokenizer(level, form).pre_tokenize_str(line))
