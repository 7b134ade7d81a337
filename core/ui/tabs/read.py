"""Read (对读): a model reads a text; every token by its surprise, the whole by its perplexity (D2L 8.4.4)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.calls import Call
from core.ui.components.intro import Intro, intro_value
from core.ui.components.share import Share, share_value
from core.ui.components.strip import Strip, strip_notice, strip_value
from core.ui.components.verdict import Verdict, verdict_value
from core.ui.listing import proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Room

Json = dict[str, Any]
_SECTION = "D2L 8.4.4"


class ReadTab:
    """The tab's components and what they do."""

    id = "read"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = listing.first("en")
        with gr.Tab(tell("tab.read"), id=self.id):
            Intro(intro_value("read", _SECTION))
            with gr.Row():
                with gr.Column(scale=6, min_width=300):
                    self.text = gr.Textbox(
                        listing.to_read(first), label=tell("read.text"), info=tell("read.text_help"), lines=5,
                        max_lines=14, elem_id="read-text",
                    )  # fmt: skip
                    self.checkpoint = gr.Dropdown(
                        listing.choices("en"), value=first, label=tell("write.checkpoint"), elem_id="read-checkpoint",
                        filterable=False,
                    )  # fmt: skip
                    self.button = gr.Button(tell("read.read"), variant="primary", elem_id="read")
                with gr.Column(scale=7, min_width=300):
                    self.strip = Strip(elem_id="strip")
                    self.verdict = Verdict(elem_id="verdict")
                    self.share = Share(elem_id="read-share")
        asked, shown = [self.text, self.checkpoint], [self.strip, self.verdict, self.share]
        gr.on(
            [self.button.click, self.text.submit], self.read, inputs=asked, outputs=shown, concurrency_id=QUICK_LANE,
            concurrency_limit=QUICK_PLACES, show_progress="minimal", api_visibility="private",
        )  # fmt: skip
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(listing.texts()), api_visibility="private"
        )

    def read(self, text: str, name: str, request: gr.Request) -> tuple[Json, Json | None, Json | None]:
        """Return the text as the model read it, and the measures."""
        with told(request):
            try:
                return self._read(text, name)
            except LabError as error:
                return strip_notice(sentence(error, language_of(request))), None, None

    def _read(self, text: str, name: str) -> tuple[Json, Json | None, Json | None]:
        limits = self._room.limits
        reading = self._room.lab.read(limits.checkpoint(name), limits.text(text))
        row = self._room.listing().row(name)
        share = share_value(
            self.id, {"checkpoints": [name], "text": text}, Call("score", {"checkpoint": name, "text": text})
        )
        return strip_value(reading), verdict_value(reading, row) if row else None, share

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoint, self.text, self.strip, self.verdict, self.share]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the link's model and text, or a model of the visitor's language and one that it has read."""
        language, listing = language_of(request), self._room.listing()
        name = listing.named(opened) or listing.first(language)
        given = opened.get("text")
        text = given if isinstance(given, str) else listing.to_read(name)
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=name), gr.skip() if untouched else text,
            *self.read(text, name or "", request),
        ]  # fmt: skip
