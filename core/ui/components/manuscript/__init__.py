"""The written texts: the prefix, each model's continuation as it grows, in plain ink, and how it ended.

The continuation is not coloured by its own model: a model that only repeats itself would look best. Another model, the
judge, may colour it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TypeVar
from uuid import uuid4

from core.errors import LabError
from core.generation.generate import Finished, Piece
from core.generation.side_by_side import Turn
from core.measures.surprisal import CLASS_BOUNDS, surprise_classes
from core.ui.components.picture import Json, Picture

T = TypeVar("T")


class Manuscript(Picture):
    """The written texts side by side; see `Writings` for the data. Event ``select``: a token was pointed at."""

    folder = "manuscript"


@dataclass
class Writing:
    """One model's continuation under way.

    Attributes:
        name: the checkpoint.
        seconds: that it took itself, the other models' turns left out.
        cuts: lengths of the pieces in characters, so that every token can be pointed at.
    """

    name: str
    text: str = ""
    tokens: int = 0
    cuts: list[int] = field(default_factory=list)
    finished: Finished | None = None
    notice: str = ""
    seconds: float = 0.0

    def add(self, items: list[Piece | Finished], seconds: float) -> None:
        """Take in what has been written in some more seconds."""
        self.seconds += seconds
        for item in items:
            if isinstance(item, Finished):
                self.finished = item
                continue
            self.text += item.text
            self.tokens += len(item.ids)
            if item.text:
                self.cuts.append(len(item.text))

    def value(self) -> Json:
        """Return the data of one column; its state is warming, writing, done or failed."""
        done = self.finished
        state = "failed" if self.notice else "done" if done else "writing" if self.tokens else "warming"
        return {
            "name": self.name, "text": self.text, "state": state, "tokens": self.tokens, "cuts": list(self.cuts),
            "speed": round(self.tokens / max(self.seconds, 1e-9), 1) if self.tokens > 1 else 0,
            "reason": done.reason if done else "", "stop": done.stop if done else None, "notice": self.notice,
        }  # fmt: skip


class Writings:
    """Several models' continuations of one prefix, as the picture shows them."""

    def __init__(self, prefix: str, names: Sequence[str]) -> None:
        self.prefix = prefix
        # Tells two writings apart in the browser, where the last words of a stopped one may arrive after its end.
        self._run = uuid4().hex
        self._columns = {name: Writing(name) for name in names}

    def add(self, turns: list[Turn], language: str) -> None:
        """Take in some turns; a model that failed says why, in the visitor's language."""
        for name, items, seconds in turns:
            column = self._columns[name]
            if isinstance(items, LabError):
                column.notice = items.in_language(language)
            else:
                column.add(items, seconds)

    def value(self) -> Json:
        """Return the data."""
        return {
            "prefix": self.prefix,
            "run": self._run,
            "columns": [column.value() for column in self._columns.values()],
        }

    def failed(self, sentence: str) -> Json:
        """Return the data where nothing more can be written."""
        value = self.value()
        columns = [each if each["state"] == "done" else {**each, "state": "failed"} for each in value["columns"]]
        return {**value, "columns": columns or [{**Writing("").value(), "state": "failed"}], "notice": sentence}


def stopped_value(value: Json | None) -> Json | None:
    """Return the data after the visitor has stopped the writing; what is written stays."""
    if not value:
        return value
    busy = ("warming", "writing")
    columns = [{**each, "state": "stopped"} if each["state"] in busy else each for each in value["columns"]]
    return {**value, "columns": columns}


def judged_value(value: Json, judge: str, bits_of: Callable[[list[str]], list[float | None]]) -> Json:
    """Return the data with every token in the colour of a judge's surprise.

    Args:
        value: the data of a writing that has ended.
        judge: the judge's name; "" takes the colours away.
        bits_of: the judge's surprise at the pieces of a continuation, in bits.
    """
    plain = [{name: each[name] for name in each if name != "kinds"} for each in value["columns"]]
    if not judge:
        return {**value, "columns": plain, "judge": None}
    columns = [{**each, "kinds": _kinds(bits_of(_pieces(each)))} if each["text"] else each for each in plain]
    return {**value, "columns": columns, "judge": {"name": judge, "bounds": list(CLASS_BOUNDS)}}


def _pieces(column: Json) -> list[str]:
    """Return a continuation in the pieces in which it was written."""
    ends = [0, *accumulate(column["cuts"])]
    return [column["text"][begin:end] for begin, end in pairwise(ends)]


def _kinds(bits: list[float | None]) -> list[int]:
    """Return the class of surprise of every piece."""
    return [int(kind) for kind in surprise_classes([math.inf if each is None else each for each in bits])]


def paced(items: Iterator[T], seconds: float = 0.1) -> Iterator[list[T]]:
    """Yield what arrives in turn, gathered so that a list comes about every ``seconds``; the first one at once."""
    gathered: list[T] = []
    due = 0.0
    for item in items:
        gathered.append(item)
        if time.perf_counter() >= due:
            yield gathered
            gathered, due = [], time.perf_counter() + seconds
    if gathered:
        yield gathered
