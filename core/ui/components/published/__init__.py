"""What became of a publishing: where the checkpoint is now, or why it is not."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class PublishedNote(Picture):
    """A sentence with a link."""

    folder = "published"


def published_value(published: Json) -> Json:
    """Return the data from what `Lab.hub.push` returns."""
    return {
        "repository": published["repository"], "url": published["url"], "private": published["private"],
        "commit": published["commit"], "notice": "",
    }  # fmt: skip


def unpublished_value(notice: str) -> Json:
    """Return the data for a sentence alone: why nothing was published, or that it is under way."""
    return {"notice": notice}
