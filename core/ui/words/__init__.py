"""Every word of the page, in English and Chinese, with the Chinese terms of D2L.

Every tab has a file of its own here. Labels go to the browser as a dictionary (`gr.I18n`) and are chosen there; a
picture gets the words of its group and chooses too. What Python itself says to a visitor is chosen from the request
(`core.ui.people`).
"""

from __future__ import annotations

from collections.abc import Mapping

from core.language import LANGUAGES, Bilingual
from core.ui.words import (
    chart,
    clipping,
    compression,
    contexts,
    corpus,
    first,
    flow,
    game,
    gradients,
    hub,
    inside,
    learn,
    markov,
    memory,
    models,
    page,
    read,
    train,
    truncation,
    write,
)

_FILES = (
    page,
    chart,
    first,
    write,
    memory,
    learn,
    read,
    contexts,
    game,
    compression,
    corpus,
    markov,
    inside,
    train,
    gradients,
    flow,
    clipping,
    truncation,
    models,
    hub,
)
WORDS: Mapping[str, Bilingual] = {key: words for file in _FILES for key, words in file.WORDS.items()}


def translations(more: Mapping[str, Bilingual]) -> dict[str, dict[str, str]]:
    """Return the dictionary of every language for `gr.I18n`: these words and more."""
    pairs = {**WORDS, **more}
    tables = {language: {key: pair.in_language(language) for key, pair in pairs.items()} for language in LANGUAGES}
    return {**tables, "zh-CN": tables["zh"]}


def group(name: str) -> dict[str, dict[str, str]]:
    """Return the words of a picture by language: those whose keys begin with its name, that part left out.

    >>> group("page")["zh"]["other_language"]
    'English'
    """
    begin = name + "."
    return {
        language: {
            key.removeprefix(begin): pair.in_language(language) for key, pair in WORDS.items() if key.startswith(begin)
        }
        for language in LANGUAGES
    }


def say(key: str, language: str) -> str:
    """Return one sentence in a language."""
    return WORDS[key].in_language(language)
