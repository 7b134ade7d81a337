"""Places in a text: a run of tokens with what stands around it, one place below the other (a concordance)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class PlacesPicture(Picture):
    """A concordance, or a sentence that says why there is none."""

    folder = "places"


def places_value(concordance: Json, corpus: Json | None = None) -> Json:
    """Return the data from what `Lab.concordance` or `Lab.corpus_concordance` says.

    Args:
        concordance: the places.
        corpus: title of the text by language, where the places do not hold it; None for a visitor's own text.
    """
    return {"corpus": corpus, **concordance}


def places_notice(sentence: str) -> Json:
    """Return the data where there is nothing to show."""
    return {"notice": sentence}
