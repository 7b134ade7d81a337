"""The first line of a tab: a badge that names the section of the book and leads to its lesson, and a sentence."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture
from core.ui.lessons import lesson_of


class Intro(Picture):
    """A badge and a sentence."""

    folder = "intro"


def intro_value(tab: str, section: str) -> Json:
    """Return the data of a tab's first line: ``section`` such as "D2L 8.4.4"."""
    lesson = lesson_of(tab)
    leads = {"name": lesson.name, "title": {"en": lesson.title.en, "zh": lesson.title.zh}} if lesson else None
    return {"tab": tab, "section": section, "lesson": leads}
