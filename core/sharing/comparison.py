"""Several models on one text, aligned by characters: tokens of any length lie over the text that they stand for.

Models with different tokens predict different things, so their perplexities do not compare; their bits per character do
(D2L 8.4.4 gives perplexity per token). The running perplexity shows where along the text a model was lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import LabError
from core.language import LANGUAGES
from core.sharing.checkpoint import Checkpoint
from core.sharing.scoring import read_tokens

Json = dict[str, Any]


def read_aligned(opened: Checkpoint, text: str, adaptive: bool = False) -> Json:
    """Return how one model reads a text, every token over its characters.

    Args:
        opened: the model.
        text: as typed.
        adaptive: whether it learns from the text while it reads.

    Returns:
        adaptive, text (in the model's form), vocab_size, spans (begin, end, token, bits; null where given or impossible), given,
        running (perplexity of all tokens so far, null once it is infinite), and the measures of `Lab.score`.
    """
    reading = read_tokens(opened, text, adaptive)
    prepared = opened.tokenizer.prepare(text)
    offsets = reading.get("offsets") or _walked(reading["tokens"], len(prepared))
    kept = ("scored", "nats", "perplexity", "perplexity_known", "bits_per_char", "unknown", "impossible", "given")
    return {
        "adaptive": adaptive, "text": prepared, "vocab_size": opened.tokenizer.vocab_size, "level": opened.tokenizer.level, "spans": _spans(offsets, reading),
        "running": _running(reading["bits"][1:] if reading["given"] else reading["bits"]),
        **{name: reading[name] for name in kept},
    }  # fmt: skip


def _spans(offsets: Sequence[Sequence[int]], reading: Json) -> list[list[Any]]:
    """Return [begin, end, token, bits] of every token; the bytes of one character (bpe) become one span."""
    spans: list[list[Any]] = []
    for (begin, end), token, bits in zip(offsets, reading["tokens"], reading["bits"], strict=True):
        if spans and begin < spans[-1][1]:
            both_bits = None if bits is None or spans[-1][3] is None else spans[-1][3] + bits
            spans[-1] = [spans[-1][0], end, spans[-1][2] + token, both_bits]
        else:
            spans.append([begin, end, token, bits])
    return spans


def _walked(tokens: Sequence[str], length: int) -> list[tuple[int, int]]:
    """Return the places of a line's tokens, of which the last is the end of the line and covers nothing."""
    ends = np.minimum(np.cumsum([len(token) for token in tokens]), length).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _running(bits: Sequence[float | None]) -> list[float | None]:
    """Return the perplexity of the first k scored tokens for every k; infinite (None) from the first impossible one on.

    >>> _running([1.0, 3.0, None, 1.0])
    [2.0, 4.0, None, None]
    """
    means = np.cumsum([math.inf if each is None else each for each in bits]) / np.arange(1, len(bits) + 1)
    return [float(2**mean) if math.isfinite(mean) else None for mean in means]


def failed(error: LabError) -> Json:
    """Return what stands for a model that cannot read the text: the sentence in every language."""
    return {"error": {language: error.in_language(language) for language in LANGUAGES}}
