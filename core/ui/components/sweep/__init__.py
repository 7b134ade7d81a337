"""Perplexity against order, for every smoothing: on the text that was learned from and on the one held out (D2L 8.3.1).

It shows why a low perplexity on the training text means nothing, and which smoothing makes use of a longer context.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.components.picture import Json, Picture

# What of a combination travels to the page.
_POINT = ("train", "held_out", "train_bits_per_char", "held_out_bits_per_char", "impossible", "parameters")
# How many times the perplexity on the training text the held-out one must be to say that a text was learned by heart.
_ANOTHER_STORY = 2.0


class SweepPicture(Picture):
    """Two curves for every method, with their numbers."""

    folder = "sweep"


def sweep_value(plan: Json, rows: Sequence[Json], state: str) -> Json:
    """Return the data of what has been measured so far.

    Args:
        plan: what `Sweep.plan` says.
        rows: of `Sweep.rows`, in their order.
        state: "running" or "done".
    """
    methods = []
    for choice in plan["choices"]:
        mine = [row for row in rows if row["by"] == choice]
        points = [
            {"number": row["along"], **{name: row[name] for name in _POINT}} for row in mine if not row["refused"]
        ]
        refused = next((row["refused"] for row in mine if row["refused"]), None) if not points else None
        best = _least(points, "held_out")
        methods.append({"name": choice, "refused": refused, "points": points, "best": best and best["number"]})
    total = len(plan["choices"]) * len(plan["numbers"])
    return {
        **{name: value for name, value in plan.items() if name != "choices"},
        "methods": methods, "state": state, "done": len(rows), "total": total,
        "best": _winner(methods, "held_out"), "by_heart": _by_heart(methods),
    }  # fmt: skip


def stopped_sweep(value: Json | None) -> Json | None:
    """Return the data after the visitor has stopped: what was measured stays."""
    return {**value, "state": "stopped"} if value and value.get("state") == "running" else value


def sweep_notice(sentence: str) -> Json:
    """Return the data where nothing can be compared."""
    return {"notice": sentence}


def _by_heart(methods: Sequence[Json]) -> Json | None:
    """Return the point that does best on the training text, where the held-out text tells another story."""
    found = _winner(methods, "train")
    if found is None or found["held_out"] is None:
        return found
    return found if found["held_out"] > _ANOTHER_STORY * found["train"] else None


def _winner(methods: Sequence[Json], part: str) -> Json | None:
    """Return the method and the point with the least perplexity on a part of the text; None where all are infinite."""
    points = [{"method": each["name"], **point} for each in methods for point in each["points"]]
    return _least(points, part)


def _least(points: Sequence[Json], part: str) -> Json | None:
    finite = [point for point in points if point[part] is not None]
    return min(finite, key=lambda point: point[part], default=None)
