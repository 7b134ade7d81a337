"""Look inside (拆开看): tokens, ids, the one-hot matrix, and every number of a step (D2L 8.4, 8.5.1)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.calls import Call
from core.ui.components.heatmap import HeatMap, heatmap_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.onehot import OneHot, onehot_notice, onehot_value
from core.ui.components.share import Share, share_value
from core.ui.components.step import StepPicture, step_value
from core.ui.listing import proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.tabs.inside_path import InsidePath
from core.ui.tabs.write import WriteTab

_SECTION = "D2L 8.5.1"
# A recurrent model shows most, so the tab opens with one where it is here.
_FIRST = {"en": "shakespeare-rnn-scratch", "zh": "red-chamber-rnn"}
# Tells the heat map of the step in the browser, without asking the server.
_TELL_STEP = "(step) => { window.dispatchEvent(new CustomEvent('unroll-step', { detail: step - 1 })); }"
# The step that is shown first: by then the state has something to remember.
_FIRST_STEP = 4
_TWO = 2  # a slider needs two ends even where the text has one token


class InsideTab:
    """The tab's components and what they do; it can take the prefix over from Write."""

    id = "inside"

    def __init__(self, room: Room, write: WriteTab) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = self._first("en")
        with gr.Tab(tell("tab.inside"), id=self.id) as self.tab:
            Intro(intro_value("inside", _SECTION))
            with gr.Row():
                self.text = gr.Textbox(
                    listing.prefix(first), label=tell("write.prefix"), lines=2, max_lines=6, elem_id="inside-text",
                    scale=5, min_width=280,
                )  # fmt: skip
                self.checkpoint = gr.Dropdown(
                    listing.choices("en"), value=first, label=tell("write.checkpoint"), elem_id="inside-checkpoint",
                    filterable=False, scale=5, min_width=280,
                )  # fmt: skip
                with gr.Column(scale=2, min_width=220):
                    self.button = gr.Button(tell("inside.look"), variant="primary", elem_id="look", size="md")
                    take = gr.Button(tell("inside.take"), elem_id="take", size="md")
            self.onehot = OneHot(elem_id="onehot")
            self.slider = gr.Slider(1, _TWO, 1, step=1, label=tell("inside.step"), elem_id="inside-step", buttons=[])
            self.step = StepPicture(elem_id="step")
            self.path = InsidePath(room)
            self.trace = gr.Dropdown([], label=tell("inside.trace"), elem_id="inside-trace", filterable=False)
            self.heatmap = HeatMap(elem_id="heatmap")
            self.share = Share(elem_id="inside-share")
        self._wire(write, take)

    def _wire(self, write: WriteTab, take: gr.Button) -> None:
        asked = [self.text, self.checkpoint]
        lane: dict[str, Any] = {
            "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "api_visibility": "private",
        }  # fmt: skip
        looking: dict[str, Any] = {"inputs": asked, "outputs": self._shown, "show_progress": "minimal", **lane}
        gr.on([self.button.click, self.text.submit], self.look, **looking)
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(self._room.listing().prefixes()), api_visibility="private"
        ).then(self.look, **looking)
        take.click(
            None, inputs=[write.prefix, write.checkpoint], outputs=asked,
            js="(prefix, names) => [prefix, [].concat(names)[0]]", api_visibility="private",
        ).then(self.look, **looking)  # fmt: skip
        self.slider.change(None, inputs=[self.slider], js=_TELL_STEP, api_visibility="private")
        self.slider.change(
            self.walk, inputs=[*asked, self.slider], outputs=[self.step, self.share, *self.path.shown], trigger_mode="always_last",
            show_progress="hidden", **lane,
        )  # fmt: skip
        self.path.wire([*asked, self.slider], lane)
        self.heatmap.select(
            self.point, outputs=[self.slider], queue=False, show_progress="hidden", api_visibility="private"
        )
        self.trace.input(
            self.show, inputs=[*asked, self.trace], outputs=[self.heatmap], show_progress="minimal", **lane
        )

    @property
    def _shown(self) -> list[Component]:
        return [self.onehot, self.slider, self.step, self.trace, self.heatmap, self.share, *self.path.shown]

    def look(self, text: str, name: str, request: gr.Request) -> list[Any]:
        """Return everything about a text: numbers, the first step, and what the model shows."""
        return self._look(text, name, {}, request)

    def _look(self, text: str, name: str, opened: Json, request: gr.Request) -> list[Any]:
        language = language_of(request)
        with told(request):
            try:
                return self._seen(*self._checked(text, name), opened, language)
            except LabError as error:
                hidden = [gr.Slider(visible=False), None, gr.Dropdown(visible=False), None, None, None, None]
                return [onehot_notice(sentence(error, language)), *hidden]

    def _checked(self, text: str, name: str) -> tuple[str, str]:
        return self._room.limits.checkpoint(name), self._room.limits.text(text)

    def _seen(self, name: str, text: str, opened: Json, language: str) -> list[Any]:
        lab, trace = self._room.lab, opened.get("trace")
        step, unit = _whole(opened.get("step", _FIRST_STEP)) or 0, _whole(opened.get("unit"))
        names = {each["name"] for each in lab.inspect(name, text)["traces"]} if isinstance(trace, str) else set()
        inspected = lab.inspect(name, text, trace if isinstance(trace, str) and trace in names else "")
        looked, steps = lab.inspect_step(name, text, step), len(inspected["ids"])
        choices = [(_named(each, language), each["name"]) for each in inspected["traces"]]
        shown = inspected["trace"]["name"] if inspected["trace"] else None
        return [
            onehot_value(self._tokens(name, text, inspected), lab.vocabulary(name)),
            gr.Slider(maximum=max(steps, _TWO), value=looked["step"] + 1, visible=steps > 1),
            step_value(looked), gr.Dropdown(choices=choices, value=shown, visible=len(choices) > 1),
            heatmap_value(inspected, unit, looked["step"]), self._shared(text, name, looked["step"]),
            *self.path.at(name, text, looked["step"]),
        ]  # fmt: skip

    def _tokens(self, name: str, text: str, inspected: Json) -> Json:
        """Return the tokens of the one-hot matrix: those of the whole text, or with the boundary that a line model reads."""
        whole = self._room.lab.tokenize(name, text)
        read = inspected if inspected["ids"] != whole["ids"][: len(inspected["ids"])] else whole
        return {**read, "cut": len(inspected["ids"]) if inspected["cut"] else None}

    def walk(self, text: str, name: str, step: float, request: gr.Request) -> list[Any]:
        """Return one step."""
        with told(request):
            with self._room.lab.hub.without_fetching():  # the slider may move by itself, when the page opens
                looked = self._room.lab.inspect_step(*self._checked(text, name), int(step) - 1)
                path = self.path.at(name, text, looked["step"])
            return [step_value(looked), self._shared(text, name, looked["step"]), *path]

    def point(self, event: gr.EventData) -> int:
        """Return the step that was pointed at, as the slider counts."""
        return int(event.step) + 1

    def show(self, text: str, name: str, trace: str, request: gr.Request) -> Json | None:
        """Return another of the things that the model shows."""
        with told(request):
            return heatmap_value(self._room.lab.inspect(*self._checked(text, name), trace))

    def _shared(self, text: str, name: str, step: int) -> Json:
        call = Call("tokenize", {"checkpoint_or_level": name, "text": text})
        return share_value(self.id, {"checkpoints": [name], "text": text, "step": step}, call)

    def _first(self, language: str) -> str | None:
        listing = self._room.listing()
        return _FIRST[language] if listing.row(_FIRST[language]) else listing.first(language)

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.checkpoint, self.text, *self._shown]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the link's model, text and step as numbers, or a model of the visitor's language and its prefix."""
        language, listing = language_of(request), self._room.listing(key)
        name = next(iter(listing.named(opened)), None) or self._first(language)
        given = opened.get("text")
        text = given if isinstance(given, str) else listing.prefix(name)
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=name), gr.skip() if untouched else text,
            *self._look(text, name or "", opened, request),
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """What is looked up again as the tab comes to the front."""
        return [self.checkpoint]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now to choose from."""
        return [gr.Dropdown(choices=self._room.listing(key).choices(language_of(request)))]


def _whole(value: Any) -> int | None:
    """Return a whole number of a link, None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _named(trace: Json, language: str) -> str:
    """Return a trace as it stands in the menu: its name and what it means."""
    return f"{trace['name']}: {trace['meaning'][language]}"
