"""Learn (课程): the chapter in short lessons, each of which opens the other tabs in the right state."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.components.intro import Intro, intro_value
from core.ui.components.lesson import LessonPicture, lesson_notice, lesson_value, seen_value
from core.ui.components.share import Share, share_value
from core.ui.lessons import lesson_named
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room

_SECTION = "D2L 8"


class LearnTab:
    """The tab's components and what they do."""

    id = "learn"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.learn"), id=self.id) as self.tab:
            Intro(intro_value("learn", _SECTION))
            self.lesson = LessonPicture(elem_id="lesson")
            self.share = Share(elem_id="learn-share")
        self.lesson.submit(
            self.run, outputs=self.arrivals, concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip

    def run(self, event: gr.EventData, request: gr.Request) -> list[Json]:
        """Answer the question of a lesson that the reader has answered."""
        return self.open(event._data, request)

    def open(self, asked: Json, request: gr.Request) -> list[Json]:
        """Return a lesson: its question, and where the reader has predicted, its answer."""
        language, lesson = language_of(request), lesson_named(asked.get("lesson"))
        guess = asked.get("guess") if lesson.fits(asked.get("guess")) else None
        share = share_value(self.id, {"lesson": lesson.name, **({} if guess is None else {"guess": guess})}, None)
        with told(request):
            try:
                value = lesson_value(lesson, lesson.facts(self._room.lab, language), language, guess)
                seen = None if guess is None else seen_value(lesson, lesson.run(self._room.lab, language), language)
            except LabError as error:
                return [lesson_notice(sentence(error, language), language), share]
        return [{**value, "seen": seen}, share]

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return [self.lesson, self.share]

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return the lesson that a link names, else the first one."""
        return self.open(opened, request)

    @property
    def renewed(self) -> list[Component]:
        """Nothing here changes while the page is open."""
        return []

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return nothing."""
        return []
