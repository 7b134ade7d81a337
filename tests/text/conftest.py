"""The real corpora, where a person has them: tests that need them are skipped elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.text.corpus import Corpus
from core.text.sources import describe_corpora, load_corpus


@pytest.fixture
def real_corpus(corpora_folder: Path, tmp_path: Path) -> Callable[[str], Corpus]:
    """Return a function that loads a named corpus; nothing is downloaded for a test."""
    described = describe_corpora(search=[corpora_folder], cache=tmp_path)
    here = {each.card.name for each in described if each.path is not None}

    def load(name: str) -> Corpus:
        if name not in here:
            pytest.skip(f"set UNROLL_CORPORA to a folder with the corpus {name}")
        return load_corpus(name, search=[corpora_folder], cache=tmp_path)

    return load
