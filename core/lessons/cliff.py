"""A loss with a cliff, and three ways to go down on it (D2L 8.5.5; Pascanu et al. 2013, section 2.3 and figure 6).

    x_t = w sigma(x_{t-1}) + b        x_0 = 1/2        L(w, b) = (sigma(x_T) - 0.7)^2        T = 50

One recurrent unit without input, whose last output is to be 0.7. For large w it has two resting places, a low and a high one, and
which of the two it comes to rest at depends on w and b. Where that changes, L jumps within a hair's breadth: the gradient through fifty
steps is a product of fifty factors w sigma'(x), all of them above 1 there.

Plain gradient descent that touches the cliff is thrown far off. Clipped by norm, its step there is as long as anywhere else. A line
search tries the step first and takes a shorter one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.measures.clamping import clamp
from core.training.line_search import Function, Place, Trial, Wolfe, line_search

Floats: TypeAlias = npt.NDArray[np.float64]
Json = dict[str, Any]

STEPS, _FIRST, _TARGET = 50, 0.5, 0.7
# The part of the plane that is drawn, (low, high), and its cells.
W_RANGE, B_RANGE, _COLUMNS, _ROWS = (3.5, 5.5), (-3.1, -1.5), 80, 56
START = (4.5, -2.8)
# The strong conditions, for plain directions: half the slope must be gone. The first step that is tried, in lengths of the gradient.
_WOLFE, _FIRST_LENGTH = Wolfe(decrease=0.1, curvature=0.5, strong=True), 1.0
_FLAT = 1e-9
# Points of the way along which a step is searched.
_PROFILE = 160


def cliff(place: Floats) -> tuple[float, Floats]:
    """Return the loss at (w, b) and its gradient, which walks along with the unit: dx_t/dw = sigma(x_{t-1}) + w sigma'(x_{t-1}) dx_{t-1}/dw.

    >>> loss, gradient = cliff(np.array([4.5, -2.8]))
    >>> round(loss, 3)
    0.384
    """
    w, b = map(float, place)
    x, dx_dw, dx_db = _FIRST, 0.0, 0.0
    for _ in range(STEPS):
        output = _sigmoid(x)
        factor = w * output * (1 - output)
        x, dx_dw, dx_db = w * output + b, output + factor * dx_dw, 1 + factor * dx_db
    output = _sigmoid(x)
    slope = 2 * (output - _TARGET) * output * (1 - output)
    return (output - _TARGET) ** 2, np.array([slope * dx_dw, slope * dx_db])


def _sigmoid(x: float) -> float:
    return 0.5 + 0.5 * math.tanh(0.5 * x)


def surface() -> tuple[Floats, Floats, Floats]:
    """Return the middles of the cells along w and along b, and the losses ``[b, w]`` there."""
    w_all, b_all = (_middles(*ends) for ends in ((*W_RANGE, _COLUMNS), (*B_RANGE, _ROWS)))
    w, b = np.meshgrid(w_all, b_all)
    x = np.full(w.shape, _FIRST)
    for _ in range(STEPS):
        x = w * (0.5 + 0.5 * np.tanh(0.5 * x)) + b
    return w_all, b_all, (0.5 + 0.5 * np.tanh(0.5 * x) - _TARGET) ** 2


def _middles(low: float, high: float, cells: int) -> Floats:
    return low + (np.arange(cells) + 0.5) * (high - low) / cells


@dataclass(frozen=True)
class Descent:
    """One way down.

    Attributes:
        name: "plain", "clipped" or "searched".
        places: where it stood, the start first.
        trials: of every step of a line search, what was tried.
    """

    name: str
    places: tuple[Place, ...]
    trials: tuple[tuple[Trial, ...], ...] = ()

    def as_json(self) -> Json:
        """Return it as plain values: see `cliff_json`."""
        points = [[float(each.x[0]), float(each.x[1]), each.value, _norm(each.gradient)] for each in self.places]
        steepest = max(range(len(points)), key=lambda place: points[place][3])
        return {
            "name": self.name, "points": points, "steepest": steepest, "gradient": self.places[steepest].gradient.tolist(),
            "evaluations": sum(map(len, self.trials)) or len(self.places),
        }  # fmt: skip


def fixed_steps(function: Function, start: Floats, rate: float, theta: float, steps: int) -> list[Place]:
    """Return where gradient descent with one learning rate comes along; theta above 0 clips the gradient by norm."""
    places = [Place(start, *function(start))]
    for _ in range(steps):
        here = places[-1]
        norm = _norm(here.gradient)
        shortened = theta / norm if 0 < theta < norm else 1.0
        x = here.x - rate * shortened * here.gradient
        places.append(Place(x, *function(x)))
    return places


def searched_steps(
    function: Function, start: Floats, steps: int, wolfe: Wolfe = _WOLFE
) -> tuple[list[Place], list[tuple[Trial, ...]]]:
    """Return where gradient descent comes along that searches for the length of every step, and what it tried."""
    places, tried = [Place(start, *function(start))], []
    while len(places) <= steps and _norm(places[-1].gradient) > _FLAT:
        trials = tuple(line_search(function, places[-1], -places[-1].gradient, _FIRST_LENGTH, wolfe))
        low = [trial for trial in trials if trial.low]
        if not low:
            break
        tried.append(trials)
        places.append(low[-1].place)
    return places, tried


def descents(rate: float, theta: float, steps: int) -> Iterator[Descent]:
    """Yield the three ways down from the same place."""
    start = np.array(START)
    yield Descent("plain", tuple(fixed_steps(cliff, start, rate, 0.0, steps)))
    yield Descent("clipped", tuple(fixed_steps(cliff, start, rate, theta, steps)))
    places, tried = searched_steps(cliff, start, steps)
    yield Descent("searched", tuple(places), tuple(tried))


def cliff_json(rate: float, theta: float, steps: int) -> Json:
    """Return the surface, the three descents, and the trials of the line search at its most laborious step.

    Returns:
        w, b (the middles of the cells), losses ``[b, w]``, w_range, b_range, start; rate, theta, steps; clamped_degrees (by which clamping both
        elements to theta would bend the longest gradient of the plain descent); descents: name, points (w, b, loss, gradient norm of every
        place), steepest (which of them has the longest gradient), gradient (that one) and evaluations (how often it looked at the loss); and
        search: step, value and slope there, the constants decrease and curvature, profile ((length, loss) along the direction) and
        trials: length, value, slope and whether each condition is met.
    """
    w, b, losses = surface()
    ways = list(descents(rate, theta, steps))
    searched = ways[-1]
    hardest = max(range(len(searched.trials)), key=lambda step: len(searched.trials[step]))
    here = searched.places[hardest]
    return {
        "w": w.tolist(), "b": b.tolist(), "losses": losses.tolist(), "w_range": list(W_RANGE), "b_range": list(B_RANGE),
        "start": list(START), "rate": rate, "theta": theta, "steps": steps,
        "clamped_degrees": _clamped_degrees(ways[0], theta), "descents": [each.as_json() for each in ways],
        "search": {
            "step": hardest, "value": here.value, "slope": -float(here.gradient @ here.gradient), "decrease": _WOLFE.decrease,
            "curvature": _WOLFE.curvature, "trials": _trials_json(here, searched.trials[hardest]),
            "profile": _profile(here, searched.trials[hardest]),
        },
    }  # fmt: skip


def _clamped_degrees(way: Descent, theta: float) -> float:
    longest = max((each.gradient for each in way.places), key=_norm)
    return clamp(longest, [theta])[0].degrees


def _trials_json(here: Place, trials: Sequence[Trial]) -> list[Json]:
    return [
        {
            "length": each.length, "value": each.place.value, "slope": -float(each.place.gradient @ here.gradient),
            "low": each.low, "long": each.long, "level": each.level,
        }
        for each in trials
    ]  # fmt: skip


def _profile(here: Place, trials: Sequence[Trial]) -> list[list[float]]:
    """Return (length, loss) along the direction, a little farther than the longest trial."""
    lengths = np.linspace(0.0, 1.1 * max(each.length for each in trials), _PROFILE)
    return [[float(length), cliff(here.x - length * here.gradient)[0]] for length in lengths]


def _norm(gradient: Floats) -> float:
    return float(np.linalg.norm(gradient))
