"""What several models make of one text, in one table: train beside held-out, both ends of the scale (D2L 8.4.4).

Below it stands which of them is better, and how sure that is.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.ui.components.picture import Json, Picture


class Scores(Picture):
    """A table with one row a model."""

    folder = "scores"


def scores_value(compared: Json, rows: Mapping[str, Json]) -> Json:
    """Return the data from what `Lab.compare` says and the rows of `Lab.checkpoints` by name."""
    kept = ("name", "level", "perplexity", "bits_per_char", "unknown", "scored", "vocab_size")
    listed = []
    for model in compared["models"]:
        if "error" in model:
            continue
        row = rows.get(model["name"], {})
        ends = {"train": row.get("train_perplexity"), "held_out": row.get("held_out_perplexity")}
        listed.append({**{key: model[key] for key in kept}, **ends, "measured": bool(row)})
    return {"models": listed, "differences": compared["differences"]}
