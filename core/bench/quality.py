"""How good the checkpoints are: what their cards say, train beside held-out, nothing measured anew.

``verify`` computes a card's figures again. Across tokenizers only bits per character compare.
"""

from __future__ import annotations

from core.bench.conditions import Sizes
from core.bench.measure import Findings
from core.lab import Lab

_COLUMNS = (
    "name", "model", "corpus", "level", "vocab_size", "train_perplexity", "held_out_perplexity",
    "train_bits_per_char", "bits_per_char",
)  # fmt: skip


def bench_quality(lab: Lab, sizes: Sizes) -> Findings:
    """Collect the results of all finished checkpoints."""
    rows = lab.checkpoints()
    finished = [row for row in rows if row.get("finished")]
    notes = [
        "quality: from the cards, the held-out part read as one stream; a perplexity equal to the vocabulary's size is "
        "that of guessing. 'verify NAME' computes a card's figures again."
    ]
    if left_out := [row["name"] for row in rows if not row.get("finished")]:
        notes.append(f"quality: without results, left out: {', '.join(left_out)}.")
    return Findings(checkpoints=[{name: row[name] for name in _COLUMNS} for row in finished], notes=notes)
