"""Look inside (拆开看): a prefix becomes tokens, ids, and the one-hot matrix that a model reads (D2L 8.5.1)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import BadText, LabError
from core.ui.calls import Call
from core.ui.components.intro import Intro, intro_value
from core.ui.components.onehot import OneHot, onehot_notice, onehot_value
from core.ui.components.share import Share, share_value
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
            self.share = Share(elem_id="inside-share")
        asked = [self.text, self.checkpoint]
        lane = {"concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "api_visibility": "private"}
        shown: dict[str, Any] = {
            "inputs": asked,
            "outputs": [self.onehot, self.share],
            "show_progress": "minimal",
            **lane,
        }
        gr.on([self.button.click, self.text.submit], self.look, **shown)
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(listing.prefixes()), api_visibility="private"
        ).then(self.look, **shown)
        take.click(
            None, inputs=[write.prefix, write.checkpoint], outputs=asked, js="(prefix, names) => [prefix, [].concat(names)[0]]",
            api_visibility="private",
        ).then(self.look, **shown)  # fmt: skip

    def look(self, text: str, name: str, request: gr.Request) -> tuple[Json, Json | None]:
        """Return the tokens of the text, their ids, and the vocabulary."""
        with told(request):
            try:
                return self._look(text, name)
            except LabError as error:
                return onehot_notice(sentence(error, language_of(request))), None

    def _look(self, text: str, name: str) -> tuple[Json, Json]:
        name, text = self._room.limits.checkpoint(name), self._room.limits.text(text)
        tokenized = self._room.lab.tokenize(name, text)
        if not tokenized["ids"]:
            raise BadText(
                "The text is empty: write something to turn into numbers.", "文本为空：请写点什么，才能变成数字。"
            )
        call = Call("tokenize", {"checkpoint_or_level": name, "text": text})
        share = share_value(self.id, {"checkpoints": [name], "text": text}, call)
        return onehot_value(tokenized, self._room.lab.vocabulary(name)), share

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoint, self.text, self.onehot, self.share]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the link's model and text as numbers, or a model of the visitor's language and its prefix."""
        language, listing = language_of(request), self._room.listing()
        name = next(iter(listing.named(opened)), None) or listing.first(language)
        given = opened.get("text")
        text = given if isinstance(given, str) else listing.prefix(name)
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=name), gr.skip() if untouched else text,
            *self.look(text, name or "", request),
        ]  # fmt: skip
