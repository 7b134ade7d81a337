r"""A model in the ARPA format, which KenLM, SRILM and others read: every n-gram with two logarithms to the base 10.

    \data\
    ngram 1=30
    ngram 2=410
    <blank line>
    \1-grams:
    -1.23    the    -0.45        log10 P, the words, and the weight of the words as a context where that is not 0
    ...
    \end\

``<s>`` opens a text, ``</s>`` ends it and ``<unk>`` is the unknown word; KenLM asks for all three. The line of a line corpus begins
with ``<s>`` and ends with ``</s>``; a continuous text has neither, then both are listed as impossible.
Source: the man page ngram-format(5) of SRILM; KenLM's reader, lm/read_arpa.cc.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from core.models.back_off_table import IMPOSSIBLE, BackOffTable, Logarithms
from core.models.framing import Framing
from core.sharing.arpa_words import BEGIN, END, UNKNOWN, escaped
from core.text.tokenizer import Tokenizer

_LINES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Names:
    """How ids are written.

    Attributes:
        first: by id, where it is the first of an n-gram of two or more.
        other: by id, in other places. The two differ where one id opens a line and closes it.
        unnamed: ids that no text has.
    """

    first: list[str]
    other: list[str]
    unnamed: frozenset[int]


def arpa_names(tokenizer: Tokenizer, framing: Framing) -> Names:
    """Return the names of all ids of a table whose texts the tokenizer cuts."""
    names = [escaped(piece) for piece in tokenizer.pieces()]
    names[tokenizer.unk_id] = UNKNOWN
    if framing.framed:
        names += [END, BEGIN]  # the ids behind the vocabulary
    boundary, first = tokenizer.boundary_id, list(names)
    if boundary is not None:
        names[boundary], first[boundary] = END, BEGIN
    return Names(first, names, frozenset(framing.never))


def arpa_parts(table: BackOffTable, names: Names) -> Iterator[bytes]:
    """Yield a whole ARPA file, part by part."""
    counts = num_listed(table, names)
    yield "".join(["\\data\\\n", *(f"ngram {n}={count}\n" for n, count in enumerate(counts, start=1))]).encode()
    yield "".join(["\n\\1-grams:\n", *_unigrams(table, names)]).encode()
    contexts = names.first
    for length in range(2, table.order + 1):
        level, parents = table.ngrams.levels[length], table.ngrams.parents(length).tolist()
        texts = [
            f"{contexts[parent]} {names.other[last]}" for parent, last in zip(parents, level.last.tolist(), strict=True)
        ]
        lines = _lines(texts, table.log_probs[length - 1], *_as_contexts(table, length))
        yield f"\n\\{length}-grams:\n".encode()
        while part := "".join(islice(lines, _LINES_AT_ONCE)):
            yield part.encode()
        contexts = texts
    yield b"\n\\end\\\n"


def num_listed(table: BackOffTable, names: Names) -> list[int]:
    """Return how many n-grams of each length the file lists."""
    marks = sum(mark not in names.other for mark in (BEGIN, END))
    singles = len(names.other) - len(names.unnamed) + marks
    return [singles, *(len(level) for level in table.ngrams.levels[2:])]


def _unigrams(table: BackOffTable, names: Names) -> Iterator[str]:
    """Yield the lines of single words; ``<s>`` and ``</s>`` among them, whether texts have them or not."""
    weights, followed = _as_contexts(table, 1)
    begins = 0.0
    if names.first != names.other:  # one id opens and closes lines: what it leaves as a context is what <s> leaves
        opens, weights, followed = names.first.index(BEGIN), weights.copy(), followed.copy()
        begins, weights[opens], followed[opens] = float(weights[opens]), 0.0, False
    for id_, line in enumerate(_lines(names.other, table.log_probs[0], weights, followed)):
        if id_ not in names.unnamed:
            yield line
    if END not in names.other:
        yield f"{IMPOSSIBLE:g}\t{END}\n"
    if BEGIN not in names.other:
        yield f"{IMPOSSIBLE:g}\t{BEGIN}\t{max(begins, IMPOSSIBLE):.9g}\n"


def _as_contexts(table: BackOffTable, length: int) -> tuple[Logarithms, npt.NDArray[np.bool_]]:
    """Return for n-grams of a length what they leave as contexts, and whether anything follows them."""
    level = table.ngrams.levels[length]
    weights = table.weights[length - 1] if length < table.order else np.zeros(len(level))
    return weights, np.diff(level.begins.astype(np.int64)) > 0


def _lines(
    texts: list[str], log_probs: Logarithms, weights: Logarithms, followed: npt.NDArray[np.bool_]
) -> Iterator[str]:
    """Yield the line of every n-gram; its weight is left out where nothing follows it and it leaves all."""
    shown = np.maximum(log_probs, IMPOSSIBLE).tolist(), np.maximum(weights, IMPOSSIBLE).tolist()
    for text, log_prob, weight, is_context in zip(texts, *shown, followed.tolist(), strict=True):
        line = f"{log_prob:.9g}\t{text}"
        yield f"{line}\t{weight:.9g}\n" if is_context or weight else f"{line}\n"
