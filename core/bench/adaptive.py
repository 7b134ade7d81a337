"""How good the checkpoints are when they learn from the held-out text while they read it.

A table of its own: adaptive figures profit from the text they are measured on, though from its past alone, and never
stand in one column with static ones. The peer is a compressor that learns in the same way.
"""

from __future__ import annotations

import math
from typing import Any

from core.bench.conditions import Sizes
from core.bench.measure import Findings
from core.errors import LabError
from core.lab import Lab
from core.sharing.adaptive_result import adaptive_result

Json = dict[str, Any]

READING = "adaptive"
_FACTS = ("name", "model", "corpus", "level", "form", "vocab_size", "parameters", "seconds")
# What the static table has and this one has not.
_STATIC_ONLY = ("train_perplexity", "train_bits_per_char", "train_nats_per_char", "window", "windows_nats_per_char")

# 7-Zip's PPMd of order 6, primed with the training text, measured once on the last tenth; no compressor is run here.
PPMD_NATS = 1.404
_PPMD: Json = {
    "reading": READING, "source": "7-Zip's, primed with the training text, measured by us once", "name": "PPMd, order 6",
    "model": "reference", "corpus": "tiny_shakespeare", "level": "char", "form": "raw", "held_out_characters": 111_540,
    "vocab_size": None, "parameters": None, "seconds": None, "held_out_perplexity": math.exp(PPMD_NATS),
    "nats_per_char": PPMD_NATS, "bits_per_char": PPMD_NATS / math.log(2), "passages": [], **dict.fromkeys(_STATIC_ONLY),
}  # fmt: skip
_NOTES = (
    "adaptive: read as one stream, learning from the text while reading it; no figure of the static table compares with these.",
    "PPMd (reference): a compressor that learns as it reads, after it has read the training text.",
)


def bench_adaptive(lab: Lab, sizes: Sizes) -> Findings:
    """Let every finished checkpoint read its held-out text while learning from it."""
    rows: list[Json] = []
    left_out: list[str] = []
    for row in lab.checkpoints():
        if not row.get("finished") or row["refused"]:
            left_out.append(row["name"])
            continue
        try:
            rows.append(adaptive_row(lab, row))
        except LabError as error:
            left_out.append(f"{row['name']} ({error})")
    if any(row["corpus"] == _PPMD["corpus"] for row in rows):
        rows.append(_PPMD)
    rows.sort(key=lambda row: (row["corpus"], row["form"], row["nats_per_char"]))
    return Findings(
        checkpoints=rows, notes=[*_NOTES, *([f"adaptive: left out: {', '.join(left_out)}."] if left_out else [])]
    )


def adaptive_row(lab: Lab, row: Json) -> Json:
    """Return what a checkpoint, a row of `Lab.checkpoints`, reaches on its held-out text while learning from it.

    Raises:
        LabError: it cannot be opened, or its text is not to be had.
    """
    opened = lab.open(row["name"]).checkpoint
    found = adaptive_result(opened, search=lab.places.corpora, cache=lab.places.data / "corpora")
    bits = found["bits_per_char"]
    return {
        "reading": READING, "source": "", **{name: row.get(name) for name in _FACTS},
        "held_out_characters": opened.facts.corpus["split"]["held_out_characters"], "held_out_perplexity": found["perplexity"],
        "nats_per_char": bits * math.log(2), "bits_per_char": bits, "passages": [], **dict.fromkeys(_STATIC_ONLY),
    }  # fmt: skip
