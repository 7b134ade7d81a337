"""Members: how a setting names them and how their arrays share one file."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import BadCheckpoint, BadSetting
from core.models.members import call_of, parted_tensors, words_of


def test_commas_in_parentheses_divide_nothing() -> None:
    assert words_of("my a, ngram(order=3, k=2) ,hub:x/y@main") == ["my a", "ngram(order=3,k=2)", "hub:x/y@main"]


@pytest.mark.parametrize("text", ["", "a,", "a,,b", "a)", "ngram(order=3", "x" * 90 + "("])
def test_what_is_no_list_is_told_with_an_example(text: str) -> None:
    with pytest.raises(BadSetting, match=r"such as my-lstm,ngram\(order=3\)") as told:
        words_of(text)
    assert len(str(told.value)) < 250


def test_a_member_stands_once() -> None:
    with pytest.raises(BadSetting, match="'a' is named twice"):
        words_of("a,b,a")


@pytest.mark.parametrize("word", ["ngram(order)", "ngram(=3)", "ngram(order=)", "ngram()x", "(a=1)", "a-b(c=1)"])
def test_what_is_no_call_is_refused(word: str) -> None:
    with pytest.raises(BadSetting):
        call_of(word)
    assert call_of("uniform()") == ("uniform", {})


def test_there_are_two_to_eight() -> None:
    for number in (1, 9, 1_000_000):
        with pytest.raises(BadSetting, match=f"A mixture of {number} "):
            words_of(",".join(["a"] * number))
    assert len(words_of("a,b,c,d,e,f,g,h")) == 8


def test_tensors_go_to_their_own_member_and_no_other() -> None:
    one, two = np.zeros(1), np.ones(2)
    assert parted_tensors({"member.0.a.b": one, "member.1.a": two}, 2) == [{"a.b": one}, {"a": two}]
    for name in ("member.2.a", "member.00.a", "member.-1.a", "member.1.", "other", "member.0"):
        with pytest.raises(BadCheckpoint, match="belongs to none of the 2 members"):
            parted_tensors({name: one}, 2)
