"""The noisy sine: every claim of the lesson, run through the Lab and held against arithmetic that knows nothing of it."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BadSetting, BadText
from core.lab import Lab
from core.lessons.forecasters import MLP, RNN, Linear, fed_back, windows
from core.lessons.sine import FREQUENCY, NOISE, STEPS, TRAINED, average_error, drawn
from core.ui.lessons import sine

MODELS = ("linear", "mlp", "rnn")


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module")
def found(lab: Lab) -> Any:
    *shares, result = lab.noisy_sine()
    assert shares == sorted(shares) and shares[-1] == 1
    return result


def errors(found: Any, model: str, region: str) -> list[float]:
    return next(row["rmse"] for row in found["errors"] if (row["model"], row["region"]) == (model, region))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("region", ["within", "beyond"])
def test_one_step_ahead_every_model_is_near_the_noise_floor(found: Any, model: str, region: str) -> None:
    # 0.2, and 336 or more targets in each of three series leave a standard deviation of about 0.2 / sqrt(2 * 1000) = 0.0045
    assert 0.95 * NOISE < errors(found, model, region)[0] < 1.25 * NOISE


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("region", ["within", "beyond"])
def test_the_error_grows_with_the_steps_ahead(found: Any, model: str, region: str) -> None:
    at = [errors(found, model, region)[k - 1] for k in STEPS]
    assert all(nearer < farther for nearer, farther in itertools.pairwise(at))
    assert at[-1] > 1.8 * at[0]


def test_at_64_steps_the_linear_model_is_still_better_than_a_constant_and_the_networks_hardly_or_not(
    found: Any,
) -> None:
    constant = found["constant"]["beyond"]
    assert errors(found, "linear", "beyond")[-1] < 0.8 * constant
    assert all(errors(found, model, "beyond")[-1] > 0.8 * constant for model in ("mlp", "rnn"))


def test_the_linear_model_is_as_good_as_an_average_of_what_it_sees(found: Any) -> None:
    assert sum(found["weights"][:-1]) == pytest.approx(1, abs=0.05)
    assert all(weight == pytest.approx(1 / 4, abs=0.1) for weight in found["weights"][:-1])
    for k in STEPS:
        assert errors(found, "linear", "beyond")[k - 1] == pytest.approx(found["average"][k - 1], rel=0.1)


def test_the_formula_of_the_average_is_what_averaging_comes_to() -> None:
    # A sine of a million steps has every phase; its mean of the last values is compared with what comes 1 and 64 steps later.
    time = np.arange(1_000_000)
    series = np.sin(FREQUENCY * time) + np.random.default_rng(5).normal(0, NOISE, len(time))
    for tau, steps in ((4, 1), (4, 64), (32, 16)):
        mean = np.lib.stride_tricks.sliding_window_view(series, tau)[:-steps].mean(axis=1)
        plain = math.sqrt(np.mean((series[tau - 1 + steps :] - mean) ** 2))
        assert average_error(tau, steps) == pytest.approx(plain, rel=0.005)


@pytest.mark.parametrize("model", MODELS)
def test_fed_its_own_predictions_every_model_goes_flat_and_is_worse_than_the_mean(found: Any, model: str) -> None:
    path = found["fed_back"][model]
    assert len(path) == 400 and max(path[-200:]) - min(path[-200:]) < 0.1  # a sine would swing from -1 to 1
    assert found["fed_back_error"][model] > found["fed_back_error"]["constant"]


def test_without_noise_two_values_are_enough_for_ever(found: Any) -> None:
    assert found["noiseless"] < 1e-6
    fitted = Linear(np.sin(FREQUENCY * np.arange(1, TRAINED + 1)), 2)
    # sin(w t) = 2 cos(w) sin(w (t - 1)) - sin(w (t - 2))
    np.testing.assert_allclose(fitted.weights, [2 * math.cos(FREQUENCY), -1, 0], atol=1e-6)


def test_a_linear_residual_model_is_the_same_model(found: Any) -> None:
    weights, residual = np.array(found["weights"]), np.array(found["residual_weights"])
    np.testing.assert_allclose(weights - residual, [1, 0, 0, 0, 0], atol=1e-9)
    series = drawn(3)
    one, other = (Linear(series[:TRAINED], 4, residual=residual).ahead(series, 20) for residual in (False, True))
    np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_interpolating_is_easier_than_extrapolating(found: Any, model: str) -> None:
    assert errors(found, model, "within")[-1] < errors(found, model, "beyond")[-1]


def test_least_squares_is_pseudo_inverse_and_parameters_are_counted_by_hand(found: Any) -> None:
    series = drawn(1)[:TRAINED]
    X = np.array([[*series[t - 4 : t][::-1], 1] for t in range(4, TRAINED)])
    np.testing.assert_allclose(Linear(series, 4).weights, np.linalg.pinv(X) @ series[4:], atol=1e-9)
    # 4 + 1; 4 * 10 + 10 and 10 + 1; 16 + 16 * 16 + 2 * 16 and 16 + 1
    assert found["parameters"] == {"linear": 5, "mlp": 61, "rnn": 321}


def test_predictions_take_the_place_of_values_and_nothing_is_seen_ahead_of_time() -> None:
    series = np.array([1.0, 2.0, 4.0, 8.0])
    # the sum of the last two: 3, 6, 12 after places 1, 2, 3; then 2 + 3, 4 + 6, 8 + 12
    found = fed_back(lambda past: past.sum(axis=1), series, 2, 2)
    np.testing.assert_array_equal(found, [[np.nan, 3, 6, 12], [np.nan, 5, 10, 20]])
    assert windows(series, 2)[0].tolist() == [[1, 2], [2, 4]] and windows(series, 2)[1].tolist() == [4, 8]
    long = drawn(2)
    changed = np.concatenate([long[:700], -long[700:]])
    rnn = RNN(0)
    list(rnn.learn(long[:100]))
    for model in (Linear(long[:600], 4), MLP(long[:600], 4, 0), rnn):
        np.testing.assert_allclose(
            model.ahead(long, 3)[:, :700], model.ahead(changed, 3)[:, :700], atol=1e-6, equal_nan=True
        )


def test_the_rnn_steps_on_from_its_state_as_pytorchs_layer_does() -> None:
    series, model = drawn(0)[:30], RNN(4)
    with torch.no_grad():
        values = torch.tensor(series, dtype=torch.float32)[None, :, None]
        _, state = model._layer(values)
        first = model._output(state[0])
        _, state = model._layer(first[:, None], state)
        second = model._output(state[0])
    expected = [first.item(), second.item()]
    np.testing.assert_allclose(model.ahead(series, 2)[:, -1], expected, atol=1e-6)


def test_the_exercise_takes_the_right_root_and_no_other(lab: Lab) -> None:
    # 0.2 * sqrt(1 + 1/4) = 0.2236
    exercise = sine.LESSON.exercise
    assert exercise is not None
    for typed, right in (("0.2236", True), ("0.224", True), ("0.2", False), ("0.25", False)):
        for language in ("en", "zh"):
            checked = exercise.check(lab, language, typed)
            assert checked.right is right and "0.2236" in checked.said
    with pytest.raises(BadText, match="is no number"):
        exercise.check(lab, "en", "a little")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lesson_shows_the_labs_figures_in_two_charts_and_a_table(lab: Lab, found: Any, language: str) -> None:
    seen = sine.LESSON.run(lab, language)
    assert seen.right == 1  # it goes flat
    for text in sine.LESSON.see:
        assert not re.search(r"\{\w*\}", text.in_language(language).format_map(seen.said))
    table = [row[1:] for row in seen.table]
    assert table[0] == [str(k) for k in STEPS] and table[1] == [f"{NOISE:.3f}"] * 4
    for row, model in zip(table[2:], MODELS, strict=False):
        assert row == [f"{errors(found, model, 'beyond')[k - 1]:.3f}" for k in STEPS]
    curves, growth = seen.charts
    assert len(curves["series"]) == 5 and len(growth["series"]) == 4
    assert [level["value"] for level in growth["levels"]] == [NOISE, found["constant"]["beyond"]]


@pytest.mark.parametrize("tau", [0, 65, -1, 2.5, True, "4"])
def test_a_window_out_of_range_is_refused_with_its_range(lab: Lab, tau: Any) -> None:
    with pytest.raises(BadSetting, match="whole number from 1 to 64") as found:
        next(lab.noisy_sine(tau))
    assert "1 到 64" in found.value.in_language("zh")


def test_the_smallest_and_the_largest_window_work() -> None:
    for tau in (1, 64):
        linear = Linear(drawn(0)[:TRAINED], tau)
        assert linear.num_parameters == tau + 1
        assert np.isfinite(linear.ahead(drawn(0), 64)[:, tau - 1 :]).all()
