"""Shannon's game in Read: the visitor guesses a held-out line against the models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.named import check_names
from core.ui.components.game import GamePicture, game_notice, game_value
from core.ui.guessing import Play, another, begin, candidates, moved, resumed
from core.ui.listing import Listing
from core.ui.people import language_of, sentence
from core.ui.room import Json, Room

# Against how many models; the first of these that are here are proposed.
_MOST_MODELS = 3
_PROPOSED = {"en": ("shakespeare-ngram", "shakespeare-lstm"), "zh": ("red-chamber-ngram", "red-chamber-lstm")}
# One guess after the other, however fast they are typed; each takes some milliseconds.
_LANE, _PLACES = "guessing", 1


class ReadGame:
    """The models to play against, and the game."""

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("guess.title"), elem_classes="heading")
        gr.Markdown(tell("guess.about"))
        self._play = gr.State(None)
        with gr.Row(elem_classes="run-controls"):
            choices = self._choices(room.listing(), "en")
            self.names = gr.Dropdown(
                choices, value=self._proposed(choices, "en"), label=tell("guess.models"), info=tell("guess.models_help"),
                multiselect=True, max_choices=_MOST_MODELS, filterable=False, elem_id="game-checkpoint", scale=4, min_width=280,
            )  # fmt: skip
            self.begin_button = gr.Button(tell("guess.begin"), variant="primary", elem_id="begin-game", min_width=110)
            self.next_button = gr.Button(tell("guess.next"), elem_id="next-line", min_width=110)
        self.game = GamePicture(elem_id="game")
        self._wire()

    def _wire(self) -> None:
        lane: dict[str, Any] = {
            "outputs": [self.game, self._play], "concurrency_id": _LANE, "concurrency_limit": _PLACES,
            "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        self.begin_button.click(self.begin, inputs=[self.names], **lane)
        self.next_button.click(self.another, inputs=[self.names, self._play], **lane)
        self.game.select(self.guess, inputs=[self._play], trigger_mode="multiple", **lane)
        self.game.submit(self.resume, **lane)

    def begin(self, names: list[str], request: gr.Request) -> list[Any]:
        """Begin a game with its first line."""
        return self._after(lambda: begin(self._room.lab, self._checked(names), 0), request)

    def another(self, names: list[str], play: Play | None, request: gr.Request) -> list[Any]:
        """Go on with another line; other models begin anew."""
        if play is None or tuple(names or ()) != play.names:
            return self.begin(names, request)
        return self._after(lambda: another(self._room.lab, play), request)

    def guess(self, play: Play | None, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Take in what was typed, or that the visitor gives up here; a game that is gone can be resumed."""
        if play is None:
            return [None, None]
        typed, number = str(event._data.get("typed", ""))[: len(play.line.text)], event._data.get("number")
        answer = number if isinstance(number, int) else 0
        return self._after(lambda: moved(self._room.lab, play, typed), request, answer)

    def resume(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Go on with the game that the browser kept."""
        kept = event._data if isinstance(event._data, dict) else {}
        names = kept.get("names")
        return self._after(lambda: resumed(self._room.lab, kept, self._checked(names)), request)

    def _after(self, move: Callable[[], Play], request: gr.Request, answer: int = 0) -> list[Any]:
        """Return the game after a move; what goes wrong is told in its place, and the game stays."""
        try:
            play = move()
            return [game_value(play, candidates(self._room.lab, play), answer), play]
        except LabError as error:
            return [game_notice(sentence(error, language_of(request))), gr.skip()]

    def _checked(self, names: Any) -> list[str]:
        chosen = names if isinstance(names, list) and names else [self._room.limits.checkpoint("")]
        return [self._room.limits.checkpoint(name) for name in check_names(chosen, _MOST_MODELS)]

    def _choices(self, listing: Listing, language: str) -> list[tuple[str, str]]:
        """Return the models that guess characters of a text as it stands."""
        able = {
            row["name"] for row in listing.rows if row["level"] == "char" and row["form"] == "raw" and not row["lines"]
        }
        return [(label, name) for label, name in listing.choices(language) if name in able]

    def _proposed(self, choices: list[tuple[str, str]], language: str) -> list[str]:
        names = [name for _, name in choices]
        return [name for name in _PROPOSED[language] if name in names] or names[:1]

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.names]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the models that a link names or that fit the language; a game begins when asked."""
        language = language_of(request)
        choices = self._choices(self._room.listing(key), language)
        listed = {name for _, name in choices}
        given = opened.get("game")
        wanted = [name for name in given if name in listed] if isinstance(given, list) else []
        return [gr.Dropdown(choices=choices, value=wanted[:_MOST_MODELS] or self._proposed(choices, language))]

    @property
    def renewed(self) -> list[Component]:
        """The menu of models."""
        return [self.names]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the models that there are now to choose from."""
        return [gr.Dropdown(choices=self._choices(self._room.listing(key), language_of(request)))]
