"""The gallery: what others have published on the Hub, looked up when a visitor asks, and fetched by a click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from core.sharing.hub.names import HubName
from core.ui.components.gallery import Gallery, gallery_value
from core.ui.components.note import Note, said_value
from core.ui.listing import called
from core.ui.people import language_of, sentence
from core.ui.room import Json, Room
from core.ui.waiting import followed
from core.ui.words import say

# Searching and fetching have places of their own: whoever searches never waits for a download, nor does anybody else.
_SEARCHING: dict[str, Any] = {
    "concurrency_id": "searching", "concurrency_limit": 4, "show_progress": "hidden", "api_visibility": "private",
}  # fmt: skip
_FETCHING: dict[str, Any] = {
    "concurrency_id": "fetching", "concurrency_limit": 2, "show_progress": "minimal", "api_visibility": "private",
}  # fmt: skip


class GalleryPanel:
    """The part of a tab that looks at the Hub.

    Args:
        room: what the tabs share.
        key: holds the visitor's key.
    """

    def __init__(self, room: Room, key: gr.State) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("hub.heading"), elem_classes="heading")
        gr.Markdown(tell("hub.intro"))
        with gr.Row(elem_classes="hub-controls"):
            self.owner = gr.Textbox(
                room.lab.places.gallery_owner, label=tell("hub.owner"), placeholder=tell("hub.owner_info"), max_lines=1,
                elem_id="hub-owner", min_width=160,
            )  # fmt: skip
            self.tag = gr.Textbox(
                label=tell("hub.tag"), placeholder=tell("hub.tag_info"), max_lines=1, elem_id="hub-tag", min_width=160
            )
            choices: Any = [
                (tell("hub.sort_downloads"), "downloads"), (tell("hub.sort_likes"), "likes"),
                (tell("hub.sort_updated"), "updated"),
            ]  # fmt: skip
            self.sort = gr.Dropdown(
                choices, value="downloads", label=tell("hub.sort"), elem_id="hub-sort", min_width=120
            )
            look = gr.Button(tell("hub.look"), variant="primary", elem_id="hub-look", scale=0, min_width=180)
        self.gallery = Gallery(elem_id="gallery")
        with gr.Row(elem_classes="hub-controls"):
            self.repository = gr.Textbox(
                label=tell("hub.repository"),
                placeholder=tell("hub.repository_info"),
                max_lines=1,
                elem_id="hub-repository",
                scale=3,
            )
            get = gr.Button(tell("hub.get"), elem_id="hub-get", scale=0, min_width=180)
        self.note = Note(elem_id="fetched")
        self._key = key
        self._wire(look, get)

    def _wire(self, look: gr.Button, get: gr.Button) -> None:
        gr.on(
            [look.click, self.owner.submit, self.tag.submit], self.look, inputs=[self.owner, self.tag, self.sort],
            outputs=[self.gallery], **_SEARCHING,
        )  # fmt: skip
        told: dict[str, Any] = {"outputs": [self.note], **_FETCHING}
        self.fetches = [
            self.gallery.select(self.fetch, inputs=[self._key], **told),
            gr.on(
                [get.click, self.repository.submit], self.fetch_named, inputs=[self._key, self.repository], **told
            ),
        ]  # fmt: skip
        self.note.stop(
            self.stopped, outputs=[self.note], cancels=self.fetches, queue=False, show_progress="hidden",
            api_visibility="private",
        )  # fmt: skip

    def look(self, owner: str, tag: str, sort: str, request: gr.Request) -> Json:
        """Ask the Hub."""
        try:
            return gallery_value(self._room.lab.hub.gallery(str(owner or "").strip(), str(tag or "").strip(), sort))
        except Exception as error:  # noqa: BLE001 - the border to visitors
            return gallery_value([], sentence(error, language_of(request)), asked=False)

    def fetch(self, key: str, event: gr.EventData, request: gr.Request) -> Iterator[Json]:
        """Fetch a checkpoint of the gallery."""
        yield from self._fetched(key, str(event.name), language_of(request))

    def fetch_named(self, key: str, repository: str, request: gr.Request) -> Iterator[Json]:
        """Fetch a checkpoint by the name of its repository."""
        yield from self._fetched(key, str(repository or "").strip(), language_of(request))

    def _fetched(self, key: str, word: str, language: str) -> Iterator[Json]:
        """Fetch a checkpoint for a visitor, telling how it goes on."""
        pulled: list[HubName] = []
        try:
            name = HubName.of(word)
            yield said_value(say("hub.begins", language).format(name=name.repository), running=True)
            for done, total in followed(lambda report: pulled.append(self._room.lab.hub.fetch_now(name, report).name)):
                if total:
                    told = {"name": name.repository, "done": f"{done / 1e6:.1f}", "total": f"{total / 1e6:.1f}"}
                    yield said_value(say("hub.progress", language).format(**told), running=True)
            self._room.lab.own.choose(key, pulled[0].word)
            yield said_value(say("hub.here", language).format(name=called(pulled[0].word)))
        except Exception as error:  # noqa: BLE001 - the border to visitors
            yield said_value(sentence(error, language))

    def stopped(self, request: gr.Request) -> Json:
        """Say that nothing was kept."""
        return said_value(say("hub.stopped", language_of(request)))
