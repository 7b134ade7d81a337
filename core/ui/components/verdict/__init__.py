"""How well a model predicts a text: perplexity with its meaning, and where it lies between perfect and uniform."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.ui.components.picture import Json, Picture

# Lines that have a perplexity of their own: of one it is the text's, and of many nobody reads the list.
_FEWEST_LINES, _MOST_LINES = 2, 10


class Verdict(Picture):
    """A table of measures over an axis from 1 (perfect) to the size of the vocabulary (uniform)."""

    folder = "verdict"


def verdict_value(reading: Json, checkpoint: Json) -> Json:
    """Return the data from one model's part of what `Lab.compare` says and its row of `Lab.checkpoints`."""
    names = ("perplexity", "perplexity_known", "bits_per_char", "unknown", "scored")
    return {
        **{name: reading[name] for name in names}, "level": checkpoint["level"], "vocab_size": checkpoint["vocab_size"],
        "train": checkpoint["train_perplexity"], "held_out": checkpoint["held_out_perplexity"],
        "lines": lines_of(reading["text"], reading["spans"], reading["given"]),
    }  # fmt: skip


def lines_of(text: str, spans: Sequence[Sequence[Any]], given: bool) -> list[Json]:
    """Return each line with its own perplexity, None where it holds something impossible; nothing for one line or many.

    A token with a line break ends its line and counts to it; a first token that is given does not count.

    >>> lines_of("ab\\nc", [[0, 1, "a", None], [1, 2, "b", 1.0], [2, 3, "\\n", 3.0], [3, 4, "c", 2.0]], True)
    [{'line': 'ab', 'perplexity': 4.0}, {'line': 'c', 'perplexity': 4.0}]
    """
    lines: list[tuple[str, list[float]]] = [("", [])]
    for at, (begin, end, _, bits) in enumerate(spans):
        if at or not given:
            lines[-1][1].append(math.inf if bits is None else bits)
        lines[-1] = (lines[-1][0] + text[begin:end], lines[-1][1])
        if "\n" in text[begin:end]:
            lines.append(("", []))
    told = [(line.strip("\n"), scored) for line, scored in lines if line.strip("\n") and scored]
    if not _FEWEST_LINES <= len(told) <= _MOST_LINES:
        return []
    return [{"line": line, "perplexity": _perplexity(scored)} for line, scored in told]


def _perplexity(bits: list[float]) -> float | None:
    mean = sum(bits) / len(bits)
    return float(2**mean) if math.isfinite(mean) else None
