"""What a training will cost before it starts, and what the text is."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Estimate(Picture):
    """A line of figures, or a sentence that says what is missing."""

    folder = "estimate"


def estimate_value(estimate: Json, text: Json) -> Json:
    """Return the data from what `Lab.estimate` says and the text's characters and encoding."""
    return {**estimate, **text}


def estimate_notice(sentence: str) -> Json:
    """Return the data where nothing can be estimated."""
    return {"notice": sentence}
