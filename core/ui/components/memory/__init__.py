"""What the written texts repeat of the training texts; the manuscript draws it where the texts stand.

It travels by itself, for a writing's own data changes meanwhile: a judge colours it, a stop ends it.
"""

from __future__ import annotations

from collections.abc import Callable

from core.ui.components.picture import Json, Picture


class Memory(Picture):
    """Nothing to see: its data goes to the manuscript."""

    folder = "memory"


def memory_value(written: Json, memory_of: Callable[[str, str], Json]) -> Json:
    """Return the data of a writing that has ended.

    Args:
        written: the manuscript's data.
        memory_of: from a checkpoint's name and what it wrote, what `Lab.memorised` says, or a ``notice``.
    """
    columns = [memory_of(each["name"], each["text"]) if each["text"] else None for each in written["columns"]]
    return {"run": written["run"], "columns": columns}
