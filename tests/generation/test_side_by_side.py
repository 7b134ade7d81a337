"""Several models at once: each writes what it writes alone, in turns, and all end together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from core.errors import BadText
from core.generation.generate import Finished, Piece
from core.generation.side_by_side import side_by_side

closed: list[str] = []


def write(name: str, tokens: int, pause: float = 0.0) -> Iterator[Piece | Finished]:
    try:
        for at in range(tokens):
            time.sleep(pause)
            yield Piece(f"{name}{at} ")
        yield Finished("length", tokens)
    finally:
        closed.append(name)


def test_every_model_writes_what_it_writes_alone() -> None:
    runs = {"a": lambda: write("a", 700), "b": lambda: write("b", 3, 0.01), "c": lambda: write("c", 0)}
    found: dict[str, list[Piece | Finished]] = {name: [] for name in runs}
    for name, items, seconds in side_by_side(runs):
        assert isinstance(items, list) and seconds >= 0
        found[name] += items
    assert found == {name: list(run()) for name, run in runs.items()}


def test_all_begin_before_anyone_goes_on() -> None:
    runs = {name: (lambda name=name: write(name, 50)) for name in "abc"}
    first = list(itertools.islice(side_by_side(runs), 3))
    assert [(name, len(items)) for name, items, _ in first if isinstance(items, list)] == [("a", 1), ("b", 1), ("c", 1)]


def test_one_that_fails_says_so_and_the_others_go_on() -> None:
    def fail() -> Iterator[Piece | Finished]:
        raise BadText("empty")

    turns = list(side_by_side({"bad": fail, "good": lambda: write("good", 4)}))
    assert isinstance(turns[0].items, BadText) and turns[0].name == "bad"
    assert sum(len(items) for _, items, _ in turns[1:] if isinstance(items, list)) == 5


def test_closing_closes_all() -> None:
    closed.clear()
    running = side_by_side({name: (lambda name=name: write(name, 10**9)) for name in "ab"})
    next(running), next(running)
    running.close()
    assert closed == ["a", "b"]
