"""Work in a thread of its own, for whoever cannot wait without end or wants to tell how it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


def in_background(name: str, work: Callable[[], T]) -> Future[T]:
    """Begin work and return what will hold its result or its error.

    The thread knows the context of the one who began it, and never keeps the program from ending.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            answer.set_exception(error)

    threading.Thread(target=copy_context().run, args=(run,), daemon=True, name=name).start()
    return answer
