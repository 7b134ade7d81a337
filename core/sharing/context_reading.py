"""How far back an opened checkpoint looks in a text that somebody gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.measures.context_length import LENGTHS, by_context_length
from core.sharing.checkpoint import Checkpoint
from core.text.forms import lines_of
from core.text.sequences import Sequences


def read_by_context(
    opened: Checkpoint, text: str, lengths: Sequence[int] = LENGTHS
) -> Iterator[float | dict[str, Any]]:
    """Yield a checkpoint's perplexity of a text at every length of context: see `by_context_length`.

    Args:
        opened: a checkpoint.
        text: as typed; it is brought into the tokenizer's form. A line model reads line by line.
        lengths: of the context, in tokens.
    """
    tokenizer = opened.tokenizer
    if tokenizer.lines:
        sequences = tokenizer.encode_lines([tokenizer.prepare(line) for line in lines_of(text)])
    else:
        sequences = Sequences.of_stream(tokenizer.inspect(text).ids)
    return by_context_length(opened.model, sequences, lengths)
