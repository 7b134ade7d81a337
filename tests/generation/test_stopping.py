"""Stop strings never leak a part of themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting
from core.generation.stopping import MAX_STOP_CHARACTERS, MAX_STOPS, StopStrings, check_stops

texts = st.text("ab.", max_size=30)
stops = st.lists(st.text("ab.", min_size=1, max_size=5), max_size=4)


def by_hand(text: str, stop: list[str]) -> tuple[int, str | None]:
    """Return what is certain after reading all of ``text``, and the stop string: by looking at every place."""
    for end in range(1, len(text) + 1):
        complete = [each for each in stop if text[:end].endswith(each)]
        if complete:
            first = max(complete, key=len)
            return end - len(first), first
    could_begin = [k for each in stop for k in range(1, len(each)) if text.endswith(each[:k])]
    return len(text) - max(could_begin, default=0), None


@given(texts, stops)
def test_watching_equals_looking_at_every_place(text: str, stop: list[str]) -> None:
    watch = StopStrings(stop)
    assert (watch.feed(text), watch.found) == by_hand(text, stop)


@given(texts, stops, st.data())
def test_the_pieces_do_not_matter_and_certainty_never_shrinks(text: str, stop: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    watch, certain = StopStrings(stop), [0]
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        certain.append(watch.feed(text[begin:end]))
    assert certain == sorted(certain)
    assert (certain[-1], watch.found) == by_hand(text, stop)


def test_a_repeated_beginning_is_not_missed() -> None:
    # "aabaa" is followed by "b", not "c": that attempt fails, but its last three letters begin the next one
    watch = StopStrings(["aabaac"])
    assert watch.feed("aabaabaac") == 3
    assert watch.found == "aabaac"


def test_of_two_that_complete_together_the_longer_wins() -> None:
    watch = StopStrings(["c", "bc"])
    assert watch.feed("abcd") == 1
    assert (watch.found, watch.start) == ("bc", 1)


def test_the_one_that_completes_first_wins() -> None:
    watch = StopStrings(["abcd", "bc"])
    assert watch.feed("xabcd") == 2


@pytest.mark.parametrize(
    "wrong", [[""], ["a"] * (MAX_STOPS + 1), ["a" * (MAX_STOP_CHARACTERS + 1)], "text", [3]], ids=str
)
def test_bad_stop_strings_are_refused(wrong: list[str]) -> None:
    with pytest.raises(BadSetting) as caught:
        check_stops(wrong)
    assert "停止字符串" in caught.value.in_language("zh")
