"""The floor under a perplexity, where the truth about a text is known: exp(H), H being the entropy of its source (D2L 8.4.4).

A held-out text is a draw: a model may come out a little below the floor by chance, but not below it in the long run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def floor_of(corpus: Mapping[str, Any], text: Mapping[str, Any]) -> float | None:
    """Return exp(H) of a generated corpus; None for others, and where tokens are not its characters.

    Args:
        corpus: its card as plain values: see `Card.as_json`.
        text: the values of `TextSettings`.
    """
    known = corpus.get("known")
    if not known or (text.get("level"), text.get("form")) != ("char", "raw") or corpus.get("lines"):
        return None
    return math.exp(known["entropy_nats"][0])


def above(perplexity: float, floor: float) -> float:
    """Return how far a perplexity is above the floor, as a share of the floor; below 0 where chance put it there.

    >>> above(2.5, 2.0)
    0.25
    """
    return perplexity / floor - 1
