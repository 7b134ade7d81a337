"""From text to ids: every claim of the lesson."""

from __future__ import annotations

import pytest

from core.lab import Lab
from core.ui.lessons import text_to_ids


@pytest.fixture(scope="module")
def shipped() -> Lab:
    return Lab()


def test_the_id_one_belongs_to_the_most_frequent_character(shipped: Lab) -> None:
    for language, corpus in (("en", "tide_clock"), ("zh", "moon_ferry")):
        text = shipped.load_corpus(corpus).text
        most = max(set(text), key=text.count)
        seen = text_to_ids.LESSON.run(shipped, language)
        listed = dict(zip(("id", "token", "count"), seen.table[2], strict=True))  # heads, <unk>, then the first
        assert (listed["id"], listed["token"], listed["count"]) == ("1", most, f"{text.count(most):,}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_line_is_nothing_but_its_ids_and_the_vocabulary_has_one_entry_more_than_there_are_characters(
    shipped: Lab, language: str
) -> None:
    text = shipped.load_corpus(text_to_ids._CORPUS[language]).text
    said = text_to_ids.LESSON.run(shipped, language).said
    ranked = sorted(set(text), key=lambda each: (-text.count(each), text.index(each)))
    assert said["size"] == f"{len(ranked) + 1:,}"  # and <unk>
    assert len(said["ids"].split()) == len(said["line"])
    # Ids follow frequency: of two characters of the line, the more frequent one has the smaller id.
    ids = dict(zip(said["line"], map(int, said["ids"].split()), strict=True))
    for one in ids:
        for other in ids:
            if text.count(one) > text.count(other):
                assert ids[one] < ids[other]


@pytest.mark.parametrize(("language", "known", "strange"), [("en", "the tide", "the tide 潮"), ("zh", "月", "月 tide")])
def test_only_a_character_that_never_occurs_becomes_unknown(
    shipped: Lab, language: str, known: str, strange: str
) -> None:
    exercise = text_to_ids.LESSON.exercise
    assert exercise is not None
    assert not exercise.check(shipped, language, known).right
    assert exercise.check(shipped, language, strange).right
