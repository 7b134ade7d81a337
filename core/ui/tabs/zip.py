"""A checkpoint as a zip: packed when a visitor asks for it, and fetched by the browser at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from core.ui.people import told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Room

# The file is there when the button is told of it; the browser needs a moment to have the button's new address.
_FETCH = "() => {{ setTimeout(() => document.querySelector('#{0} a, a#{0}, #{0}').click(), 150); }}"


class Zip:
    """An unseen button that a picture's event presses.

    Args:
        room: what the tabs share.
        elem_id: the button's own.
    """

    def __init__(self, room: Room, elem_id: str) -> None:
        self._room, self._elem_id = room, elem_id
        label: Any = room.tell("models.download")
        self._button = gr.DownloadButton(label, visible="hidden", elem_id=elem_id)

    def fetched_on(self, asked: Callable[..., Any]) -> None:
        """Wire a picture's event whose data names the checkpoint."""
        asked(
            self.pack, outputs=[self._button], concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="hidden", api_visibility="private",
        ).success(None, js=_FETCH.format(self._elem_id), api_visibility="private")  # fmt: skip

    def pack(self, event: gr.EventData, request: gr.Request) -> str:
        """Return the path of a checkpoint's zip; Gradio removes it after a while."""
        with told(request):
            name = self._room.limits.checkpoint(event.name)
            packed = self._room.lab.packed(name)
            return str(save_bytes_to_cache(packed, f"{name.rpartition(':')[2]}.zip", self._button.GRADIO_CACHE))
