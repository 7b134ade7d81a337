"""The noisy sine (D2L 8.1): how far ahead can a series be predicted, from a window of values or from a state?

    x_t = sin(0.01 t) + e_t        e_t normal with standard deviation 0.2, t = 1 .. 1000; models learn from the first 600

No predictor can have a root mean square error (RMSE) below 0.2, for the noise of the value to come is in nobody's past. A constant, the
mean of what was learned from, knows nothing; what lies between the two is what a model knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from core.errors import BadSetting
from core.lessons.forecasters import MLP, RNN, Floats, Forecaster, Linear

Json = dict[str, Any]

FREQUENCY, NOISE = 0.01, 0.2
TOTAL, TRAINED = 1000, 600
# The book's steps ahead; the curve has all up to the last.
STEPS = (1, 4, 16, 64)
MOST = STEPS[-1]
MOST_TAU = 64
# Series drawn: the errors are over all of them, the picture shows the first.
_DRAWS = 3


def noisy_sine(tau: int = 4, seed: int = 0) -> Iterator[float | Json]:
    """Fit three models to a noisy sine and measure how far ahead they see; close the iterator to stop.

    Args:
        tau: values in the window, 1 to 64.
        seed: of the first series; the others take those that follow.

    Yields:
        How much is done, 0 to 1, and at last the result: tau, noise, draws, trained, parameters, weights and residual_weights (of the
        linear model, newest value first, the bias last), observed, one_step and fed_back (of the first series, models by name;
        fed_back from the last value that was learned from on), fed_back_error (of the models and of a constant), noiseless (the same of a
        linear model of two values, fitted to the sine without its noise), errors: rows of model, region ("within" what was
        learned from or "beyond"), rmse (of 1, 2, ... 64 steps ahead, over all series), low and high (of the single series); constant
        (the RMSE by region of predicting the mean), and average (the RMSE by steps ahead of averaging the last tau values).

    Raises:
        BadSetting: a tau or seed out of its range.
    """
    _check("tau", tau, 1, MOST_TAU)
    _check("seed", seed, 0, 2**32 - 1 - _DRAWS)
    squares: dict[tuple[str, str], list[Floats]] = {}
    constants: dict[str, list[float]] = {"within": [], "beyond": []}
    shown: Json = {}
    for draw in range(_DRAWS):
        series, rnn = drawn(seed + draw), RNN(seed + draw)
        for share in rnn.learn(series[:TRAINED]):
            yield (draw + share) / _DRAWS
        linear = Linear(series[:TRAINED], tau)
        models: dict[str, Forecaster] = {"linear": linear, "mlp": MLP(series[:TRAINED], tau, seed + draw), "rnn": rnn}
        for region, found in constants.items():
            found.append(_mean_square(series[slice(*_ends(region))] - series[:TRAINED].mean()))
            for name, model in models.items():
                squares.setdefault((name, region), []).append(_squares(model, series, region))
        shown = shown or _first(series, models, linear, tau)
    yield {
        "tau": tau, "noise": NOISE, "draws": _DRAWS, "trained": TRAINED, **shown,
        "constant": {region: math.sqrt(float(np.mean(found))) for region, found in constants.items()},
        "average": [average_error(tau, steps) for steps in range(1, MOST + 1)],
        "errors": [
            {
                "model": name, "region": region, "rmse": np.sqrt(np.mean(each, axis=0)).tolist(),
                "low": np.sqrt(np.min(each, axis=0)).tolist(), "high": np.sqrt(np.max(each, axis=0)).tolist(),
            }
            for (name, region), each in squares.items()
        ],
    }  # fmt: skip


def drawn(seed: int) -> Floats:
    """Return one noisy series x_1 .. x_1000."""
    noise = np.random.default_rng(seed).normal(0, NOISE, TOTAL)
    values: Floats = np.sin(FREQUENCY * np.arange(1, TOTAL + 1)) + noise
    return values


def average_error(tau: int, steps: int, frequency: float = FREQUENCY) -> float:
    """Return the RMSE of predicting by the mean of the last tau values, over all phases of the sine.

    The mean has the noise of tau values divided by tau, and what it is compared with has its own: NOISE^2 (1 + 1/tau). And it is late: the
    mean of a sine over tau values is the sine at their middle, made smaller by sin(tau w / 2) / (tau sin(w / 2)), and the middle lies
    steps + (tau - 1) / 2 before the target.

    Args:
        tau: values that are averaged.
        steps: how far ahead the target lies.
        frequency: w, in radians a step; 0 for a series that stands still.

    >>> round(average_error(4, 1, frequency=0), 4)
    0.2236
    """
    smaller = math.sin(tau * frequency / 2) / (tau * math.sin(frequency / 2)) if frequency else 1.0
    late = frequency * (steps + (tau - 1) / 2)
    moved = (1 + smaller**2 - 2 * smaller * math.cos(late)) / 2 if frequency else 0.0
    return math.sqrt(NOISE**2 * (1 + 1 / tau) + moved)


def _first(series: Floats, models: Mapping[str, Forecaster], linear: Linear, tau: int) -> Json:
    """Return what the picture shows of one series."""
    paths = {name: model.ahead(series[:TRAINED], TOTAL - TRAINED)[:, -1] for name, model in models.items()}
    return {
        "observed": series.tolist(),
        "parameters": {name: model.num_parameters for name, model in models.items()},
        "weights": linear.weights.tolist(),
        "residual_weights": Linear(series[:TRAINED], tau, residual=True).weights.tolist(),
        "one_step": {name: _of_next(model.ahead(series, 1)[0]) for name, model in models.items()},
        "fed_back": {name: path.tolist() for name, path in paths.items()},
        "fed_back_error": {
            **{name: math.sqrt(_mean_square(path - series[TRAINED:])) for name, path in paths.items()},
            "constant": math.sqrt(_mean_square(series[TRAINED:] - series[:TRAINED].mean())),
        },
        "noiseless": _noiseless(),
    }  # fmt: skip


def _noiseless() -> float:
    """Return the RMSE of a linear model that is fed back after learning from a sine without noise.

    sin(w t) = 2 cos(w) sin(w (t - 1)) - sin(w (t - 2)): two values are enough, for ever.
    """
    sine = np.sin(FREQUENCY * np.arange(1, TOTAL + 1))
    path = Linear(sine[:TRAINED], 2).ahead(sine[:TRAINED], TOTAL - TRAINED)[:, -1]
    return math.sqrt(_mean_square(path - sine[TRAINED:]))


def _of_next(predicted: Floats) -> list[float | None]:
    """Return predictions at the place of what they predict, None where there are none."""
    return [None, *(None if math.isnan(value) else float(value) for value in predicted[:-1])]


def _ends(region: str) -> tuple[int, int]:
    """Return the targets of a region, the same ones for every number of steps ahead: all of a target's past lies in the region."""
    return (2 * MOST, TRAINED) if region == "within" else (TRAINED + MOST, TOTAL)


def _squares(model: Forecaster, series: Floats, region: str) -> Floats:
    """Return the mean square error of each number of steps ahead, ``[64]``."""
    predicted, (first, end) = model.ahead(series, MOST), _ends(region)
    errors = [predicted[k - 1, first - k : end - k] - series[first:end] for k in range(1, MOST + 1)]
    return np.array([_mean_square(each) for each in errors])


def _mean_square(errors: Floats) -> float:
    return float(np.mean(np.square(errors)))


def _check(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadSetting(
            f"'{name}' cannot be {value!r}: it takes a whole number from {low} to {high}.",
            f"{name} 不能取“{value}”：应为 {low} 到 {high} 之间的整数。",
        )
