"""A visitor's own models, with what can be done with each."""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.components.picture import Json, Picture


class OwnList(Picture):
    """A table of own models. Events: ``retry`` goes on with a training, ``download`` and ``delete`` say themselves."""

    folder = "own"


def own_value(rows: Sequence[Json]) -> Json:
    """Return the data from the rows of `OwnModels.rows`."""
    return {"rows": list(rows)}
