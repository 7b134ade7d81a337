"""Most things are rare: every claim of the lesson."""

from __future__ import annotations

from collections import Counter

import pytest

from core.lab import Lab
from core.ui.lessons import zipf


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_share_that_occurs_once_is_that_of_counting(language: str) -> None:
    lab = Lab()
    corpus, level = zipf._corpus(lab, language), zipf._LEVEL[language]
    tokens = lab.tokenize(level, lab.corpus_here(corpus["name"]).text)["tokens"]
    counts = Counter(tokens)
    once = sum(count == 1 for count in counts.values())
    seen = zipf.LESSON.run(lab, language)
    assert (seen.said["once"], seen.said["types"]) == (f"{once:,}", f"{len(counts):,}")
    share = once / len(counts)
    assert seen.right == (0 if share < 0.25 else 1 if share < 0.45 else 2)
    assert seen.said["triples"] == f"{len(set(zip(tokens, tokens[1:], tokens[2:], strict=False))):,}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_longer_runs_are_flatter(language: str) -> None:
    alphas = [float(each) for each in zipf.LESSON.run(Lab(), language).said["alphas"].split(", ")]
    assert alphas == sorted(alphas, reverse=True) and len(set(alphas)) == 3


def test_the_exercise_divides_the_count() -> None:
    lab = Lab()
    facts = zipf.LESSON.facts(lab, "en").said
    exercise = zipf.LESSON.exercise
    assert exercise is not None and exercise.check(lab, "en", f"{int(facts['count'].replace(',', ''))}/10").right
    assert not exercise.check(lab, "en", facts["count"]).right
