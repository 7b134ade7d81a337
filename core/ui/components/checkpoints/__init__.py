"""The trained models with their results, train beside held-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.ui.components.picture import Json, Picture
from core.ui.words import group


class Checkpoints(Picture):
    """A table of checkpoints; one that cannot be read stands there with its reason.

    Events, each by ``name``: ``select`` takes one away as a zip, ``submit`` verifies one, ``clear`` takes one from the Hub off
    the visitor's list.
    """

    folder = "checkpoints"


def checkpoints_value(rows: Sequence[Json], titles: Mapping[str, Json]) -> Json:
    """Return the data from the rows of `Lab.checkpoints` and the titles of the corpora by name."""
    return {"rows": [row if "error" in row else {**row, **_described(row, titles)} for row in rows]}


def _described(row: Json, titles: Mapping[str, Json]) -> Json:
    """Return the words for a checkpoint's text and tokens."""
    levels, forms = group("level"), group("form")
    tokens = {
        language: levels[language].get(row["level"], str(row["level"]))
        + (f", {forms[language][row['form']]}" if row["form"] in forms[language] else "")
        for language in levels
    }
    return {"title": titles.get(row["corpus"]), "tokens": tokens}
