"""Train (训练): a text and a plug-in become a model, while the visitor watches (D2L 8.5.4, 8.5.6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.own import OwnName, check_own_name
from core.training.events import Event
from core.ui.components.estimate import Estimate
from core.ui.components.form import chosen
from core.ui.components.intro import Intro, intro_value
from core.ui.components.own import OwnList, own_value
from core.ui.components.share import Share
from core.ui.components.training import Training, Watched, stopped_training
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, TRAINING_LANE, Json, Room
from core.ui.runs import within
from core.ui.tabs.train_choices import TrainChoices
from core.ui.tabs.zip import Zip

_SECTION = "D2L 8.5.4"
_FIRST_NAME = "my-model"
# Seconds between two messages while a training runs, and those that a stopped one may need to save itself.
_TELL_EVERY, _SAVES_WITHIN = 0.25, 10.0
_QUICK: dict[str, Any] = {
    "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "show_progress": "hidden",
    "api_visibility": "private",
}  # fmt: skip


class TrainTab:
    """The tab's components and what they do."""

    id = "train"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.train"), id=self.id) as self.tab:
            Intro(intro_value("train", _SECTION))
            if room.limits.training_minutes == 0:
                gr.Markdown(tell("train.off"))
            with gr.Row(visible=room.limits.training_minutes > 0):
                with gr.Column(scale=5, min_width=300):
                    self.choices = TrainChoices(room)
                with gr.Column(scale=7, min_width=300):
                    with gr.Row(elem_classes="run-controls"):
                        self.name = gr.Textbox(
                            _FIRST_NAME,
                            label=tell("train.name"),
                            max_lines=1,
                            elem_id="train-name",
                            scale=3,
                            min_width=180,
                        )
                        self.start = gr.Button(tell("train.start"), variant="primary", elem_id="start", min_width=110)
                        self.stop = gr.Button(
                            tell("write.stop"), variant="stop", elem_id="stop-training", min_width=110
                        )
                    self.estimate = Estimate(elem_id="estimate")
                    self.training = Training(elem_id="training")
                    self.share = Share(elem_id="train-share")
                    self.own = OwnList(elem_id="own")
            self.key = gr.State("")
            Zip(room, "own-download").fetched_on(self.own.download)
        self._wire()

    def _wire(self) -> None:
        costing: dict[str, Any] = {
            "inputs": [*self.choices.asked, self.key, self.name], "outputs": [self.estimate, self.share],
            "concurrency_id": "estimating", "concurrency_limit": 1, "trigger_mode": "always_last",
            "show_progress": "minimal", "api_visibility": "private",
        }  # fmt: skip
        self.choices.wire(self.key, costing, self.tab.select, self.name.blur)
        running: dict[str, Any] = {
            "outputs": [self.training], "concurrency_id": TRAINING_LANE, "concurrency_limit": self._room.limits.runs,
            "show_progress": "full", "api_visibility": "private",
        }  # fmt: skip
        asked = [self.key, self.name, *self.choices.asked]
        training = gr.on([self.start.click, self.name.submit], self.begin, inputs=asked, **running)
        resuming = self.own.retry(self.resume, inputs=[self.key], **running)
        for each in (training, resuming):  # also after a stop, which a message on its way may have overtaken
            each.then(
                self.ended,
                inputs=[self.key, self.training, self.name],
                outputs=[self.training, self.own, self.name],
                **_QUICK,
            )
        self.stop.click(
            stopped_training, inputs=[self.training], outputs=[self.training], cancels=[training, resuming], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        self.own.delete(self.delete, inputs=[self.key], outputs=[self.own], **_QUICK)

    # The run

    def begin(
        self, key: str, name: str, corpus: str, file: bytes | None, text: str, model: str, form: Json, request: gr.Request
    ) -> Iterator[Json]:  # fmt: skip
        """Train a new model, telling how it goes on."""
        watched = Watched(str(name), chosen(form))
        try:
            own, made = check_own_name(key, name), self.choices.taken(corpus, file, text, model, form)
            lab, admit = self._room.lab, self._room.limits.size
            yield from self._run(
                own, watched, lambda: lab.train_own(own, model, corpus, made.data, made.values, admit=admit), request
            )
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            yield self._failed(watched, error, request)

    def resume(self, key: str, event: gr.EventData, request: gr.Request) -> Iterator[Json]:
        """Go on with a training that was stopped."""
        watched = Watched("", {})
        try:
            self._room.limits.training({})
            own = self._named(key, event)
            watched.name = own.name
            yield from self._run(own, watched, lambda: self._room.lab.train_own(own, "", "", resume=True), request)
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            yield self._failed(watched, error, request)

    def _run(
        self, own: OwnName, watched: Watched, begin: Callable[[], Iterator[Event]], request: gr.Request
    ) -> Iterator[Json]:
        """Yield the picture of a training at an even pace; closing this stops it between two steps."""
        limits, due = self._room.limits, 0.0
        yield watched.value()
        with self._room.runs.only(own):
            for event in within(begin(), limits.training_minutes):
                watched.add(event, language_of(request))
                if time.monotonic() >= due:
                    due = time.monotonic() + _TELL_EVERY
                    yield watched.value()
        if watched.state == "running":
            watched.state = "time"
        yield watched.value()

    def _failed(self, watched: Watched, error: Exception, request: gr.Request) -> Json:
        watched.state = "failed" if watched.started else "refused"
        watched.notice = sentence(error, language_of(request))
        return watched.value()

    # Afterwards

    def ended(self, key: str, training: Json, name: str) -> tuple[Json | None, Json, Any]:
        """Return the last state of a training, the visitor's models as soon as it has saved itself, and a free name."""
        self._room.runs.wait(key, _SAVES_WITHIN)
        free = self._free(key, name) if training and training["state"] != "refused" else gr.skip()
        return stopped_training(training), own_value(self._room.lab.own.rows(key)), free

    def _free(self, key: str, name: str) -> Any:
        """Return a name that no model of the visitor has; a box with anything else stays as it is."""
        try:
            return self._room.lab.own.free_name(check_own_name(key, name))
        except LabError:
            return gr.skip()

    def delete(self, key: str, event: gr.EventData, request: gr.Request) -> Json:
        """Delete a model for good."""
        with told(request):
            own = self._named(key, event)
            self._room.runs.check_idle(own)
            self._room.lab.own.delete(own)
            return own_value(self._room.lab.own.rows(key))

    def _named(self, key: str, event: gr.EventData) -> OwnName:
        """Return the visitor's model that an event names: the visitor's own key counts, not the one in the name."""
        return check_own_name(key, str(event.name).rpartition(":")[2])

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.key, self.own, self.name, *self.choices.arrivals]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own models, and the link's choices or those of the visitor's language."""
        free = self._free(key, _FIRST_NAME)
        return [
            key,
            own_value(self._room.lab.own.rows(key)),
            free,
            *self.choices.arrive(opened, language_of(request), key),
        ]

    @property
    def renewed(self) -> list[Component]:
        """What is looked up again as the tab comes to the front."""
        return [self.own]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own models."""
        return [own_value(self._room.lab.own.rows(key))]
