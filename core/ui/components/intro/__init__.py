"""The first line of a tab: a badge that names the section of the book, and a sentence."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Intro(Picture):
    """A badge and a sentence."""

    folder = "intro"


def intro_value(tab: str, section: str) -> Json:
    """Return the data of a tab's first line: ``section`` such as "D2L 8.4.4"."""
    return {"tab": tab, "section": section}
