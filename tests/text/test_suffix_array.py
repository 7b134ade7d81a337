"""The suffix array: its order, and what is found with it, against plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.suffix_array import SuffixArray, suffix_order

# Few letters, so that stretches come back; Chinese ones and one beyond the first plane of Unicode among them.
TEXTS = st.text("ab", max_size=60) | st.text("ab石头🙂\n", max_size=60) | st.text(max_size=40)


@given(TEXTS)
def test_the_order_is_that_of_sorted_suffixes(text: str) -> None:
    assert suffix_order(text).tolist() == sorted(range(len(text)), key=lambda begin: text[begin:])


@pytest.mark.parametrize(
    "text", ["", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ab" * 300]
)
def test_texts_that_repeat_themselves_are_sorted_too(text: str) -> None:
    assert suffix_order(text).tolist() == sorted(range(len(text)), key=lambda begin: text[begin:])


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_longest_match_is_the_longest_and_stands_there(text: str, query: str) -> None:
    length, place = SuffixArray(text).longest_match(query)
    longest = max((end for end in range(len(query) + 1) if query[:end] in text), default=0)
    assert length == longest
    assert text[place : place + length] == query[:length]
