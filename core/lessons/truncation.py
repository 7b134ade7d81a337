"""Truncation on a network of one unit, where nothing is left to chance: every throw of the coins is counted (D2L 8.7.1).

    h_t = tanh(x_t + w h_{t-1})        w = 0.9, x_t = 1/2 sin 2t, t = 1 .. 10

What is asked for is how the last state moves with the weight, dh_10/dw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import BadSetting
from core.measures.truncation import all_throws, carried, full, randomised, spread_from_errors, tanh_chain, truncated

Json = dict[str, Any]

STEPS, WEIGHT = 10, 0.9
_MOST_COINS = 16
# Numbers this close to each other, as a share, differ by rounding only.
_ROUNDING = 1e-9


def truncation_of_a_small_network(carry_probabilities: Sequence[float]) -> Json:
    """Return what each way through time makes of dh_10/dw.

    Args:
        carry_probabilities: values of pi.

    Returns:
        steps, weight, full; truncated: its value for tau = 1 .. 10; randomised: for each pi, carry_probability, mean and spread over all
        throws (the mean error, which is rounding alone, as off_by), from_errors (the spread as the errors of truncation give it), throws
        (how many there are), and outcomes: the different values that a throw can give, each with its probability, the likeliest first.
    """
    inputs = 0.5 * np.sin(2.0 * np.arange(1, STEPS + 1))
    chain = tanh_chain(np.array([[WEIGHT]]), inputs[:, None])
    true = float(full(chain)[-1, 0, 0])
    cut = [float(truncated(chain, tau)[-1, 0, 0]) for tau in range(1, STEPS + 1)]
    rows = []
    for pi in carry_probabilities:
        factors, probabilities = all_throws(STEPS, pi)
        values = randomised(chain, factors)[:, -1, 0, 0]  # [throws]
        mean = float(probabilities @ values)
        rows.append({
            "carry_probability": pi, "throws": len(values), "mean": mean, "off_by": abs(mean - true),
            "spread": float(np.sqrt(probabilities @ (values - mean) ** 2)),
            "from_errors": spread_from_errors([abs(each - true) for each in cut], pi),
            "outcomes": _different(values, probabilities),
        })  # fmt: skip
    return {"steps": STEPS, "weight": WEIGHT, "full": true, "truncated": cut, "randomised": rows}


def carried_by_coins(carry_probability: float, steps: int) -> Json:
    """Return what randomised truncation does to a term of the gradient from so many steps back.

    Returns:
        factor (what it is multiplied by when it arrives) and probability (that it does).

    Raises:
        BadSetting: pi is not above 0 and at most 1, or there are too many throws to count.
    """
    if not 0 < carry_probability <= 1:
        raise BadSetting(
            f"π is a probability above 0 and at most 1, and {carry_probability:g} is none. Give a number such as 0.8.",
            f"π 是大于 0、不超过 1 的概率，{carry_probability:g} 不是。请给出例如 0.8 的数。",
        )
    if not 1 <= steps <= _MOST_COINS:
        raise BadSetting(
            f"The throws of {steps} coins are not counted one by one: take 1 to {_MOST_COINS}.",
            f"{steps} 枚硬币的掷法不便逐一计数：请取 1 到 {_MOST_COINS}。",
        )
    factor, probability = carried(steps, carry_probability)
    return {"factor": factor, "probability": probability}


def _different(values: Any, probabilities: Any) -> list[list[float]]:
    """Return different values with their probabilities, the likeliest first."""
    order = np.argsort(values)
    values, probabilities = values[order], probabilities[order]
    begins = np.flatnonzero(np.diff(values, prepend=-np.inf) > _ROUNDING * np.abs(values).max())
    sums = np.add.reduceat(probabilities, begins)
    found = [[float(values[begin]), float(share)] for begin, share in zip(begins, sums, strict=True) if share > 0]
    return sorted(found, key=lambda each: -each[1])
