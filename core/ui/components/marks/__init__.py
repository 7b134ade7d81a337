"""The prefix with what a model has never seen marked, before it writes."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Marks(Picture):
    """A text whose unknown tokens are underlined; nothing is shown where there are none."""

    folder = "marks"


def marks_value(tokenized: Json, model: str = "") -> Json:
    """Return the pieces of a text, known and unknown in turn, from what `Lab.tokenize` says of a model.

    >>> tokenized = {"text": "aéb", "offsets": [(0, 1), (1, 2), (2, 3)], "unknown": [1]}
    >>> [(piece["text"], piece["unknown"]) for piece in marks_value(tokenized)["pieces"]]
    [('a', False), ('é', True), ('b', False)]
    """
    text, at, pieces = tokenized["text"], 0, []
    for begin, end in (tokenized["offsets"][place] for place in tokenized["unknown"]):
        if begin > at:
            pieces.append({"text": text[at:begin], "unknown": False})
        pieces.append({"text": text[begin:end], "unknown": True})
        at = end
    if at < len(text):
        pieces.append({"text": text[at:], "unknown": False})
    return {"pieces": pieces, "model": model}
