"""The floor of the ladder: a model that has learned nothing and holds every token of its vocabulary equally likely.

Its surprise is log2 V bits at every token, its perplexity V (D2L 8.4.4): whatever does worse is worse than guessing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.text.tokenizer import Tokenizer


def uniform_reading(tokenizer: Tokenizer, text: str, num_tokens: int, seed: int) -> dict[str, Any]:
    """Return how the uniform model reads a text, and what it writes after it.

    Args:
        tokenizer: its vocabulary is the model's.
        text: what is read; the first token is given.
        num_tokens: how many tokens to draw.
        seed: of the drawing; the unknown token is never drawn.

    Returns:
        tokens, bits (None for the first), perplexity, bits_per_char and written.
    """
    encoding = tokenizer.inspect(text)
    bits = math.log2(tokenizer.vocab_size)
    read = len(encoding.tokens) - 1
    characters = len(encoding.text) - encoding.offsets[0][1] if encoding.offsets else 0
    first = tokenizer.unk_id + 1 if tokenizer.boundary_id is None else tokenizer.boundary_id + 1
    drawn = np.random.Generator(np.random.Philox(seed)).integers(first, tokenizer.vocab_size, num_tokens)
    return {
        "tokens": list(encoding.tokens), "bits": [None, *[bits] * read], "perplexity": float(tokenizer.vocab_size),
        "bits_per_char": bits * read / max(1, characters), "written": tokenizer.decode(drawn.tolist()),
    }  # fmt: skip
