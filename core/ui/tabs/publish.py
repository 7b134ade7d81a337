"""Publishing from the page: a checkpoint goes to the Hub under the visitor's own name.

On a Space a visitor signs in with Hugging Face; elsewhere a token is given. Either travels with the one request that uses
it, and is kept nowhere. The token of the one who runs the server is never used for a visitor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component

from core.ui.components.note import Note, published_value, said_value
from core.ui.people import language_of, sentence
from core.ui.room import Json, Room
from core.ui.words import say

_SIGN_IN = "Sign in with Hugging Face · 用 Hugging Face 登录"
_SIGN_OUT = "{} · sign out · 退出"


def signs_in(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether visitors can sign in with Hugging Face here: on a Space with ``hf_oauth: true``."""
    return bool(environment.get("SYSTEM") == "spaces" and environment.get("OAUTH_CLIENT_ID"))


class PublishPanel:
    """The part of a tab that publishes."""

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Accordion(tell("hub.publish"), open=False, elem_id="publishing"):
            gr.Markdown(tell("hub.publish_intro"))
            with gr.Row(elem_classes="hub-controls"):
                self.checkpoint = gr.Dropdown(
                    label=tell("write.checkpoint"), elem_id="publish-checkpoint", min_width=220
                )
                self.repository = gr.Textbox(
                    label=tell("hub.publish_to"),
                    placeholder=tell("hub.publish_to_info"),
                    max_lines=1,
                    elem_id="publish-to",
                )
            asked: list[Any] = [self.checkpoint, self.repository]
            publishing: Any = self.publish_signed_in
            with gr.Row(elem_classes="hub-controls"):
                if signs_in():
                    gr.LoginButton(_SIGN_IN, _SIGN_OUT, elem_id="sign-in", min_width=220)
                else:
                    publishing, token = self.publish, gr.Textbox(
                        label=tell("hub.token"), placeholder=tell("hub.token_info"), type="password", max_lines=1,
                        elem_id="publish-token", scale=2,
                    )  # fmt: skip
                    asked.append(token)
                private = gr.Checkbox(True, label=tell("hub.private"), elem_id="publish-private", min_width=220)
                asked.insert(2, private)
                button = gr.Button(
                    tell("hub.publish_now"), variant="primary", elem_id="publish", scale=0, min_width=180
                )
            self.published = Note(elem_id="published")
        button.click(
            publishing, inputs=asked, outputs=[self.published], concurrency_id="publishing", concurrency_limit=2,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip

    def publish(
        self, checkpoint: str, repository: str, private: bool, token: str, request: gr.Request
    ) -> Iterator[Json]:
        """Publish with a token that the visitor gives."""
        yield from self._published(checkpoint, repository, private, str(token or "").strip(), "hub.no_token", request)

    def publish_signed_in(
        self, checkpoint: str, repository: str, private: bool, signed_in: gr.OAuthToken | None, request: gr.Request
    ) -> Iterator[Json]:
        """Publish as the visitor who has signed in."""
        token = signed_in.token if signed_in is not None else ""
        yield from self._published(checkpoint, repository, private, token, "hub.not_signed_in", request)

    def _published(
        self, checkpoint: str, repository: str, private: bool, token: str, without: str, request: gr.Request
    ) -> Iterator[Json]:
        language = language_of(request)
        if not token:
            yield said_value(say(without, language))
            return
        try:
            folder = self._room.lab.folder_of(self._room.limits.checkpoint(checkpoint))
            yield said_value(say("hub.publishing", language).format(name=str(repository)[:120]))
            pushed = self._room.lab.hub.push(folder, str(repository or "").strip(), private=bool(private), token=token)
            yield published_value(pushed)
        except Exception as error:  # noqa: BLE001 - the border to visitors
            yield said_value(sentence(error, language))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoint]

    def arrive(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that can be published, the visitor's own first."""
        choices = self._room.listing(key).choices(language_of(request))
        first = next((name for _, name in choices if name.startswith("own:")), None)
        return [gr.Dropdown(choices=choices, value=first)]
