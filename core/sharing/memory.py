"""What a model can have remembered: its training text, sorted for search, and what honest text shares with it.

Held-out text by the same author cannot have been remembered, and still shares stretches with the training text. Its share
is the measure: what a model repeats beyond it, it remembers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.errors import BadSetting
from core.measures.memorised import Matches, Span, covered, longest_matches, share, spans
from core.text.placed import Offsets
from core.text.suffix_array import SuffixArray

Json = dict[str, Any]

LEAST, _MOST_LEAST = 20, 1000
# Characters of the held-out text that are compared (a fifth of a second), and those shown beside a stretch.
_HELD_OUT, _AROUND = 20_000, 40


@dataclass(frozen=True, eq=False)
class Memory:
    """A training text.

    Attributes:
        learned: the text, in the model's form; the lines of a line corpus with a line break behind each.
        numbers: number in the file of each line of a line corpus, from 1; None for a continuous text.
        as_it_stood: whether the lines of ``learned`` are those of the file.
        held_out: text that nothing was learned from, in the same form.
    """

    learned: SuffixArray
    numbers: Offsets | None
    as_it_stood: bool
    held_out: str = field(repr=False)

    @property
    def nbytes(self) -> int:
        """What is kept in memory."""
        return self.learned.nbytes + 4 * len(self.held_out)

    @cached_property
    def honest(self) -> Matches:
        """The longest matches of the beginning of the held-out text."""
        return longest_matches(self.learned, self.held_out[:_HELD_OUT])

    def memorised(self, text: str, least: int = LEAST) -> Json:
        """Return which stretches of a text stand word for word in the training text.

        Args:
            text: in the form in which the model writes.
            least: characters of a stretch that counts.

        Returns:
            least, characters, covered and share (characters in such stretches), longest, held_out_share (the same share of
            text that cannot have been remembered), and spans: start and length in the text, and of one place in the training
            text character (from 0, in its line for a line corpus), line (from 1; None where the form has no lines), left, hit
            and right.

        Raises:
            BadSetting: ``least`` is no whole number from 1 to 1000.
        """
        if not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= _MOST_LEAST:
            raise BadSetting(
                f"'least' cannot be {least!r}: it takes a whole number of characters from 1 to {_MOST_LEAST}.",
                f"least 不能取“{least}”：应为 1 到 {_MOST_LEAST} 之间的整数（字符数）。",
            )
        matches = longest_matches(self.learned, text)
        found = spans(matches, least)
        return {
            "least": least, "characters": len(text), "covered": covered(found), "share": share(matches, least),
            "longest": max((length for length, _ in matches), default=0),
            "held_out_share": share(self.honest, least), "spans": [self._place(each) for each in found],
        }  # fmt: skip

    def _place(self, span: Span) -> Json:
        """Return a span with one place where it stands in the training text, and what is around it there."""
        text, begin, end = self.learned.text, span.place, span.place + span.length
        index = text.count("\n", 0, begin)
        line = 1 + index if self.as_it_stood else None
        character = begin
        if self.numbers is not None:
            line, character = int(self.numbers[index]), begin - (text.rfind("\n", 0, begin) + 1)
        return {
            "start": span.start, "length": span.length, "character": character, "line": line,
            "left": text[max(0, begin - _AROUND) : begin], "hit": text[begin:end], "right": text[end : end + _AROUND],
        }  # fmt: skip
