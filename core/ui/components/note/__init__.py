"""What becomes of something that takes a while at the Hub: fetched, published, or why not."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Note(Picture):
    """A sentence, with a link or a button that stops. Event: ``stop``."""

    folder = "note"


def said_value(notice: str, running: bool = False) -> Json:
    """Return the data for a sentence alone; ``running`` shows the button that stops."""
    return {"notice": notice, "running": running}


def published_value(published: Json) -> Json:
    """Return the data from what `Lab.hub.push` returns."""
    return {name: published[name] for name in ("repository", "url", "private", "commit")} | said_value("")
