"""The form of a text: as it stands ("raw"), letters only as the book prepares it ("d2l", D2L 8.2.1), or words between
white space ("spaced"), as other programs of language models read it.

D2L keeps of every line its letters: whatever is no letter becomes one space, the ends are stripped, the rest is
lower-cased. Cut into characters, the lines are joined with nothing between them (so the last word of a line runs into
the first of the next, as in the book); cut into words, a line's words stand apart and carry no space. Between white space
whatever stands there is a word, capitals and punctuation included, and every run of white space is one space.
"""

from __future__ import annotations

import re

FORMS = ("raw", "d2l", "spaced")

_NO_LETTERS = re.compile(r"[^A-Za-z]+")
_LETTER = re.compile(r"[A-Za-z]")
_LINE_END = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    r"""Return the lines of ``text`` without their ends; what stands behind the last line end is a line if not empty.

    >>> lines_of("Emma\r\nOlivia\n")
    ['Emma', 'Olivia']
    """
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def d2l_lines(text: str) -> list[str]:
    r"""Return every line in D2L's form, empty ones included.

    >>> d2l_lines("The Time Machine, by H. G. Wells\n\n  [1898]\n")
    ['the time machine by h g wells', '', '']
    """
    return [_NO_LETTERS.sub(" ", line).strip().lower() for line in lines_of(text)]


def words_alone(level: str, form: str) -> bool:
    """Return whether tokens are words without their spaces, joined by one."""
    return level == "word" and form != "raw"


def apply_form(text: str, form: str, level: str) -> str:
    r"""Return a corpus in its form.

    Args:
        text: the text as it was published.
        form: "raw", "d2l" or "spaced".
        level: "char", "word" or "bpe"; D2L's lines are joined with nothing for characters, else with one space.

    >>> apply_form("It's\nTime", "d2l", "char"), apply_form("It's\nTime", "d2l", "word")
    ('it stime', 'it s time')
    >>> apply_form("It's\n Time .", "spaced", "word")
    "It's Time ."
    """
    if form == "raw":
        return text
    if form == "spaced":
        return " ".join(text.split())
    lines = d2l_lines(text)
    return "".join(lines) if level == "char" else " ".join(filter(None, lines))


def apply_form_to_typed(text: str, form: str, level: str) -> str:
    """Return what a person typed in the form of the corpus.

    As `apply_form`, but a space at the very end stays: it says that the last word is complete.

    >>> apply_form_to_typed("The Time ", "d2l", "char")
    'the time '
    """
    formed = apply_form(text, form, level)
    if form == "spaced":
        return formed + " " if formed and text[-1].isspace() else formed
    last_line = "" if form == "raw" or text.endswith(("\r", "\n")) else _LINE_END.split(text)[-1]
    is_complete = _LETTER.search(last_line) is not None and _NO_LETTERS.match(last_line[-1]) is not None
    return formed + " " if is_complete else formed
