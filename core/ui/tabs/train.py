"""Train (训练): a text and a plug-in become a model, while the visitor watches (D2L 8.5.4, 8.5.6)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.processing_utils import save_bytes_to_cache

from core.errors import LabError
from core.sharing.own import OwnName, check_own_name
from core.text.corpus import decode_bytes
from core.training.events import Event
from core.ui.components.estimate import Estimate, estimate_notice, estimate_value
from core.ui.components.form import Form, chosen, form_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.own import OwnList, own_value
from core.ui.components.training import Training, Watched, stopped_training
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, TRAINING_LANE, Json, Room
from core.ui.runs import within
from core.ui.words import say

_SECTION = "D2L 8.5.4"
_FIRST_CORPUS = {"en": "tide_clock", "zh": "moon_ferry"}
_FIRST_MODEL, _FIRST_NAME, _OWN_TEXT = "ngram", "my-model", ""
# Seconds between two messages while a training runs, and those that a stopped one may need to save itself.
_TELL_EVERY, _SAVES_WITHIN = 0.25, 10.0
_FETCH = (
    "() => { setTimeout(() => document.querySelector('#own-download a, a#own-download, #own-download').click(), 150); }"
)
_QUICK: dict[str, Any] = {
    "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "show_progress": "hidden",
    "api_visibility": "private",
}  # fmt: skip


class TrainTab:
    """The tab's components and what they do."""

    id = "train"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.train"), id=self.id):
            Intro(intro_value("train", _SECTION))
            if room.limits.training_minutes == 0:
                gr.Markdown(tell("train.off"))
            with gr.Row(visible=room.limits.training_minutes > 0):
                with gr.Column(scale=5, min_width=300):
                    self._choices(tell)
                with gr.Column(scale=7, min_width=300):
                    self.training = Training(elem_id="training")
                    self.own = OwnList(elem_id="own")
            self.key = gr.State("")
            label: Any = tell("own.zip")
            self._download = gr.DownloadButton(label, visible="hidden", elem_id="own-download")
        self._wire()

    def _choices(self, tell: gr.I18n) -> None:
        models = self._models("en")
        first = _FIRST_MODEL if _FIRST_MODEL in [name for _, name in models] else models[0][1]
        self.corpus = gr.Dropdown(
            self._corpora("en"), value=_FIRST_CORPUS["en"], label=tell("corpus.corpus"), filterable=False,
            elem_id="train-corpus",
        )  # fmt: skip
        with gr.Group(visible=False) as self.own_text:
            self.file = gr.File(label=tell("train.file"), type="binary", height=110, elem_id="train-file")
            self.text = gr.Textbox("", label=tell("train.text"), lines=3, max_lines=8, elem_id="train-text")
        self.model = gr.Dropdown(
            models, value=first, label=tell("write.checkpoint"), filterable=False, elem_id="train-model"
        )
        self.form = Form(form_value(self._room.lab.models(), first), elem_id="form")
        self.name = gr.Textbox(_FIRST_NAME, label=tell("train.name"), max_lines=1, elem_id="train-name")
        self.estimate = Estimate(elem_id="estimate")
        with gr.Row(elem_classes="buttons"):
            self.start = gr.Button(tell("train.start"), variant="primary", elem_id="start")
            self.stop = gr.Button(tell("write.stop"), variant="stop", elem_id="stop-training")

    def _corpora(self, language: str) -> list[tuple[str, str]]:
        here = [row for row in self._room.lab.corpora() if row["here"]]
        return [*((row["title"][language], row["name"]) for row in here), (say("corpus.own", language), _OWN_TEXT)]

    def _models(self, language: str) -> list[tuple[str, str]]:
        return [(each["title"][language], each["name"]) for each in self._room.lab.models()["models"]]

    def _wire(self) -> None:
        source: list[Component] = [self.corpus, self.file, self.text, self.model, self.form]
        costing: dict[str, Any] = {
            "inputs": source, "outputs": [self.estimate], "concurrency_id": "estimating", "concurrency_limit": 1,
            "trigger_mode": "always_last", "show_progress": "minimal", "api_visibility": "private",
        }  # fmt: skip
        self.corpus.input(
            lambda name: gr.Group(visible=name == _OWN_TEXT), inputs=[self.corpus], outputs=[self.own_text], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        self.model.input(self.choose, inputs=[self.model, self.form], outputs=[self.form], **_QUICK).then(
            self.cost, **costing
        )
        gr.on([self.corpus.input, self.file.change, self.text.blur, self.form.change], self.cost, **costing)
        running: dict[str, Any] = {
            "outputs": [self.training], "concurrency_id": TRAINING_LANE, "concurrency_limit": self._room.limits.runs,
            "show_progress": "full", "api_visibility": "private",
        }  # fmt: skip
        asked = [self.key, self.name, *source]
        training = gr.on([self.start.click, self.name.submit], self.begin, inputs=asked, **running)
        resuming = self.own.retry(self.resume, inputs=[self.key], **running)
        for each in (training, resuming):  # also after a stop, which a message on its way may have overtaken
            each.then(self.ended, inputs=[self.key, self.training], outputs=[self.training, self.own], **_QUICK)
        self.stop.click(
            stopped_training, inputs=[self.training], outputs=[self.training], cancels=[training, resuming], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        self.own.delete(self.delete, inputs=[self.key], outputs=[self.own], **_QUICK)
        self.own.download(self.pack, inputs=[self.key], outputs=[self._download], **_QUICK).success(
            None, js=_FETCH, api_visibility="private"
        )

    def choose(self, model: str, form: Json) -> Json:
        """Return the form of another model, with what the visitor chose for the settings that both have."""
        return form_value(self._room.lab.models(), model, chosen(form))

    def cost(self, corpus: str, file: bytes | None, text: str, model: str, form: Json, request: gr.Request) -> Json:
        """Return what a training would cost."""
        with told(request):
            try:
                values = self._room.limits.training(chosen(form))
                data = self._data(corpus, file, text)
                about = self._about(corpus, data)
                nobody = OwnName("0" * 48, "trial")
                found = self._room.lab.estimate(nobody, model, corpus, data, values, admit=self._room.limits.size)
                return estimate_value(found, about)
            except LabError as error:
                return estimate_notice(sentence(error, language_of(request)))

    def _data(self, corpus: str, file: bytes | None, text: str) -> bytes | None:
        """Return the bytes of the visitor's text, None for a named corpus."""
        return None if corpus else self._room.limits.upload(file or (text or "").encode("utf-8", "surrogatepass"))

    def _about(self, corpus: str, data: bytes | None) -> Json:
        if data is None:
            card = self._room.lab.corpus_here(corpus).card
            return {"characters": card.characters, "encoding": card.encoding}
        decoded, encoding = decode_bytes(data)
        return {"characters": len(decoded), "encoding": encoding}

    def begin(
        self, key: str, name: str, corpus: str, file: bytes | None, text: str, model: str, form: Json, request: gr.Request
    ) -> Iterator[Json]:  # fmt: skip
        """Train a new model, telling how it goes on."""
        watched = Watched(str(name), chosen(form))
        try:
            own = check_own_name(key, name)
            values = self._room.limits.training(chosen(form))
            data = self._data(corpus, file, text)
            admit = self._room.limits.size
            yield from self._run(
                own, watched, lambda: self._room.lab.train_own(own, model, corpus, data, values, admit=admit), request
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

    def _run(self, own: OwnName, watched: Watched, begin: Any, request: gr.Request) -> Iterator[Json]:
        """Yield the picture of a training at an even pace; closing this stops it between two steps."""
        limits, due = self._room.limits, 0.0
        yield watched.value()
        with self._room.runs.only(own):
            events: Iterator[Event] = within(begin(), limits.training_minutes)
            for event in events:
                watched.add(event, language_of(request))
                if time.monotonic() >= due:
                    due = time.monotonic() + _TELL_EVERY
                    yield watched.value()
        if watched.state == "running":
            watched.state = "time"
        yield watched.value()

    def _failed(self, watched: Watched, error: Exception, request: gr.Request) -> Json:
        watched.state, watched.notice = "failed", sentence(error, language_of(request))
        return watched.value()

    def _named(self, key: str, event: gr.EventData) -> OwnName:
        """Return the visitor's model that an event names: the visitor's own key counts, not the one in the name."""
        return check_own_name(key, str(event.name).rpartition(":")[2])

    def ended(self, key: str, training: Json) -> tuple[Json | None, Json]:
        """Return the last state of a training, and the visitor's models as soon as it has saved itself."""
        self._room.runs.wait(key, _SAVES_WITHIN)
        return stopped_training(training), own_value(self._room.lab.own.rows(key))

    def delete(self, key: str, event: gr.EventData, request: gr.Request) -> Json:
        """Delete a model for good."""
        with told(request):
            self._room.lab.own.delete(self._named(key, event))
            return own_value(self._room.lab.own.rows(key))

    def pack(self, key: str, event: gr.EventData, request: gr.Request) -> str:
        """Return the path of a model's zip; Gradio removes it after a while."""
        with told(request):
            own = self._named(key, event)
            packed = self._room.lab.packed(own.word)
            return str(save_bytes_to_cache(packed, f"{own.name}.zip", self._download.GRADIO_CACHE))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.key, self.corpus, self.model, self.own]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own models, and the choices in their language."""
        language = language_of(request)
        return [
            key, gr.Dropdown(choices=self._corpora(language), value=_FIRST_CORPUS[language]),
            gr.Dropdown(choices=self._models(language)), own_value(self._room.lab.own.rows(key)),
        ]  # fmt: skip
