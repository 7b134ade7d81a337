"""What of a written text stands word for word in the training text (under the texts of Write)."""

from __future__ import annotations

from typing import Any

import gradio as gr

from core.errors import LabError
from core.ui.components.memory import memory_value
from core.ui.people import language_of
from core.ui.room import Json, Room

# How many characters in a row are no turn of phrase any more, by the visitor's language: about one in forty characters of
# held-out text lies in such a stretch. A Chinese character says more than a letter.
_LEAST = {"en": 20, "zh": 10}
_FEWEST, _MOST = 5, 100


class WriteMemory:
    """The setting, and the underlining."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.least = gr.Slider(
            _FEWEST, _MOST, _LEAST["en"], step=1, label=room.tell("write.least"), info=room.tell("write.least_help"),
            elem_id="least", buttons=[],
        )  # fmt: skip

    def underline(self, written: Json | None, least: Any, request: gr.Request) -> Any:
        """Return which stretches of what was written its writers have learned."""
        if not written or not any(each["text"] for each in written["columns"]):
            return gr.skip()
        language, wanted = language_of(request), int(least) if isinstance(least, int | float) else _LEAST["en"]

        def memory_of(name: str, text: str) -> Json:
            try:
                limits = self._room.limits
                return self._room.lab.memorised(limits.checkpoint(name), limits.text(text), wanted)
            except LabError as error:
                return {"notice": error.in_language(language)}

        return memory_value(written, memory_of)

    def arrive(self, language: str) -> Any:
        """Return the setting that a visitor of a language begins with."""
        return gr.skip() if language == "en" else _LEAST[language]
