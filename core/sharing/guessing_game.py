"""Shannon's game over a held-out line: what is guessed, what a reader has guessed, and how models guess the same places.

The models get no more than the reader sees: the characters before the line, and of the line what has been found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import Refused
from core.generation.prefix import warm_up, warm_up_ids
from core.measures.guessing import GuessBounds, guess_bounds, ranks_of
from core.measures.surprisal import surprise_bits
from core.models.likeliest import top_ids
from core.sharing.checkpoint import Checkpoint

Json = dict[str, Any]

# Characters that are shown before a line, the fewest of a line, and the most of one that are guessed.
CONTEXT, _SHORTEST, _LONGEST = 200, 12, 40


@dataclass(frozen=True)
class Line:
    """A line to guess.

    Attributes:
        context: what stands before it.
        text: its characters, at most 40.
        number: among the lines that can be guessed, from 0.
        lines: how many there are.
    """

    context: str
    text: str
    number: int
    lines: int


@dataclass(frozen=True)
class Game:
    """How far a reader has come with a line; every move makes a new one.

    Attributes:
        text: the line.
        guesses: how many each found character took.
        tried: wrong guesses at the present place.

    >>> game = Game("at").guess("e").guess("a")
    >>> game.guesses, game.found, game.guess("t").over
    ((2,), 'a', True)
    """

    text: str
    guesses: tuple[int, ...] = ()
    tried: tuple[str, ...] = ()

    @property
    def found(self) -> str:
        """The part of the line that has been found."""
        return self.text[: len(self.guesses)]

    @property
    def over(self) -> bool:
        """Whether the line has been found."""
        return len(self.guesses) == len(self.text)

    def guess(self, character: str) -> Game:
        """Guess a character; one that was tried already, or a guess after the end, changes nothing."""
        if self.over or character in self.tried:
            return self
        if character != self.text[len(self.guesses)]:
            return replace(self, tried=(*self.tried, character))
        return self._found_after(len(self.tried) + 1)

    def give_up(self, order: Sequence[str]) -> Game:
        """Let somebody else guess on at this place.

        Args:
            order: the other one's guesses; those already tried are left out. Together they are one guesser, of whom the bounds
                hold like of any other.
        """
        if self.over:
            return self
        answer, left = self.text[len(self.guesses)], [each for each in order if each not in self.tried]
        more = left.index(answer) if answer in left else len(left)
        return self._found_after(len(self.tried) + more + 1)

    def bounds(self) -> GuessBounds | None:
        """Return what the guesses say; None before the first character is found."""
        return guess_bounds(self.guesses) if self.guesses else None

    def _found_after(self, guesses: int) -> Game:
        return replace(self, guesses=(*self.guesses, guesses), tried=())


def check_guesses_characters(opened: Checkpoint) -> None:
    """Refuse a model that does not guess the characters of a continuous text as they stand, one by one.

    Raises:
        Refused: such a model.
    """
    tokenizer = opened.tokenizer
    if tokenizer.level != "char" or tokenizer.lines or tokenizer.form != "raw":
        raise Refused(
            f"'{opened.name}' does not read a text character by character as it stands, so it cannot be guessed against. "
            "Choose a model of characters, of a continuous text in its raw form.",
            f"“{opened.name}”不是按原文逐字符阅读的模型，无法与之对猜。请选择原始形式（raw）的连续文本上的字符模型。",
        )
    if not opened.model.normalised:
        raise Refused(
            f"'{opened.name}' gives scores that do not sum to 1, so it has no bits. Choose another model.",
            f"“{opened.name}”给出的分数之和不为 1，没有比特可言。请选择另一个模型。",
        )


def line_to_guess(text: str, known: Sequence[str], number: int) -> Line:
    """Return a line of a held-out text.

    Args:
        text: the held-out text.
        known: the characters that can be guessed; lines with others are left out.
        number: which line; counted around.

    Raises:
        Refused: there is no line that could be guessed.
    """
    alphabet, begin, found = set(known), 0, list[tuple[int, str]]()
    for line in text.split("\n"):
        if begin >= CONTEXT and len(line.strip()) >= _SHORTEST and alphabet.issuperset(line):
            found.append((begin + len(line) - len(line.lstrip()), line.strip()[:_LONGEST]))
        begin += len(line) + 1
    if not found:
        raise Refused(
            "The held-out text of this model has no line that could be guessed. Choose another model.",
            "此模型的留出文本中没有可猜的行。请选择另一个模型。",
        )
    place, line = found[number % len(found)]
    return Line(text[place - CONTEXT : place], line, number % len(found), len(found))


def model_guesses(opened: Checkpoint, context: str, line: str) -> Json:
    """Return how a model guesses every character of a line: ``guesses`` it needs, ``bits`` it is surprised by (None: no end).

    Args:
        opened: a model of characters.
        context: what stands before, at least one character.
        line: the characters to guess.
    """
    check_guesses_characters(opened)
    ids = opened.tokenizer.encode(context + line)
    log_probs, _ = opened.model.log_probs(ids[None, :-1], opened.model.initial_state(1))
    scores, targets = log_probs[0, len(context) - 1 :], ids[len(context) :]
    bits = surprise_bits(np.asarray(scores)[np.arange(len(targets)), targets])
    return {
        "guesses": ranks_of(scores, targets.tolist(), opened.tokenizer.unk_id),
        "bits": [float(each) if math.isfinite(each) else None for each in bits],
    }


def guess_order(opened: Checkpoint, prefix: str) -> list[str]:
    """Return every character of a model's vocabulary in the order in which it would guess what follows a text."""
    check_guesses_characters(opened)
    log_probs, _ = warm_up(opened.model, warm_up_ids(opened.tokenizer, prefix))
    order = top_ids(np.asarray(log_probs, dtype=np.float64), len(log_probs))
    return [opened.tokenizer.tokens[id_] for id_ in order.tolist() if id_ != opened.tokenizer.unk_id]
