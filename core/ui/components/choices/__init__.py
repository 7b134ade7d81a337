"""A model's choices for the next token: the likeliest as bars, with the entropy of the whole."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Choices(Picture):
    """A table of the likeliest next tokens, or a sentence that says why there is none. Event ``select``: one was taken."""

    folder = "choices"


def choices_value(following: Json, vocab_size: int, place: Json | None = None, path: list[Json] | None = None) -> Json:
    """Return the data of one place in a text.

    Args:
        following: what `Lab.next_tokens` says.
        vocab_size: of the model.
        place: checkpoint, prefix and, where a token of a text was pointed at, that token and its id.
        path: what `Lab.back_off` says of that token.
    """
    return {**following, "others": vocab_size - len(following["candidates"]), "at": place,
            "place": place if place and "token" in place else None, "path": path or []}  # fmt: skip


def choices_notice(sentence: str) -> Json:
    """Return the data where there is nothing to choose from."""
    return {"notice": sentence}
