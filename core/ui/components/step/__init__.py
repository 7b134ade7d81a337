"""One step of a model, number by number: the picked row, the product, the logits, the next token (D2L 8.4.2, 8.5.1)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class StepPicture(Picture):
    """One step; its data are what `Lab.inspect_step` says."""

    folder = "step"


def step_value(step: Json) -> Json:
    """Return the data of one step."""
    return step
