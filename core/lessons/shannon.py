"""Shannon's game played by a reader who has counted a text and knows no probability (Shannon 1951).

The player has read nine tenths of a text. Of the last tenth it sees the last k characters, guesses first whatever followed
them most often, then whatever followed the last k - 1, and so on. Numbers of guesses come out, no probabilities; still they
bound the bits per character, and a twin can write the text down from them again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from core.measures.guessing import guess_bounds
from core.text.corpus import Corpus
from core.text.splits import split_text

Json = dict[str, Any]

# Characters that the players see: from none to so many.
MOST_SEEN = 6
# Characters of the held-out text that are shown with their guesses.
_SHOWN = 60


class Player:
    """Guesses what comes next from what it has counted.

    Args:
        text: what it has read.
        seen: how many characters before a place it looks at.

    >>> player = Player("abracadabra", seen=1)
    >>> list(player.order("a")), player.play("", "abr")
    (['b', 'c', 'd', 'a', 'r'], [1, 1, 1])
    """

    def __init__(self, text: str, seen: int) -> None:
        self.seen = seen
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for length in range(seen + 1):
            for at in range(length, len(text)):
                counts[text[at - length : at]][text[at]] += 1
        # The commonest first, of equally common ones the first by code point.
        self._order = {
            context: [character for character, _ in sorted(found.items(), key=_commonest_first)]
            for context, found in counts.items()
        }

    def order(self, before: str) -> Iterator[str]:
        """Yield its guesses after a text, each character once; what it has never read it does not guess."""
        tried: set[str] = set()
        for length in range(min(self.seen, len(before)), -1, -1):
            for character in self._order.get(before[len(before) - length :], ()):
                if character not in tried:
                    tried.add(character)
                    yield character

    def play(self, before: str, text: str) -> list[int]:
        """Return how many guesses each character of ``text`` takes; one that it never guesses comes behind all others."""
        whole, begin = before + text, len(before)
        return [self._guesses(whole[:at], whole[at]) for at in range(begin, len(whole))]

    def written(self, before: str, guesses: Sequence[int]) -> str:
        """Return the text that took these guesses: what a twin writes down who knows nothing else. Unknown ones are "\N{REPLACEMENT CHARACTER}"."""
        text = before
        for number in guesses:
            order = list(self.order(text))
            text += order[number - 1] if number <= len(order) else "\N{REPLACEMENT CHARACTER}"
        return text[len(before) :]

    def _guesses(self, before: str, answer: str) -> int:
        number = 0
        for number, character in enumerate(self.order(before[-self.seen :] if self.seen else ""), start=1):
            if character == answer:
                return number
        return number + 1


def _commonest_first(counted: tuple[str, int]) -> tuple[int, str]:
    character, count = counted
    return -count, character


def shannon(corpus: Corpus) -> Iterator[float | Json]:
    """Yield the share done, and at last how players who see 0 to 6 characters guess the last tenth of a text; close it to stop.

    Yields:
        At last: places, alphabet (characters they know), players (seen, and what `GuessBounds.as_json` says), shares (of the best
        player's places by number of guesses, from 1 on), best (its number of characters), and of the beginning of the text
        text and guesses.
    """
    split = split_text(corpus.text, "char", "raw")
    training, held_out = str(split.training), str(split.held_out)
    played = list[list[int]]()
    for seen in range(MOST_SEEN + 1):
        played.append(Player(training, seen).play(training[len(training) - MOST_SEEN :], held_out))
        yield (seen + 1) / (MOST_SEEN + 1)
    bounds = [guess_bounds(each) for each in played]
    best = min(range(len(bounds)), key=lambda seen: bounds[seen].upper)
    counted = Counter(played[best])
    yield {
        "places": len(held_out), "alphabet": len(set(training)), "best": best,
        "players": [{"seen": seen, **each.as_json()} for seen, each in enumerate(bounds)],
        "shares": [counted[number] / len(held_out) for number in range(1, 13)],
        "text": held_out[:_SHOWN], "guesses": played[best][:_SHOWN],
    }  # fmt: skip
