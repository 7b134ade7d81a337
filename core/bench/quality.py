"""How good the checkpoints are: what their cards say, train beside held-out, nothing measured anew.

``verify`` computes a card's figures again, and ``difference`` says how sure a distance is. Figures compare where the same
held-out text was read in the same way; so rows carry what says so, and `core.bench.report` lays them out by it.
"""

from __future__ import annotations

import math
from typing import Any

from core.bench.anchors import ANCHORS
from core.bench.conditions import Sizes
from core.bench.measure import Findings
from core.lab import Lab

Json = dict[str, Any]

# How a model may read: with everything fixed, or learning from the text while it reads it.
STATIC, ADAPTIVE = "static", "adaptive"

_FACTS = (
    "name", "model", "corpus", "level", "form", "held_out_characters", "vocab_size", "parameters", "tokens_seen", "seconds",
    "command",
)  # fmt: skip
_STATIC = (
    "train_perplexity", "held_out_perplexity", "train_bits_per_char", "bits_per_char", "window", "windows_bits_per_char",
    "passages",
)  # fmt: skip

_NOTES = (
    "nats: mean -ln p of a held-out character, the text read once with the state carried; bits: nats / ln 2. Perplexity",
    "of characters is exp(nats). windows: consecutive windows of 256 tokens, each from the initial state. The two protocols",
    "never compare. Lines (names) each start afresh. Unknown words are charged their spelling. seen: tokens learned from,",
    "each pass counted. static: nothing is learned while reading; adaptive: from what has been read of the same text.",
    "The command that made a checkpoint stands in its card (checkpoints/NAME/README.md) and in --json; 'verify NAME' computes",
    "its figures again; 'difference A B' says whether A is better than B, and how sure that is.",
)


def bench_quality(lab: Lab, sizes: Sizes) -> Findings:
    """Collect the results of all finished checkpoints, and what others have reached on the same texts."""
    places = {row["name"]: at for at, row in enumerate(lab.corpora())}
    rows = lab.checkpoints()
    measured = [row for row in rows if is_measured(row)]
    told = [static_row(row) for row in measured]
    told += [adaptive_row(row) for row in measured if row["adaptive_bits_per_char"] is not None]
    texts = {text_of(row) for row in told}
    told += [anchor.as_json() for anchor in ANCHORS if text_of(anchor.as_json()) in texts]
    told.sort(key=lambda row: places.get(row["corpus"], len(places)))
    notes = list(_NOTES)
    if left_out := [row["name"] for row in rows if not is_measured(row)]:
        notes.append(f"Without results, left out: {', '.join(left_out)}.")
    return Findings(checkpoints=told, notes=notes)


def static_row(row: Json) -> Json:
    """Return what a row of `Lab.checkpoints` says of the model as it stays the same while it reads."""
    return {
        "reading": STATIC, "source": "", **{name: row.get(name) for name in (*_FACTS, *_STATIC)},
        "train_nats_per_char": _nats(row.get("train_bits_per_char")), "nats_per_char": _nats(row["bits_per_char"]),
        "windows_nats_per_char": _nats(row.get("windows_bits_per_char")),
    }  # fmt: skip


def adaptive_row(row: Json) -> Json:
    """Return what a row of `Lab.checkpoints` says of the model as it learns from the held-out text while it reads it."""
    bits = row["adaptive_bits_per_char"]
    empty = dict.fromkeys((*_STATIC, "train_nats_per_char", "windows_nats_per_char"))
    return {
        "reading": ADAPTIVE, "source": "", **{name: row.get(name) for name in _FACTS}, **empty, "passages": [],
        "held_out_perplexity": row.get("adaptive_perplexity"), "nats_per_char": _nats(bits), "bits_per_char": bits,
    }  # fmt: skip


def is_measured(row: Json) -> bool:
    """Whether a checkpoint has results: its training ended, and its model has a perplexity."""
    return bool(row.get("finished")) and not row["refused"]


def _nats(bits: float | None) -> float | None:
    return None if bits is None else bits * math.log(2)


def text_of(row: Json) -> tuple[Any, ...]:
    """Return what tells held-out texts apart."""
    return row["corpus"], row["form"], row["held_out_characters"]
