"""What others have reached on the texts of this project, to be read beside our own figures: each with its source.

An anchor is no peer that runs beside us: it was published, or measured once, under conditions that its source states.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Anchor:
    """A reference figure.

    Attributes:
        name: of the model.
        corpus, form, held_out_characters: the text.
        reading: "static", or "adaptive" where it learned from the held-out text while it read it.
        nats, windows_nats: nats a character, as one stream and in windows; None where nobody said.
        parameters: learned numbers, where there are such.
        source: where the figure is from, and what to know of it.
    """

    name: str
    corpus: str
    form: str
    held_out_characters: int
    reading: str
    source: str
    nats: float | None = None
    windows_nats: float | None = None
    parameters: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the anchor as a row beside those of checkpoints; what it has not is None."""
        return {
            "reading": self.reading, "source": self.source, "name": self.name, "model": "reference", "corpus": self.corpus,
            "level": "char", "form": self.form, "held_out_characters": self.held_out_characters,
            "parameters": self.parameters, "nats_per_char": self.nats, "bits_per_char": _bits(self.nats),
            "windows_nats_per_char": self.windows_nats, "windows_bits_per_char": _bits(self.windows_nats), "passages": [],
        }  # fmt: skip


def _bits(nats: float | None) -> float | None:
    return None if nats is None else nats / math.log(2)


_SHAKESPEARE: dict[str, Any] = {"corpus": "tiny_shakespeare", "form": "raw", "held_out_characters": 111_540}

ANCHORS = (
    Anchor(
        "uniform", **_SHAKESPEARE, reading="static", nats=math.log(65), windows_nats=math.log(65),
        source="ln 65: a guess among the characters that occur",
    ),
    Anchor(
        "nanoGPT", **_SHAKESPEARE, reading="static", windows_nats=1.4697, parameters=10_650_000,
        source="its README (github.com/karpathy/nanoGPT): random windows of 256, the best checkpoint chosen on this text",
    ),
    Anchor(
        "PPMd, order 6", **_SHAKESPEARE, reading="adaptive", nats=1.404,
        source="7-Zip's, primed with the training text, measured by us once; it learns from what it has already read",
    ),
)  # fmt: skip
