"""Models (模型): the checkpoints here and on the Hub, with their results; verified, published; and the plug-ins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr
from gradio.components import Component

from core.text.download import Progress
from core.ui.components.checkpoints import Checkpoints, checkpoints_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.plugins import Plugins
from core.ui.components.results import Results, results_value
from core.ui.components.verification import Verification, verification_value
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.stopping import stoppable
from core.ui.tabs.gallery import GalleryPanel
from core.ui.tabs.publish import PublishPanel
from core.ui.tabs.zip import Zip
from core.ui.waiting import followed
from core.ui.words import say

_SECTION = "D2L 8–9"


class ModelsTab:
    """The tab's components."""

    id = "models"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.models"), id=self.id) as self.tab:
            Intro(intro_value("models", _SECTION))
            self.key = gr.State("")
            gr.Markdown(tell("models.checkpoints"), elem_classes="heading")
            self.checkpoints = Checkpoints(elem_id="checkpoints")
            self.verification = Verification(elem_id="verification")
            self.results = Results(elem_id="results")
            Zip(room, "download").fetched_on(self.checkpoints.select)
            self.gallery = GalleryPanel(room, self.key)
            self.publish = PublishPanel(room)
            gr.Markdown(tell("models.plugins"), elem_classes="heading")
            Plugins(room.lab.models(), elem_id="plugins")
        self._wire()

    def _wire(self) -> None:
        verifying = self.checkpoints.submit(
            self.verify, outputs=[self.verification], concurrency_id="verifying", concurrency_limit=1,
            trigger_mode="always_last", show_progress="minimal", api_visibility="private",
        )  # fmt: skip
        stoppable(verifying, self.verification.stop, self.stopped, self.verification)
        renewing: dict[str, Any] = {
            "inputs": [self.key], "outputs": self.renewed, "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES,
            "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        for fetching in self.gallery.fetches:
            fetching.then(self.renew, **renewing)
        self.checkpoints.clear(self.forget, **renewing)

    def verify(self, event: gr.EventData, request: gr.Request) -> Iterator[Json]:
        """Compute what a checkpoint claims again, telling each result as it is found."""
        rows: list[Json] = []
        name, share, titles = str(event.name), 0.0, self._passages()
        try:
            name = self._room.limits.checkpoint(name)
            for done, total in followed(partial(self._collect, name, rows)):
                share = max(share, done / total if total else 0.0)
                yield verification_value(name, list(rows), share, titles=titles)
            yield verification_value(name, rows, 1.0, done=True, titles=titles)
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            notice = sentence(error, language_of(request))
            yield verification_value(name, rows, share, done=True, notice=notice, titles=titles)

    def _passages(self) -> dict[str, Json]:
        """Return the titles of the passages of all corpora, by their names."""
        return {each["name"]: each["title"] for corpus in self._room.lab.corpora() for each in corpus["passages"]}

    def _collect(self, name: str, rows: list[Json], report: Progress) -> None:
        for row in self._room.lab.verified_rows(name, report):
            rows.append(row)  # seen by the one who tells the visitor meanwhile

    def forget(self, key: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Take a checkpoint from the Hub off the visitor's list."""
        with told(request):
            self._room.lab.own.forget(key, str(event.name))
            return self.renew(key, request)

    def stopped(self, shown: Json | None, request: gr.Request) -> Json | None:
        """Return what had been verified when the visitor stopped it."""
        if not shown or shown["done"]:
            return shown
        return {**shown, "done": True, "notice": say("verification.stopped", language_of(request))}

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.key, *self.renewed]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now, the visitor's own ones among them."""
        return [key, *self.renew(key, request)]

    @property
    def renewed(self) -> list[Component]:
        """What is looked up again as the tab comes to the front."""
        return [self.checkpoints, self.results, *self.publish.arrivals]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now."""
        rows = self._room.lab.checkpoints(key)
        return [checkpoints_value(rows, self._room.corpora), results_value(rows), *self.publish.arrive(key, request)]
