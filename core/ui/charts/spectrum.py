"""What one step does to a gradient: singular values and eigenvalues of the recurrent weights, side by side (D2L 8.7.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.ui.charts.flow import part_name
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.components.picture import Json
from core.ui.figures import figure
from core.ui.listing import called
from core.ui.words import say

# Points of the unit circle, and its radius.
_ROUND, _UNIT = 72, 1.0


def singular_chart(flows: Sequence[Json], language: str) -> Json:
    """Return the singular values of W_hh by rank, of every model the block that lengthens most.

    Args:
        flows: each as `Lab.gradient_flow` gives it; one at least.
        language: of the words.
    """
    series = [
        Series(_name(flow, block, language), list(enumerate(block["singular"], start=1)), "line")
        for flow, block in _blocks(flows)
    ]
    return chart_value(
        say("flow.singular", language), Axis(say("flow.rank", language)), Axis(say("flow.singular_y", language), log=True), series,
        about=say("flow.singular_about", language), levels=[Level("1", _UNIT)],
    )  # fmt: skip


def eigenvalue_chart(flows: Sequence[Json], language: str) -> Json:
    """Return the eigenvalues of the same blocks in the complex plane, with the unit circle."""
    blocks = _blocks(flows)
    most = max([_UNIT, *(math.hypot(*value) for _, block in blocks for value in block["eigenvalues"])])
    series = [
        Series(_name(flow, block, language), sorted(tuple(value) for value in block["eigenvalues"]), "cloud")
        for flow, block in blocks
    ]
    heads = [say("flow.block", language), say("flow.radius", language), say("flow.outside", language)]
    rows = [[_name(flow, block, language), figure(block["radius"]), _outside(block)] for flow, block in blocks]
    angles = [2 * math.pi * number / _ROUND for number in range(_ROUND + 1)]
    circle = Series(
        say("flow.circle", language), [(_UNIT * math.cos(angle), _UNIT * math.sin(angle)) for angle in angles], "line"
    )
    return chart_value(
        say("flow.eigenvalues", language), Axis(say("flow.real", language), low=-most, high=most),
        Axis(say("flow.imaginary", language), low=-most, high=most), [*series, circle], about=say("flow.eigenvalues_about", language),
        table=[heads, *rows],
    )  # fmt: skip


def _outside(block: Json) -> str:
    """Return how many of a block's eigenvalues lie outside the unit circle, and of how many."""
    outside = sum(math.hypot(*value) > _UNIT for value in block["eigenvalues"])
    return f"{outside:,} / {len(block['eigenvalues']):,}"


def _blocks(flows: Sequence[Json]) -> list[tuple[Json, Json]]:
    """Return every model with that square block of its weights whose greatest singular value is the greatest."""
    return [(flow, max(flow["gates"], key=lambda gate: float(gate["norm"]))) for flow in flows if flow["gates"]]


def _name(flow: Json, block: Json, language: str) -> str:
    name = called(flow["name"])
    return name if len(flow["gates"]) == 1 else f"{name}: {part_name(block['name'], language, block)}"
