"""Models (模型): the checkpoints with their results, and the plug-ins with their settings, broken ones included."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.processing_utils import save_bytes_to_cache

from core.ui.components.checkpoints import Checkpoints, checkpoints_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.plugins import Plugins
from core.ui.components.results import Results, results_value
from core.ui.people import told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room

_SECTION = "D2L 8–9"
# The file is there when the button is told of it; the browser needs a moment to have the button's new address.
_FETCH = "() => { setTimeout(() => document.querySelector('#download a, a#download, #download').click(), 150); }"


class ModelsTab:
    """The tab's components."""

    id = "models"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.models"), id=self.id):
            Intro(intro_value("models", _SECTION))
            gr.Markdown(tell("models.checkpoints"), elem_classes="heading")
            self.checkpoints = Checkpoints(elem_id="checkpoints")
            self.results = Results(elem_id="results")
            label: Any = tell("models.download")
            self._download = gr.DownloadButton(label, visible="hidden", elem_id="download")
            gr.Markdown(tell("models.plugins"), elem_classes="heading")
            Plugins(room.lab.models(), elem_id="plugins")
        self.checkpoints.select(
            self.pack, outputs=[self._download], concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="minimal", api_visibility="private",
        ).success(None, js=_FETCH, api_visibility="private")  # fmt: skip

    def pack(self, event: gr.EventData, request: gr.Request) -> str:
        """Return the path of a checkpoint's zip; Gradio removes it after a while."""
        with told(request):
            name = self._room.limits.checkpoint(event.name)
            packed = self._room.lab.packed(name)
            return str(save_bytes_to_cache(packed, f"{name.rpartition(':')[2]}.zip", self._download.GRADIO_CACHE))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoints, self.results]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now."""
        rows = self._room.lab.checkpoints()
        return [checkpoints_value(rows, self._room.corpora), results_value(rows)]
