"""The vocabulary of a text by frequency, and what a minimum frequency cuts off (D2L 8.2.3)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Vocabulary(Picture):
    """A table of the most frequent tokens, to be searched, beside a table of cuts. Event ``select``: a token (``tokens``)."""

    folder = "vocabulary"


def vocabulary_value(statistics: Json, level: str) -> Json:
    """Return the data from what `Lab.corpus_statistics` says."""
    single = statistics["ngrams"][0]
    return {
        "level": level, "characters": statistics["characters"], "tokens": statistics["tokens"],
        "types": single["types"], "once": statistics["once"], "unknown": statistics["unknown"],
        "top": [[each["tokens"][0], each["count"]] for each in single["top"]],
    }  # fmt: skip
