"""Memorised spans against brute force, and shares by hand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.measures.memorised import covered, longest_matches, share, spans
from core.text.suffix_array import SuffixArray

TEXTS = st.text("abc石", max_size=40)


def brute_force(learned: str, text: str, least: int) -> list[tuple[int, int]]:
    """Every (start, length) that stands in ``learned`` and in no longer stretch that does."""
    there = {
        (a, b) for a in range(len(text)) for b in range(a + 1, len(text) + 1) if text[a:b] in learned
    }  # fmt: skip
    longest = [(a, b) for a, b in there if (a - 1, b) not in there and (a, b + 1) not in there]
    return sorted((a, b - a) for a, b in longest if b - a >= least)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.integers(1, 5))
def test_spans_are_those_that_brute_force_finds(learned: str, text: str, least: int) -> None:
    found = spans(longest_matches(SuffixArray(learned), text), least)
    assert [(each.start, each.length) for each in found] == brute_force(learned, text, least)
    assert all(learned[each.place : each.place + each.length] == text[each.start : each.end] for each in found)
    marked = [
        any(start <= at < start + length for start, length in brute_force(learned, text, least))
        for at in range(len(text))
    ]
    assert covered(found) == sum(marked)


def test_the_share_counts_overlapping_spans_once() -> None:
    # "abcd" and "cdef" are both there, "abcdef" is not; "xx" is nowhere: 6 characters of 8
    matches = longest_matches(SuffixArray("abcd..cdef"), "abcdefxx")
    assert [(each.start, each.length) for each in spans(matches, 4)] == [(0, 4), (2, 4)]
    assert share(matches, 4) == 6 / 8
    assert share(matches, 5) == 0.0 == share([], 1)
