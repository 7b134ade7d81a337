"""Train (训练): a text and a plug-in become a model, while the visitor watches (D2L 8.5.4)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.ui.components.intro import Intro, intro_value
from core.ui.room import Json, Room

_SECTION = "D2L 8.5.4"


class TrainTab:
    """The tab's components and what they do."""

    id = "train"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.train"), id=self.id):
            Intro(intro_value("train", _SECTION))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return []

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return what a visitor finds."""
        return []
