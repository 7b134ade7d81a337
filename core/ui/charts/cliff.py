"""Three descents on a loss with a cliff: the surface, the loss by step, and one step of the line search."""

from __future__ import annotations

import math

from core.ui.components.chart import Axis, Series, chart_value
from core.ui.components.picture import Json
from core.ui.components.surface import Path, surface_value
from core.ui.figures import figure, power
from core.ui.words import say

_BOUNDS = (0.003, 0.03, 0.07, 0.2, 0.35)
# Below, a loss leaves the picture: a line search comes as near to nothing as a number can.
_FLOOR = 1e-8
_EVERY = 10
_NAMES = {"plain": "cliff.plain", "clipped": "cliff.clipped", "searched": "cliff.searched"}


def cliff_surface(found: Json, language: str) -> Json:
    """Return the surface with the three ways: ``found`` as `Lab.cliff` gives it."""
    paths = [
        Path(say(_NAMES[each["name"]], language), [(point[0], point[1]) for point in each["points"]])
        for each in found["descents"]
    ]
    return surface_value(
        say("cliff.surface", language), say("cliff.about", language), ("w", *found["w_range"]), ("b", *found["b_range"]),
        found["losses"], _BOUNDS, paths, said=_walked(found, language), table=_places(found, language),
    )  # fmt: skip


def _walked(found: Json, language: str) -> list[str]:
    plain, clipped, searched = found["descents"]
    ends = [each["points"][-1][2] for each in found["descents"]]
    steepest = [each["points"][each["steepest"]][3] for each in found["descents"]]
    thrown = _farthest_step(plain["points"])
    left = not _inside(found, plain["points"][-1])
    return [
        say("cliff.said_thrown" if left else "cliff.said_held", language).format(
            norm=figure(steepest[0]), step=plain["steepest"], far=figure(thrown), end=power(ends[0])
        ),
        say("cliff.said_clipped", language).format(
            theta=figure(found["theta"]), longest=figure(_farthest_step(clipped["points"])), norm=figure(steepest[1]), end=power(ends[1])
        ),
        say("cliff.said_searched", language).format(
            end=power(ends[2]), steps=len(searched["points"]) - 1, trials=searched["evaluations"]
        ),
    ]  # fmt: skip


def _farthest_step(points: list[list[float]]) -> float:
    steps = (math.dist(here[:2], there[:2]) for here, there in zip(points, points[1:], strict=False))
    return max(steps, default=0.0)


def _inside(found: Json, point: list[float]) -> bool:
    (left, right), (bottom, top) = found["w_range"], found["b_range"]
    return bool(left <= point[0] <= right and bottom <= point[1] <= top)


def _places(found: Json, language: str) -> list[list[str]]:
    rows = [say("cliff.path_heads", language).split(" · ")]
    for each in found["descents"]:
        kept = {*range(0, len(each["points"]), _EVERY), each["steepest"], each["steepest"] + 1, len(each["points"]) - 1}
        rows += [
            [
                say(_NAMES[each["name"]], language),
                str(step),
                f"{point[0]:.3f}",
                f"{point[1]:.3f}",
                power(point[2]),
                power(point[3]),
            ]
            for step, point in enumerate(each["points"])
            if step in kept
        ]
    return rows


def cliff_losses(found: Json, language: str) -> Json:
    """Return the loss of the three by step, on a logarithmic axis."""
    series = [
        Series(
            say(_NAMES[each["name"]], language),
            [(step, point[2] if point[2] >= _FLOOR else None) for step, point in enumerate(each["points"])],
            "marked" if len(each["points"]) < 40 else "line",
        )
        for each in found["descents"]
    ]
    return chart_value(
        say("cliff.losses", language), Axis(say("cliff.losses_x", language)), Axis(say("cliff.losses_y", language), log=True), series,
        table=_places(found, language),
    )  # fmt: skip


def cliff_search(found: Json, language: str) -> Json:
    """Return what one step of the line search tried, with the conditions that each trial met."""
    search, yes, no = found["search"], say("cliff.yes", language), say("cliff.no", language)
    line = [
        (length, search["value"] + search["decrease"] * length * search["slope"]) for length, _ in search["profile"]
    ]
    *refused, taken = search["trials"]
    table = [
        [figure(each["length"]), power(each["value"]), power(each["slope"]), *(yes if each[met] else no for met in ("low", "long", "level"))]
        for each in search["trials"]
    ]  # fmt: skip
    return chart_value(
        say("cliff.search", language), Axis(say("cliff.search_x", language)), Axis(say("cliff.search_loss", language)),
        [
            Series(say("cliff.search_loss", language), [(length, loss) for length, loss in search["profile"]], "line"),
            Series(say("cliff.search_line", language), line, "line"),
            Series(say("cliff.search_tried", language), [(each["length"], each["value"]) for each in refused], "dots"),
            Series(say("cliff.search_taken", language), [(taken["length"], taken["value"])], "dots"),
        ],
        about=say("cliff.search_about", language).format(
            value=figure(search["value"]), decrease=search["decrease"], curvature=search["curvature"],
            bound=power(search["curvature"] * abs(search["slope"])),
        ),
        said=[
            say("cliff.search_said", language).format(
                length=figure(taken["length"]), trials=len(search["trials"]), rate=figure(found["rate"])
            )
        ],
        table=[say("cliff.search_heads", language).split(" · "), *table],
    )  # fmt: skip
