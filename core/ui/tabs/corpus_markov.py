"""Markov models over the chosen text (D2L 8.3.1): which token follows which, and what longer contexts are worth.

The matrix is drawn when the tab comes to the front, so that whoever only opens the page does not wait for it. The comparison
trains a hundred models; it begins when asked, shows each order as it is done, and can be stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.components.places import PlacesPicture
from core.ui.components.share import Share, share_value
from core.ui.components.sweep import SweepPicture, stopped_sweep, sweep_notice, sweep_value
from core.ui.components.transitions import Transitions, transitions_notice, transitions_value
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.stopping import stoppable
from core.ui.words import say

# The settings that are compared; a model that has both can be chosen.
_ALONG, _BY = "order", "smoothing"
_TOKENS, _FIRST_TOKENS = (1_000, 3_000, 10_000, 30_000), 10_000  # the book learns from 10,000; 30,000 take ten seconds
_LEAST_ORDER, _MOST_ORDER, _FIRST_ORDER = 2, 16, 10
_FORMS = ("raw", "d2l")
# Comparisons at once, of all visitors together, and seconds between two messages of one.
_PLACES, _TELL_EVERY = 2, 0.25
# Adds whether the tab is in front: a link opens it before its controls are filled in, and other visitors may never come.
_IN_FRONT = """async (...asked) => {
  await new Promise(requestAnimationFrame);
  return [...asked.slice(0, -1), Boolean(document.querySelector("#corpus-name").offsetParent)];
}"""


class CorpusMarkov:
    """The two pictures, and the controls of the second."""

    def __init__(self, room: Room, asked: Sequence[Component]) -> None:
        """Place the components.

        Args:
            room: what the tabs share.
            asked: corpus, text, level and minimum frequency, as the tab has them.
        """
        self._room, self._asked, tell = room, list(asked), room.tell
        self._drawn_from, self._in_front = gr.State(""), gr.Checkbox(visible=False)
        self.transitions = Transitions(elem_id="transitions")
        self.places = PlacesPicture(elem_id="transition-places")
        gr.Markdown(tell("markov.title"), elem_classes="heading")
        models = self._models("en")
        with gr.Row(elem_classes="run-controls"):
            self.model = gr.Dropdown(
                models, value=_first(models), label=tell("markov.model"), filterable=False, visible=len(models) > 1,
                elem_id="sweep-model", min_width=150,
            )  # fmt: skip
            self.tokens = gr.Dropdown(
                [(f"{tokens:,}", tokens) for tokens in _TOKENS], value=_FIRST_TOKENS, label=tell("markov.tokens"),
                info=tell("markov.tokens_help"), filterable=False, elem_id="sweep-tokens", min_width=190,
            )  # fmt: skip
            self.most = gr.Slider(
                _LEAST_ORDER, _MOST_ORDER, _FIRST_ORDER, step=1, label=tell("markov.most"), elem_id="sweep-most",
                min_width=190, buttons=[],
            )  # fmt: skip
            self.form = gr.Dropdown(
                self._forms("en"), value=_FORMS[0], label=tell("markov.form"), filterable=False, elem_id="sweep-form",
                min_width=150,
            )  # fmt: skip
            self.compare_button = gr.Button(tell("markov.compare"), variant="primary", elem_id="compare-smoothings")
            self.stop = gr.Button(tell("markov.stop"), variant="stop", elem_id="stop-sweep", min_width=90)
        self.sweep = SweepPicture(elem_id="sweep")
        self.share = Share(elem_id="sweep-share")

    def wire_comparison(self, chosen: Sequence[Any]) -> None:
        """Let the comparison begin, stop, and go away with its text.

        Call it before anything else follows these events: the browser takes what follows one event in turn, each when the one
        before has ended, and a comparison that was begun meanwhile would go away.

        Args:
            chosen: the events with which a visitor asks for another text.
        """
        comparing = self.compare_button.click(
            self.measure, inputs=[*self._asked, *self.controls], outputs=[self.sweep, self.share],
            concurrency_id="comparing", concurrency_limit=_PLACES, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        stoppable(comparing, self.stop.click, stopped_sweep, self.sweep)
        gr.on(
            list(chosen), None, outputs=[self.sweep, self.share, self.places], js="() => [null, null, null]", cancels=[comparing],
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip

    def wire_matrix(self, changed: Sequence[Any]) -> None:
        """Let the matrix follow the chosen text.

        Args:
            changed: the events after which another text may be chosen, and that of the tab coming to the front.
        """
        gr.on(
            list(changed), self.draw, inputs=[*self._asked, self._drawn_from, self._in_front],
            outputs=[self.transitions, self._drawn_from], js=_IN_FRONT, trigger_mode="always_last",
            concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES, show_progress="minimal", api_visibility="private",
        )  # fmt: skip

    @property
    def controls(self) -> list[Component]:
        """What the comparison is asked with, beside the text."""
        return [self.model, self.tokens, self.most, self.form]

    def draw(
        self, corpus: str, text: str, level: str, least: Any, drawn_from: str, in_front: bool, request: gr.Request
    ) -> list[Any]:  # fmt: skip
        """Return the matrix of the chosen text; nothing new where it is drawn already, or where nobody sees it."""
        asked = repr((corpus, hash(text) if not corpus else 0, level, least))
        if asked == drawn_from or not in_front:
            return [gr.skip(), gr.skip()]
        with told(request):
            try:
                own = "" if corpus else self._room.limits.text(text)
                matrix = self._room.lab.transitions(own, level, _whole(least), corpus)
                return [transitions_value(matrix), asked]
            except LabError as error:
                return [transitions_notice(sentence(error, language_of(request))), asked]

    def measure(
        self, corpus: str, text: str, level: str, least: Any, model: str, tokens: Any, most: Any, form: str,
        request: gr.Request,
    ) -> Iterator[list[Any]]:  # fmt: skip
        """Yield the perplexities of every order and smoothing, as they are measured.

        Not called `compare`: Gradio would give that name of the web API to this private event.
        """
        with told(request):
            try:
                own = "" if corpus else self._room.limits.text(text)
                values = {"level": level, "form": form, "min_frequency": least, "max_tokens": tokens}
                swept = self._room.lab.sweep(model, corpus, own, values, along=_ALONG, most=most, by=_BY)
                state = {
                    "corpus": corpus, "text": own, "level": level, "min_frequency": least, "model": model, "tokens": tokens,
                    "most": most, "form": form,
                }  # fmt: skip
                shared = share_value("corpus", state, None)
                plan, rows = swept.plan(), list[Json]()
                yield [sweep_value(plan, rows, "running"), None]
                due = time.monotonic()
                for row in swept.rows():
                    rows.append(row)
                    if time.monotonic() >= due:
                        due = time.monotonic() + _TELL_EVERY
                        yield [sweep_value(plan, rows, "running"), shared]
                yield [sweep_value(plan, rows, "done"), shared]
            except LabError as error:
                yield [sweep_notice(sentence(error, language_of(request))), None]

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [*self.controls, self.sweep, self.share]

    def arrive(self, opened: Json, language: str) -> list[Any]:
        """Return the controls as the link names them, or as they begin; what was compared before is gone."""
        models = self._models(language)
        most = opened.get("most")
        return [
            gr.Dropdown(choices=models, value=_listed(opened.get("model"), models, _first(models))),
            _listed(opened.get("tokens"), [("", tokens) for tokens in _TOKENS], _FIRST_TOKENS),
            most if isinstance(most, int) and _LEAST_ORDER <= most <= _MOST_ORDER else _FIRST_ORDER,
            gr.Dropdown(choices=self._forms(language), value=_listed(opened.get("form"), self._forms(language), _FORMS[0])),
            None, None,
        ]  # fmt: skip

    def _models(self, language: str) -> list[tuple[str, str]]:
        """Return (title, name) of the models that can be compared with themselves."""
        able = self._room.lab.sweepable(_ALONG, _BY)
        return [
            (each["title"][language], each["name"])
            for each in self._room.lab.models()["models"]
            if each["name"] in able
        ]

    def _forms(self, language: str) -> list[tuple[str, str]]:
        return [(say(f"form.{form}", language), form) for form in _FORMS]


def _whole(number: Any) -> Any:
    """Return a box's 3.0 as the whole number 3; anything else is left to the checks behind."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _first(models: Sequence[tuple[str, str]]) -> str | None:
    return models[0][1] if models else None


def _listed(wanted: Any, choices: Sequence[tuple[str, Any]], otherwise: Any) -> Any:
    """Return what a link names where it can be chosen."""
    return wanted if any(wanted == value and type(wanted) is type(value) for _, value in choices) else otherwise
