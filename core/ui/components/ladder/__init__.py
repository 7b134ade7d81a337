"""The first view: how surprised each model is by one line, row by row, and what each makes of it.

The continuations stand in plain ink: coloured by its own model, a model that only repeats itself would look best.
"""

from __future__ import annotations

from core.ui.components.picture import Picture


class Ladder(Picture):
    """A ladder of models; its data are `Showcase.value`."""

    folder = "ladder"
