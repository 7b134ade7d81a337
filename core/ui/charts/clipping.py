"""Norms of a run's gradients beside a threshold, and the angle by which clamping bends one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.components.picture import Json
from core.ui.figures import figure, power
from core.ui.words import say

_BINS = 24


def norms_chart(run: Json, theta: float, name: str, language: str, done: float | None = None) -> Json:
    """Return the histogram of a run's gradient norms.

    Args:
        run: as `Lab.kept_gradient_norms` or `Lab.clipped_run` gives it.
        theta: the threshold that is drawn; 0 for none.
        name: of the run.
        language: of the words.
        done: while more is to come.
    """
    norms = np.array([norm for _, norm, _ in run["points"]])
    bins = histogram(norms)
    # Half a bin of room at both ends, for a bar is as wide as its bin.
    room = math.sqrt(bins[1][0] / bins[0][0]) if len(bins) > 1 else 1.5
    ends = (bins[0][0] / room, max(bins[-1][0] * room, theta)) if bins else (None, None)
    levels = (
        [Level(say("clipping.theta_level", language).format(theta=figure(theta)), theta, upright=True)] if theta else []
    )
    return chart_value(
        say("clipping.norms", language), Axis(say("clipping.norms_x", language), True, *ends), Axis(say("clipping.norms_y", language), low=0),
        [Series(say("clipping.norms_series", language), bins, "bars")],
        about=say("clipping.norms_about", language).format(name=name, steps=f"{len(norms):,}"), levels=levels,
        said=_norms_said(run, norms, theta, language), done=done,
    )  # fmt: skip


def histogram(norms: np.typing.NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return (middle of the bin, how many) for norms in bins of equal width on a logarithmic axis.

    >>> [(round(middle, 2), count) for middle, count in histogram(np.array([1.0, 1.0, 100.0])) if count]
    [(1.1, 2.0), (90.85, 1.0)]
    """
    positive = norms[norms > 0]
    if not len(positive):
        return []
    low, high = math.log10(positive.min()), math.log10(positive.max())
    if high - low < 1e-9:
        return [(float(positive[0]), float(len(positive)))]
    counts, edges = np.histogram(np.log10(positive), bins=_BINS, range=(low, high))
    middles = 10 ** ((edges[:-1] + edges[1:]) / 2)
    return [(float(middle), float(count)) for middle, count in zip(middles, counts, strict=True)]


def _norms_said(run: Json, norms: np.typing.NDArray[np.float64], theta: float, language: str) -> list[str]:
    measured = (
        {"median": figure(float(np.median(norms))), "longest": figure(float(norms.max()))}
        if len(norms)
        else {"median": "–", "longest": "–"}
    )
    share = f"{100 * float((norms > theta).mean()):.1f} %" if len(norms) else "–"
    said = [
        say("clipping.norms_said" if theta else "clipping.norms_off", language).format(
            **measured, theta=figure(theta), share=share
        )
    ]
    steps = [int(step) for step, _, _ in run["points"]]
    stride = math.gcd(*steps) if steps else 1
    if stride > 1:
        said.append(say("clipping.norms_thinned", language).format(stride=stride))
    if run.get("diverged"):
        said.append(say("clipping.diverged", language).format(steps=len(steps)))
    return said


def bends_chart(bent: Json, language: str) -> Json:
    """Return how far clamping turns a gradient, by threshold: ``bent`` as `Lab.clamped_gradient` gives it."""
    rows: Sequence[Json] = sorted(bent["clamped"], key=lambda each: float(each["threshold"]))
    shares = [each["threshold"] / bent["greatest"] for each in rows]
    shown = {"parameters": f"{bent['parameters']:,}", "norm": figure(bent["norm"]), "greatest": power(bent["greatest"])}
    half = min(rows, key=lambda each: abs(float(each["norm"]) / bent["norm"] - 0.5))
    table = [
        [power(each["threshold"]), power(share), f"{100 * each['share']:.2f} %", power(each["norm"]), f"{each['degrees']:.1f}", "0.0"]
        for each, share in zip(rows, shares, strict=True)
    ]  # fmt: skip
    return chart_value(
        say("clipping.bends", language), Axis(say("clipping.bends_x", language), log=True), Axis(say("clipping.bends_y", language), low=0),
        [
            Series(say("clipping.bends_clamp", language), [(share, each["degrees"]) for each, share in zip(rows, shares, strict=True)]),
            Series(say("clipping.bends_clip", language), [(share, 0.0) for share in shares]),
        ],
        about=say("clipping.bends_about", language).format_map(shown),
        levels=[Level(say("clipping.bends_sign", language), bent["sign_degrees"])],
        said=[
            say("clipping.bends_said", language).format(
                norm_share=f"{100 * half['norm'] / bent['norm']:.0f} %", degrees=f"{half['degrees']:.0f}", sign=f"{bent['sign_degrees']:.0f}"
            )
        ],
        table=[say("clipping.bends_heads", language).split(" · "), *table],
    )  # fmt: skip
