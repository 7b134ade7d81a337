"""Shannon's game: a line that is guessed character by character, and what the numbers of guesses say.

What has not been found never reaches the browser. Events: ``select`` (a guess, or giving up), ``submit`` (go on with a game
that was kept).
"""

from __future__ import annotations

from collections.abc import Sequence

from core.measures.guessing import guess_bounds
from core.ui.components.picture import Json, Picture
from core.ui.guessing import YOU, Play, as_kept


class GamePicture(Picture):
    """The line, a box for the next character, and a table."""

    folder = "game"


def game_value(play: Play, listed: Sequence[str], answer: int = 0) -> Json:
    """Return the data of a game: what a reader may know, nothing else.

    Args:
        play: the game.
        listed: characters to choose from; none where the reader guesses alone.
        answer: the number of the move that this answers, so that the browser sends them one by one.
    """
    told = None if play.told is None else {"key": play.told[0], **play.told[1]}
    return {
        "context": play.line.context, "found": play.game.found, "guesses": list(play.game.guesses),
        "length": len(play.line.text), "number": play.line.number + 1, "lines": play.line.lines,
        "tried": list(play.game.tried), "candidates": list(listed), "listed": play.listed, "over": play.game.over, "told": told,
        "model": play.names[0], "rows": _rows(play), "kept": as_kept(play), "answer": answer, "notice": "",
    }  # fmt: skip


def game_notice(sentence: str) -> Json:
    """Return the data where there is nothing to guess, and why."""
    return {"notice": sentence}


def _rows(play: Play) -> list[Json]:
    """Return a row for the reader and one for every model, over the places that are found; one that cannot guess says why."""
    rows: list[Json] = []
    errors = {each["name"]: each["error"] for each in play.models if "error" in each}
    for name in (YOU, *play.names):
        guesses, bits = play.guesses_of(name)
        if name in errors:
            rows.append({"name": name, "error": errors[name]})
        elif guesses:
            endless = any(bit is None for bit in bits)
            mean = None if endless or not bits else sum(bit for bit in bits if bit is not None) / len(bits)
            rows.append({"name": name, "you": name == YOU, "bits": mean, **guess_bounds(guesses).as_json()})
    return rows
