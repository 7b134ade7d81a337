"""Perplexity along a text: of the first k tokens, for every k, so that one sees where a model was lost (D2L 8.4.4)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture

# Points that a line needs at most: more than pixels would not show.
_MOST_POINTS = 400


class Running(Picture):
    """One line a model on a logarithmic axis, and the numbers as text."""

    folder = "running"


def running_value(compared: Json) -> Json:
    """Return the data from what `Lab.compare` says: the places are shares of the text, so that tokens of any length meet."""
    lines = []
    for model in compared["models"]:
        if "error" in model or not model["running"]:
            continue
        step = -(-len(model["running"]) // _MOST_POINTS)
        ends = [end for _, end, *_ in model["spans"]][-len(model["running"]) :]
        length = max(1, len(model["text"]))
        kept = sorted({*range(0, len(ends), step), len(ends) - 1})
        points = [[ends[k] / length, model["running"][k]] for k in kept]
        lines.append({"name": model["name"], "adaptive": model["adaptive"], "points": points, "characters": length})
    return {"lines": lines}
