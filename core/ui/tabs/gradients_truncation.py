"""Truncated back-propagation through time (D2L 8.7.1): what it makes of a gradient, and of a training.

Nothing is measured before somebody asks. Both measurements take seconds, show what they have, and can be stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.components.chart import Chart, chart_notice, stopped_chart
from core.ui.components.share import Share, share_value
from core.ui.listing import called, proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import FIRST_CORPUS, Json, Room
from core.ui.stopping import stoppable
from core.ui.tabs.gradients_choices import first_choice, recurrent_checkpoints, recurrent_models
from core.ui.tabs.gradients_truncation_pictures import curves_picture, estimates_picture

_NAME, _TAB = "truncation", "gradients"
_FIRST = {"en": "shakespeare-rnn-scratch", "zh": "red-chamber-rnn"}  # small ones, where they are here
_MOST_TAU, _FIRST_TAU = 32, 4
_LEAST_PI, _FIRST_PI = 0.3, 0.9
_DRAWS, _STEPS = 100, 64
# The short training: some three hundred steps on a story that ships.
_FIRST_MODEL = "rnn"
_SHORT = {
    "hidden_size": 64, "num_steps": 16, "batch_size": 32, "epochs": 4, "evaluations": 10, "learning_rate": 0.005, "seed": 0,
}  # fmt: skip
# Measurements at once, of all visitors together, and seconds between two messages of one.
_LANE, _PLACES, _TELL_EVERY = "truncating", 2, 0.4


class GradientsTruncation:
    """The section: clouds of estimates, and below them three trainings."""

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        choices = recurrent_checkpoints(room, listing, "en")
        first = first_choice(choices, _FIRST["en"])
        gr.Markdown(tell("truncation.heading"), elem_classes="heading")
        gr.Markdown(tell("truncation.intro"))
        with gr.Row():
            self.text = gr.Textbox(
                listing.to_read(first), label=tell("truncation.text"), info=tell("truncation.text_help"), lines=2, max_lines=6,
                elem_id="truncation-text", scale=5, min_width=280,
            )  # fmt: skip
            self.checkpoint = gr.Dropdown(
                choices, value=first, label=tell("truncation.checkpoint"), filterable=False,
                elem_id="truncation-checkpoint", scale=5, min_width=280,
            )  # fmt: skip
        with gr.Row(elem_classes="run-controls"):
            self.tau = gr.Slider(
                1,
                _MOST_TAU,
                _FIRST_TAU,
                step=1,
                label=tell("truncation.tau"),
                elem_id="truncation-tau",
                min_width=190,
                buttons=[],
            )
            self.pi = gr.Slider(
                _LEAST_PI,
                1,
                _FIRST_PI,
                step=0.01,
                label=tell("truncation.pi"),
                elem_id="truncation-pi",
                min_width=190,
                buttons=[],
            )
            self.button = gr.Button(tell("truncation.measure"), variant="primary", elem_id="measure-truncation")
            self.stop = gr.Button(tell("truncation.stop"), variant="stop", elem_id="stop-truncation", min_width=90)
        self.estimates = Chart(elem_id="truncation-estimates")
        self.share = Share(elem_id="truncation-share")
        gr.Markdown(tell("truncation.curves_intro"))
        with gr.Row(elem_classes="run-controls"):
            models = recurrent_models(room, "en")
            self.model = gr.Dropdown(
                models, value=first_choice(models, _FIRST_MODEL), label=tell("truncation.model"), filterable=False,
                elem_id="truncation-model", min_width=190,
            )  # fmt: skip
            self.train_button = gr.Button(tell("truncation.train"), variant="primary", elem_id="train-truncated")
            self.train_stop = gr.Button(tell("truncation.stop"), variant="stop", elem_id="stop-truncated", min_width=90)
        self.curves = Chart(elem_id="truncation-curves")
        self._wire()

    def _wire(self) -> None:
        lane: dict[str, Any] = {
            "concurrency_id": _LANE, "concurrency_limit": _PLACES, "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        asked = [self.text, self.checkpoint]
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(self._room.listing().texts()), api_visibility="private"
        )
        measuring = self.button.click(
            self.measure_truncation, inputs=[*asked, self.tau, self.pi], outputs=[self.estimates, self.share], **lane
        )
        stoppable(measuring, self.stop.click, stopped_chart, self.estimates)
        learning = self.train_button.click(
            self.train_truncated, inputs=[self.model, self.tau, self.pi], outputs=[self.curves], **lane
        )
        stoppable(learning, self.train_stop.click, stopped_chart, self.curves)

    def measure_truncation(self, text: str, name: str, tau: Any, pi: Any, request: gr.Request) -> Iterator[list[Any]]:
        """Yield the estimates of a checkpoint's gradient, as they are made."""
        language, limits = language_of(request), self._room.limits
        with told(request):
            try:
                found = self._room.lab.truncation(
                    limits.checkpoint(name), limits.text(text), truncation_steps=tau, carry_probability=pi, draws=_DRAWS,
                    most_steps=_STEPS,
                )  # fmt: skip
                state = {"section": _NAME, "checkpoints": [name], "text": text, "tau": tau, "pi": pi}
                shared = share_value(_TAB, state, None)
                for each in _now_and_then(found):
                    yield [estimates_picture(each, called(name), language), shared]
            except LabError as error:
                yield [chart_notice(sentence(error, language)), None]

    def train_truncated(self, model: str, tau: Any, pi: Any, request: gr.Request) -> Iterator[Json]:
        """Yield what three short trainings have come to."""
        language = language_of(request)
        with told(request):
            try:
                values = self._room.limits.training({**_SHORT, "truncation_steps": tau, "carry_probability": pi})
                curves = self._room.lab.truncation_curves(model, FIRST_CORPUS[language], "", values)
                title = next((title for title, each in recurrent_models(self._room, language) if each == model), model)
                for each in _now_and_then(curves.rows()):
                    yield curves_picture(each, title, values, language)
            except LabError as error:
                yield chart_notice(sentence(error, language))

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.text, self.checkpoint, self.tau, self.pi, self.model, self.estimates, self.share, self.curves]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the controls as a link to this section names them, or as they begin."""
        language, listing = language_of(request), self._room.listing(key)
        state = opened if opened.get("section") == _NAME else {}
        choices = recurrent_checkpoints(self._room, listing, language)
        named = [name for name in listing.named(state) if name in {each for _, each in choices}]
        name = named[0] if named else first_choice(choices, _FIRST[language])
        text, models = state.get("text"), recurrent_models(self._room, language)
        return [
            text if isinstance(text, str) else listing.to_read(name), gr.Dropdown(choices=choices, value=name),
            _between(state.get("tau"), 1, _MOST_TAU, _FIRST_TAU), _between(state.get("pi"), _LEAST_PI, 1, _FIRST_PI),
            gr.Dropdown(choices=models, value=first_choice(models, _FIRST_MODEL)), None, None, None,
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """The menu of checkpoints."""
        return [self.checkpoint]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the recurrent checkpoints that there are now."""
        return [gr.Dropdown(choices=recurrent_checkpoints(self._room, self._room.listing(key), language_of(request)))]


def _now_and_then(found: Iterator[Json]) -> Iterator[Json]:
    """Yield the first, the last, and in between no more than a few a second; closing this closes it."""
    due = 0.0
    try:
        for each in found:
            if each["done"] == 1 or time.monotonic() >= due:
                yield each
                due = time.monotonic() + _TELL_EVERY
    finally:
        found.close()  # type: ignore[attr-defined]


def _between(wanted: Any, low: float, high: float, otherwise: float) -> float:
    """Return a number that a link names where it fits the control."""
    fits = isinstance(wanted, int | float) and not isinstance(wanted, bool) and low <= wanted <= high
    return wanted if fits else otherwise
