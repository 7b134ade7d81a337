"""Write (续写): a prefix, a model, and what it makes of them; below, its choices for the next token."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.named import MOST_WRITING, check_names
from core.ui import controls
from core.ui.calls import Call
from core.ui.components.choices import Choices, choices_notice, choices_value
from core.ui.components.manuscript import Manuscript, Writings, judged_value, paced, stopped_value
from core.ui.components.marks import Marks, marks_value
from core.ui.components.memory import Memory
from core.ui.components.share import Share, share_value
from core.ui.listing import Listing, proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, WRITING_LANE, WRITING_PLACES, Room
from core.ui.tabs.first_view import FirstView
from core.ui.tabs.write_memory import WriteMemory
from core.ui.words import say

Json = dict[str, Any]
_IN_SIGHT = ("temperature", "tokens")
_TOP, _NOBODY = 20, ""
_QUICK: dict[str, Any] = {
    "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "show_progress": "hidden",
    "api_visibility": "private",
}  # fmt: skip


class WriteTab:
    """The tab's components and what they do."""

    id = "write"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = listing.first("en")
        with gr.Tab(tell("tab.write"), id=self.id) as self.tab:
            self.first = FirstView(room)
            with gr.Row():
                with gr.Column(scale=5, min_width=300):
                    self.prefix = gr.Textbox(
                        listing.prefix(first), label=tell("write.prefix"), info=tell("write.prefix_help"), lines=2,
                        max_lines=5, elem_id="prefix",
                    )  # fmt: skip
                    self.marks = Marks(elem_id="marks")
                    self.checkpoint = gr.Dropdown(
                        listing.choices("en"), value=[first] if first else [], label=tell("write.models"),
                        multiselect=True, max_choices=MOST_WRITING,
                        elem_id="checkpoint", filterable=False,
                    )  # fmt: skip
                    with gr.Row(elem_classes="in-sight"):
                        self.settings = self._controls(_IN_SIGHT)
                    with gr.Row(elem_classes="buttons"):
                        self.write_button = gr.Button(tell("write.write"), variant="primary", elem_id="write")
                        self.stop_button = gr.Button(tell("write.stop"), variant="stop", elem_id="stop")
                with gr.Column(scale=6, min_width=300):
                    self.manuscript = Manuscript(elem_id="manuscript")
                    self.learned = Memory(elem_id="learned")
                    self.share = Share(elem_id="write-share")
                    with gr.Accordion(tell("write.more"), open=False, elem_id="more"):
                        others = [each.name for each in room.settings if each.name not in _IN_SIGHT]
                        self.settings |= self._controls(others)
                        self.stops = gr.Textbox(
                            "", label=tell("write.stops"), info=tell("write.stops_help"), lines=2, elem_id="stops"
                        )
                        self.judge = gr.Dropdown(
                            self._judges(listing, "en"), value=_NOBODY, label=tell("write.judge"),
                            info=tell("write.judge_help"), elem_id="judge", filterable=False,
                        )  # fmt: skip
                        self.memory = WriteMemory(room)
                with gr.Column(scale=4, min_width=300):
                    self.choices = Choices(elem_id="choices")
        self._wire()

    def _controls(self, names: tuple[str, ...] | list[str]) -> dict[str, Component]:
        """Return the controls of these settings by name."""
        listed = controls.only(self._room.settings, names)
        return {each.name: controls.control(each, self._room.tell) for each in listed}

    def _wire(self) -> None:
        asked = {self.prefix, self.checkpoint, self.stops, *self.settings.values()}
        lane: dict[str, Any] = {
            "inputs": asked, "outputs": [self.manuscript, self.share], "concurrency_id": WRITING_LANE,
            "concurrency_limit": WRITING_PLACES, "show_progress": "minimal", "api_visibility": "private",
        }  # fmt: skip
        writing = gr.on([self.write_button.click, self.prefix.submit], self.write, **lane)
        taking = self.choices.select(self.take, inputs=[self.choices, self.prefix], outputs=[self.prefix], **_QUICK)
        going_on = taking.success(self.write, **lane)
        judging: dict[str, Any] = {
            "inputs": [self.manuscript, self.judge], "outputs": [self.manuscript], **_QUICK,
        }  # fmt: skip
        self.judge.input(self.colour, **judging)
        underlining: dict[str, Any] = {
            "inputs": [self.manuscript, self.memory.least], "outputs": [self.learned], **_QUICK,
        }  # fmt: skip
        self.memory.least.release(self.memory.underline, **underlining)
        for each in (writing, going_on):
            each.then(self.colour, **judging).then(self.memory.underline, **underlining)
        self.manuscript.select(self.look_at, inputs=[self.manuscript], outputs=[self.choices], **_QUICK)
        self.stop_button.click(
            stopped_value, inputs=[self.manuscript], outputs=[self.manuscript], cancels=[writing, going_on], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        both = [self.prefix, self.checkpoint]
        looking: dict[str, Any] = {"inputs": both, "outputs": [self.marks, self.choices], **_QUICK}
        self.checkpoint.input(
            None, inputs=both, outputs=both, js=proposing(self._room.listing().prefixes()), api_visibility="private"
        ).then(self.look, **looking)
        self.prefix.change(self.look, trigger_mode="always_last", **looking)

    def write(self, asked: dict[Component, Any], request: gr.Request) -> Iterator[list[Any]]:
        """Write on after the prefix; what goes wrong stands under the text, which stays."""
        prefix, language = str(asked[self.prefix]), language_of(request)
        writings = Writings(prefix, [])
        try:
            names = self._names(asked[self.checkpoint])
            writings = Writings(prefix, names)
            yield [writings.value(), None]
            values, stops = self._wanted(asked)
            turns = self._room.lab.generate_many(names, self._room.limits.text(prefix), values, stops)
            share = self._shared(names, prefix, values, stops)
            for gathered in paced(turns):
                writings.add(gathered, language)
                yield [writings.value(), share]
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            yield [writings.failed(sentence(error, language)), None]

    def _names(self, chosen: Any) -> list[str]:
        """Return the chosen checkpoints; one that is not chosen is told as such."""
        limits = self._room.limits
        return [limits.checkpoint(name) for name in check_names(chosen or [limits.checkpoint("")], MOST_WRITING)]

    def _wanted(self, asked: dict[Component, Any]) -> tuple[Mapping[str, Any], list[str]]:
        """Return the settings and the stop strings."""
        return self._room.limits.settings(controls.values_of(self.settings, asked)), stop_strings(asked[self.stops])

    def _shared(self, names: list[str], prefix: str, values: Mapping[str, Any], stops: list[str]) -> Json:
        """Return the link to this writing, and the call that writes the same."""
        changed = {each.name: values[each.name] for each in self._room.settings if values[each.name] != each.default}
        state = {"checkpoints": names, "prefix": prefix, "settings": changed, "stop": stops}
        given = {"prefix": prefix, **changed, **({"stop": stops} if stops else {})}
        one = len(names) == 1
        call = Call("generate", {"checkpoint": names[0], **given}) if one else Call("generate_many", {"checkpoints": names, **given})  # fmt: skip
        return share_value(self.id, state, call)

    def look(self, prefix: str, names: list[str], request: gr.Request) -> tuple[Json | None, Json]:
        """Return the marks of the prefix and the first model's choices after it."""
        marks = None
        try:
            names, prefix = self._names(names), self._room.limits.text(prefix)
            with self._room.lab.hub.without_fetching():  # a look in passing; writing fetches
                name, tokenized = names[0], [self._room.lab.tokenize(each, prefix) for each in names]
                marks = self._marks(names, tokenized)
                following = self._room.lab.next_tokens(name, prefix, _TOP)
            return marks, choices_value(following, tokenized[0]["vocab_size"], {"checkpoint": name, "prefix": prefix})
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            return marks, choices_notice(sentence(error, language_of(request)))

    def _judges(self, listing: Listing, language: str) -> list[tuple[str, str]]:
        return [(say("write.no_judge", language), _NOBODY), *listing.choices(language)]

    def colour(self, written: Json | None, judge: str, request: gr.Request) -> Any:
        """Return what was written in the colours of a judge."""
        if not written or (not judge and not written.get("judge")):
            return gr.skip()
        try:
            name, prefix = judge and self._room.limits.checkpoint(judge), self._room.limits.text(written["prefix"])
            return judged_value(written, judge, lambda pieces: self._room.lab.judge(name, prefix, pieces))
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            plain = judged_value(written, _NOBODY, lambda pieces: [])
            return {**plain, "notice": sentence(error, language_of(request))}

    def _marks(self, names: list[str], tokenized: list[Json]) -> Json:
        """Return the prefix with what is unknown to the chosen model that knows least of it."""
        name, least = max(zip(names, tokenized, strict=True), key=lambda each: len(each[1]["unknown"]))
        return marks_value(least, name)

    def look_at(self, written: Json, event: gr.EventData, request: gr.Request) -> Json:
        """Return a model's choices where it wrote the token that was pointed at, and how it came to that one."""
        try:
            lab, column = self._room.lab, written["columns"][int(event.column)]
            prefix = self._room.limits.text(written["prefix"] + column["text"][: int(event.begin)])
            name = self._room.limits.checkpoint(column["name"])
            after = lab.tokenize(name, prefix + str(event.token))
            place = {"checkpoint": name, "prefix": prefix, "token": str(event.token), "id": after["ids"][-1]}
            path = lab.back_off(name, prefix, place["id"])
            return choices_value(lab.next_tokens(name, prefix, _TOP), after["vocab_size"], place, path)
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            return choices_notice(sentence(error, language_of(request)))

    def take(self, choices: Json, prefix: str, event: gr.EventData, request: gr.Request) -> str:
        """Return the text up to the place of the choices with the chosen token behind it: the new prefix."""
        with told(request):
            place = choices["at"]
            name, before = self._room.limits.checkpoint(place["checkpoint"]), self._room.limits.text(place["prefix"])
            return self._room.limits.text(self._room.lab.with_token(name, before, int(event.id)))

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [
            self.checkpoint, self.judge, self.prefix, self.stops, *self.settings.values(), self.marks, self.choices,
            self.memory.least, *self.first.arrivals,
        ]  # fmt: skip

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the visitor's own beginning, or the link's: a model, a prefix, settings, and the choices after it."""
        language, listing = language_of(request), self._room.listing(key)
        names = listing.named(opened)[:MOST_WRITING] or [name for name in [listing.first(language)] if name]
        given = opened.get("prefix")
        prefix = given if isinstance(given, str) else listing.prefix(names[0] if names else None)
        given_stops = opened.get("stop")
        stop = [each for each in given_stops if isinstance(each, str)] if isinstance(given_stops, list) else []
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=names),
            gr.Dropdown(choices=self._judges(listing, language)),
            gr.skip() if untouched else prefix,
            "\n".join(each.replace("\n", "\\n") for each in stop) if stop else gr.skip(),
            *self._opened_settings(opened.get("settings"), language),
            *self.look(prefix, names, request),
            self.memory.arrive(language),
            *self.first.arrive(request),
        ]

    @property
    def renewed(self) -> list[Component]:
        """What is looked up again as the tab comes to the front."""
        return [self.checkpoint, self.judge]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now to choose from."""
        language, listing = language_of(request), self._room.listing(key)
        judges = self._judges(listing, language)
        return [gr.Dropdown(choices=listing.choices(language)), gr.Dropdown(choices=judges)]

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
