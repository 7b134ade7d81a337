"""Models (模型): the checkpoints with their results, and the plug-ins with their settings, broken ones included."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.ui.components.checkpoints import Checkpoints, checkpoints_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.plugins import Plugins
from core.ui.components.results import Results, results_value
from core.ui.room import Json, Room
from core.ui.tabs.zip import Zip

_SECTION = "D2L 8–9"


class ModelsTab:
    """The tab's components."""

    id = "models"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.models"), id=self.id) as self.tab:
            Intro(intro_value("models", _SECTION))
            gr.Markdown(tell("models.checkpoints"), elem_classes="heading")
            self.checkpoints = Checkpoints(elem_id="checkpoints")
            self.results = Results(elem_id="results")
            Zip(room, "download").fetched_on(self.checkpoints.select)
            gr.Markdown(tell("models.plugins"), elem_classes="heading")
            Plugins(room.lab.models(), elem_id="plugins")

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoints, self.results]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now, the visitor's own ones among them."""
        rows = [*self._room.lab.own.rows(key), *self._room.lab.checkpoints()]
        return [checkpoints_value(rows, self._room.corpora), results_value(rows)]

    renewed = arrivals

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now."""
        return self.arrive({}, key, request)
