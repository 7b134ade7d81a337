"""Read (对读): models read a text; every token by its surprise, the whole by its perplexity (D2L 8.4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.named import MOST_READING, check_names
from core.ui.calls import Call
from core.ui.components.aligned import Aligned, aligned_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.running import Running, running_value
from core.ui.components.scores import Scores, adaptive_scores_value, scores_value
from core.ui.components.share import Share, share_value
from core.ui.components.strip import Strip, strip_notice, strip_value
from core.ui.components.verdict import Verdict, verdict_value
from core.ui.listing import own_key, proposing
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room, Section
from core.ui.tabs.read_compression import ReadCompression
from core.ui.tabs.read_contexts import ReadContexts
from core.ui.tabs.read_game import ReadGame

_SECTION = "D2L 8.4.4"
# The book's three continuations of "It is raining", from sensible to absurd.
_TRIO = "It is raining outside\nIt is raining banana tree\nIt is raining piouw;kcj pwepoiut"

# Characters of held-out text that one click brings: a difference needs 2,000, an LSTM codes 5,000 in two seconds.
_PAGES = 5_000


class ReadTab:
    """The tab's components and what they do."""

    id = "read"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        listing = room.listing()
        first = listing.first("en")
        with gr.Tab(tell("tab.read"), id=self.id) as self.tab:
            Intro(intro_value("read", _SECTION))
            with gr.Row():
                with gr.Column(scale=6, min_width=300):
                    self.text = gr.Textbox(
                        listing.to_read(first), label=tell("read.text"), info=tell("read.text_help"), lines=5,
                        max_lines=14, elem_id="read-text",
                    )  # fmt: skip
                    self.checkpoint = gr.Dropdown(
                        listing.choices("en"), value=[first] if first else [], label=tell("write.checkpoint"),
                        info=tell("read.models_help"), multiselect=True, max_choices=MOST_READING,
                        elem_id="read-checkpoint", filterable=False,
                    )  # fmt: skip
                    self.learn = gr.Checkbox(
                        False, label=tell("read.learn"), info=tell("read.learn_help"), elem_id="read-learn"
                    )
                    with gr.Row():
                        self.button = gr.Button(tell("read.read"), variant="primary", elem_id="read")
                        trio = gr.Button(tell("read.trio"), elem_id="trio")
                        page = gr.Button(tell("read.held_out"), elem_id="held-out-page")
                with gr.Column(scale=7, min_width=300):
                    self.strip = Strip(elem_id="strip")
                    self.verdict = Verdict(elem_id="verdict")
                    self.aligned = Aligned(elem_id="aligned")
            self.scores = Scores(elem_id="scores")
            self.adaptive_scores = Scores(elem_id="adaptive-scores")
            self.running = Running(elem_id="running")
            self.share = Share(elem_id="read-share")
            self.contexts = ReadContexts(room)
            self.sections: Sequence[Section] = [
                ReadGame(room), ReadCompression(room, self.text, self.checkpoint),
            ]  # fmt: skip
        self._wire(trio, page)

    def _wire(self, trio: gr.Button, page: gr.Button) -> None:
        asked = [self.text, self.checkpoint]
        reading: dict[str, Any] = {
            "inputs": [*asked, self.learn], "outputs": self._shown, "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES,
            "show_progress": "minimal", "api_visibility": "private",
        }  # fmt: skip
        anew = [self.button.click, self.text.submit, self.learn.input]
        self.contexts.wire(self.text, self.checkpoint, [*anew, trio.click])
        gr.on(anew, self.read, **reading)
        trio.click(lambda: _TRIO, outputs=[self.text], queue=False, api_visibility="private").then(self.read, **reading)
        page.click(
            self.held_out, inputs=[self.checkpoint], outputs=[self.text], concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="hidden", api_visibility="private",
        ).success(self.read, **reading)  # fmt: skip
        self.checkpoint.input(
            None, inputs=asked, outputs=asked, js=proposing(self._room.listing().texts()), api_visibility="private"
        )

    def held_out(self, names: list[str], request: gr.Request) -> str:
        """Return a few pages that the first model has not learned from: enough to tell two models apart."""
        with told(request):
            limits = self._room.limits
            return self._room.lab.held_out(limits.checkpoint(names[0] if names else ""), min(_PAGES, limits.characters))

    @property
    def _shown(self) -> list[Component]:
        return [
            self.strip, self.verdict, self.scores, self.adaptive_scores, self.aligned, self.running, self.share,
        ]  # fmt: skip

    def read(self, text: str, names: list[str], learn: bool, request: gr.Request) -> list[Any]:
        """Return the text as the models read it, and the measures."""
        with told(request):
            try:
                return self._read(text, names, learn)
            except LabError as error:
                return [strip_notice(sentence(error, language_of(request))), *[None] * (len(self._shown) - 1)]

    def _read(self, text: str, names: list[str], learn: bool) -> list[Any]:
        limits, lab = self._room.limits, self._room.lab
        names = [limits.checkpoint(name) for name in check_names(names, MOST_READING)]
        listing = self._room.listing(own_key(names))
        compared = lab.compare(names, limits.text(text))
        state: Json = {"checkpoints": names, "text": text}
        rows = {row["name"]: row for row in listing.rows}
        if learn:
            learned = lab.compare(names, text, adaptive=True)
            share = share_value(self.id, {**state, "learn": True}, Call("compare", {**state, "adaptive": True}))
            tables, both_ways = (
                [scores_value(compared, rows), adaptive_scores_value(learned, compared)],
                _paired(compared, learned),
            )
            return [None, None, *tables, aligned_value(both_ways), running_value(both_ways), share]
        if len(names) > 1:
            share = share_value(self.id, state, Call("compare", state))
            return [
                None,
                None,
                scores_value(compared, rows),
                None,
                aligned_value(compared),
                running_value(compared),
                share,
            ]
        reading, row = lab.read(names[0], text), rows.get(names[0])
        share = share_value(self.id, state, Call("score", {"checkpoint": names[0], "text": text}))
        verdict = verdict_value(compared["models"][0], row) if row else None
        return [strip_value(reading), verdict, None, None, None, running_value(compared), share]

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        sections = [component for section in self.sections for component in section.arrivals]
        return [self.checkpoint, self.text, self.learn, *self._shown, *sections]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the link's models and text, or a model of the visitor's language and one that it has read."""
        language, listing = language_of(request), self._room.listing(key)
        names = listing.named(opened)[:MOST_READING] or [name for name in [listing.first(language)] if name]
        given = opened.get("text")
        text = given if isinstance(given, str) else listing.to_read(names[0] if names else None)
        learn = opened.get("learn") is True
        untouched = language == "en" and not opened
        return [
            gr.Dropdown(choices=listing.choices(language), value=names), gr.skip() if untouched else text,
            learn or gr.skip(), *self.read(text, names, learn, request),
            *(value for section in self.sections for value in section.arrive(opened, key, request)),
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """What is looked up again as the tab comes to the front."""
        return [self.checkpoint, *(component for section in self.sections for component in section.renewed)]

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return the checkpoints that there are now to choose from."""
        choices = self._room.listing(key).choices(language_of(request))
        sections = [value for section in self.sections for value in section.renew(key, request)]
        return [gr.Dropdown(choices=choices), *sections]


def _paired(static: Json, learned: Json) -> Json:
    """Return both readings of every model, the one that learned behind the one that did not."""
    pairs = zip(static["models"], learned["models"], strict=True)
    return {**static, "models": [each for one, other in pairs for each in ([one] if "error" in one else [one, other])]}
