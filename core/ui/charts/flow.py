"""Gradient norm against lag, side by side, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.ui.components.chart import Axis, Series, chart_value
from core.ui.components.picture import Json
from core.ui.figures import figure, power
from core.ui.listing import called
from core.ui.words import say

# Curves that can be told apart, and those that can carry a band each.
_MOST_CURVES, _MOST_BANDS = 6, 2
# Below this share of the greatest norm a curve leaves the picture: one that vanishes at once would flatten all the others.
_FLOOR = 1e-9


# Parts of a state, and gates, that the book names.
_PARTS = (
    "flow.part_hidden", "flow.part_cell", "flow.part_input_gate", "flow.part_forget_gate", "flow.part_output_gate",
    "flow.part_reset_gate", "flow.part_update_gate", "flow.part_candidate",
)  # fmt: skip


def flow_chart(flows: Sequence[Json], language: str, *, title: str = "flow.chart", done: float | None = None) -> Json:
    """Return the picture of several models' gradients.

    Args:
        flows: each as `Lab.gradient_flow` gives it; one at least.
        language: of the words.
        title: the key of its title.
        done: while more are to come.
    """
    curves = [(_name(flow, part, language), part) for flow in flows for part in _drawn(flows, flow)]
    floor = _floor([part["norm"] for _, part in curves])
    lags = flows[0]["lags"]
    series = [_series(name, lags, part, floor, len(curves) <= _MOST_BANDS) for name, part in curves]
    return chart_value(
        say(title, language), Axis(say("flow.x", language)), Axis(say("flow.y", language), log=True), series,
        about=say("flow.about", language).format(positions=flows[0]["positions"]), said=_said(flows, language, floor),
        table=_table(flows, language), done=done,
    )  # fmt: skip


def training_chart(moments: Sequence[Json], language: str, names: Mapping[str, str], done: float | None = None) -> Json:
    """Return the picture of one model's gradients at several moments of its training.

    Args:
        moments: each as `Lab.flow_in_training` gives it.
        language: of the words.
        names: what stands in the line above: model, corpus, steps.
        done: while more is to come.
    """
    lags = moments[0]["lags"]
    floor = _floor([each["whole"]["norm"] for each in moments])
    named = [
        say("flow.moment" if each["step"] else "flow.moment_first", language).format(step=each["step"])
        for each in moments
    ]
    series = [_series(name, lags, each["whole"], floor, False) for name, each in zip(named, moments, strict=True)]
    rows = [_row(name, each["whole"], None, language) for name, each in zip(named, moments, strict=True)]
    return chart_value(
        say("flow.training_chart", language), Axis(say("flow.x", language)), Axis(say("flow.y", language), log=True), series,
        about=say("flow.training_about", language).format_map(names), table=[_heads(len(lags), language)[:5], *(row[:5] for row in rows)],
        done=done,
    )  # fmt: skip


def _drawn(flows: Sequence[Json], flow: Json) -> list[Json]:
    """Return the curves of one model: its state's parts one by one where there is room for all."""
    together = sum(len(each["parts"]) for each in flows) > _MOST_CURVES
    return [flow["whole"]] if together else flow["parts"]


def _name(flow: Json, part: Json, language: str) -> str:
    name = called(flow["name"])
    if len(flow["parts"]) == 1:
        return name
    return f"{name}: {part_name(part['name'], language, part)}"


def part_name(name: str, language: str, part: Json | None = None) -> str:
    """Return what a part of the state or a gate is called; of a model with names of its own, what it says of it."""
    if name == "whole":
        return say("flow.all_parts", language)
    key = f"flow.part_{name}"
    if key in _PARTS:
        return say(key, language)
    return str(part["meaning"][language]) if part and "meaning" in part else name


def _floor(curves: Sequence[Sequence[float | None]]) -> float:
    norms = [norm for curve in curves for norm in curve if norm]
    return _FLOOR * max(norms, default=1.0)


def _series(name: str, lags: Sequence[int], part: Json, floor: float, band: bool) -> Series:
    seen = [norm if norm is not None and norm >= floor else None for norm in part["norm"]]
    ends = [(low or floor, high or floor) for low, high in zip(part["low"], part["high"], strict=True)]
    return Series(
        name,
        list(zip(lags, seen, strict=True)),
        "line" if len(lags) > 80 else "marked",
        ends if band and None not in seen else (),
    )


def _said(flows: Sequence[Json], language: str, floor: float) -> list[str]:
    """Return what the numbers mean."""
    lags = len(flows[0]["lags"])
    said = [
        say("flow.said_model", language).format(
            name=called(flow["name"]), half=_steps(flow["whole"]["half"], lags, language), hundredth=_steps(flow["whole"]["hundredth"], lags, language)
        )
        for flow in flows
    ]  # fmt: skip
    shares = sorted(((_share(flow), called(flow["name"])) for flow in flows), reverse=True)
    if len(shares) > 1:
        (best, best_name), (worst, worst_name) = shares[0], shares[-1]
        said.append(
            say("flow.said_farthest", language).format(
                lags=lags, best=best_name, best_share=power(best), worst=worst_name, worst_share=power(worst)
            )
        )
    if any(flow["gates"] and not flow["untrained"] for flow in flows):
        said.append(say("flow.said_bound", language))
    if any(norm is None or norm < floor for flow in flows for part in _drawn(flows, flow) for norm in part["norm"]):
        said.append(say("flow.said_cut", language).format(floor=power(floor)))
    return said


def _share(flow: Json) -> float:
    """Return what is left of the gradient at the last lag, as a share of lag 1."""
    norms = flow["whole"]["norm"]
    return (norms[-1] or 0.0) / norms[0] if norms[0] else 0.0


def _steps(steps: float | None, lags: int, language: str) -> str:
    return say("flow.more", language).format(steps=lags - 1) if steps is None else figure(steps)


def _table(flows: Sequence[Json], language: str) -> list[list[str]]:
    """Return one row for every part of a state, and for every gate that is none; what both have stands in one row."""
    rows = []
    for flow in flows:
        gates = {gate["name"]: gate for gate in flow["gates"]}
        parts = [*flow["parts"], *([flow["whole"]] if len(flow["parts"]) > 1 else [])]
        rows += [_row(_name(flow, part, language), part, gates.pop(part["name"], None), language) for part in parts]
        rows += [
            _row(f"{called(flow['name'])}: {part_name(gate['name'], language, gate)}", None, gate, language)
            for gate in gates.values()
        ]
    return [_heads(len(flows[0]["lags"]), language), *rows]


def _heads(lags: int, language: str) -> list[str]:
    return say("flow.heads", language).format(lags=lags).split(" · ")


def _row(name: str, part: Json | None, gate: Json | None, language: str) -> list[str]:
    measured = ["–"] * 4
    if part:
        ends = [part["norm"][0], part["norm"][-1]]
        measured = [say("flow.tiny", language) if norm is None else power(norm) for norm in ends]
        if ends[-1]:
            measured[-1] += f" (×÷ {part['high'][-1] / ends[-1]:.2g})"
        measured += [_steps(part[share], len(part["norm"]), language) for share in ("half", "hundredth")]
    return [name, *measured, *([figure(gate["radius"]), figure(gate["norm"])] if gate else ["–", "–"])]
