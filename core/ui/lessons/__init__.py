"""The lessons of the tab Learn: predict, then run, then see. A lesson is data and one function that asks the Lab.

Another lesson is another file here and its place in `LESSONS`.
"""

from __future__ import annotations

from core.ui.lessons import by_heart, floor, looking_ahead, perplexity, text_to_ids
from core.ui.lessons.lesson import Lesson

LESSONS: tuple[Lesson, ...] = (
    text_to_ids.LESSON,
    perplexity.LESSON,
    by_heart.LESSON,
    looking_ahead.LESSON,
    floor.LESSON,
)


def lesson_named(name: object) -> Lesson:
    """Return a lesson by its name, the first one where there is none of that name."""
    return next((each for each in LESSONS if each.name == name), LESSONS[0])


def lesson_of(tab: str) -> Lesson | None:
    """Return the lesson to which a tab's badge leads."""
    return next((each for each in LESSONS if tab in each.tabs), None)
