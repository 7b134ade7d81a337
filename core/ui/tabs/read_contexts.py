"""How far back the models of the tab Read look (D2L 8.3.1): perplexity from the last k tokens alone, against k.

It reads the text once for every length, so it begins when asked, shows each length as it is done, and can be stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.named import MOST_READING, check_names
from core.ui.components.chart import Axis, Chart, Series, chart_notice, chart_value, stopped_chart
from core.ui.people import language_of, sentence, told
from core.ui.room import Json, Room
from core.ui.stopping import stoppable
from core.ui.words import say

# Measurements at once, of all visitors together, and seconds between two messages of one.
_PLACES, _TELL_EVERY = 2, 0.25
# A longer context that lowers the perplexity by less than this share tells a model nothing more.
_NOTHING_MORE = 0.01


class ReadContexts:
    """The picture, with the buttons that begin and stop it."""

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        gr.Markdown(tell("contexts.title"), elem_classes="heading")
        with gr.Row(elem_classes="run-controls"):
            self.button = gr.Button(tell("contexts.measure"), elem_id="measure-contexts")
            self.stop = gr.Button(tell("write.stop"), variant="stop", elem_id="stop-contexts", min_width=90)
        self.chart = Chart(elem_id="contexts")

    def wire(self, text: Component, checkpoint: Component, anew: Sequence[Any]) -> None:
        """Let the measurement begin, stop, and go away with its text.

        Args:
            text, checkpoint: what the tab reads, and which models.
            anew: the events with which a visitor asks for another reading.
        """
        measuring = self.button.click(
            self.measure, inputs=[text, checkpoint], outputs=[self.chart], concurrency_id="contexts",
            concurrency_limit=_PLACES, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        stoppable(measuring, self.stop.click, stopped_chart, self.chart)
        gr.on(
            list(anew), None, outputs=[self.chart], js="() => [null]", cancels=[measuring], show_progress="hidden",
            api_visibility="private",
        )  # fmt: skip

    def measure(self, text: str, names: list[str], request: gr.Request) -> Iterator[Json]:
        """Yield the curves of all models as they grow, one model after the other."""
        language = language_of(request)
        with told(request):
            try:
                limits, lab = self._room.limits, self._room.lab
                names = [limits.checkpoint(name) for name in check_names(names, MOST_READING)]
                given, due = limits.text(text), 0.0
                found: dict[str, list[Json]] = {}
                for number, name in enumerate(names):
                    found[name] = []
                    for news in lab.context_lengths(name, given):
                        if isinstance(news, dict):
                            found[name].append(news)
                        elif time.monotonic() >= due:
                            due = time.monotonic() + _TELL_EVERY
                            yield contexts_value(found, language, (number + news) / len(names))
                yield contexts_value(found, language)
            except LabError as error:
                yield chart_notice(sentence(error, language))


def contexts_value(found: dict[str, list[Json]], language: str, done: float | None = None) -> Json:
    """Return the picture of what was measured so far.

    Args:
        found: by model the rows of `Lab.context_lengths`.
        language: "en" or "zh".
        done: 0 to 1 while more is to come.
    """
    series = [Series(name, [(row["context"], row["perplexity"]) for row in rows]) for name, rows in found.items()]
    said = [_reach(name, rows, language) for name, rows in found.items() if done is None and rows]
    return chart_value(
        say("contexts.picture", language), Axis(say("contexts.x", language), log=True),
        Axis(say("contexts.y", language), log=True), series,
        about=say("contexts.about", language), said=said, done=done,
    )  # fmt: skip


def _reach(name: str, rows: Sequence[Json], language: str) -> str:
    """Say from how many tokens on a model gains nothing more."""
    last = rows[-1]
    if last["perplexity"] is None:
        return say("contexts.infinite", language).format(name=name)
    near = (1 + _NOTHING_MORE) * last["perplexity"]
    enough = last["context"]
    for row in reversed(rows):  # the first length from which on all are near the last
        if row["perplexity"] is None or row["perplexity"] > near:
            break
        enough = row["context"]
    places = {
        "name": name,
        "context": enough,
        "perplexity": f"{last['perplexity']:.4g}",
        "scored": f"{last['scored']:,}",
    }
    return say("contexts.all" if enough == last["context"] else "contexts.enough", language).format(**places)
