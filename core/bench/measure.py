"""How things are timed beside each other, and what comes out.

A machine is never quite idle, and its clock changes with its warmth. So what is compared runs in turns, in one process
and one run, and the ratio is one of medians: whatever slows the machine slows both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def measure(
    functions: Sequence[Callable[[], object]],
    repetitions: int,
    warm_up: bool = True,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the median seconds of each function.

    Args:
        functions: what is compared; in every round each runs once, in this order.
        repetitions: rounds that count, at least 1.
        warm_up: whether one more round goes before them and fills the caches.
        clock: seconds from any beginning.
    """
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(repetitions + warm_up):
        for function, times in zip(functions, seconds, strict=True):
            began = clock()
            function()
            times.append(clock() - began)
    return [statistics.median(times[warm_up:]) for times in seconds]


@dataclass(frozen=True)
class Row:
    """One measurement beside its peer.

    Attributes:
        what: what was done.
        ours, peer: how well, in `unit`; a peer that is not installed has none.
        peer_name: who the peer is.
        unit: "tokens/s" (more is better), "s" (less is better), or "nats", which have no ratio.
    """

    what: str
    ours: float
    peer_name: str
    peer: float | None
    unit: str

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer: above 1 ours is faster, whatever the unit."""
        if self.peer is None or self.unit == "nats":
            return None
        return self.peer / self.ours if self.unit == "s" else self.ours / self.peer

    def as_json(self) -> dict[str, Any]:
        """Return plain values with four significant figures; what noise allows is less."""
        return {
            "what": self.what, "ours": _short(self.ours), "peer_name": self.peer_name, "peer": _short(self.peer),
            "ratio": _short(self.ratio), "unit": self.unit,
        }  # fmt: skip


@dataclass(frozen=True)
class Findings:
    """What one benchmark found.

    Attributes:
        rows: measurements, each beside its peer.
        checkpoints: results that stand in cards, measured when those were written.
        notes: what a reader has to know to read the figures.
    """

    rows: list[Row] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def speeds(what: str, tokens: int, seconds: Sequence[float], peer_name: str) -> Row:
    """Return the row of work on so many tokens, from the seconds of ours and, where there is one, of the peer."""
    if len(seconds) == 1:
        return Row(what, tokens / seconds[0], peer_name, None, "tokens/s")
    (row,) = beside(what, tokens, seconds, {peer_name: tokens})
    return row


def beside(what: str, tokens: float, seconds: Sequence[float], peers: Mapping[str, float]) -> list[Row]:
    """Return one row for each peer of the same work.

    Args:
        what: the work.
        tokens: how many of them ours did.
        seconds: of ours, then of every peer.
        peers: how many tokens each did, by name.
    """
    ours, *others = seconds
    return [
        Row(what, tokens / ours, name, done / needed, "tokens/s")
        for (name, done), needed in zip(peers.items(), others, strict=True)
    ]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
