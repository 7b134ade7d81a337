"""The split comes before any vocabulary: what a model is judged on must have taught it nothing, not even its tokens.

A continuous text is cut once: the last tenth of its characters (D2L's words: of its words) is held out. The lines of a
line corpus are first put into an order that looks random and is the same everywhere, by a hash of number and line; then
the last tenth is held out. The validation part is, likewise, the last tenth of the training part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.text.forms import apply_form, lines_of, words_alone
from core.text.sequences import Sequences

TRAINING_SHARE = 0.9
_SALT = "unroll:0"


@dataclass(frozen=True)
class Split:
    """The two parts of a corpus, in its form: a text each, or a list of lines each."""

    training: str | list[str]
    held_out: str | list[str]


def split_text(text: str, level: str, form: str) -> Split:
    """Cut a continuous text at nine tenths of its characters; words that stand alone by words, of its words.

    >>> split_text("abcdefghij", "char", "raw")
    Split(training='abcdefghi', held_out='j')
    """
    formed = apply_form(text, form, level)
    if words_alone(level, form):
        words = formed.split()
        cut = int(TRAINING_SHARE * len(words))
        return Split(" ".join(words[:cut]), " ".join(words[cut:]))
    cut = int(TRAINING_SHARE * len(formed))
    return Split(formed[:cut], formed[cut:])


def split_lines(text: str, level: str, form: str) -> Split:
    """Hold out the last tenth of the lines in the order of SHA-256(``unroll:0:number:line``), numbers from 0."""
    lines = lines_of(text)
    formed = [apply_form(lines[i], form, level) for i in line_order(lines)]
    cut = int(TRAINING_SHARE * len(formed))
    return Split(formed[:cut], formed[cut:])


def line_order(lines: Sequence[str]) -> list[int]:
    """Return the numbers of lines, from 0, in the order in which `split_lines` takes them."""
    keys = [hashlib.sha256(f"{_SALT}:{i}:{line}".encode()).digest() for i, line in enumerate(lines)]
    return sorted(range(len(lines)), key=keys.__getitem__)


def split_sequences(sequences: Sequences) -> tuple[Sequences, Sequences]:
    """Cut ids at nine tenths - of the stream, or of the lines - as the training part is cut for validation."""
    if not sequences.lines:
        cut = int(TRAINING_SHARE * len(sequences.ids))
        return Sequences.of_stream(sequences.ids[:cut]), Sequences.of_stream(sequences.ids[cut:])
    cut = int(TRAINING_SHARE * len(sequences))
    return take_lines(sequences, 0, cut), take_lines(sequences, cut, len(sequences))


def take_lines(sequences: Sequences, first: int, end: int) -> Sequences:
    """Return the sequences ``first`` .. ``end - 1``."""
    bounds = np.append(sequences.starts, len(sequences.ids))
    ids = sequences.ids[bounds[first] : bounds[end]]
    return Sequences(ids, sequences.starts[first:end] - bounds[first], lines=True)
