"""Imports go down only: ui, cli -> lab -> use_cases -> sharing -> training -> measures, generation -> models -> text...

The imports are read from the source with `ast`, so that those inside functions, which pay for themselves only when
they are used, and those for type checkers only are seen as well. The last tests run the detector on a small project
made of mistakes: a check that cannot fail proves nothing.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]

# What stands directly under core/, lowest first. Two with the same rank are siblings and do not import each other.
RANKS = {
    "language": 0,
    "background": 0,
    "errors": 1,
    "settings": 2,
    "places": 2,
    "text": 3,
    "models": 4,
    "measures": 5,
    "generation": 5,
    "training": 6,
    "sharing": 7,
    "lessons": 7,
    "use_cases": 8,
    "terminal": 8,
    "lab": 9,
    "bench": 10,
    "following": 10,
    "commands": 11,
    "cli": 12,
    "ui": 12,
    "__main__": 13,
}

# The highest layer that a plug-in may know: it learns with core.training and never asks who uses it.
PLUGIN_RANK = RANKS["training"]

# Libraries that only some parts may import at all.
ONLY_IN = {"gradio": ("ui",), "huggingface_hub": ("sharing", "ui")}

# Importing these takes seconds: inside functions only, so that whoever does not need them does not wait.
HEAVY = ("torch",)
MAY_START_SLOWLY = ("bench",)


@dataclass(frozen=True)
class Import:
    """One imported name: where it stands, and whether it runs when its module is imported."""

    target: str
    line: int
    at_start: bool


def imports_of(source: str, package: str = "") -> Iterator[Import]:
    """Yield everything that ``source`` imports; relative names are resolved in ``package`` (such as "core.text").

    >>> [each.target for each in imports_of("from core import text, lab")]
    ['core.text', 'core.lab']
    >>> [(each.target, each.at_start) for each in imports_of("def f():\\n    import torch")]
    [('torch', False)]
    """
    yield from _walk(ast.parse(source), package, at_start=True)


def _walk(node: ast.AST, package: str, at_start: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, at_start)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*above, *filter(None, [node.module])])
        for alias in node.names:
            yield Import(f"{module}.{alias.name}", node.lineno, at_start)
    elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
        for argument in node.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Import(argument.value, node.lineno, at_start)
    if isinstance(node, ast.If) and _is_type_checking(node.test):
        for statement in node.body:
            yield from _walk(statement, package, at_start=False)
        for statement in node.orelse:
            yield from _walk(statement, package, at_start)
        return
    inside = at_start and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, package, inside)


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def violations(project: Path) -> list[str]:
    """Return every import under ``project`` that breaks a rule, one sentence each."""
    found = []
    core, plugins = project / "core", project / "plugins"
    for path in sorted([*core.rglob("*.py"), *plugins.glob("*.py"), *project.glob("app.py")]):
        where = path.relative_to(project)
        for each in imports_of(path.read_text(encoding="utf-8"), ".".join(where.parts[:-1])):
            found += [f"{where.as_posix()}:{each.line}: {what}" for what in _judge(where, each)]
    return found


def _judge(where: Path, each: Import) -> Iterator[str]:
    """Yield what is wrong with one import of the file ``where`` (relative to the project)."""
    home = where.parts[0].removesuffix(".py")  # core, plugins or app
    unit = where.parts[1].removesuffix(".py") if home == "core" and len(where.parts) > 1 else home
    top, below = [*each.target.split("."), ""][:2]
    if unit == "__init__":
        yield "core/__init__.py imports nothing, so that any part can be imported alone"
        return
    if top == "core" and below:
        yield from _judge_rank(home, unit, below)
    if top == "plugins" and home == "plugins":
        yield f"a plug-in imports no other plug-in ({each.target})"
    elif top == "plugins":
        yield f"{unit} names no plug-in: it asks the registry ({each.target})"
    elif top in ("app", "tests"):
        yield f"{unit} is below {top}"
    if top in ONLY_IN and unit not in ONLY_IN[top]:
        yield f"only core/{' and core/'.join(ONLY_IN[top])} may import {top}"
    if unit in ("ui", "app") and (top in HEAVY or each.target.startswith("core.models.torch_later")):
        yield f"{unit} never computes: it leaves {top} to the models"
    elif top in HEAVY and each.at_start and unit not in MAY_START_SLOWLY:
        yield f"{top} takes seconds to import: write `from core.models.torch_later import {top}`, or import it in a function"


def _judge_rank(home: str, unit: str, below: str) -> Iterator[str]:
    for name in (unit, below) if home == "core" else (below,):
        if name not in RANKS:
            yield f"core/{name} has no place in the layers; give it one in tests/test_layers.py"
            return
    if home == "core" and unit != below and RANKS[below] >= RANKS[unit]:
        yield f"imports go down only: {unit} (layer {RANKS[unit]}) may not import {below} (layer {RANKS[below]})"
    if home == "plugins" and RANKS[below] > PLUGIN_RANK:
        yield f"a plug-in knows nothing above core.training (core.{below})"


def test_imports_go_down_only() -> None:
    broken = violations(PROJECT)
    assert not broken, "\n" + "\n".join(broken)


def test_every_part_of_core_has_a_layer() -> None:
    parts = {path.name.removesuffix(".py") for path in (PROJECT / "core").iterdir()} - {"__init__", "__pycache__"}
    assert parts <= set(RANKS), f"no layer: {parts - set(RANKS)}"


def test_importing_everything_but_page_and_bench_starts_no_heavy_library() -> None:
    names = [".".join(p.relative_to(PROJECT).with_suffix("").parts) for p in (PROJECT / "core").rglob("*.py")]
    skipped = ("core.ui", "core.bench", "core.__main__")
    names = [name for name in names if not name.startswith(skipped) and not name.endswith("__init__")]
    names += [f"plugins.{p.stem}" for p in (PROJECT / "plugins").glob("*.py")]
    program = (
        f"import importlib, sys\nfor name in {sorted(names)!r}: importlib.import_module(name)\n"
        "print(sorted({'torch', 'gradio', 'huggingface_hub', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[]"


# One mistake each: file, its source, a piece of the sentence that must come.
MISTAKES = [
    ("core/text/a.py", "from core.models.protocol import About", "text (layer 3) may not import models"),
    ("core/text/b.py", "def f():\n    from core.lab import Lab", "text (layer 3) may not import lab"),
    ("core/text/c.py", "from ..models import protocol", "text (layer 3) may not import models"),
    ("core/text/d.py", "from core import models", "text (layer 3) may not import models"),
    ("core/measures/a.py", "import core.generation.sampling", "measures (layer 5) may not import generation"),
    ("core/models/a.py", "if TYPE_CHECKING:\n    from core.training.events import Step", "may not import training"),
    ("core/models/b.py", "import torch", "torch takes seconds"),
    ("core/models/c.py", "class C:\n    from torch import nn", "torch takes seconds"),
    ("core/models/d.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import torch", "torch takes seconds"),
    ("core/lab.py", "import plugins.lstm", "lab names no plug-in"),
    ("core/lab.py", "import importlib\nimportlib.import_module('plugins.lstm')", "lab names no plug-in"),
    ("core/lab.py", "from core.bench.runner import run", "lab (layer 9) may not import bench"),
    ("core/lab.py", "def f():\n    import gradio as gr", "only core/ui may import gradio"),
    ("core/cli.py", "import huggingface_hub", "only core/sharing and core/ui may import huggingface_hub"),
    ("core/cli.py", "from core.ui.page import build", "cli (layer 12) may not import ui"),
    ("core/ui/page.py", "def f():\n    import torch", "ui never computes"),
    ("core/ui/tabs/write.py", "from core.models.torch_later import torch", "ui never computes"),
    ("core/helpers.py", "from core.errors import LabError", "core/helpers has no place in the layers"),
    ("core/__init__.py", "from core.lab import Lab", "core/__init__.py imports nothing"),
    ("plugins/a.py", "from plugins.lstm import PLUGIN", "a plug-in imports no other plug-in"),
    ("plugins/b.py", "from . import lstm", "a plug-in imports no other plug-in"),
    ("plugins/c.py", "from core.lab import Lab", "nothing above core.training"),
    ("plugins/d.py", "from torch import nn", "torch takes seconds"),
    ("app.py", "from plugins import lstm", "app names no plug-in"),
    ("app.py", "import gradio", "only core/ui may import gradio"),
]


@pytest.mark.parametrize(("name", "source", "sentence"), MISTAKES)
def test_the_detector_finds(tmp_path: Path, name: str, source: str, sentence: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(source)
    (only,) = violations(tmp_path)
    assert sentence in only and only.startswith(f"{name}:")


# What looks like a mistake and is none.
ALLOWED = [
    ("core/training/a.py", "from core.measures.perplexity import x\nfrom core.generation.generate import y"),
    ("core/text/a.py", "from . import sequences\nfrom core.text.forms import FORMS"),
    ("core/models/a.py", "def f():\n    import torch"),
    ("core/models/b.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torch import Tensor"),
    ("core/bench/a.py", "import torch\nfrom core.lab import Lab"),
    ("core/sharing/a.py", "def f():\n    import huggingface_hub"),
    ("core/ui/page.py", "import gradio as gr\nfrom core.lab import Lab"),
    ("plugins/a.py", "from core.models.torch_later import torch\nfrom core.training.gradient import GradientLearner"),
    ("app.py", "from core.ui.page import build\nfrom core.lab import Lab"),
]


@pytest.mark.parametrize(("name", "source"), ALLOWED)
def test_the_detector_allows(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(source)
    assert violations(tmp_path) == []
