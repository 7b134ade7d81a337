"""The transition matrix of a text's most frequent tokens, and what becomes of it after k steps (D2L 8.3.1)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Transitions(Picture):
    """A matrix of probabilities.

    Event ``select``: a cell was chosen. Its data are the texts of the two tokens, ``present`` and ``next``, with ``count``
    (n(c, w)), ``total`` (N(c)), ``steps`` and ``probability``.
    """

    folder = "transitions"


def transitions_value(matrix: Json) -> Json:
    """Return the data: what `Lab.transitions` says, as it is."""
    return matrix


def transitions_notice(sentence: str) -> Json:
    """Return the data where there is no matrix."""
    return {"notice": sentence}
