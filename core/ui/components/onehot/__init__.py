"""A text on its way into a model: tokens, ids, and the one-hot matrix, time by vocabulary (D2L 8.5.1).

Thousands of columns and hundreds of rows are no trouble: only the cells in view are drawn.
"""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class OneHot(Picture):
    """Tokens with their ids over the one-hot matrix."""

    folder = "onehot"


def onehot_value(tokenized: Json, vocabulary: list[str]) -> Json:
    """Return the data from what `Lab.tokenize` says and the vocabulary, by id.

    Args:
        tokenized: tokens, ids, unknown, and cut where only so many of its steps are shown one by one.
        vocabulary: the tokens by id.
    """
    return {
        "tokens": tokenized["tokens"], "ids": tokenized["ids"], "unknown": tokenized["unknown"],
        "vocabulary": vocabulary, "cut": tokenized.get("cut"),
    }  # fmt: skip


def onehot_notice(sentence: str) -> Json:
    """Return the data where there is nothing to show."""
    return {"notice": sentence}
