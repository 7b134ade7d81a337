"""Corpus (语料): a text becomes ids, what can be counted in it, and how mini-batches lie over it (D2L 8.2, 8.3)."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.calls import Call
from core.ui.components.batches import Batches, batches_notice, batches_value
from core.ui.components.intro import Intro, intro_value
from core.ui.components.places import PlacesPicture, places_notice, places_value
from core.ui.components.share import Share, share_value
from core.ui.components.stages import Stages, stages_notice, stages_value
from core.ui.components.vocabulary import Vocabulary, vocabulary_value
from core.ui.components.zipf import Zipf, zipf_value
from core.ui.people import language_of, sentence, told
from core.ui.room import FIRST_CORPUS, OWN_TEXT, QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.tabs.corpus_markov import CorpusMarkov
from core.ui.words import say

_SECTION = "D2L 8.2"
_FIRST_LEVEL = {"en": "word", "zh": "char"}
_LEVELS, _SAMPLINGS = ("char", "word"), ("sequential", "random")
# Entries of the vocabulary that travel to the page.
_TOP = 1000


class CorpusTab:
    """The tab's components and what they do."""

    id = "corpus"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.corpus"), id=self.id) as self.tab:
            Intro(intro_value("corpus", _SECTION))
            with gr.Row():
                self.corpus = gr.Dropdown(
                    room.corpora_here("en"), value=FIRST_CORPUS["en"], label=tell("corpus.corpus"), filterable=False,
                    elem_id="corpus-name", scale=3, min_width=250,
                )  # fmt: skip
                self.level = gr.Dropdown(
                    self._named(_LEVELS, "level", "en"), value=_FIRST_LEVEL["en"], label=tell("corpus.level"), filterable=False,
                    elem_id="corpus-level", min_width=150,
                )  # fmt: skip
                self.least = gr.Number(
                    1, label=tell("corpus.least"), info=tell("corpus.least_help"), precision=0, minimum=1,
                    elem_id="corpus-least", min_width=190,
                )  # fmt: skip
                self.button = gr.Button(tell("corpus.look"), variant="primary", elem_id="count", min_width=120)
            self.text = gr.Textbox(
                "", label=tell("corpus.text"), info=tell("corpus.text_help"), lines=4, max_lines=10, visible=False,
                elem_id="corpus-text",
            )  # fmt: skip
            self.stages = Stages(elem_id="stages")
            self.vocabulary = Vocabulary(elem_id="vocabulary")
            self.places = PlacesPicture(elem_id="corpus-places")
            self.zipf = Zipf(elem_id="zipf")
            self.share = Share(elem_id="corpus-share")
            self.markov = CorpusMarkov(room, self._asked)
            gr.Markdown(tell("corpus.batches"), elem_classes="heading")
            with gr.Row():
                self.sampling = gr.Dropdown(
                    self._named(_SAMPLINGS, "corpus", "en"), value="sequential", label=tell("corpus.sampling"),
                    filterable=False, elem_id="sampling", min_width=180,
                )  # fmt: skip
                self.batch_size = gr.Slider(1, 6, 2, step=1, label=tell("corpus.batch_size"), min_width=180, buttons=[])
                self.num_steps = gr.Slider(1, 20, 5, step=1, label=tell("corpus.num_steps"), min_width=180, buttons=[])
                self.seed = gr.Number(0, label=tell("setting.seed"), precision=0, minimum=0, min_width=120)
            self.batches = Batches(elem_id="batches")
        self._wire()

    def _wire(self) -> None:
        lane: dict[str, Any] = {
            "concurrency_id": QUICK_LANE, "concurrency_limit": QUICK_PLACES, "show_progress": "minimal",
            "api_visibility": "private",
        }  # fmt: skip
        counting: dict[str, Any] = {"inputs": self._asked, "outputs": self._counted, **lane}
        cutting: dict[str, Any] = {"inputs": self._cut, "outputs": [self.batches], **lane}
        self.corpus.input(
            lambda name: gr.Textbox(visible=name == OWN_TEXT), inputs=[self.corpus], outputs=[self.text], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        asking = [self.button.click, self.text.submit, self.corpus.input, self.level.input]
        self.markov.wire_comparison(asking)
        gr.on(asking, self.count, **counting)
        for picture, places in ((self.vocabulary, self.places), (self.markov.transitions, self.markov.places)):
            picture.select(self.find, inputs=self._asked[:3], outputs=[places], **lane)
        gr.on(
            [*asking, self.sampling.input, self.batch_size.release, self.num_steps.release, self.seed.submit],
            self.cut, **cutting,
        )  # fmt: skip
        self.markov.wire_matrix([self.tab.select, *asking])

    @property
    def _asked(self) -> list[Component]:
        return [self.corpus, self.text, self.level, self.least]

    @property
    def _counted(self) -> list[Component]:
        return [self.stages, self.vocabulary, self.zipf, self.share, self.places]

    @property
    def _cut(self) -> list[Component]:
        return [self.corpus, self.text, self.level, self.sampling, self.batch_size, self.num_steps, self.seed]

    def _named(self, values: tuple[str, ...], group: str, language: str) -> list[tuple[str, str]]:
        return [(say(f"{group}.{value}", language), value) for value in values]

    def count(self, corpus: str, text: str, level: str, least: float, request: gr.Request) -> list[Any]:
        """Return the stages, the vocabulary and Zipf's law of the chosen text."""
        with told(request):
            try:
                return self._count(corpus or OWN_TEXT, self._room.limits.text(text), level, least)
            except LabError as error:
                return [stages_notice(sentence(error, language_of(request))), None, None, None, None]

    def _count(self, corpus: str, text: str, level: str, least: Any) -> list[Any]:
        lab, own = self._room.lab, "" if corpus else text
        frequency = int(least) if isinstance(least, int | float) else least
        stages = lab.text_stages(own, level, frequency, corpus)
        counted = lab.corpus_statistics(own, level, _TOP, frequency, corpus)
        state = {"corpus": corpus, "text": own, "level": level, "min_frequency": frequency}
        call = Call("corpus_statistics", {name: value for name, value in state.items() if value != ""})
        share = share_value(self.id, state, call)
        return [stages_value(stages), vocabulary_value(counted, level), zipf_value(counted, level), share, None]

    def find(self, corpus: str, text: str, level: str, event: gr.EventData, request: gr.Request) -> Json:
        """Return the places of the tokens that were chosen, one or a run of several."""
        with told(request):
            try:
                own = "" if corpus else self._room.limits.text(text)
                found = self._room.lab.corpus_concordance(own, level, event.tokens, corpus)
                return places_value(found, self._room.corpora.get(corpus))
            except LabError as error:
                return places_notice(sentence(error, language_of(request)))

    def cut(
        self, corpus: str, text: str, level: str, sampling: str, batch_size: float, num_steps: float, seed: float | None,
        request: gr.Request,
    ) -> Json:  # fmt: skip
        """Return how mini-batches lie over the chosen text."""
        with told(request):
            try:
                own = "" if corpus else self._room.limits.text(text)
                sizes = int(batch_size), int(num_steps), max(0, int(seed or 0))
                return batches_value(self._room.lab.mini_batches(own, level, sampling, *sizes, corpus))
            except LabError as error:
                return batches_notice(sentence(error, language_of(request)))

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [*self._asked, self.sampling, *self._counted, self.batches, *self.markov.arrivals]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the link's text and settings, or the story of the visitor's language, all counted."""
        language = language_of(request)
        here = {name for _, name in self._room.corpora_here(language)}
        corpus = opened.get("corpus", FIRST_CORPUS[language])
        corpus = corpus if isinstance(corpus, str) and corpus in here else FIRST_CORPUS[language]
        text = opened.get("text") if isinstance(opened.get("text"), str) else ""
        level = opened.get("level") if opened.get("level") in _LEVELS else _FIRST_LEVEL[language]
        least = opened.get("min_frequency")
        least = least if isinstance(least, int) and least >= 1 else 1
        return [
            gr.Dropdown(choices=self._room.corpora_here(language), value=corpus),
            gr.Textbox(value=text, visible=corpus == OWN_TEXT),
            gr.Dropdown(choices=self._named(_LEVELS, "level", language), value=level), least,
            gr.Dropdown(choices=self._named(_SAMPLINGS, "corpus", language), value="sequential"),
            *self.count(corpus, text or "", str(level), least, request),
            self.cut(corpus, text or "", str(level), "sequential", 2, 5, 0, request), *self.markov.arrive(opened, language),
        ]  # fmt: skip

    @property
    def renewed(self) -> list[Component]:
        """Nothing here changes while the page is open."""
        return []

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return nothing."""
        return []
