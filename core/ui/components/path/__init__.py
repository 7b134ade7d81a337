"""The back-off path of a counting model: how the contexts of every length add up to one probability (D2L 8.3.1)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class PathPicture(Picture):
    """A row for each length of context, and a bar that starts where the one above ends.

    Events: ``select``: a context was chosen (``place``: of its row); ``submit``: another token was chosen (``id``).
    """

    folder = "path"


def path_value(checkpoint: str, inspected: Json | None) -> Json | None:
    """Return the data from what `Lab.inspect_path` says of a checkpoint; None for a model without a path."""
    return None if inspected is None else {"checkpoint": checkpoint, **inspected}
