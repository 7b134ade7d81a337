"""What a training is made of: a text, a model and its settings; and what it would cost, before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.sharing.own import OwnName
from core.text.corpus import decode_bytes
from core.ui.calls import Call
from core.ui.components.estimate import estimate_notice, estimate_value
from core.ui.components.form import Form, chosen, form_value
from core.ui.components.share import MOST_TEXT, share_value
from core.ui.people import language_of, sentence, told
from core.ui.room import FIRST_CORPUS, OWN_TEXT, QUICK_LANE, QUICK_PLACES, Json, Room

_FIRST_MODEL = "ngram"
# What is estimated is not kept; before the page knows the visitor it belongs to nobody.
_TRIAL, _NOBODY = "trial", OwnName("0" * 48, "trial")


@dataclass(frozen=True)
class Chosen:
    """What a visitor chose, checked.

    Attributes:
        corpus: a named one, or "" for ``data``.
        data: the bytes of the visitor's own text.
        model: a plug-in's name.
        values: settings by name.
    """

    corpus: str
    data: bytes | None
    model: str
    values: Json


class TrainChoices:
    """The controls, in the order of `asked`."""

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        models = self._models("en")
        first = _listed(_FIRST_MODEL, models, models[0][1])
        self.corpus = gr.Dropdown(
            room.corpora_to_learn("en"), value=FIRST_CORPUS["en"], label=tell("corpus.corpus"), filterable=False,
            elem_id="train-corpus",
        )  # fmt: skip
        with gr.Group(visible=False) as self.own_text:
            self.file = gr.File(label=tell("train.file"), type="binary", height=130, elem_id="train-file")
            self.text = gr.Textbox("", label=tell("train.text"), lines=3, max_lines=8, elem_id="train-text")
        self.model = gr.Dropdown(
            models, value=first, label=tell("write.checkpoint"), filterable=False, elem_id="train-model"
        )
        self.form = Form(form_value(room.lab.models(), first), elem_id="form")

    def wire(self, key: Component, costing: Any, *also: Any) -> None:
        """Let every change ask what it costs.

        Args:
            key: holds the visitor's key.
            costing: the arguments of that event but its function.
            also: further events that ask.
        """
        self.corpus.input(
            lambda name: gr.Group(visible=name == OWN_TEXT), inputs=[self.corpus], outputs=[self.own_text], queue=False,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        self.model.input(
            self.choose, inputs=[self.model, self.form, key], outputs=[self.form], concurrency_id=QUICK_LANE,
            concurrency_limit=QUICK_PLACES, show_progress="hidden", api_visibility="private",
        ).then(self.cost, **costing)  # fmt: skip
        gr.on([self.corpus.input, self.file.change, self.text.blur, self.form.change, *also], self.cost, **costing)

    @property
    def asked(self) -> list[Component]:
        """What `taken` takes."""
        return [self.corpus, self.file, self.text, self.model, self.form]

    def taken(self, corpus: str, file: bytes | None, text: str, model: str, form: Json) -> Chosen:
        """Return what was chosen.

        Raises:
            LabError: training is off, a setting costs too much, or there is no text.
        """
        values = self._room.limits.training(chosen(form))
        typed = (text or "").encode("utf-8", "surrogatepass")
        return Chosen(corpus, None if corpus else self._room.limits.upload(file or typed), model, values)

    def choose(self, model: str, form: Json, key: str) -> Json:
        """Return the form of another model, with what the visitor chose for the settings that both have."""
        return self._form(model, chosen(form), key)

    def _form(self, model: str, values: Json, key: str) -> Json:
        lab = self._room.lab
        return form_value(lab.models(), model, values, lab.checkpoints(key))

    def cost(
        self, corpus: str, file: bytes | None, text: str, model: str, form: Json, key: str, name: str, request: gr.Request
    ) -> list[Any]:  # fmt: skip
        """Return what a training would cost, with a link to the same choices and the program that makes the same model."""
        with told(request):
            try:
                made = self.taken(corpus, file, text, model, form)
                lab, admit = self._room.lab, self._room.limits.size
                found = lab.estimate(_trial(key), model, corpus, made.data, made.values, admit=admit)
                typed = None if file and not corpus else "" if corpus else text
                return [estimate_value(found, self._about(made)), _shared(made, typed, key, name)]
            except LabError as error:
                return [estimate_notice(sentence(error, language_of(request))), None]

    def _about(self, made: Chosen) -> Json:
        """Return the characters and the encoding of the text."""
        if made.data is None:
            card = self._room.lab.corpus_here(made.corpus).card
            return {"characters": card.characters, "encoding": card.encoding}
        decoded, encoding = decode_bytes(made.data)
        return {"characters": len(decoded), "encoding": encoding}

    def _models(self, language: str) -> list[tuple[str, str]]:
        return [(each["title"][language], each["name"]) for each in self._room.lab.models()["models"]]

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.corpus, self.own_text, self.text, self.model, self.form]

    def arrive(self, opened: Json, language: str, key: str) -> list[Any]:
        """Return the link's choices, or those of the visitor's language."""
        corpora, models = self._room.corpora_to_learn(language), self._models(language)
        corpus = _listed(opened.get("corpus"), corpora, FIRST_CORPUS[language])
        model = _listed(opened.get("model"), models, _listed(_FIRST_MODEL, models, models[0][1]))
        text = opened.get("text")
        return [
            gr.Dropdown(choices=corpora, value=corpus), gr.Group(visible=corpus == OWN_TEXT),
            text if isinstance(text, str) else gr.skip(), gr.Dropdown(choices=models, value=model),
            self._form(model, chosen(opened), key),
        ]  # fmt: skip


def _shared(made: Chosen, typed: str | None, key: str, name: str) -> Json:
    """Return the link to these choices, and the program that trains the same; a file's text (None) goes with neither."""
    state = {"corpus": made.corpus, "model": made.model, "values": made.values}
    if typed is None:
        return share_value("train", {**state, "missing": ["text"]}, None)
    source = {"corpus": made.corpus} if made.corpus else {"text": typed}
    values = {"values": made.values} if made.values else {}
    given = {"model": made.model, "key": key, "name": name, **source, **values}
    call = Call("train", given) if len(typed) <= MOST_TEXT else None
    return share_value("train", {**state, "text": typed}, call)


def _trial(key: str) -> OwnName:
    """Return under whose name a training is estimated: a visitor's own models may be members of it."""
    return OwnName.parse(f"own:{key}:{_TRIAL}") or _NOBODY


def _listed(wanted: Any, choices: list[tuple[str, str]], otherwise: str) -> str:
    """Return what a link names where it can be chosen."""
    return wanted if isinstance(wanted, str) and wanted in [name for _, name in choices] else otherwise
