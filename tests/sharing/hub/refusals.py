"""What a refusal must be: one line a language, for a person, with nothing secret in it and nothing left behind."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import LabError
from core.lab import Lab
from tests.hub.accounts import FINE_GRAINED, READER, STRANGER, WRITER

SECRETS = (WRITER, READER, FINE_GRAINED, STRANGER)


@contextlib.contextmanager
def told(*patterns: str, kind: type[LabError] = LabError) -> Iterator[pytest.ExceptionInfo[LabError]]:
    """Expect an error for a person that says every pattern, in English and in Chinese, in one line each."""
    with pytest.raises(kind) as caught:
        yield caught
    english, chinese = str(caught.value), caught.value.in_language("zh")
    for pattern in patterns:
        assert re.search(pattern, english), f"{pattern!r} is not in {english!r}"
    for text in (english, chinese):
        assert "\n" not in text and len(text) < 500, text
        assert not any(secret in text for secret in SECRETS)
        assert text.rstrip()[-1] in ".。?？）", text  # sentences, the last of which says what to do
    assert re.search("[一-鿿]", chinese)


def leftovers(data: Path) -> list[str]:
    """Return what lies under a folder for data that is no whole checkpoint and no list of them."""
    return sorted(str(path.relative_to(data)) for path in data.rglob(".*"))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def works(lab: Lab, name: str) -> bool:
    """Return whether a checkpoint writes."""
    return len(lab.generate_whole(name, "The ", {"tokens": 3})["ids"]) == 3
