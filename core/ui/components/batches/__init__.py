"""Mini-batches drawn over the text they are cut from: random sampling, sequential partition (D2L 8.3.4)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Batches(Picture):
    """The windows of one batch after the other, with inputs, targets and the state that is carried."""

    folder = "batches"


def batches_value(batches: Json) -> Json:
    """Return the data from what `Lab.mini_batches` says."""
    return batches


def batches_notice(sentence: str) -> Json:
    """Return the data where there is nothing to show."""
    return {"notice": sentence}
