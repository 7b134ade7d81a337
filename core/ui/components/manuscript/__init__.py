"""The written text: the prefix, the continuation as it grows, in plain ink, and how it ended.

The continuation is not coloured by its own model: a model that only repeats itself would look best.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.generation.generate import Finished, Piece
from core.ui.components.picture import Json, Picture


class Manuscript(Picture):
    """The written text; see `Writing` for its data."""

    folder = "manuscript"


@dataclass
class Writing:
    """A continuation under way, as the picture shows it."""

    prefix: str
    text: str = ""
    tokens: int = 0
    finished: Finished | None = None
    _began: float = field(default_factory=time.perf_counter)

    def add(self, items: list[Piece | Finished]) -> None:
        """Take in what has been written since the last time."""
        for item in items:
            if isinstance(item, Finished):
                self.finished = item
            else:
                self.text += item.text
                self.tokens += len(item.ids)

    def begin(self) -> None:
        """Start the clock of the speed: the model is loaded and has read the prefix."""
        self._began = time.perf_counter()

    def value(self, state: str, notice: str = "") -> Json:
        """Return the data: ``state`` is warming, writing, done, stopped or failed."""
        seconds = max(time.perf_counter() - self._began, 1e-9)
        done = self.finished
        return {
            "prefix": self.prefix, "text": self.text, "state": state, "tokens": self.tokens,
            "speed": round(self.tokens / seconds, 1) if self.tokens > 1 else 0,
            "reason": done.reason if done else "", "stop": done.stop if done else None, "notice": notice,
        }  # fmt: skip


def paced(items: Iterator[Piece | Finished], seconds: float = 0.1) -> Iterator[list[Piece | Finished]]:
    """Yield what arrives in turn, gathered so that a list comes about every ``seconds``; the first one at once."""
    gathered: list[Piece | Finished] = []
    due = 0.0
    for item in items:
        gathered.append(item)
        if time.perf_counter() >= due:
            yield gathered
            gathered, due = [], time.perf_counter() + seconds
    if gathered:
        yield gathered
