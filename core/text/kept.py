"""What was computed last, kept while there is room: a named text never changes, and a long one takes a second."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, those used last; many readers may share it.

    Args:
        most: room for all of them together.
        size: room that one takes; one unit by default, so that ``most`` is their number.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most, self._size, self._kept, self._lock = most, size, OrderedDict[Hashable, Value](), Lock()

    def of(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return what is kept under ``key``, computed if need be; nobody may change it."""
        kept = self.find(key)
        return self.keep(key, compute()) if kept is None else kept  # no lock: nobody waits for another one's text

    def find(self, key: Hashable) -> Value | None:
        """Return what is kept under ``key``, None where nothing is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep a value that has been computed, and return it."""
        with self._lock:
            self._kept[key] = value
            while sum(map(self._size, self._kept.values())) > self._most:
                self._kept.popitem(last=False)
        return value
