"""Every claim of the lesson about the coin at every step, computed."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from core.errors import BadSetting, BadText
from core.lab import Lab
from core.lessons.truncation import STEPS, WEIGHT
from core.ui.components.lesson import lesson_value, seen_value
from core.ui.lessons.lesson import figure
from core.ui.lessons.truncation import LESSON

PIS = (0.95, 0.9, 0.7, 0.5, 0.3)


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module")
def found(lab: Lab) -> Any:
    return lab.truncation_of_a_small_network(PIS)


def derivative(factors: Any) -> float:
    """dh_10/dw in plain Python, step by step, the gradient of every state multiplied by a factor on its way."""
    h = z = 0.0
    for t in range(1, STEPS + 1):
        before, h = h, math.tanh(0.5 * math.sin(2 * t) + WEIGHT * h)
        z = (1 - h * h) * (before + factors[t - 1] * WEIGHT * z)
    return z


def truncated(tau: int) -> float:
    """The last tau terms of the sum: nothing passes into the step before them."""
    return derivative([0.0 if t <= STEPS - tau + 1 else 1.0 for t in range(1, STEPS + 1)])


def test_the_full_gradient_is_that_of_finite_differences(found: Any) -> None:
    def last(w: float) -> float:
        h = 0.0
        for t in range(1, STEPS + 1):
            h = math.tanh(0.5 * math.sin(2 * t) + w * h)
        return h

    assert found["full"] == pytest.approx((last(WEIGHT + 1e-6) - last(WEIGHT - 1e-6)) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("pi", PIS)
def test_the_mean_over_all_1024_throws_is_exactly_the_full_gradient_and_their_spread_is_counted(
    found: Any, pi: float
) -> None:
    row = next(each for each in found["randomised"] if each["carry_probability"] == pi)
    throws = list(itertools.product((0, 1), repeat=STEPS))
    weights = [math.prod(pi if passed else 1 - pi for passed in throw) for throw in throws]
    values = [derivative([passed / pi for passed in throw]) for throw in throws]
    mean = math.fsum(weight * value for weight, value in zip(weights, values, strict=True))
    assert row["throws"] == len(throws) == 1024
    assert row["mean"] == pytest.approx(mean, abs=1e-12) == pytest.approx(found["full"], abs=1e-12)
    assert row["off_by"] < 1e-12
    squares = math.fsum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True))
    assert row["spread"] == pytest.approx(math.sqrt(squares), rel=1e-9)
    # What counts is how far back it comes: as many values as places where it can end.
    assert len(row["outcomes"]) == len({round(value, 9) for value in values})
    assert math.fsum(share for _, share in row["outcomes"]) == pytest.approx(1)


def test_the_fixed_cut_has_the_wrong_sign_for_some_lengths_and_is_right_only_from_nine_steps_on(found: Any) -> None:
    assert found["truncated"] == pytest.approx([truncated(tau) for tau in range(1, STEPS + 1)], abs=1e-12)
    wrong = [tau for tau, value in enumerate(found["truncated"], start=1) if value * found["full"] < 0]
    assert wrong and wrong[0] == 1
    assert all(abs(value - found["full"]) > 1e-3 for value in found["truncated"][:8])
    assert found["truncated"][8:] == pytest.approx([found["full"]] * 2, abs=1e-15)  # h_0 = 0: step 1 adds nothing


def test_the_spread_grows_as_pi_falls_to_many_times_the_gradient_itself(found: Any) -> None:
    spreads = [row["spread"] for row in found["randomised"]]
    assert spreads == sorted(spreads)
    assert spreads[0] < abs(found["full"]) and spreads[-1] > 50 * abs(found["full"])


def test_the_likeliest_throw_of_a_fair_coin_has_the_wrong_sign(found: Any) -> None:
    row = next(each for each in found["randomised"] if each["carry_probability"] == 0.5)
    value, share = row["outcomes"][0]
    assert value * found["full"] < 0 and share == pytest.approx(0.5)
    assert value == pytest.approx(truncated(1))  # the last coin ended it at once


def test_the_spread_is_made_of_the_errors_of_the_fixed_cut(found: Any) -> None:
    for row in found["randomised"]:
        pi = row["carry_probability"]
        variance = (1 - pi) * sum((truncated(m) - found["full"]) ** 2 / pi**m for m in range(1, STEPS + 1))
        assert row["from_errors"] == pytest.approx(math.sqrt(variance), rel=1e-9)
        assert row["spread"] == pytest.approx(row["from_errors"], rel=1e-9)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lesson_says_what_was_computed_in_both_languages(lab: Lab, found: Any, language: str) -> None:
    asked = lesson_value(LESSON, LESSON.facts(lab, language), language)
    seen = LESSON.run(lab, language)
    shown = seen_value(LESSON, LESSON.facts(lab, language), seen, language)
    assert seen.right == 0
    assert figure(found["full"]) in asked["story"] and "1,024" in asked["story"]
    row = next(each for each in found["randomised"] if each["carry_probability"] == 0.5)
    assert figure(row["mean"]) in shown["see"][0] and figure(found["truncated"][0]) in shown["see"][1]
    assert figure(row["spread"]) in shown["see"][2] and figure(row["spread"]) in shown["see"][3]
    assert len(seen.charts) == 2 and all(chart["series"][0]["points"] for chart in seen.charts)
    assert [point[1] for point in seen.charts[0]["series"][0]["points"]] == pytest.approx(found["truncated"])


def checked(lab: Lab, answer: str, language: str = "en") -> Any:
    assert LESSON.exercise is not None
    return LESSON.exercise.check(lab, language, answer)


def test_the_least_pi_that_doubles_a_term_from_ten_steps_back_is_the_tenth_root_of_a_half(lab: Lab) -> None:
    # (1 / pi)^10 = 2, so pi = 2^(-1/10) = 0.93303...
    assert checked(lab, "0.933").right and checked(lab, " 0,94 ").right and checked(lab, str(2**-0.1)).right
    assert checked(lab, "0.93303", "zh").said.startswith("π = 0.93303 时放大 2")


def test_a_wrong_answer_is_told_what_it_comes_to(lab: Lab) -> None:
    small, large = checked(lab, "0.8"), checked(lab, "0.99")
    assert not small.right and figure((1 / 0.8) ** 10) in small.said and figure(100 * 0.8**10) in small.said
    assert not large.right and figure((1 / 0.99) ** 10) in large.said and "smaller" in large.said
    assert not checked(lab, "1").right and not checked(lab, "0.001").right


@pytest.mark.parametrize(
    ("answer", "error"), [("many", BadText), ("", BadText), ("0", BadSetting), ("1.5", BadSetting), ("nan", BadText), ("-1", BadSetting)]
)  # fmt: skip
def test_what_is_no_probability_is_said_to_be_none_in_both_languages(lab: Lab, answer: str, error: type) -> None:
    with pytest.raises(error) as caught:
        checked(lab, answer)
    assert str(caught.value).endswith(".") and caught.value.in_language("zh").endswith("。")


def test_coins_that_are_too_many_to_be_counted_are_refused(lab: Lab) -> None:
    with pytest.raises(BadSetting, match="1 to 16"):
        lab.carried_by_coins(0.5, 17)
