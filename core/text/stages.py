"""From text to ids in four stages, on the first lines of a text (D2L 8.2): lines, tokens, vocabulary, ids."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from core.errors import BadText
from core.text.forms import lines_of
from core.text.portrait import check_level
from core.text.tokenizer import Tokenizer

# Lines that are shown, the characters of each, and entries from the head of the vocabulary.
_LINES, _CHARACTERS, _HEAD = 6, 72, 12


def text_stages(text: str, level: str, min_frequency: int = 1) -> dict[str, Any]:
    """Return the beginning of a text as lines, tokens and ids, and what of the vocabulary belongs to it.

    Args:
        text: any text; the vocabulary is counted on all of it.
        level: "char" or "word".
        min_frequency: tokens seen less often become ``<unk>``.

    Returns:
        lines (number, text, cut: whether more follows, tokens, ids), vocabulary (id, token, count; the most frequent
        ones and all of the lines, in the order of ids; count of ``<unk>`` is of all tokens that it stands for),
        vocab_size, tokens (in the text) and min_frequency. A token reads as it stands in the text, unknown or not.

    Raises:
        BadSetting: another level.
        BadText: nothing but white space.
    """
    check_level(level)
    if not text.strip():
        raise BadText("The text is empty: there is nothing to cut into tokens.", "文本为空：没有可以切分的内容。")
    tokenizer = Tokenizer.train([text], level, min_frequency=min_frequency)
    ids = tokenizer.encode(text)
    counts = np.bincount(ids, minlength=tokenizer.vocab_size)
    numbered = ((number, line) for number, line in enumerate(lines_of(text), start=1) if line.strip())
    lines = [_line(number, line, tokenizer) for number, line in islice(numbered, _LINES)]
    shown = sorted({*range(min(_HEAD, tokenizer.vocab_size)), *(id_ for line in lines for id_ in line["ids"])})
    return {
        "lines": lines, "vocab_size": tokenizer.vocab_size, "tokens": len(ids), "min_frequency": min_frequency,
        "vocabulary": [{"id": id_, "token": tokenizer.tokens[id_], "count": int(counts[id_])} for id_ in shown],
    }  # fmt: skip


def _line(number: int, line: str, tokenizer: Tokenizer) -> dict[str, Any]:
    """Return the beginning of one line with its tokens; a word at the edge stays whole."""
    encoding = tokenizer.inspect(line)
    spans = [span for span in encoding.offsets if span[1] <= _CHARACTERS] or encoding.offsets[:1]
    end = spans[-1][1]
    return {
        "number": number, "text": encoding.text[:end], "cut": end < len(encoding.text),
        "tokens": [encoding.text[slice(*span)] for span in spans],
        "ids": [int(id_) for id_ in encoding.ids[: len(spans)]],
    }  # fmt: skip
