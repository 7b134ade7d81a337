"""What a generated corpus' card says beyond others: what it was made of, and its entropy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Known:
    """The truth about a generated corpus.

    Attributes:
        kind: of the source, such as "copies".
        settings: all of its settings; they make the source, and the text, again.
        low, high: the entropy rate in nats a character, or bounds on it.
    """

    kind: str
    settings: Mapping[str, Any]
    low: float
    high: float

    @property
    def floor(self) -> float:
        """exp(H): no model of characters has a lower perplexity in the long run (the lower bound, where there are two)."""
        return math.exp(self.low)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"kind": self.kind, "settings": dict(self.settings), "entropy_nats": [self.low, self.high]}
