"""The first view, above Write: the ladder of models, the same for every visitor and never in the queue."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.ui.components.ladder import Ladder
from core.ui.people import language_of
from core.ui.room import Room

# Seconds between two looks whether it is ready.
_LOOK_EVERY = 0.5


class FirstView:
    """The ladder, which fills itself in as soon as it has been computed."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.ladder = Ladder(elem_id="ladder")
        self.timer = gr.Timer(_LOOK_EVERY)
        self.timer.tick(
            self.arrive, outputs=self.arrivals, queue=False, show_progress="hidden", api_visibility="private"
        )

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in."""
        return [self.ladder, self.timer]

    def arrive(self, request: gr.Request) -> list[Any]:
        """Return the ladder of the visitor's language, and the clock that looks again until there is one."""
        showcase = self._room.showcase
        value = showcase.value(language_of(request))
        if value is None and not showcase.ready:
            return [gr.skip(), gr.skip()]
        return [value or {"absent": True}, gr.Timer(active=False)]
