"""``python -m core bench``: the project's own measurements, each beside its peer in the same run.

Every figure that the project states about its speed comes from here. Figures of different runs or machines do not
compare; the ratios nearly do.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from core.bench.adaptive import bench_adaptive
from core.bench.conditions import Sizes
from core.bench.curves import bench_curves
from core.bench.load import bench_load
from core.bench.measure import Findings
from core.bench.quality import bench_quality
from core.bench.scoring import bench_scoring
from core.bench.starting import bench_starting
from core.bench.training import bench_training
from core.bench.writing import bench_writing
from core.errors import unknown_name
from core.lab import Lab
from core.language import both

Bench = Callable[[Lab, Sizes], Findings]

BENCHES: Mapping[str, Bench] = MappingProxyType(
    {
        "train": bench_training,
        "generate": bench_writing,
        "score": bench_scoring,
        "quality": bench_quality,
        "adaptive": bench_adaptive,
        "curves": bench_curves,
        "start": bench_starting,
        "load": bench_load,
    }
)
# What "all" leaves out: "load" keeps the machine busy for its own sake, "adaptive" reads every held-out text, "curves" trains for minutes.
_ONLY_WHEN_ASKED = ("adaptive", "curves", "load")


def run_bench(what: str, lab: Lab, sizes: Sizes | None = None) -> dict[str, Any]:
    """Run one benchmark, or all but ``adaptive``, ``curves`` and ``load``.

    Args:
        what: "train", "generate", "score", "quality", "adaptive", "curves", "start", "load" or "all".
        lab: models, checkpoints and texts.
        sizes: how much is done; by default what the published figures were measured with.

    Returns:
        ``rows`` (what, ours, peer_name, peer, ratio, unit), ``checkpoints`` (results from the cards, and what
        others have reached: see `bench_quality`), ``notes``.

    Raises:
        UnknownName: there is no such benchmark.
        LabError: something that it needs is not there.
    """
    if what not in (*BENCHES, "all"):
        raise unknown_name(both("benchmark", "基准测试"), what, [*BENCHES, "all"])
    chosen = [name for name in BENCHES if name not in _ONLY_WHEN_ASKED] if what == "all" else [what]
    found = [BENCHES[name](lab, sizes or Sizes()) for name in chosen]
    rows = [row.as_json() for findings in found for row in findings.rows]
    notes = list(dict.fromkeys(note for findings in found for note in findings.notes))
    reading = ["ratio: how many times as fast as the peer (medians of rounds taken in turns)."] if rows else []
    return {
        "rows": rows,
        "checkpoints": [row for findings in found for row in findings.checkpoints],
        "notes": [*reading, *notes, *([machine()] if rows else [])],
    }


def machine() -> str:
    """Say in a line what the figures were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    names = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "gradio"))
    return f"machine: {cores} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}, {names}, {_torch_threads()}."


def _torch_threads() -> str:
    """Say how many threads PyTorch computes with, without importing it for that alone."""
    if "torch" not in sys.modules:
        return "torch not used in this process"
    import torch

    device = f", training on {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    return f"{torch.get_num_threads()} torch threads{device}"
