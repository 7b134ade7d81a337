"""Work whose progress is shown while it goes on, and what is fetched in passing.

A checkpoint that lies on the Hub is fetched when it is first used, in any tab and in the web API; whoever waits for it is
told so.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from core.background import in_background
from core.text.download import Progress
from core.ui.people import language_of
from core.ui.words import say

# Seconds between two messages about work under way.
_TELL_EVERY = 0.3
# Requests that are remembered to have been told.
_REMEMBERED = 256


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

    def report(done: int, total: int) -> None:
        if left.is_set():
            raise Left
        reports.put((done, total))

    ended = in_background("followed", lambda: work(report))
    try:
        over = False
        while not over:
            over = ended.done()
            yield _latest(reports, 0.0 if over else _TELL_EVERY)
        ended.result()
    finally:
        left.set()


def _latest(reports: Queue[tuple[int, int]], seconds: float) -> tuple[int, int]:
    """Wait a moment for a report and return the last one, (0, 0) where there is none."""
    latest = (0, 0)
    try:
        latest = reports.get(timeout=seconds)
        while True:
            latest = reports.get_nowait()
    except Empty:
        return latest


class TellWhoWaits:
    """Tells the visitor whose request has to wait for something to be fetched, once for each request and name."""

    def __init__(self) -> None:
        self._told: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED)

    def __call__(self, name: str, done: int, total: int) -> None:
        """Tell that ``name`` is being fetched; outside of a visitor's request nobody is told."""
        event = LocalContext.event_id.get(None)
        if event is None or (event, name) in self._told:
            return
        self._told.append((event, name))
        language = language_of(LocalContext.request.get(None))
        gr.Info(say("hub.fetching", language).format(name=name))
