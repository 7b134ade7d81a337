"""Trainings of visitors: one for each, ended when the time is up, and never pulled from under itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import Refused
from core.sharing.own import OwnName
from core.training.events import Event, Finished, Step
from core.ui.runs import Runs, within

MINE, ALSO_MINE, OTHER = OwnName("ab" * 24, "mine"), OwnName("ab" * 24, "second"), OwnName("cd" * 24, "mine")


def test_a_visitor_trains_once_and_another_one_beside() -> None:
    runs = Runs()
    with runs.only(MINE), runs.only(OTHER):
        with pytest.raises(Refused, match="train a model here already"), runs.only(ALSO_MINE):
            pass
        with pytest.raises(Refused, match="'mine' is being trained"):
            runs.check_idle(MINE)
        runs.check_idle(ALSO_MINE)  # another model of the same visitor may be deleted meanwhile
    with runs.only(ALSO_MINE):
        pass


def test_a_training_that_fails_gives_its_place_back() -> None:
    runs = Runs()
    with pytest.raises(ZeroDivisionError), runs.only(MINE):
        raise ZeroDivisionError
    runs.check_idle(MINE)
    runs.wait(MINE.key, 0)


def test_the_time_is_up_between_two_steps_and_the_events_are_closed() -> None:
    closed = []

    def events() -> Iterator[Event]:
        try:
            for number in range(1, 100):
                yield Step(number, 0, 10 * number, number / 100, 0.1, 2.0, 1.0, False, 0.1)
            yield Finished("done", 99, 990, 1.0)
        finally:
            closed.append(True)

    assert len(list(within(events(), 0.0))) == 1 and closed == [True]
    assert len(list(within(events(), 1.0))) == 100
