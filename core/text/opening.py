"""A few words to begin with: what a page proposes as a prefix, taken from text that the model has not learned."""

from __future__ import annotations

from core.text.pipeline import UNK
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer

# The opening is looked for in this many tokens.
_TOKENS = 400
_WORDS, _CHARACTERS, _SHORT = 3, 6, 40


def opening(tokenizer: Tokenizer, held_out: Sequences) -> str:
    """Return the first words of a whole line of the held-out part, all of them known; nothing for line models.

    The part may begin in the middle of a line or a word, so what comes first is passed over.
    """
    if tokenizer.lines:
        return ""
    text = tokenizer.decode(held_out.ids[:_TOKENS])
    lines = [line.strip() for line in text.splitlines()[1:]] or [text.strip().partition(" ")[2] or text.strip()]
    found = [begun for begun in map(_beginning, lines) if len(begun) >= _CHARACTERS and UNK not in begun]
    several_words = [begun for begun in found if " " in begun]  # says more than the name of a speaker
    return (several_words or found or [_beginning(text.strip())])[0]


def _beginning(line: str) -> str:
    """Return three words of a line, or six characters where it has no spaces; a short line whole.

    >>> _beginning("It is raining in London."), _beginning("GREMIO:"), _beginning("宝钗起来梳洗了" * 9)
    ('It is raining', 'GREMIO:', '宝钗起来梳洗')
    """
    words = " ".join(line.split()[:_WORDS])
    return words if len(words) <= _SHORT else line[:_CHARACTERS]
