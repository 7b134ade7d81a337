"""What readers type into an exercise."""

from __future__ import annotations

import pytest

from core.errors import BadText
from core.language import both
from core.ui.lessons.answers import number_checked, number_given


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.25", 0.25), ("25 %", 0.25), ("25％", 0.25), ("1/4", 0.25), (" 1 / 4 ", 0.25), ("-3", -3), ("1e-3", 0.001), (".5", 0.5),
        ("1,024", 1024), ("1,024,000.5", 1_024_000.5), ("0,25", 0.25), ("3,5", 3.5), ("０．５", 0.5),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, number: float) -> None:
    assert number_given(typed) == pytest.approx(number)


@pytest.mark.parametrize("typed", ["", "many", "1/0", "1/2/3", "12 apples", "%", "nan", "inf", "1234567890x"])
def test_what_is_no_number_is_refused_in_both_languages(typed: str) -> None:
    with pytest.raises(BadText) as caught:
        number_given(typed)
    assert "is no number" in caught.value.text.en and "不是数字" in caught.value.in_language("zh")


def test_rounding_is_forgiven_and_the_way_is_told_either_way() -> None:
    why = both("The root of 2: {right}.", "2 的平方根：{right}。")
    assert number_checked("1.41", 2**0.5, why, "en").right
    wrong = number_checked("1.3", 2**0.5, why, "zh")
    assert not wrong.right and wrong.said == "2 的平方根：1.414。"
