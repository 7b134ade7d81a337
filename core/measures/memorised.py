"""Did the model write it, or remember it? Stretches of a text that stand word for word in the training text.

Words and turns of phrase come back in any text of one author, so short stretches prove nothing. What counts is length: a
stretch of 20 characters is rare in honest text. How rare is measured on held-out text, which cannot be remembered.
Source: McCoy, Smolensky, Linzen, Gao and Celikyilmaz, "How much do language models copy from their training data?" (2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.text.suffix_array import SuffixArray

# (length, where it begins in the training text) of the longest match of every position.
Matches = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Span:
    """A stretch that stands in the training text and could not be longer.

    Attributes:
        start, length: in the text that was looked at (characters).
        place: where it begins in the training text, one place of perhaps many.
    """

    start: int
    length: int
    place: int

    @property
    def end(self) -> int:
        """The place behind its last character."""
        return self.start + self.length


def longest_matches(learned: SuffixArray, text: str) -> list[tuple[int, int]]:
    """Return for every position of ``text`` the longest stretch that begins there and stands in the learned text."""
    return [learned.longest_match(text[start:]) for start in range(len(text))]


def spans(matches: Matches, least: int) -> list[Span]:
    """Return the stretches of at least ``least`` characters that cannot be made longer on either side.

    They may overlap: the end of one and the beginning of the next can stand in two places of the training text.

    >>> spans([(3, 7), (2, 8), (1, 9), (0, 0)], least=2)
    [Span(start=0, length=3, place=7)]
    """
    found: list[Span] = []
    for start, (length, place) in enumerate(matches):
        if length >= max(1, least) and (not found or start + length > found[-1].end):
            found.append(Span(start, length, place))
    return found


def covered(found: Sequence[Span]) -> int:
    """Return how many characters lie in at least one of the spans, which are in order.

    >>> covered([Span(0, 5, 0), Span(3, 4, 90), Span(20, 2, 8)])
    9
    """
    total = reached = 0
    for span in found:
        total += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total


def share(matches: Matches, least: int) -> float:
    """Return the share of characters that lie in spans of at least ``least``; 0 for no text."""
    return covered(spans(matches, least)) / len(matches) if matches else 0.0
