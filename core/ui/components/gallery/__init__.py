"""Checkpoints that others have published, with what their cards claim."""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.components.picture import Json, Picture


class Gallery(Picture):
    """A table of published checkpoints. Event: ``select`` fetches one, by ``name``."""

    folder = "gallery"


def gallery_value(rows: Sequence[Json], notice: str = "", asked: bool = True) -> Json:
    """Return the data.

    Args:
        rows: as `Lab.hub.gallery` gives them.
        notice: why there are none.
        asked: whether the Hub has answered.
    """
    return {"rows": list(rows), "notice": notice, "asked": asked}
