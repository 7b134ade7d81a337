"""Errors that a person can do something about.

Every message says three things in one sentence or two: what was given, what was expected, what to do next; in
English and in Chinese. Anything else that goes wrong is our own mistake and stays an ordinary exception.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from core.language import Bilingual

# How alike two names must be before one is offered for the other (difflib's ratio, 0 to 1).
_ALIKE = 0.6


class LabError(Exception):
    """Something a person can mend. `exit_status` is the command line's: 2 for a mistake, 1 for a failure."""

    exit_status = 2

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.text = Bilingual(en, zh)

    def in_language(self, language: str) -> str:
        """Return the message in ``language`` ("en" or "zh")."""
        return self.text.in_language(language)


class UnknownName(LabError):
    """A model, corpus, checkpoint or setting that does not exist."""


class BadSetting(LabError):
    """A setting of the wrong kind or out of its range."""


class BadText(LabError):
    """A text, prefix or file that cannot be used as asked."""


class BadCorpus(LabError):
    """A corpus whose bytes are not those that its hash promises, or that is not to be had."""


class BadCheckpoint(LabError):
    """A checkpoint folder that is incomplete, damaged or not ours."""


class BrokenPlugin(LabError):
    """A plug-in that failed to import or does not keep the contract."""


class Refused(LabError):
    """A question that has no honest answer, such as the perplexity of a model that does not sum to 1."""


class Failure(LabError):
    """The outside world failed: a full disk, no network, a port in use."""

    exit_status = 1


def unknown_name(kind: Bilingual, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for ``name``, with the nearest known name or the list of all.

    >>> from core.language import both
    >>> print(unknown_name(both("model", "模型"), "lsmt", ["lstm", "rnn"]))
    No model named 'lsmt'. Did you mean 'lstm'?
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=_ALIKE)
    if near:
        return UnknownName(
            f"No {kind.en} named {name!r}. Did you mean {near[0]!r}?",
            f"没有名为“{name}”的{kind.in_language('zh')}。您是不是想用“{near[0]}”？",
        )
    listed = ", ".join(names) or "none"
    return UnknownName(
        f"No {kind.en} named {name!r}. There are: {listed}.",
        f"没有名为“{name}”的{kind.in_language('zh')}。现有：{listed}。",
    )
