"""Stop strings: writing ends where one of them would begin, and nobody sees a part of it.

While a text arrives piece by piece, its end may be the beginning of a stop string. That end is held back until it is
clear: either the stop string completes, and nothing of it is shown, or it cannot complete any more, and the text
goes out. How much to hold back is what the Knuth-Morris-Pratt automaton knows: for each stop string the length of
its longest beginning that the text read so far ends with (Knuth, Morris and Pratt 1977).
"""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import BadSetting

MAX_STOPS = 16
MAX_STOP_CHARACTERS = 200


def check_stops(stop: Sequence[str]) -> tuple[str, ...]:
    """Return the stop strings as a tuple.

    Raises:
        BadSetting: no list of texts, too many of them, an empty one or one that is too long.
    """
    if isinstance(stop, str) or not all(isinstance(text, str) for text in stop):
        raise BadSetting(
            f"Stop strings cannot be {stop!r}: give a list of texts, such as ['.'].",
            f"停止字符串不能是 {stop!r}：请给出一个文本列表，例如 ['。']。",
        )
    if len(stop) > MAX_STOPS:
        raise BadSetting(
            f"{len(stop)} stop strings are too many: give at most {MAX_STOPS}.",
            f"{len(stop)} 个停止字符串太多：最多给出 {MAX_STOPS} 个。",
        )
    for text in stop:
        if not 1 <= len(text) <= MAX_STOP_CHARACTERS:
            raise BadSetting(
                f"A stop string of {len(text)} characters cannot be used: give 1 to {MAX_STOP_CHARACTERS} characters.",
                f"不能使用 {len(text)} 个字符的停止字符串：请给出 1 到 {MAX_STOP_CHARACTERS} 个字符。",
            )
    return tuple(stop)


class StopStrings:
    """Watches a growing text for the first stop string to complete.

    Of two that complete at the same character, the one that begins first wins. The outcome depends on the text
    alone, not on the pieces in which it arrives.

    Attributes:
        found: the stop string that completed, or None.
        start: where it begins in the whole text, or None.

    >>> watch = StopStrings(("end",))
    >>> [watch.feed(piece) for piece in ("the ", "e", "gg", " en", "d.")]
    [4, 4, 7, 8, 8]
    >>> watch.found, watch.start
    ('end', 8)
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._automata = [_Automaton(text) for text in sorted(stop, key=len, reverse=True)]  # the longest begins first
        self._length = 0
        self.found: str | None = None
        self.start: int | None = None

    def feed(self, text: str) -> int:
        """Read more text; return how many characters of the whole text are certain to stand before any stop string."""
        if self.start is not None:
            return self.start
        if not self._automata:
            self._length += len(text)
            return self._length
        for character in text:
            self._length += 1
            matched = [automaton.read(character) for automaton in self._automata]
            if any(matched):
                self.found = self._automata[matched.index(True)].text
                self.start = self._length - len(self.found)
                return self.start
        return self._length - max(automaton.state for automaton in self._automata)


class _Automaton:
    """Knuth-Morris-Pratt: ``state`` is the length of the longest beginning of ``text`` that the input ends with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.state = 0
        # borders[k]: the longest proper beginning of text[:k] that is also its end.
        self._borders = [0] * (len(text) + 1)
        for end in range(1, len(text)):
            self._borders[end + 1] = self._next(self._borders[end], text[end])

    def _next(self, state: int, character: str) -> int:
        while state and self.text[state] != character:
            state = self._borders[state]
        return state + 1 if self.text[state] == character else 0

    def read(self, character: str) -> bool:
        """Read one character; return whether the stop string is complete."""
        self.state = self._next(self.state, character)
        return self.state == len(self.text)
