"""The lessons of the tab Learn: predict, then run, then see. A lesson is data and one function that asks the Lab.

Another lesson is another file here and its place in `LESSONS`.
"""

from __future__ import annotations

from core.ui.lessons import (
    batches,
    by_heart,
    clipping,
    compression,
    floor,
    flow,
    laplace,
    lengths,
    looking_ahead,
    one_hot,
    perplexity,
    shannon,
    sine,
    text_to_ids,
    truncation,
    zipf,
)
from core.ui.lessons.lesson import Lesson

# In the order of the book.
LESSONS: tuple[Lesson, ...] = (
    sine.LESSON, text_to_ids.LESSON, laplace.LESSON, zipf.LESSON, batches.LESSON, perplexity.LESSON, shannon.LESSON, compression.LESSON,
    floor.LESSON, one_hot.LESSON, by_heart.LESSON, clipping.LESSON, truncation.LESSON, flow.LESSON, looking_ahead.LESSON, lengths.LESSON,
)  # fmt: skip


def lesson_named(name: object) -> Lesson:
    """Return a lesson by its name, the first one where there is none of that name."""
    return next((each for each in LESSONS if each.name == name), LESSONS[0])


def lesson_of(tab: str) -> Lesson | None:
    """Return the lesson to which a tab's badge leads."""
    return next((each for each in LESSONS if tab in each.tabs), None)
