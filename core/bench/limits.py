"""What the machine can do at most, measured in the same run as what is held against it.

Writing or reading one text, every token needs the whole of W_hh, so no program is faster than the machine reads those
weights. With many texts at once the weights are read once for all of them, and the rate of multiplying is the limit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

READING = "limit: W_hh read for every token"
MULTIPLYING = "limit: rate of one large product"
# Rows and columns of the large product.
_LARGE = 1024


def reading(gates: int, hidden_size: int, tokens: int) -> Callable[[], object]:
    """Return work that reads a layer's W_hh once for every token, and does nothing else.

    It is the product with one vector, which waits for the weights and not for the arithmetic: two operations a number read.
    """
    random = np.random.default_rng(0)
    W_hh = random.random((gates, hidden_size, hidden_size), dtype=np.float32)
    H = random.random((1, hidden_size), dtype=np.float32)

    def read() -> None:
        for _ in range(tokens):
            H @ W_hh

    return read


def multiplying() -> Callable[[], object]:
    """Return one large product of `MULTIPLIED` multiplications."""
    A, B = (np.random.default_rng(seed).random((_LARGE, _LARGE), dtype=np.float32) for seed in (0, 1))
    return lambda: A @ B


MULTIPLIED = _LARGE**3


def multiplications(gates: int, hidden_size: int, vocab_size: int) -> int:
    """Return how many multiplications a token costs in one layer with one-hot input: ``H W_hh`` and ``H W_hq``."""
    return hidden_size * (gates * hidden_size + vocab_size)
