"""A visitor's game of Shannon's: what is known to them, what only the server knows, and how a game outlives a reload.

A game is its line's number and the moves; from these it is played again, so the browser keeps nothing that tells an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import BadText
from core.lab import Lab
from core.sharing.guessing_game import Game, Line

Json = dict[str, Any]

# The move that hands a place on to the first model.
GIVE_UP = ""
# Nobody guesses among more characters than these without a list, and so many stand in it.
_MOST_BLIND, _LISTED = 300, 12
# Moves that are played again after a reload, and guesses of earlier lines that are remembered.
_MOST_MOVES, _MOST_REMEMBERED = 2_000, 2_000
YOU = "you"


@dataclass(frozen=True)
class Play:
    """A game under way.

    Attributes:
        names: the models, of which the first one's text is guessed.
        line: what is guessed; only the server knows it.
        game: how far the reader has come.
        moves: characters guessed, and `GIVE_UP`.
        models: how each model guesses this line: see `Lab.model_guesses`.
        listed: whether the reader chooses from a list: nobody guesses among thousands of characters without.
        earlier: guesses and bits at the places of earlier lines, by `YOU` or the model's name.
        told: what the last move came to: the word's key and its places.
    """

    names: tuple[str, ...]
    line: Line
    game: Game
    models: tuple[Json, ...]
    listed: bool = False
    moves: tuple[str, ...] = ()
    earlier: Mapping[str, Json] = field(default_factory=dict)
    told: tuple[str, Json] | None = None

    def guesses_of(self, name: str) -> tuple[list[int], list[float | None]]:
        """Return the guesses, and bits of a model, at all places that are found, those of earlier lines too."""
        before, place = self.earlier.get(name, {}), len(self.game.guesses)
        if name == YOU:
            now: Json = {"guesses": list(self.game.guesses), "bits": []}
        else:
            now = next((each for each in self.models if each["name"] == name and "error" not in each), {})
        return tuple(  # type: ignore[return-value] # one list each
            [*before.get(key, []), *now.get(key, [])[:place]] for key in ("guesses", "bits")
        )


def begin(lab: Lab, names: Sequence[str], number: int, earlier: Mapping[str, Json] | None = None) -> Play:
    """Return a game that has just begun."""
    line = lab.line_to_guess(names[0], number)
    models = tuple(lab.model_guesses(names, line.context, line.text))
    listed = len(lab.guess_order(names[0], line.context)) > _MOST_BLIND
    return Play(tuple(names), line, Game(line.text), models, listed, earlier=earlier or {})


def another(lab: Lab, play: Play) -> Play:
    """Return a game of the next line; what was found of this one counts."""
    tally = {name: dict(zip(("guesses", "bits"), play.guesses_of(name), strict=True)) for name in (YOU, *play.names)}
    return begin(lab, play.names, play.line.number + 1, tally)


def moved(lab: Lab, play: Play, typed: str) -> Play:
    """Return the game after what a reader typed, character by character up to the first wrong one; `GIVE_UP` hands on."""
    if typed == GIVE_UP:
        return _given_up(lab, play)
    for character in typed:
        before = len(play.game.guesses)
        play = _guessed(lab, play, character)
        if len(play.game.guesses) == before:
            break
    return play


def resumed(lab: Lab, kept: Any, names: Sequence[str]) -> Play:
    """Return the game that a browser kept, played again from its moves; nothing in it is trusted.

    Args:
        kept: what `as_kept` said: number, moves, earlier.
        names: the models, checked.

    Raises:
        BadText: it is no game.
    """
    number, moves = kept.get("number"), kept.get("moves")
    earlier = kept.get("earlier")
    if (
        not isinstance(number, int) or not isinstance(moves, list) or len(moves) > _MOST_MOVES
        or not all(isinstance(move, str) and len(move) <= 1 for move in moves) or not _is_tally(earlier)
    ):  # fmt: skip
        raise BadText("This is no game that was kept here. Begin a new one.", "这不是此处保存的游戏，请重新开始。")
    play = begin(lab, names, number, earlier)
    for move in moves:
        play = moved(lab, play, move)
    return replace(play, told=None)


def as_kept(play: Play) -> Json:
    """Return what a browser needs to keep for `resumed`."""
    return {
        "names": list(play.names), "number": play.line.number, "moves": list(play.moves), "earlier": dict(play.earlier),
    }  # fmt: skip


def candidates(lab: Lab, play: Play) -> list[str]:
    """Return the likeliest characters that were not tried, where the reader chooses from a list."""
    if play.game.over or not play.listed:
        return []
    return [each for each in _order(lab, play) if each not in play.game.tried][:_LISTED]


def _guessed(lab: Lab, play: Play, character: str) -> Play:
    game, found = play.game, {"character": character}
    if game.over:
        return play
    if character in game.tried:
        return replace(play, told=("again", found))
    if character not in _order(lab, play):
        return replace(play, told=("strange", found))
    after = game.guess(character)
    right = len(after.guesses) > len(game.guesses)
    said = ("right", {**found, "guesses": after.guesses[-1]}) if right else ("wrong", found)
    return replace(play, game=after, moves=(*play.moves, character), told=said)


def _given_up(lab: Lab, play: Play) -> Play:
    if play.game.over:
        return play
    after = play.game.give_up(_order(lab, play))
    said = {"character": after.found[-1], "guesses": after.guesses[-1], "model": play.names[0]}
    return replace(play, game=after, moves=(*play.moves, GIVE_UP), told=("given_up", said))


def _order(lab: Lab, play: Play) -> list[str]:
    """Return how the first model would guess at the present place."""
    return lab.guess_order(play.names[0], play.line.context + play.game.found)


def _is_tally(earlier: Any) -> bool:
    """Whether this can be the guesses and bits of earlier lines."""
    if not isinstance(earlier, dict) or not all(isinstance(each, dict) for each in earlier.values()):
        return False
    for each in earlier.values():
        guesses, bits = each.get("guesses"), each.get("bits")
        if not isinstance(guesses, list) or not isinstance(bits, list) or len(guesses) > _MOST_REMEMBERED:
            return False
        if not all(isinstance(number, int) and 1 <= number <= 1 << 20 for number in guesses):
            return False
        if len(bits) > len(guesses) or not all(bit is None or isinstance(bit, int | float) for bit in bits):
            return False
    return True
