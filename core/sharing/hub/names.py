"""Names of checkpoints on the Hub: ``hub:OWNER/NAME``, or ``hub:OWNER/NAME@REVISION`` for a branch, tag or commit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.errors import BadSetting, BadText

PREFIX = "hub:"
# A repository's branch where none is named.
MAIN = "main"

# The Hub's own rules: letters, digits, "-", "_" and ".", no "--" or "..", and none of "-" and "." at an end.
_PART = r"(?!.*(?:--|\.\.))(?![.-])[A-Za-z0-9._-]{1,96}(?<![.-])"
_REPOSITORY = re.compile(_PART)
_REVISION = re.compile(r"(?!.*(?:\.\.|//))[A-Za-z0-9_](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9_])?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_commit(word: str) -> bool:
    """Return whether a word is the hash of a commit, and so a name that a folder may have."""
    return _COMMIT.fullmatch(word) is not None


def check_word(what: str, word: str) -> None:
    """Raise BadSetting where a word can stand for no owner, repository or tag of the Hub."""
    if not _REPOSITORY.fullmatch(word):
        raise BadSetting(
            f"{what} cannot be {word[:60]!r}: it takes one word of letters, digits, '-', '_' and '.'.",
            f"{what} 不能取“{word[:60]}”：应为由字母、数字、-、_ 和 . 组成的一个词。",
        )


@dataclass(frozen=True)
class HubName:
    """The name of a checkpoint on the Hub, taken apart.

    >>> HubName.parse("hub:ann/cats@v1")
    HubName(owner='ann', name='cats', revision='v1')
    >>> HubName.parse("hub:ann/cats").word
    'hub:ann/cats'
    """

    owner: str
    name: str
    revision: str = MAIN

    @classmethod
    def parse(cls, word: str) -> HubName | None:
        """Return the parts of a name that begins with ``hub:``; None where it is none of these."""
        return cls._parts(word.removeprefix(PREFIX)) if word.startswith(PREFIX) else None

    @classmethod
    def of(cls, repository: str) -> HubName:
        """Return the parts of ``OWNER/NAME[@REVISION]``, with or without ``hub:`` before it.

        Raises:
            BadText: it is no such name.
        """
        found = cls._parts(repository.removeprefix(PREFIX))
        if found is None:
            raise BadText(
                f"{repository[:120]!r} is no repository on the Hub: it takes OWNER/NAME or OWNER/NAME@REVISION, each of "
                "letters, digits, '-', '_' and '.'.",
                f"{repository[:120]!r} 不是 Hub 仓库的名称：应为 OWNER/NAME 或 OWNER/NAME@REVISION，由字母、数字、-、_ 和 . 组成。",
            )
        return found

    @classmethod
    def _parts(cls, word: str) -> HubName | None:
        repository, _, revision = word.partition("@")
        owner, slash, name = repository.partition("/")
        good = slash and _REPOSITORY.fullmatch(owner) and _REPOSITORY.fullmatch(name)
        if not good or ("@" in word and not _REVISION.fullmatch(revision)):
            return None
        return cls(owner, name, revision or MAIN)

    @property
    def repository(self) -> str:
        """``OWNER/NAME``."""
        return f"{self.owner}/{self.name}"

    @property
    def word(self) -> str:
        """The name as page, command line and web API take it."""
        return f"{PREFIX}{self.repository}" + ("" if self.revision == MAIN else f"@{self.revision}")
