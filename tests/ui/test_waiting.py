"""Work under way: what it reports is told at an even pace, what it raises is raised, and nobody is told twice."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar
from typing import Any

import pytest

from core.text.download import Progress
from core.ui import waiting
from core.ui.waiting import Left, TellWhoWaits, followed

WORD: ContextVar[str] = ContextVar("word", default="nothing")


def test_reports_come_and_the_end_is_the_end_of_the_work() -> None:
    def work(report: Progress) -> None:
        for done in range(1, 4):
            report(done, 3)
        ended.set()

    ended = threading.Event()
    told = list(followed(work))
    assert ended.is_set()
    assert told[-1] == (3, 3)


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def work(report: Progress) -> None:
        raise ValueError("no good")

    with pytest.raises(ValueError, match="no good"):
        list(followed(work))


def test_who_leaves_ends_the_work_at_its_next_report() -> None:
    raised: list[BaseException] = []
    ended = threading.Event()

    def work(report: Progress) -> None:
        try:
            while True:
                report(1, 2)
                time.sleep(0.01)
        except Left as left:
            raised.append(left)
            raise
        finally:
            ended.set()

    following = followed(work)
    next(following)
    following.close()
    assert ended.wait(10) and len(raised) == 1


def test_the_work_knows_who_began_it() -> None:
    seen: list[str] = []
    WORD.set("ann")
    list(followed(lambda report: seen.append(WORD.get())))
    assert seen == ["ann"]


def test_every_request_is_told_once_of_each_name(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(waiting.gr, "Info", lambda message, **more: told.append(message))
    tell = TellWhoWaits()

    def reports(event: str | None, *names: str) -> None:
        token: Any = waiting.LocalContext.event_id.set(event)
        for name in names:
            tell(name, 0, 0)
        waiting.LocalContext.event_id.reset(token)

    reports("one", "cats", "cats")
    reports("two", "cats")
    reports("one", "cats", "dogs")
    reports(None, "birds")
    assert ["cats" in message for message in told] == [True, True, False] and "dogs" in told[2]
