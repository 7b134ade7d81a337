"""A lesson: the reader predicts, the Lab runs, and both see the answer beside the prediction."""

from __future__ import annotations

from core.language import Bilingual
from core.ui.components.picture import Json, Picture
from core.ui.components.strip import strip_value
from core.ui.lessons import LESSONS
from core.ui.lessons.lesson import Checked, Facts, Lesson, Seen


class LessonPicture(Picture):
    """The list of lessons, the open one's question, the answer once it has run, and an exercise. Event: ``select`` checks it."""

    folder, curves = "lesson", True


def lesson_value(lesson: Lesson, facts: Facts, language: str, guess: float | None = None) -> Json:
    """Return the data of an open lesson.

    Args:
        lesson: the lesson.
        facts: what the Lab says before anything is run.
        language: "en" or "zh".
        guess: the reader's answer, where there is one already.
    """

    def said(text: Bilingual) -> str:
        return text.in_language(language).format_map(facts.said)

    return {
        "lessons": lessons_listed(language), "name": lesson.name, "section": lesson.section, "title": said(lesson.title),
        "story": said(lesson.story), "question": said(lesson.question), "choices": [said(each) for each in lesson.choices],
        "unit": said(lesson.unit) if lesson.unit else "", "guess": guess, "done": None, "seen": None,
    }  # fmt: skip


def seen_value(lesson: Lesson, facts: Facts, seen: Seen, language: str) -> Json:
    """Return the data of a lesson's answer, and of the exercise that comes after it."""
    exercise, places = lesson.exercise, {**facts.said, **seen.said}
    return {
        "exercise": exercise and {
            "task": exercise.task.in_language(language).format_map(places), "hint": exercise.hint.in_language(language), "given": "",
        },
        "right": seen.right, "table": [list(row) for row in seen.table], "charts": list(seen.charts),
        "groups": [
            {"name": name, "strips": [_strip(each.name, each.reading) for each in strips]} for name, strips in seen.groups
        ],
        "see": [each.in_language(language).format_map(seen.said) for each in lesson.see],
        "doors": [
            {"label": each.label.in_language(language), "tab": each.tab, "state": dict(each.state)} for each in seen.doors
        ],
    }  # fmt: skip


def checked_value(value: Json, given: str, checked: Checked) -> Json:
    """Return a lesson's data with what the program says of the answer ``given`` to its exercise."""
    told = {"given": given, "right": checked.right, "said": checked.said}
    return {**value, "seen": {**value["seen"], "exercise": {**value["seen"]["exercise"], **told}}}


def stopped_lesson(value: Json | None) -> Json | None:
    """Return the data after the reader has stopped a run: the question stands as before."""
    return {**value, "done": None} if value and "done" in value else value


def lesson_notice(sentence: str, language: str) -> Json:
    """Return the data where a lesson cannot be opened or run."""
    return {"lessons": lessons_listed(language), "notice": sentence}


def lessons_listed(language: str) -> list[Json]:
    """Return every lesson as it stands in the list."""
    return [{"name": each.name, "title": each.title.in_language(language)} for each in LESSONS]


def _strip(name: str, reading: Json) -> Json:
    value = strip_value(reading)
    tokens = [[each["token"], each["bits"], each["kind"]] for each in value["tokens"]]
    return {"name": name, "tokens": tokens, "perplexity": reading["perplexity"], "bounds": value["bounds"]}
