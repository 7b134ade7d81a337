"""Gradient clipping (D2L 8.5.5): the norms of a run, and clipping the norm against clamping every element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.charts.clipping import bends_chart, norms_chart
from core.ui.components.chart import Chart, chart_notice, stopped_chart
from core.ui.components.share import Share, share_value
from core.ui.listing import Listing, called, own_key
from core.ui.people import language_of, sentence, told
from core.ui.room import FIRST_CORPUS, Json, Room
from core.ui.stopping import stoppable
from core.ui.story import story
from core.ui.tabs.gradients_flow import LANE, PLACES
from core.ui.words import say

# The book's own run, whose gradients are clipped most; the model of a run that is made here, and its steps.
_FIRST, _MODEL, _STEPS = "time-machine-rnn-scratch-d2l", "rnn_scratch", 200
# Stands in the menu for a run that is made here; no checkpoint is called so.
_NEW = "+"
_MOST_THETA = 5.0
_TEXT = 400


class GradientsClipping:
    """The controls, the histogram of norms, and the angles."""

    name = "clipping"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("clipping.title"), elem_classes="heading")
        choices = self._choices(room.listing(), "en")
        with gr.Row(elem_classes="run-controls"):
            self.source = gr.Dropdown(
                choices, value=self._first(choices), label=tell("clipping.source"), info=tell("clipping.source_help"), filterable=False,
                elem_id="clipping-source", scale=3, min_width=280,
            )  # fmt: skip
            self.theta = gr.Slider(
                0, _MOST_THETA, 0, step=0.05, label=tell("clipping.theta"), info=tell("clipping.theta_help"), elem_id="clipping-theta",
                min_width=220, buttons=[],
            )  # fmt: skip
            self.button = gr.Button(tell("clipping.measure"), variant="primary", elem_id="measure-clipping")
            self.stop = gr.Button(tell("clipping.stop"), variant="stop", elem_id="stop-clipping", min_width=90)
        self.norms = Chart(elem_id="clipping-norms")
        self.bends = Chart(elem_id="clipping-bends")
        self.share = Share(elem_id="clipping-share")
        running = self.button.click(
            self.measure, inputs=self._asked, outputs=[self.norms, self.bends, self.share], concurrency_id=LANE,
            concurrency_limit=PLACES, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        stoppable(running, self.stop.click, stopped_chart, self.norms)

    @property
    def _asked(self) -> list[Component]:
        return [self.source, self.theta]

    def measure(self, source: str, theta: float, request: gr.Request) -> Iterator[list[Any]]:
        """Yield the histogram and the angles, while a run goes on or at once."""
        language = language_of(request)
        with told(request):
            try:
                state = {"section": self.name, "source": source, "theta": theta}
                share = share_value("gradients", state, None)
                pictures = self._new(theta, language) if source == _NEW else self._kept(source, theta, language)
                for norms, bends in pictures:
                    yield [norms, bends, share]
            except LabError as error:
                yield [chart_notice(sentence(error, language)), None, None]

    def _kept(self, source: str, theta: float, language: str) -> Iterator[tuple[Json, Json | None]]:
        """Yield the pictures of a checkpoint's history."""
        lab, name = self._room.lab, self._room.limits.checkpoint(source)
        kept = lab.kept_gradient_norms(name)
        norms = norms_chart(kept, theta or kept["theta"], called(name), language)
        yield norms, None
        try:
            yield norms, bends_chart(lab.clamped_gradient(name, self._text(name)), language)
        except LabError as error:
            yield norms, chart_notice(sentence(error, language))

    def _text(self, name: str) -> str:
        """Return a text for a checkpoint whose gradient is bent, in its own language."""
        listing = self._room.listing(own_key([name]))
        row = listing.row(name)
        if row is None or row["lines"]:
            return listing.to_read(name)
        return story(self._room.lab, "zh" if row["language"] == "zh" else "en", _TEXT)

    def _new(self, theta: float, language: str) -> Iterator[tuple[Json, Json | None]]:
        """Yield the pictures of a run that is made now."""
        values = self._room.limits.training({"clip_norm": theta} if theta else {})
        name, corpus = self._new_name(language), FIRST_CORPUS[language]
        for news in self._room.lab.clipped_run(self._model(), corpus, values, _STEPS):
            done = None if news["done"] == 1 else news["done"]
            bends = bends_chart(news["clamped"], language) if news["clamped"] else None
            yield norms_chart(news, news["theta"], name, language, done), bends

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [*self._asked, self.norms, self.bends, self.share]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the controls as a link to this section names them, or as they begin; nothing is measured yet."""
        language = language_of(request)
        choices = self._choices(self._room.listing(key), language)
        state = opened if opened.get("section") == self.name else {}
        source, theta = state.get("source"), state.get("theta")
        known = any(source == name for _, name in choices)
        fits = isinstance(theta, int | float) and not isinstance(theta, bool) and 0 <= theta <= _MOST_THETA
        return [
            gr.Dropdown(choices=choices, value=source if known else self._first(choices)), theta if fits else 0,
            chart_notice(say("clipping.start" if choices else "clipping.none", language)), None, None,
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """The menu of runs."""
        return [self.source]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the runs that there are now."""
        return [gr.Dropdown(choices=self._choices(self._room.listing(key), language_of(request)))]

    def _choices(self, listing: Listing, language: str) -> list[tuple[str, str]]:
        """Return (label, name) of the checkpoints that learned by gradient, a new run first."""
        able = self._room.lab.learning_by_gradient()
        trained = {row["name"] for row in listing.rows if row["model"] in able}
        new = [(self._new_name(language), _NEW)] if able else []
        return [*new, *((label, name) for label, name in listing.choices(language) if name in trained)]

    def _first(self, choices: list[tuple[str, str]]) -> str | None:
        names = [name for _, name in choices]
        return _FIRST if _FIRST in names else next(iter(names), None)

    def _model(self) -> str:
        able = self._room.lab.learning_by_gradient()
        return _MODEL if _MODEL in able else next(iter(able), "")

    def _new_name(self, language: str) -> str:
        titles = {each["name"]: each["title"][language] for each in self._room.lab.models()["models"]}
        corpus = self._room.corpora[FIRST_CORPUS[language]][language]
        return say("clipping.new_run", language).format(model=titles.get(self._model(), ""), corpus=corpus)
