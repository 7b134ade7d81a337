"""D2L's form, with the book's exact counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.corpus import Corpus
from core.text.forms import apply_form, apply_form_to_typed, d2l_lines, lines_of


def test_every_line_keeps_letters_only_and_empty_lines_stay() -> None:
    assert d2l_lines("It's 1898!\n\n — \r\nWells") == ["it s", "", "", "wells"]


def test_a_form_feed_ends_no_line() -> None:
    assert lines_of("a\x0cb\nc\r\nd\re\u2028f") == ["a\x0cb", "c", "d", "e\u2028f"]


def test_an_empty_text_has_no_lines() -> None:
    assert lines_of("") == []
    assert lines_of("\n") == [""]


def test_characters_join_lines_with_nothing_and_words_with_a_space() -> None:
    text = "The Time\n\nMachine, by\n"
    assert apply_form(text, "d2l", "char") == "the timemachine by"
    assert apply_form(text, "d2l", "word") == "the time machine by"
    assert apply_form(text, "d2l", "bpe") == "the time machine by"
    assert apply_form(text, "raw", "char") == text


@pytest.mark.parametrize(
    ("typed", "formed"),
    [
        ("The Time ", "the time "),
        ("  The", "the"),
        ("The\n", "the"),
        ("The, ", "the "),
        ("", ""),
        ("  ", ""),
        ("a\n ", "a"),
    ],
)
def test_a_typed_text_keeps_the_space_that_ends_its_last_word(typed: str, formed: str) -> None:
    assert apply_form_to_typed(typed, "d2l", "char") == formed


@given(st.text(alphabet="aB \n\r\t.é中", max_size=40), st.sampled_from(["char", "word", "bpe"]))
def test_the_typed_form_is_the_corpus_form_but_for_one_last_space(text: str, level: str) -> None:
    formed = apply_form(text, "d2l", level)
    assert apply_form_to_typed(text, "d2l", level) in (formed, formed + " ")
    assert apply_form_to_typed(formed, "d2l", level) == formed


def test_the_time_machine_has_the_books_counts(real_corpus: Callable[[str], Corpus]) -> None:
    # D2L 8.2: 170,580 characters; 32,775 words, 4,579 of them distinct.
    text = real_corpus("time_machine").text
    words = apply_form(text, "d2l", "word").split(" ")
    assert len(apply_form(text, "d2l", "char")) == 170_580
    assert (len(words), len(set(words))) == (32_775, 4_579)


def test_between_white_space_every_word_keeps_its_capitals_and_its_punctuation() -> None:
    text = " Größe , 《月渡》\r\n\n don't\u3000STOP ."
    for level in ("char", "word", "bpe"):
        assert apply_form(text, "spaced", level) == "Größe , 《月渡》 don't STOP ."
    assert apply_form_to_typed("The ", "spaced", "word") == "The "
    assert apply_form_to_typed("  The", "spaced", "word") == "The"
    assert apply_form_to_typed(" \n", "spaced", "word") == ""
