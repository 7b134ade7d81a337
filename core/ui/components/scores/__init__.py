"""What several models make of one text, in one table: train beside held-out, both ends of the scale (D2L 8.4.4)."""

from __future__ import annotations

from collections.abc import Mapping

from core.ui.components.picture import Json, Picture


class Scores(Picture):
    """A table with one row a model."""

    folder = "scores"


def scores_value(compared: Json, rows: Mapping[str, Json]) -> Json:
    """Return the data from what `Lab.compare` says and the rows of `Lab.checkpoints` by name."""
    kept = ("name", "level", "adaptive", "perplexity", "bits_per_char", "unknown", "scored", "vocab_size")
    listed = []
    for model in compared["models"]:
        if "error" in model:
            continue
        row = rows.get(model["name"], {})
        ends = {"train": row.get("train_perplexity"), "held_out": row.get("held_out_perplexity")}
        listed.append({**{key: model[key] for key in kept}, **ends, "measured": bool(row)})
    return {"models": listed}


def adaptive_scores_value(learned: Json, compared: Json) -> Json:
    """Return the data of a table of its own for readings that learned, with what learning saved.

    Args:
        learned, compared: what `Lab.compare` says with ``adaptive`` and without.
    """
    listed = scores_value(learned, {})["models"]
    static = {model["name"]: model.get("nats") for model in compared["models"]}
    nats = {model["name"]: model.get("nats") for model in learned["models"]}
    for model in listed:
        before, after = static[model["name"]], nats[model["name"]]
        model["saved"] = None if not before or after is None else 1 - after / before
    return {"models": listed}
