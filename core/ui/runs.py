"""Trainings of visitors: one at a time for each, seen as it goes on, ended when its time is up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.errors import Refused
from core.sharing.own import OwnName
from core.training.events import Event, Step


@dataclass
class Runs:
    """Who is training now."""

    _names: dict[str, str] = field(default_factory=dict)  # of the model in training, by the visitor's key
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def only(self, own: OwnName) -> Iterator[None]:
        """Hold a visitor's one place.

        Raises:
            Refused: the visitor trains already.
        """
        with self._lock:
            if own.key in self._names:
                raise Refused(
                    "You train a model here already. Stop it first, or wait until it has finished.",
                    "您已有一个训练在进行。请先停止它，或等它结束。",
                )
            self._names[own.key] = own.name
        try:
            yield
        finally:
            with self._lock:
                self._names.pop(own.key, None)

    def check_idle(self, own: OwnName) -> None:
        """Raise Refused where this very model is being trained."""
        if self._names.get(own.key) == own.name:
            raise Refused(
                f"'{own.name}' is being trained. Stop the training first.", f"“{own.name}”正在训练，请先停止训练。"
            )

    def wait(self, key: str, seconds: float) -> None:
        """Wait until a visitor's training has ended, at most so long."""
        until = time.monotonic() + seconds
        while key in self._names and time.monotonic() < until:
            time.sleep(0.05)


def within(events: Iterator[Event], minutes: float) -> Iterator[Event]:
    """Yield events until the time is up, between two steps; closing this closes them, and the model is kept."""
    began = time.monotonic()
    try:
        for event in events:
            yield event
            if isinstance(event, Step) and time.monotonic() - began > 60 * minutes:
                return
    finally:
        events.close()  # type: ignore[attr-defined]
