"""A loss over two weights, shaded in classes, and paths that descend on it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core.ui.components.picture import Json, Picture


class SurfacePicture(Picture):
    """Shaded cells with contour numbers, up to three paths told apart by mark and dash, a legend, and the numbers."""

    folder = "surface"


@dataclass(frozen=True)
class Path:
    """A way over the surface.

    Attributes:
        name: in the legend.
        points: (across, up), the start first; those beyond the edges are cut off.
    """

    name: str
    points: Sequence[tuple[float, float]]


def surface_value(
    title: str,
    about: str,
    across: tuple[str, float, float],
    up: tuple[str, float, float],
    cells: Sequence[Sequence[float]],
    bounds: Sequence[float],
    paths: Sequence[Path],
    *,
    said: Sequence[str] = (),
    table: Sequence[Sequence[str]] = (),
) -> Json:
    """Return the data of a picture.

    Args:
        title, about: above it.
        across, up: each axis: its label, its low end, its high end.
        cells: the loss in every cell, the lowest row first.
        bounds: five losses, rising, that part six classes.
        paths: the first three are drawn.
        said: what there is to see; below the picture.
        table: a first row of heads, then the rows.
    """
    return {
        "title": title, "about": about, "across": list(across), "up": list(up), "bounds": list(bounds),
        "cells": [[float(f"{loss:.3g}") for loss in row] for row in cells],
        "classes": [[bisect_left(bounds, loss) for loss in row] for row in cells],
        "paths": [{"name": each.name, "points": [list(point) for point in each.points]} for each in paths[:3]],
        "said": list(said), "table": [list(row) for row in table],
    }  # fmt: skip
