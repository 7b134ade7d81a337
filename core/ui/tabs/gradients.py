"""Gradients (梯度): how far they reach, what clipping does to them, and what truncation makes of them (D2L 8.5.5, 8.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from core.ui.components.intro import Intro, intro_value
from core.ui.room import Json, Room, Section
from core.ui.tabs.gradients_cliff import GradientsCliff
from core.ui.tabs.gradients_clipping import GradientsClipping
from core.ui.tabs.gradients_flow import GradientsFlow
from core.ui.tabs.gradients_training import GradientsTraining

_SECTION = "D2L 8.7"


class GradientsTab:
    """The tab: sections one below the other, each with a question, its controls and its pictures."""

    id = "gradients"

    def __init__(self, room: Room) -> None:
        tell = room.tell
        with gr.Tab(tell("tab.gradients"), id=self.id) as self.tab:
            Intro(intro_value("gradients", _SECTION))
            self.sections: Sequence[Section] = [
                GradientsFlow(room), GradientsTraining(room), GradientsClipping(room), GradientsCliff(room),
            ]  # fmt: skip

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [component for section in self.sections for component in section.arrivals]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return what every section begins with; nothing is measured before somebody asks."""
        return [value for section in self.sections for value in section.arrive(opened, key, request)]

    @property
    def renewed(self) -> list[Component]:
        """The menus of checkpoints."""
        return [component for section in self.sections for component in section.renewed]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now to choose from."""
        return [value for section in self.sections for value in section.renew(key, request)]
