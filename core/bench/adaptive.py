"""How good the checkpoints are when they learn from the held-out text while they read it, measured anew.

Cards state this only where their training was asked for it; here every checkpoint whose text is at hand is read. Adaptive
figures profit from the text they are measured on, though from its past alone, and never stand in one column with static
ones.
"""

from __future__ import annotations

from typing import Any

from core.bench.anchors import ANCHORS
from core.bench.conditions import Sizes
from core.bench.measure import Findings
from core.bench.quality import ADAPTIVE, adaptive_row, is_measured, text_of
from core.errors import LabError
from core.lab import Lab
from core.measures.results import adaptive_result
from core.sharing.measured_text import measured_text, parts_to_judge

Json = dict[str, Any]

_NOTES = (
    "adaptive: read as one stream, learning from the text while reading it; no figure of a static table compares with these.",
    "PPMd (reference): a compressor that learns as it reads, after it has read the training text.",
)


def bench_adaptive(lab: Lab, sizes: Sizes) -> Findings:
    """Let every finished checkpoint read its held-out text while learning from it."""
    rows: list[Json] = []
    left_out: list[str] = []
    for row in lab.checkpoints():
        if not is_measured(row):
            left_out.append(row["name"])
            continue
        try:
            rows.append(adaptive_row(row | {"adaptive_bits_per_char": _measured(lab, row["name"])}))
        except LabError as error:
            left_out.append(f"{row['name']} ({error})")
    texts = {text_of(row) for row in rows}
    references = [anchor.as_json() for anchor in ANCHORS if anchor.reading == ADAPTIVE]
    rows += [row for row in references if text_of(row) in texts]
    notes = [*_NOTES, *([f"adaptive: left out: {', '.join(left_out)}."] if left_out else [])]
    return Findings(checkpoints=rows, notes=notes)


def _measured(lab: Lab, name: str) -> float:
    """Return the bits a character that a checkpoint reaches on its held-out text while learning from it.

    Raises:
        LabError: it cannot be opened, or its text is not to be had.
    """
    opened = lab.open(name).checkpoint
    _, prepared = measured_text(opened, search=lab.places.corpora, cache=lab.places.data / "corpora")
    part = parts_to_judge(prepared, prepared.training, None)["held_out"]
    bits: float = adaptive_result(opened.model, opened.tokenizer, prepared.spelling, part)["bits_per_char"]
    return bits
