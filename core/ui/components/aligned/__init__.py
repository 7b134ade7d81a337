"""One text read by several models: line under line, so that every character stands under itself (D2L 8.4.4)."""

from __future__ import annotations

from core.measures.surprisal import CLASS_BOUNDS
from core.ui.components.picture import Json, Picture


class Aligned(Picture):
    """The strips of several models, aligned by characters."""

    folder = "aligned"


def aligned_value(compared: Json) -> Json:
    """Return the data from what `Lab.compare` says; a reading that learned comes right behind the same model's static one."""
    kept = ("name", "error", "adaptive", "text", "spans", "given")
    models = [{key: model[key] for key in kept if key in model} for model in compared["models"]]
    return {"models": models, "bounds": list(CLASS_BOUNDS)}
