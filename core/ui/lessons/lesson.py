"""What a lesson is: a question that a reader answers first, a run that answers it, and what there is to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import UnknownName
from core.lab import Lab
from core.language import Bilingual
from core.ui.figures import figure as figure  # the lessons take it from here

Json = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What the Lab says before anything is run; it fills the places in the lesson's sentences.

    Attributes:
        said: by the name of the place; a figure is never written into a sentence by hand.
    """

    said: Mapping[str, str]


@dataclass(frozen=True)
class Strip:
    """One model's reading of one line.

    Attributes:
        name: of the model, or of the line.
        reading: what `Lab.read` says.
    """

    name: str
    reading: Json


@dataclass(frozen=True)
class Door:
    """A way into another tab: what it says, and the tab with its state."""

    label: Bilingual
    tab: str
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a run shows.

    Attributes:
        right: the answer: which choice, counted from 0, or the number that was asked for; None is infinite.
        said: figures for the sentences of the answer.
        groups: strips under a name; of several groups one is in sight, and a switch turns to the others.
        table: a first row of heads, then the rows.
        charts: pictures of curves, each as `chart_value` gives it.
        doors: ways on.
    """

    right: float | None
    said: Mapping[str, str]
    groups: Sequence[tuple[str, Sequence[Strip]]] = ()
    table: Sequence[Sequence[str]] = ()
    charts: Sequence[Json] = ()
    doors: Sequence[Door] = ()


@dataclass(frozen=True)
class Checked:
    """What the program says of a reader's answer to an exercise: right or not, and why, in the reader's language."""

    right: bool
    said: str


@dataclass(frozen=True)
class Exercise:
    """Something to work out by oneself, which the program checks.

    Attributes:
        task: what to find; it has the same places as the lesson's sentences.
        check: from the Lab, the language and what the reader typed, what to say. It computes the right answer, it does not know it;
            what cannot be read as an answer is a `LabError`.
        hint: stands in the empty field, such as "a number".
    """

    task: Bilingual
    check: Callable[[Lab, str, str], Checked]
    hint: Bilingual


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        name: in links.
        section: of the book, such as "D2L 8.2".
        tabs: those whose badge leads here.
        title, story, question: what the reader reads first.
        choices: the answers to choose from; none where a number is asked for.
        unit: what the number counts.
        see: what the picture shows, one text a paragraph.
        facts: asked when the lesson is opened; quick.
        run: asked when the reader has predicted.
        work: the same for a run that takes seconds: yields how much is done, 0 to 1, and at last what there is to see. It starts when
            the reader says so and not because a link was opened.
        exercise: comes after what there is to see.
    """

    name: str
    section: str
    tabs: tuple[str, ...]
    title: Bilingual
    story: Bilingual
    question: Bilingual
    see: tuple[Bilingual, ...]
    facts: Callable[[Lab, str], Facts]
    run: Callable[[Lab, str], Seen]
    choices: tuple[Bilingual, ...] = field(default=())
    unit: Bilingual | None = None
    work: Callable[[Lab, str], Iterator[float | Seen]] | None = None
    exercise: Exercise | None = None

    def fits(self, guess: object) -> bool:
        """Whether this is an answer to the question."""
        if isinstance(guess, bool) or not isinstance(guess, int | float):
            return False
        return guess in range(len(self.choices)) if self.choices else 0 < guess < 1e9


def checkpoint_row(lab: Lab, names: Sequence[str]) -> Json:
    """Return the row of the first of these checkpoints that is here.

    Raises:
        UnknownName: none of them.
    """
    rows = {row["name"]: row for row in lab.checkpoints() if "error" not in row}
    for name in names:
        if name in rows:
            return rows[name]
    raise UnknownName(
        f"This lesson needs the checkpoint '{names[0]}', which is not here. Take it from where the project came, or train it.",
        f"本课需要检查点“{names[0]}”，但这里没有。请从项目来源处取得，或自行训练。",
    )
