"""Every token has a name without white space, and gets its bytes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sharing.arpa_words import MARKS, escaped, unescaped


@given(st.binary(min_size=1, max_size=12))
def test_any_bytes_come_back_from_a_name_that_is_one_word(token: bytes) -> None:
    name = escaped(token)
    assert name.split() == [name]
    assert name.encode().split() == [name.encode()]
    assert name not in MARKS
    assert unescaped([name]) == [token]


@pytest.mark.parametrize(
    ("token", "name"),
    [(" ", "%20"), ("%", "%25"), ("\u3000", "%E3%80%80"), ("\x00", "%00"), ("\x85", "%C2%85"), ("中", "中"), ("<s>", "%3Cs>")],
)  # fmt: skip
def test_what_is_hidden_stands_as_its_bytes_of_utf_8(token: str, name: str) -> None:
    assert escaped(token.encode()) == name


@pytest.mark.parametrize("foreign", ["100%", "%2", "%zz", "%41", "%e4", "a%20b%"])
def test_words_that_mean_themselves_are_left_alone(foreign: str) -> None:
    assert unescaped(["the", foreign]) is None
