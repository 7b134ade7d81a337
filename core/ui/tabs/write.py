"""Write (续写): a prefix, a model, and what it makes of them; below, its choices for the next token."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui import controls
from core.ui.calls import Call
from core.ui.components.choices import Choices, choices_notice, choices_value
from core.ui.components.manuscript import Manuscript, Writing, paced
from core.ui.components.marks import Marks, marks_value
from core.ui.components.share import Share, share_value
from core.ui.listing import proposing
from core.ui.people import language_of, sentence
from core.ui.room import QUICK_LANE, QUICK_PLACES, WRITING_LANE, WRITING_PLACES, Room
from core.ui.tabs.first_view import FirstView

Json = dict[str, Any]
_IN_SIGHT = ("temperature", "tokens")
_TOP = 10


class WriteTab:
    """The tab's components and what they do."""

    id = "write"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = listing.first("en")
        with gr.Tab(tell("tab.write"), id=self.id):
            self.first = FirstView(room)
            with gr.Row():
                with gr.Column(scale=5, min_width=300):
                    self.prefix = gr.Textbox(
                        listing.prefix(first), label=tell("write.prefix"), info=tell("write.prefix_help"), lines=2,
                        max_lines=5, elem_id="prefix",
                    )  # fmt: skip
                    self.marks = Marks(elem_id="marks")
                    self.checkpoint = gr.Dropdown(
                        listing.choices("en"), value=first, label=tell("write.checkpoint"), elem_id="checkpoint",
                        filterable=False,
                    )  # fmt: skip
                    with gr.Row(elem_classes="in-sight"):
                        self.settings = self._controls(_IN_SIGHT)
                    with gr.Row(elem_classes="buttons"):
                        self.write_button = gr.Button(tell("write.write"), variant="primary", elem_id="write")
                        self.stop_button = gr.Button(tell("write.stop"), variant="stop", elem_id="stop")
                with gr.Column(scale=6, min_width=300):
                    self.manuscript = Manuscript(elem_id="manuscript")
                    self.share = Share(elem_id="write-share")
                    with gr.Accordion(tell("write.more"), open=False, elem_id="more"):
                        others = [each.name for each in room.settings if each.name not in _IN_SIGHT]
                        self.settings |= self._controls(others)
                        self.stops = gr.Textbox(
                            "", label=tell("write.stops"), info=tell("write.stops_help"), lines=2, elem_id="stops"
                        )
                with gr.Column(scale=4, min_width=300):
                    self.choices = Choices(elem_id="choices")
        self._wire()

    def _controls(self, names: tuple[str, ...] | list[str]) -> dict[str, Component]:
        """Return the controls of these settings by name."""
        listed = controls.only(self._room.settings, names)
        return {each.name: controls.control(each, self._room.tell) for each in listed}

    def _wire(self) -> None:
        asked = {self.prefix, self.checkpoint, self.stops, *self.settings.values()}
        writing = gr.on(
            [self.write_button.click, self.prefix.submit], self.write, inputs=asked, outputs=[self.manuscript, self.share],
            concurrency_id=WRITING_LANE, concurrency_limit=WRITING_PLACES, show_progress="minimal",
            api_visibility="private",
        )  # fmt: skip
        self.stop_button.click(
            self.stopped, inputs=[self.manuscript], outputs=[self.manuscript], cancels=[writing], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        both = [self.prefix, self.checkpoint]
        self.checkpoint.input(
            None, inputs=both, outputs=both, js=proposing(self._room.listing().prefixes()), api_visibility="private"
        ).then(self.look, **self._looking())
        self.prefix.change(self.look, trigger_mode="always_last", **self._looking())

    def _looking(self) -> dict[str, Any]:
        """Return how the prefix is looked at, whoever asks for it."""
        return {
            "inputs": [self.prefix, self.checkpoint], "outputs": [self.marks, self.choices],
            "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "show_progress": "hidden",
            "api_visibility": "private",
        }  # fmt: skip

    def write(self, asked: dict[Component, Any], request: gr.Request) -> Iterator[list[Any]]:
        """Write on after the prefix; what goes wrong stands under the text, which stays."""
        writing = Writing(str(asked[self.prefix]))
        try:
            yield [writing.value("warming"), None]
            limits = self._room.limits
            name, prefix = limits.checkpoint(asked[self.checkpoint]), limits.text(asked[self.prefix])
            values = limits.settings(controls.values_of(self.settings, asked))
            stops = stop_strings(asked[self.stops])
            pieces = self._room.lab.generate(name, prefix, values, stops)
            share = self._shared(name, prefix, values, stops)
            writing.begin()
            for items in paced(pieces):
                writing.add(items)
                yield [writing.value("done" if writing.finished else "writing"), share]
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            yield [writing.value("failed", sentence(error, language_of(request))), None]

    def _shared(self, name: str, prefix: str, values: Mapping[str, Any], stops: list[str]) -> Json:
        """Return the link to this writing, and the call that writes the same."""
        changed = {each.name: values[each.name] for each in self._room.settings if values[each.name] != each.default}
        state = {"checkpoints": [name], "prefix": prefix, "settings": changed, "stop": stops}
        stop = {"stop": stops} if stops else {}
        return share_value(self.id, state, Call("generate", {"checkpoint": name, "prefix": prefix, **changed, **stop}))

    def stopped(self, value: Json | None) -> Json | None:
        """Say that the writing was stopped; the text stays as it is."""
        if value and value["state"] in ("warming", "writing"):
            return {**value, "state": "stopped"}
        return value

    def look(self, prefix: str, name: str, request: gr.Request) -> tuple[Json | None, Json]:
        """Return the marks of the prefix and the choices after it."""
        marks = None
        try:
            name, prefix = self._room.limits.checkpoint(name), self._room.limits.text(prefix)
            tokenized = self._room.lab.tokenize(name, prefix)
            marks = marks_value(tokenized)
            return marks, choices_value(self._room.lab.next_tokens(name, prefix, _TOP), tokenized["vocab_size"])
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            return marks, choices_notice(sentence(error, language_of(request)))

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [
            self.checkpoint, self.prefix, self.stops, *self.settings.values(), self.marks, self.choices,
            *self.first.arrivals,
        ]  # fmt: skip

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own beginning, or the link's: a model, a prefix, settings, and the choices after it."""
        language, listing = language_of(request), self._room.listing()
        name = next(iter(listing.named(opened)), None) or listing.first(language)
        given = opened.get("prefix")
        prefix = given if isinstance(given, str) else listing.prefix(name)
        given_stops = opened.get("stop")
        stop = [each for each in given_stops if isinstance(each, str)] if isinstance(given_stops, list) else []
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=name),
            gr.skip() if untouched else prefix,
            "\n".join(each.replace("\n", "\\n") for each in stop) if stop else gr.skip(),
            *self._opened_settings(opened.get("settings"), language),
            *self.look(prefix, name or "", request),
            *self.first.arrive(request),
        ]

    def _opened_settings(self, given: Any, language: str) -> list[Any]:
        """Return every control as a link sets it; values that cannot be used are left out."""
        usable = {}
        for name, value in (given if isinstance(given, dict) else {}).items():
            with contextlib.suppress(LabError):
                self._room.limits.settings({name: value})
                usable[name] = value
        (strategy,) = controls.only(self._room.settings, ["strategy"])
        changes: dict[str, dict[str, Any]] = {name: {} for name in self.settings}
        changes["strategy"]["choices"] = controls.choice_labels(strategy, language)
        for name, value in usable.items():
            changes[name]["value"] = value
        return [gr.update(**each) for each in changes.values()]


def stop_strings(lines: str) -> list[str]:
    r"""Return the stop strings of a box: one a line, ``\n`` for a line break.

    >>> stop_strings("Citizen:\n\\n\n")
    ['Citizen:', '\n']
    """
    return [line.replace("\\n", "\n") for line in lines.split("\n") if line]
