"""From text to ids, click by click, with one token followed through all four stages (D2L 8.2)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Stages(Picture):
    """Four views of the same lines: lines, tokens, vocabulary, ids."""

    folder = "stages"


def stages_value(stages: Json) -> Json:
    """Return the data from what `Lab.text_stages` says."""
    return stages


def stages_notice(sentence: str) -> Json:
    """Return the data where there is nothing to show."""
    return {"notice": sentence}
