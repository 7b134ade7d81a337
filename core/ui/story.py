"""A text to measure models on that none of the shipped ones has learned from: the beginning of a story that ships."""

from __future__ import annotations

from core.lab import Lab
from core.ui.room import FIRST_CORPUS

# A paragraph this long is no heading.
_PARAGRAPH = 60


def story(lab: Lab, language: str, characters: int) -> str:
    """Return the beginning of the story of a language, its headings passed over."""
    text = lab.corpus_here(FIRST_CORPUS[language]).text
    first = next(part for part in text.split("\n\n") if len(part) > _PARAGRAPH)
    return text[text.index(first) :][:characters].strip()
