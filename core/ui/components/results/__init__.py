"""All results in one plot: what bits per character cost, in training time or in size."""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.components.picture import Json, Picture


class Results(Picture):
    """One dot a checkpoint; its numbers stand in the table."""

    folder = "results"


def results_value(rows: Sequence[Json]) -> Json:
    """Return the data from the rows of `Lab.checkpoints`; what was not measured, or is infinite, has no place."""
    kept = ("name", "language", "level", "bits_per_char", "train_bits_per_char", "seconds", "bytes", "parameters")
    return {"rows": [{key: row[key] for key in kept} for row in rows if row.get("bits_per_char") is not None]}
