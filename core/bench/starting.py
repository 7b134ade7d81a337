"""Seconds until something happens, each in a fresh process: imports, the command line, the first page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from core.bench.conditions import Sizes
from core.bench.measure import Findings, Row, measure
from core.bench.servers import BARE_PAGE, OUR_PAGE, environment, served
from core.errors import Failure
from core.lab import Lab
from core.places import PROJECT

_PREFIX, _TOKENS = "The ", 100


def bench_starting(lab: Lab, sizes: Sizes) -> Findings:
    """Measure how long one waits for the first sign of life."""
    note = (
        "start: every round is a fresh process, with files already in the system's cache; a page has started when the "
        "first HTTP 200 arrives, its process included."
    )
    return Findings([*_programs(lab, sizes), _first_page(lab, sizes)], notes=[note])


def _programs(lab: Lab, sizes: Sizes) -> list[Row]:
    name = sizes.checkpoint
    lab.folder_of(name)  # an error before the first process, if there is none
    write = ("-m", "core", "generate", name, "--prefix", _PREFIX, "--tokens", str(_TOKENS))
    ours, generate, torch, gradio = measure(
        [
            _program(lab, "-c", "import core.lab"),
            _program(lab, *write),
            _program(lab, "-c", "import torch"),
            _program(lab, "-c", "import gradio"),
        ],
        sizes.starts,
        sizes.warm_up,
    )
    return [
        Row("import core.lab", ours, "import torch", torch, "s"),
        Row("import core.lab", ours, "import gradio", gradio, "s"),
        Row(f"core generate {name}, {_TOKENS} tokens", generate, "import torch", torch, "s"),
    ]


def _first_page(lab: Lab, sizes: Sizes) -> Row:
    def page(program: tuple[str, ...]) -> None:
        with served(program, lab):
            pass

    ours, bare = measure([lambda: page(OUR_PAGE), lambda: page(BARE_PAGE)], sizes.starts, sizes.warm_up)
    return Row("first page", ours, "a bare gr.Blocks page", bare, "s")


def _program(lab: Lab, *arguments: str) -> Callable[[], None]:
    """Return a function that runs Python with these arguments and waits for its end."""

    def run() -> None:
        ran = subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, env=environment(lab), capture_output=True, check=False
        )
        if ran.returncode:
            words = " ".join(arguments)
            last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
            raise Failure(
                f"'python {words}' failed: {last[0]}. Run it by itself to see why.",
                f"“python {words}”运行失败：{last[0]}。请单独运行以查看原因。",
            )

    return run
