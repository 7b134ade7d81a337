"""Several models write at once, each at its own speed: short turns, one after the other, in one thread.

A model that needs long for a token takes one token a turn and the fast ones many, so nobody waits for the slowest; and
whoever closes the result has closed them all.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import NamedTuple

from core.errors import LabError
from core.generation.generate import Finished, Piece

Items = list[Piece | Finished]


class Turn(NamedTuple):
    """What one model wrote in one turn.

    Attributes:
        name: of the model.
        items: what it wrote, or the error that ended its writing.
        seconds: how long it took.
    """

    name: str
    items: Items | LabError
    seconds: float


# Seconds of one turn: with four models each comes about ten times a second.
TURN_SECONDS = 0.02


def side_by_side(
    runs: Mapping[str, Callable[[], Iterator[Piece | Finished]]], seconds: float = TURN_SECONDS
) -> Generator[Turn, None, None]:
    """Yield what each model wrote in its turn, until all have finished.

    Args:
        runs: what starts each model's writing, by name; a model that fails says so and the others go on.
        seconds: length of a turn; the first turn of each model is one piece long, so that all begin at once.

    Yields:
        a `Turn` after the other; that of a model that failed is its last.
    """
    waiting = deque(runs)
    writing: dict[str, Iterator[Piece | Finished]] = {}
    try:
        while waiting:
            name = waiting.popleft()
            first, began = name not in writing, time.perf_counter()
            try:
                if first:
                    writing[name] = runs[name]()
                items, more = _turn(writing[name], 0.0 if first else seconds)
            except LabError as error:
                yield Turn(name, error, time.perf_counter() - began)
                continue
            yield Turn(name, items, time.perf_counter() - began)
            if more:
                waiting.append(name)
    finally:
        for run in writing.values():
            if isinstance(run, Generator):
                run.close()


def _turn(run: Iterator[Piece | Finished], seconds: float) -> tuple[Items, bool]:
    """Return what is written in one turn, at least one item, and whether more may come."""
    items: Items = []
    until = time.perf_counter() + seconds
    for item in run:
        items.append(item)
        if time.perf_counter() >= until:
            return items, True
    return items, False
