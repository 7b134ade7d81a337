"""Curves over two axes, linear or logarithmic, with every number in a table: the picture of most measurements.

Its words come with the data, in the visitor's language: one picture serves many measurements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.ui.components.picture import Json, Picture

Point = tuple[float, float | None]

# How many of a long curve's points travel to the page.
_MOST_POINTS = 400


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        label: what is measured, with its unit.
        log: whether powers of ten stand at equal distances; what is not above 0 is left out then.
        low, high: its ends; None takes those of the points.
    """

    label: str
    log: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        name: in the legend and in the table.
        points: (x, y) in the order of x; a y that is None or not finite leaves a gap.
        kind: a line with marks, a bare line, single dots, a cloud of faint dots without a row in the table, or bars from 0.
        band: for every point the ends of what it is uncertain by, or empty.
    """

    name: str
    points: Sequence[Point]
    kind: Literal["marked", "line", "dots", "cloud", "bars"] = "marked"
    band: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Level:
    """A straight line across the picture at a value: a threshold, a floor.

    Attributes:
        name: stands at its end.
        value: where it is.
        upright: whether it stands at this x instead of lying at this y.
    """

    name: str
    value: float
    upright: bool = False


class Chart(Picture):
    """Curves, a legend, what the reader points at, and the numbers."""

    folder, curves = "chart", True


def chart_value(
    title: str,
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    *,
    about: str = "",
    levels: Sequence[Level] = (),
    said: Sequence[str] = (),
    table: Sequence[Sequence[str]] = (),
    done: float | None = None,
) -> Json:
    """Return the data of a picture.

    Args:
        title, about: above it.
        x, y: the axes.
        series: the curves; six can be told apart.
        levels: thresholds and floors.
        said: what the numbers mean, a sentence or two each; below the picture.
        table: a first row of heads, then the rows; empty lists the points of the curves.
        done: 0 to 1 while more is to come.
    """
    return {
        "title": title, "about": about, "x": _axis(x), "y": _axis(y), "series": [_series(each) for each in series],
        "levels": [{"name": each.name, "value": each.value, "upright": each.upright} for each in levels],
        "said": list(said), "table": [list(row) for row in table], "done": done, "stopped": False, "notice": "",
    }  # fmt: skip


def chart_notice(sentence: str) -> Json:
    """Return the data where there is nothing to draw, and why."""
    return {"notice": sentence}


def stopped_chart(value: Json | None) -> Json | None:
    """Return the data after the visitor has stopped: what was measured stays."""
    if value and value.get("done") is not None:
        return {**value, "done": None, "stopped": True}
    return value


def _axis(axis: Axis) -> Json:
    return {"label": axis.label, "log": axis.log, "low": axis.low, "high": axis.high}


def _series(series: Series) -> Json:
    """Return a curve; of a long one evenly chosen points, the last one among them."""
    step = max(1, math.ceil(len(series.points) / _MOST_POINTS))
    chosen = list(range(0, len(series.points), step))
    if series.points and chosen[-1] != len(series.points) - 1:
        chosen.append(len(series.points) - 1)
    points = [[_number(number) for number in series.points[place]] for place in chosen]
    return {
        "name": series.name, "kind": series.kind, "points": points,
        "band": [[_number(end) for end in series.band[place]] for place in chosen] if series.band else [],
    }  # fmt: skip


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
