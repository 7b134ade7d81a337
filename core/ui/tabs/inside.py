"""Look inside (拆开看): a prefix becomes tokens, ids, and the one-hot matrix that a model reads (D2L 8.5.1)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import BadText, LabError
from core.ui.components.intro import Intro, intro_value
from core.ui.components.onehot import OneHot, onehot_notice, onehot_value
from core.ui.listing import proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Room
from core.ui.tabs.write import WriteTab

Json = dict[str, Any]
_SECTION = "D2L 8.5.1"


class InsideTab:
    """The tab's components and what they do; it can take the prefix over from Write."""

    id = "inside"

    def __init__(self, room: Room, write: WriteTab) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = listing.first("en")
        with gr.Tab(tell("tab.inside"), id=self.id):
            Intro(intro_value("inside", _SECTION))
            with gr.Row():
                self.text = gr.Textbox(
                    listing.prefix(first), label=tell("write.prefix"), lines=2, max_lines=6, elem_id="inside-text",
                    scale=5, min_width=280,
                )  # fmt: skip
                self.checkpoint = gr.Dropdown(
                    listing.choices("en"), value=first, label=tell("write.checkpoint"), elem_id="inside-checkpoint",
                    filterable=False, scale=5, min_width=280,
                )  # fmt: skip
                with gr.Column(scale=2, min_width=220):
                    self.button = gr.Button(tell("inside.look"), variant="primary", elem_id="look", size="md")
                    take = gr.Button(tell("inside.take"), elem_id="take", size="md")
            self.onehot = OneHot(elem_id="onehot")
        asked = [self.text, self.checkpoint]
        lane = {"concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "api_visibility": "private"}
        shown: dict[str, Any] = {"inputs": asked, "outputs": [self.onehot], "show_progress": "minimal", **lane}
        gr.on([self.button.click, self.text.submit], self.look, **shown)
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(listing.prefixes()), api_visibility="private"
        ).then(self.look, **shown)
        take.click(
            None, inputs=[write.prefix, write.checkpoint], outputs=asked, js="(prefix, name) => [prefix, name]",
            api_visibility="private",
        ).then(self.look, **shown)  # fmt: skip

    def look(self, text: str, name: str, request: gr.Request) -> Json:
        """Return the tokens of the text, their ids, and the vocabulary."""
        with told(request):
            try:
                return self._look(text, name)
            except LabError as error:
                return onehot_notice(sentence(error, language_of(request)))

    def _look(self, text: str, name: str) -> Json:
        name, text = self._room.limits.checkpoint(name), self._room.limits.text(text)
        tokenized = self._room.lab.tokenize(name, text)
        if not tokenized["ids"]:
            raise BadText(
                "The text is empty: write something to turn into numbers.", "文本为空：请写点什么，才能变成数字。"
            )
        return onehot_value(tokenized, self._room.lab.vocabulary(name))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoint, self.text, self.onehot]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own beginning: a model of their language and its prefix as numbers."""
        language, listing = language_of(request), self._room.listing()
        name = listing.first(language)
        text = listing.prefix(name)
        return [
            gr.Dropdown(choices=listing.choices(language), value=name), gr.skip() if language == "en" else text,
            self.look(text, name or "", request),
        ]  # fmt: skip
