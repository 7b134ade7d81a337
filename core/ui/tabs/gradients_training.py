"""Gradient flow while a model learns: the same measurement before, during and after a short run (D2L 8.7, 9.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.charts.flow import training_chart
from core.ui.components.chart import Chart, chart_notice, stopped_chart
from core.ui.people import language_of, sentence, told
from core.ui.room import FIRST_CORPUS, OWN_TEXT, Json, Room
from core.ui.stopping import stoppable
from core.ui.tabs.gradients_choices import first_choice, recurrent_models
from core.ui.tabs.gradients_flow import LANE, PLACES

_FIRST_MODEL = "gru"


class GradientsTraining:
    """A model and a corpus to choose, and the picture."""

    name = "training"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("flow.training"), elem_classes="heading")
        models = recurrent_models(room, "en")
        with gr.Row(elem_classes="run-controls"):
            self.model = gr.Dropdown(
                models,
                value=first_choice(models, _FIRST_MODEL),
                label=tell("flow.model"),
                filterable=False,
                elem_id="flow-model",
                min_width=200,
            )
            self.corpus = gr.Dropdown(
                self._corpora("en"),
                value=FIRST_CORPUS["en"],
                label=tell("flow.corpus"),
                filterable=False,
                elem_id="flow-corpus",
                min_width=200,
            )
            self.button = gr.Button(tell("flow.train"), variant="primary", elem_id="train-flow")
            self.stop = gr.Button(tell("flow.stop"), variant="stop", elem_id="stop-flow-training", min_width=90)
        self.chart = Chart(elem_id="flow-training-chart")
        running = self.button.click(
            self.measure, inputs=[self.model, self.corpus], outputs=[self.chart], concurrency_id=LANE, concurrency_limit=PLACES,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        stoppable(running, self.stop.click, stopped_chart, self.chart)

    def measure(self, model: str, corpus: str, request: gr.Request) -> Iterator[Json]:
        """Yield the picture, moment by moment."""
        language, moments = language_of(request), list[Json]()
        with told(request):
            try:
                self._room.limits.training({})
                titles = dict(zip(("model", "corpus"), self._titles(model, corpus, language), strict=True))
                for news in self._room.lab.flow_in_training(model, corpus):
                    if isinstance(news, dict):
                        moments.append(news)
                    done = news if isinstance(news, float) and news < 1 else None
                    if isinstance(news, dict) or int(100 * news) % 5 == 0:
                        names = {**titles, "steps": str(moments[-1]["step"])}
                        yield training_chart(moments, language, names, done)
            except LabError as error:
                yield chart_notice(sentence(error, language))

    def _titles(self, model: str, corpus: str, language: str) -> tuple[str, str]:
        names = {name: label for label, name in [*recurrent_models(self._room, language), *self._corpora(language)]}
        return names.get(model, model), names.get(corpus, corpus)

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.model, self.corpus, self.chart]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the controls in the visitor's language; nothing is trained yet."""
        language = language_of(request)
        models = recurrent_models(self._room, language)
        return [
            gr.Dropdown(choices=models, value=first_choice(models, _FIRST_MODEL)),
            gr.Dropdown(choices=self._corpora(language), value=FIRST_CORPUS[language]), None,
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """Nothing here names checkpoints."""
        return []

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return nothing."""
        return []

    def _corpora(self, language: str) -> list[tuple[str, str]]:
        return [each for each in self._room.corpora_here(language) if each[1] != OWN_TEXT]
