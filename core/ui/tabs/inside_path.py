"""Where a counting model's probability comes from, and where each of its contexts stands in the text it learned from."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.components.path import PathPicture, path_value
from core.ui.components.places import PlacesPicture, places_notice, places_value
from core.ui.people import language_of, sentence, told
from core.ui.room import Json, Room


class InsidePath:
    """The back-off path of one step and, once a context is chosen, its places; nothing for a model without a path."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.path = PathPicture(elem_id="path")
        self.places = PlacesPicture(elem_id="places")

    def wire(self, asked: list[Component], lane: dict[str, Any]) -> None:
        """Let tokens and contexts be chosen.

        Args:
            asked: text, checkpoint and step.
            lane: the arguments that quick events share.
        """
        self.path.submit(self.pick, inputs=asked, outputs=self.shown, show_progress="hidden", **lane)
        self.path.select(self.find, inputs=[self.path], outputs=[self.places], show_progress="minimal", **lane)

    @property
    def shown(self) -> list[Component]:
        """What `at` returns."""
        return [self.path, self.places]

    def at(self, name: str, text: str, step: int, token: int | None = None) -> list[Json | None]:
        """Return the path to a token at a step (from 0), and no places yet.

        Raises:
            LabError: as `Lab.inspect_path`.
        """
        return [path_value(name, self._room.lab.inspect_path(name, text, step, token)), None]

    def pick(self, text: str, name: str, step: float, event: gr.EventData, request: gr.Request) -> list[Json | None]:
        """Return the path to the token that was chosen."""
        with told(request):
            limits = self._room.limits
            return self.at(limits.checkpoint(name), limits.text(text), int(step) - 1, int(event.id))

    def find(self, path: Json, event: gr.EventData, request: gr.Request) -> Json:
        """Return the places of the context that was chosen, or why there are none."""
        with told(request):
            try:
                name, ids = self._room.limits.checkpoint(path["checkpoint"]), path["path"][int(event.place)]["ids"]
                return places_value(self._room.lab.concordance(name, ids, path["id"]))
            except LabError as error:
                return places_notice(sentence(error, language_of(request)))
