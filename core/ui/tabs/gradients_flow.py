"""Gradient flow (D2L 8.7, 9.1, 9.2): how large the gradient is at every state before a prediction, model beside model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import BadSetting, LabError
from core.sharing.named import MOST_WRITING, check_names
from core.ui.charts.flow import flow_chart
from core.ui.charts.spectrum import eigenvalue_chart, singular_chart
from core.ui.components.chart import Chart, chart_notice, stopped_chart
from core.ui.components.share import Share, share_value
from core.ui.people import language_of, sentence, told
from core.ui.room import Json, Room
from core.ui.stopping import stoppable
from core.ui.story import story
from core.ui.tabs.gradients_choices import recurrent_checkpoints
from core.ui.words import say

# Measured at first where they are here: the plain network from scratch, the library's, and the two with gates.
_FIRST = {
    "en": ("shakespeare-rnn-scratch", "shakespeare-rnn", "shakespeare-gru", "shakespeare-lstm"),
    "zh": ("red-chamber-rnn", "red-chamber-lstm"),
}
_LAGS, _FIRST_LAGS = (16, 32, 64, 128, 256), 64
# Characters of the story that stands in the box at first.
_TEXT = 1_200
# Measurements at once, of all visitors together.
LANE, PLACES = "gradients", 2


class GradientsFlow:
    """The controls, the picture of the trained models, and that of the same models before training."""

    name = "flow"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        choices = recurrent_checkpoints(room, room.listing(), "en")
        gr.Markdown(tell("flow.title"), elem_classes="heading")
        with gr.Row():
            self.text = gr.Textbox(
                story(room.lab, "en", _TEXT), label=tell("flow.text"), info=tell("flow.text_help"), lines=4, max_lines=4, elem_id="flow-text", scale=5,
                min_width=280,
            )  # fmt: skip
            self.checkpoint = gr.Dropdown(
                choices, value=self._first(choices, "en"), label=tell("flow.checkpoint"), multiselect=True, max_choices=MOST_WRITING,
                filterable=False, elem_id="flow-checkpoint", scale=6, min_width=280,
            )  # fmt: skip
        with gr.Row(elem_classes="run-controls"):
            self.lags = gr.Dropdown(
                [(str(lags), lags) for lags in _LAGS], value=_FIRST_LAGS, label=tell("flow.lags"), filterable=False, elem_id="flow-lags",
                min_width=130,
            )  # fmt: skip
            self.untrained = gr.Checkbox(False, label=tell("flow.untrained"), elem_id="flow-untrained", min_width=180)
            self.button = gr.Button(tell("flow.measure"), variant="primary", elem_id="measure-flow")
            self.stop = gr.Button(tell("flow.stop"), variant="stop", elem_id="stop-flow", min_width=90)
        self.chart = Chart(elem_id="flow-chart")
        self.before = Chart(elem_id="flow-before")
        self.singular = Chart(elem_id="flow-singular")
        self.eigenvalues = Chart(elem_id="flow-eigenvalues")
        self.share = Share(elem_id="flow-share")
        running = self.button.click(
            self.measure, inputs=self._asked, outputs=self._shown, concurrency_id=LANE, concurrency_limit=PLACES,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        stoppable(running, self.stop.click, stopped_chart, self.chart)

    @property
    def _asked(self) -> list[Component]:
        return [self.text, self.checkpoint, self.lags, self.untrained]

    @property
    def _shown(self) -> list[Component]:
        return [self.chart, self.before, self.singular, self.eigenvalues, self.share]

    def measure(
        self, text: str, names: list[str], lags: int, untrained: bool, request: gr.Request
    ) -> Iterator[list[Any]]:
        """Yield the picture, model by model."""
        language, limits = language_of(request), self._room.limits
        with told(request):
            try:
                if not names:
                    raise BadSetting(say("flow.choose", "en"), say("flow.choose", "zh"))
                names = [limits.checkpoint(name) for name in check_names(names, MOST_WRITING)]
                state = {"section": self.name, "checkpoints": names, "text": text, "lags": lags, "untrained": untrained}
                share = share_value("gradients", state, None)
                for flows, before, done in self._measured(names, limits.text(text), lags, untrained):
                    charts = [
                        flow_chart(flows, language, done=done),
                        flow_chart(before, language, title="flow.chart_before") if before else None,
                        singular_chart(flows, language), eigenvalue_chart(flows, language),
                    ]  # fmt: skip
                    yield [*charts, share]
            except LabError as error:
                yield [chart_notice(sentence(error, language)), None, None, None, None]

    def _measured(
        self, names: Sequence[str], text: str, lags: int, untrained: bool
    ) -> Iterator[tuple[list[Json], list[Json], float | None]]:
        """Yield what has been measured so far: trained, untrained, and how much is done."""
        flows: list[Json] = []
        before: list[Json] = []
        total = len(names) * (2 if untrained else 1)
        for name in names:
            flows.append(self._room.lab.gradient_flow(name, text, lags))
            if untrained:
                before.append(self._room.lab.gradient_flow(name, text, lags, untrained=True))
            done = len(flows) + len(before)
            yield flows, before, done / total if done < total else None

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [*self._asked, *self._shown]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the controls as a link to this section names them, or as they begin; nothing is measured yet."""
        language, listing = language_of(request), self._room.listing(key)
        state = opened if opened.get("section") == self.name else {}
        choices = recurrent_checkpoints(self._room, listing, language)
        able = {name for _, name in choices}
        names = [name for name in listing.named(state) if name in able][:MOST_WRITING] or self._first(choices, language)
        text, lags = state.get("text"), state.get("lags")
        return [
            text if isinstance(text, str) else story(self._room.lab, language, _TEXT), gr.Dropdown(choices=choices, value=names),
            lags if lags in _LAGS else _FIRST_LAGS, state.get("untrained") is True,
            chart_notice(say("flow.start" if choices else "flow.none", language)), None, None, None, None,
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """The menu of checkpoints."""
        return [self.checkpoint]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the recurrent checkpoints that there are now."""
        return [gr.Dropdown(choices=recurrent_checkpoints(self._room, self._room.listing(key), language_of(request)))]

    def _first(self, choices: Sequence[tuple[str, str]], language: str) -> list[str]:
        names = [name for _, name in choices]
        return [name for name in _FIRST[language] if name in names] or names[:MOST_WRITING]
