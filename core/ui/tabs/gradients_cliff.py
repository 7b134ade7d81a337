"""A loss with a cliff (D2L 8.5.5): gradient descent leaps off it, clipped descent walks on, a line search finds its step."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.charts.cliff import cliff_losses, cliff_search, cliff_surface
from core.ui.components.chart import Chart, chart_notice
from core.ui.components.share import Share, share_value
from core.ui.components.surface import SurfacePicture
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.words import say

_RATES, _FIRST_RATE = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0), 0.3
_THETAS, _FIRST_THETA = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 0.1
_STEPS = 200


class GradientsCliff:
    """Two menus, the surface, and two charts."""

    name = "cliff"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("cliff.title"), elem_classes="heading")
        with gr.Row(elem_classes="run-controls"):
            self.rate = gr.Dropdown(
                [(f"{rate:g}", rate) for rate in _RATES], value=_FIRST_RATE, label=tell("cliff.rate"), filterable=False, elem_id="cliff-rate",
                min_width=130,
            )  # fmt: skip
            self.theta = gr.Dropdown(
                [(f"{theta:g}", theta) for theta in _THETAS], value=_FIRST_THETA, label=tell("cliff.theta"), filterable=False,
                elem_id="cliff-theta", min_width=130,
            )  # fmt: skip
            self.button = gr.Button(tell("cliff.draw"), variant="primary", elem_id="descend")
        self.surface = SurfacePicture(elem_id="cliff-surface")
        self.losses = Chart(elem_id="cliff-losses")
        self.search = Chart(elem_id="cliff-search")
        self.share = Share(elem_id="cliff-share")
        gr.on(
            [self.button.click, self.rate.input, self.theta.input], self.descend, inputs=[self.rate, self.theta],
            outputs=[self.surface, self.losses, self.search, self.share], concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip

    def descend(self, rate: float, theta: float, request: gr.Request) -> list[Any]:
        """Return the surface with three descents, their losses, and one step of the line search; it takes an instant."""
        language = language_of(request)
        with told(request):
            try:
                found = self._room.lab.cliff(rate, theta, _STEPS)
            except LabError as error:
                return [None, chart_notice(sentence(error, language)), None, None]
            share = share_value("gradients", {"section": self.name, "rate": rate, "theta": theta}, None)
            return [cliff_surface(found, language), cliff_losses(found, language), cliff_search(found, language), share]

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.rate, self.theta, self.surface, self.losses, self.search, self.share]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the descents that a link names; else the controls as they begin."""
        rate, theta = opened.get("rate"), opened.get("theta")
        if opened.get("section") == self.name and rate in _RATES and theta in _THETAS:
            return [rate, theta, *self.descend(rate, theta, request)]
        notice = chart_notice(say("cliff.start", language_of(request)))
        return [_FIRST_RATE, _FIRST_THETA, None, notice, None, None]

    @property
    def renewed(self) -> list[Component]:
        """Nothing here changes while the page is open."""
        return []

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return nothing."""
        return []
