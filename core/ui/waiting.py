"""Work whose progress is shown while it goes on, and what is fetched in passing.

A checkpoint that lies on the Hub is fetched when it is first used, in any tab and in the web API; whoever waits for it is
told so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Empty, Queue
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from core.ui.people import language_of
from core.ui.words import say

Progress = Callable[[int, int], None]

# Seconds between two messages about work under way.
_TELL_EVERY = 0.3


class Left(Exception):
    """Nobody waits for the work any more."""


def followed(work: Callable[[Progress], Any]) -> Iterator[tuple[int, int]]:
    """Do work that reports its progress, and yield what it reports, at an even pace; what it raises is raised here.

    Closing the iterator ends the work at its next report.

    Args:
        work: called with a function that takes what is done so far and how much there is.
    """
    reports: Queue[tuple[int, int]] = Queue()
    left = threading.Event()
    ended: Future[None] = Future()

    def report(done: int, total: int) -> None:
        if left.is_set():
            raise Left
        reports.put((done, total))

    def run() -> None:
        try:
            work(report)
            ended.set_result(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            ended.set_exception(error)

    threading.Thread(target=run, daemon=True, name="followed").start()
    try:
        while not ended.done():
            yield _latest(reports)
        ended.result()
    finally:
        left.set()


def _latest(reports: Queue[tuple[int, int]]) -> tuple[int, int]:
    """Wait a moment and return the last report, (0, 0) where there is none."""
    latest = (0, 0)
    try:
        latest = reports.get(timeout=_TELL_EVERY)
        while True:
            latest = reports.get_nowait()
    except Empty:
        return latest


class TellWhoWaits:
    """Tells the visitor whose request has to wait for something to be fetched, once a request and name."""

    def __init__(self) -> None:
        self._told: tuple[str | None, str] | None = None

    def __call__(self, name: str, done: int, total: int) -> None:
        """Tell about ``total`` bytes of ``name``; outside of a visitor's request nobody is told."""
        event = LocalContext.event_id.get(None)
        if event is None or self._told == (event, name):
            return
        self._told = (event, name)
        language = language_of(LocalContext.request.get(None))
        gr.Info(say("hub.fetching", language).format(name=name, size=f"{total / 1e6:.1f}"))
