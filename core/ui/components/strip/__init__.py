"""A text as one strip: every token coloured by how much it surprised the model (D2L 8.4.4).

The six classes are fixed and never fitted to the text, so that two strips can always be compared; the number stands
beside the colour, on hover and for the keyboard.
"""

from __future__ import annotations

import math

from core.measures.surprisal import CLASS_BOUNDS, surprise_classes
from core.ui.components.picture import Json, Picture


class Strip(Picture):
    """A text coloured by surprise, with its legend."""

    folder = "strip"


def strip_value(reading: Json) -> Json:
    """Return the data from what `Lab.read` says.

    A token's kind is its class of surprise, 0 to 5, or "given" for the first one of a text, which nothing predicts.
    """
    bits = reading["bits"]
    classes = surprise_classes([math.inf if value is None else value for value in bits]).tolist()
    listed = [
        {"token": token, "bits": None if value is None else round(value, 4), "kind": kind}
        for token, value, kind in zip(reading["tokens"], bits, classes, strict=True)
    ]
    if reading["given"] and listed:
        listed[0]["kind"] = "given"
    return {"tokens": listed, "bounds": list(CLASS_BOUNDS)}


def strip_notice(sentence: str) -> Json:
    """Return the data where there is nothing to show."""
    return {"notice": sentence}
