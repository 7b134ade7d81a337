"""Learn (课程): the chapter in short lessons, each of which opens the other tabs in the right state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from core.errors import LabError
from core.ui.components.intro import Intro, intro_value
from core.ui.components.lesson import (
    LessonPicture,
    checked_value,
    lesson_notice,
    lesson_value,
    seen_value,
    stopped_lesson,
)
from core.ui.components.share import Share, share_value
from core.ui.lessons import lesson_named
from core.ui.lessons.lesson import Checked, Seen
from core.ui.people import language_of, sentence, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, Json, Room
from core.ui.stopping import stoppable

_SECTION = "D2L 8"
# One lesson trains for seconds, so lessons have places of their own.
_LANE, _PLACES = "lessons", 2
_LONGEST_ANSWER = 200


class LearnTab:
    """The tab's components and what they do."""

    id = "learn"

    def __init__(self, room: Room) -> None:
        self._room, tell = room, room.tell
        with gr.Tab(tell("tab.learn"), id=self.id) as self.tab:
            Intro(intro_value("learn", _SECTION))
            self.lesson = LessonPicture(elem_id="lesson")
            self.share = Share(elem_id="learn-share")
        running = self.lesson.submit(
            self.run, outputs=self.arrivals, concurrency_id=_LANE, concurrency_limit=_PLACES, show_progress="hidden",
            api_visibility="private",
        )  # fmt: skip
        stoppable(running, self.lesson.clear, stopped_lesson, self.lesson)
        self.lesson.select(
            self.check, inputs=[self.lesson], outputs=[self.lesson], concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip

    def run(self, event: gr.EventData, request: gr.Request) -> Iterator[list[Json]]:
        """Answer the question of a lesson that the reader has answered; closing this stops a run that takes long."""
        asked, language = event._data, language_of(request)
        lesson = lesson_named(asked.get("lesson"))
        value, share = self.open(asked, request)
        if lesson.work is None or "notice" in value or value["guess"] is None:
            yield [value, share]
            return
        with told(request):
            try:
                facts = lesson.facts(self._room.lab, language)
                for news in lesson.work(self._room.lab, language):
                    seen = seen_value(lesson, facts, news, language) if isinstance(news, Seen) else None
                    yield [{**value, "seen": seen, "done": None if seen else news}, share]
            except LabError as error:
                yield [lesson_notice(sentence(error, language), language), share]

    def open(self, asked: Json, request: gr.Request) -> list[Json]:
        """Return a lesson: its question, and where the reader has predicted, its answer, if that is to be had at once."""
        language, lesson = language_of(request), lesson_named(asked.get("lesson"))
        guess = asked.get("guess") if lesson.fits(asked.get("guess")) else None
        share = share_value(self.id, {"lesson": lesson.name, **({} if guess is None else {"guess": guess})}, None)
        with told(request):
            try:
                facts = lesson.facts(self._room.lab, language)
                value = lesson_value(lesson, facts, language, guess)
                if guess is not None and lesson.work is None:
                    value["seen"] = seen_value(lesson, facts, lesson.run(self._room.lab, language), language)
            except LabError as error:
                return [lesson_notice(sentence(error, language), language), share]
        return [value, share]

    def check(self, value: Json | None, event: gr.EventData, request: gr.Request) -> Json | None:
        """Return the lesson with what the program says of the reader's answer to its exercise."""
        language, lesson, given = (
            language_of(request),
            lesson_named(event._data.get("lesson")),
            event._data.get("given"),
        )
        if not lesson.exercise or not value or not value.get("seen") or not isinstance(given, str):
            return value
        given = given.strip()[:_LONGEST_ANSWER]
        with told(request):
            try:
                checked = lesson.exercise.check(self._room.lab, language, given)
            except LabError as error:
                checked = Checked(False, sentence(error, language))
        return checked_value(value, given, checked)

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
