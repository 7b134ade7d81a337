"""How small each method makes a text: bars of bytes, the smallest first, and what each had read before."""

from __future__ import annotations

from collections.abc import Sequence

from core.sharing.compressors import Size
from core.ui.components.picture import Json, Picture


class Sizes(Picture):
    """A table of bars."""

    folder = "sizes"


def sizes_value(model: str, characters: int, rows: Sequence[Size], done: float | None) -> Json:
    """Return the data.

    Args:
        model: the checkpoint that coded the text.
        characters: of the text.
        rows: what has been measured.
        done: 0 to 1 while more is to come.
    """
    return {
        "model": model, "characters": characters, "rows": [each.as_json() for each in sorted(rows, key=lambda row: row.size)],
        "done": done, "stopped": False, "notice": "",
    }  # fmt: skip


def sizes_notice(sentence: str) -> Json:
    """Return the data where nothing can be measured, and why."""
    return {"notice": sentence}


def stopped_sizes(value: Json | None) -> Json | None:
    """Return the data after the visitor has stopped: what was measured stays."""
    if value and value.get("done") is not None:
        return {**value, "done": None, "stopped": True}
    return value
