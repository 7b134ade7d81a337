"""What all pictures of the page share: a folder with template, style and script becomes a component.

A picture is pure: data in, picture out. Its data never passes through the template. Gradio makes the template a
JavaScript template string AFTER Handlebars has filled it in, so a visitor's ``${...}`` would be run as code even where
``{{x}}`` escapes HTML (see docs/decisions/0005-text-in-pictures.md). Templates are therefore plain HTML without any value,
and the scripts write text with ``textContent`` only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from core.ui.words import group

_FOLDER = Path(__file__).parent
Json = dict[str, Any]


class Picture(gr.HTML):
    """A component made of the files ``template.html``, ``style.css`` and ``script.js`` of its own folder.

    Attributes:
        folder: name of the folder, which is also the group of its words.
        curves: whether it draws curves, with what ``curves.js`` and ``curves.css`` offer.
    """

    folder: ClassVar[str]
    curves: ClassVar[bool] = False

    def __init__(self, value: Json | None = None, *, elem_id: str | None = None, render: bool = True) -> None:
        # `render` is Gradio's: it makes a component anew, unrendered, where an event leaves its value as it is.
        shared = _read(".", "curves.css") if self.curves else ""
        super().__init__(
            value, html_template=_read(self.folder, "template.html"), css_template=shared + _read(self.folder, "style.css"),
            js_on_load=self.script(), apply_default_css=False, elem_id=elem_id,
            elem_classes=["picture", f"picture-{self.folder}"], render=render,
        )  # fmt: skip

    @classmethod
    def script(cls) -> str:
        """Return what runs in the browser: its words, what all pictures begin with, then its own.

        The words are a part of it and no property of their own: Gradio forgets those that it does not know of a picture in a tab
        that nobody has opened yet, as soon as an event leaves the picture as it is.
        """
        words = f"const WORDS = {json.dumps(words_of(cls.folder), ensure_ascii=False)};\n"
        files = [(".", "shared.js"), *([(".", "curves.js")] if cls.curves else []), (cls.folder, "script.js")]
        return words + "".join(_read(folder, name) for folder, name in files)

    def postprocess(self, value: Json | None) -> str | None:  # type: ignore[override] # Gradio's own takes HTML
        """Return the data as one text, which Gradio's page copies at once (see ``shared.js``)."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def preprocess(self, payload: str | None) -> Json | None:  # type: ignore[override]
        """Return the data that the browser holds."""
        return None if payload is None else json.loads(payload)


def words_of(folder: str) -> dict[str, dict[str, str]]:
    """Return the words of a picture by language: those that all pictures share (``picture.``), and its own."""
    own = group(folder)
    return {language: {**shared, **own[language]} for language, shared in group("picture").items()}


def _read(folder: str, name: str) -> str:
    """Return the text of a picture's file."""
    return (_FOLDER / folder / name).read_text(encoding="utf-8")
