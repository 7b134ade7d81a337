"""A sentence in the two languages of the program, English and Chinese.

Whatever a person reads - titles, help, errors - is written once, in both languages, where it arises. Which of the
two is shown is decided by whoever shows it: the page asks the browser, the command line speaks English.
"""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Bilingual:
    """One text in English and in Chinese; an empty Chinese text falls back to the English one.

    >>> both("hello", "你好").in_language("zh")
    '你好'
    >>> both("hello").in_language("zh")
    'hello'
    """

    en: str
    zh: str = ""

    def in_language(self, language: str) -> str:
        """Return the text in ``language`` ("en", "zh" or a browser's tag such as "zh-CN")."""
        return self.zh if self.zh and language.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.en


def both(en: str, zh: str = "") -> Bilingual:
    """Return the pair of an English text and its Chinese form."""
    return Bilingual(en, zh)


def as_bilingual(text: str | Bilingual) -> Bilingual:
    """Return ``text`` as a `Bilingual`; a plain string stands for both languages."""
    return text if isinstance(text, Bilingual) else Bilingual(text)
