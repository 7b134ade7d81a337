"""A model's choices for the next token: the likeliest as bars, with the entropy of the whole."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Choices(Picture):
    """A table of the likeliest next tokens, or a sentence that says why there is none."""

    folder = "choices"


def choices_value(following: Json, vocab_size: int) -> Json:
    """Return the data from what `Lab.next_tokens` says and the size of the vocabulary."""
    return {**following, "others": vocab_size - len(following["candidates"])}


def choices_notice(sentence: str) -> Json:
    """Return the data where there is nothing to choose from."""
    return {"notice": sentence}
