"""The page's head: the name, one sentence, and the switch to the other language."""

from __future__ import annotations

from core.ui.components.picture import Picture


class Masthead(Picture):
    """The page's head; it has no data."""

    folder = "page"
