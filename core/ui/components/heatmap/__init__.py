"""What a model shows along a text, time by unit; one unit can be followed along the text (Karpathy et al. 2015).

Hundreds of steps by hundreds of units are no trouble: they travel as 16-bit numbers, and only what is in view is drawn.
"""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class HeatMap(Picture):
    """A heat map; event ``select``: a step was pointed at."""

    folder = "heatmap"


def heatmap_value(inspected: Json, unit: int | None = None, step: int | None = None) -> Json | None:
    """Return the data from what `Lab.inspect` says; None for a model that shows nothing.

    Args:
        inspected: tokens, traces and one trace.
        unit, step: to begin with; None for those that are followed now.
    """
    trace = inspected["trace"]
    if trace is None:
        return None
    meanings = {each["name"]: each["meaning"] for each in inspected["traces"]}
    unit = unit if unit is not None and 0 <= unit < trace["units"] else None
    return {"tokens": inspected["tokens"], "meaning": meanings[trace["name"]], "unit": unit, "step": step, **trace}
