"""Promises about the project as a whole: its folders, its sizes, its lists, and what its code never does."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]

TOP_LEVEL = {
    "app.py", "core", "plugins", "checkpoints", "tests", "requirements.txt",
    "README.md", "Makefile", "pyproject.toml", "LICENSE", "CHANGELOG.md", "docs",
    ".ci", ".gitignore", ".gitattributes",
}  # fmt: skip

# Plain git repositories on the Hub refuse larger files; a clone should stay small.
MOST_FILE_BYTES = 10_000_000
MOST_CHECKPOINT_BYTES = 25_000_000

# Reading what these write runs whatever code its author put in.
RUNS_FOREIGN_CODE = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {"torch.load", "torch.save", "read_pickle", "to_pickle"}
FORBIDDEN_BUILTINS = {"eval", "exec"}


def project_files() -> list[Path]:
    """Return the files that git keeps or would keep; of a copy without git, all but what the tools leave behind."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, timeout=60).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.SubprocessError):
        names = [path.relative_to(PROJECT).as_posix() for path in PROJECT.rglob("*") if path.is_file()]
        left = re.compile(
            r"^\.git/|^\.venv/|^\.gradio/|_cache/|__pycache__/|^\.hypothesis/|/training_state\.|\.DS_Store$"
        )
        names = [name for name in names if not left.search(name)]
    return [PROJECT / name for name in names if (PROJECT / name).is_file()]


def code_files() -> list[Path]:
    """Return the Python files that run in the program."""
    return sorted([*(PROJECT / "core").rglob("*.py"), *(PROJECT / "plugins").glob("*.py"), *PROJECT.glob("app.py")])


def test_the_top_level_holds_only_what_the_architecture_names() -> None:
    found = {path.relative_to(PROJECT).parts[0] for path in project_files()}
    assert {"core", "plugins", "tests", "requirements.txt", "Makefile", "LICENSE", ".ci"} <= found
    assert found <= TOP_LEVEL, f"not in the architecture: {sorted(found - TOP_LEVEL)}"


def test_no_file_is_too_large_for_a_plain_git_repository() -> None:
    large = [(path.name, size) for path in project_files() if (size := path.stat().st_size) >= MOST_FILE_BYTES]
    assert not large


def test_the_checkpoints_that_ship_are_small_together() -> None:
    shipped = [path for path in project_files() if PROJECT / "checkpoints" in path.parents]
    assert sum(path.stat().st_size for path in shipped) <= MOST_CHECKPOINT_BYTES


def foreign_code(source: str) -> Iterator[str]:
    """Yield what in ``source`` would run code out of data."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            imported = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (f"line {node.lineno}: {name}" for name in sorted(imported & FORBIDDEN_CALLS))
        elif isinstance(node, ast.Name) and node.id in FORBIDDEN_BUILTINS:
            yield f"line {node.lineno}: {node.id}"
        elif isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if dotted in FORBIDDEN_CALLS or node.attr in FORBIDDEN_CALLS:
                yield f"line {node.lineno}: {dotted}"
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
            yield f"line {node.value.lineno}: allow_pickle"
        yield from (f"line {node.lineno}: {name}" for name in names if name.split(".")[0] in RUNS_FOREIGN_CODE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", code_files(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_no_data_is_ever_run_as_code(path: Path) -> None:
    assert not list(foreign_code(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "def f():\n    import joblib.numpy_pickle", "import torch\ntorch.load(p)",
        "from torch import load", "eval(text)", "run = exec", "np.load(p, allow_pickle=True)", "pandas.read_pickle(p)",
    ],
)  # fmt: skip
def test_the_search_for_foreign_code_finds(source: str) -> None:
    assert len(list(foreign_code(source))) == 1


def test_the_search_for_foreign_code_allows_what_only_looks_alike() -> None:
    assert not list(foreign_code("model.eval()\nnp.load(p, allow_pickle=False)\nexecutor = json.load(p)\n"))


def undocumented(sources: dict[str, str]) -> list[str]:
    """Return the public modules, classes, functions and methods without a docstring.

    A method that overrides a documented one of a base class in the same sources keeps that one's meaning and needs none.
    """
    trees = {name: ast.parse(source) for name, source in sources.items()}
    classes = {node.name: node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found = []
    for name, tree in trees.items():
        if tree.body and not ast.get_docstring(tree):
            found.append(f"{name}: the module")
        for qualified, node, owner in _public(tree):
            if not ast.get_docstring(node) and not (owner and _promised_by_a_base(owner, node.name, classes)):
                found.append(f"{name}:{node.lineno}: {qualified}")
    return found


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(
    parent: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, Definition, ast.ClassDef | None]]:
    """Yield name, node and owning class of everything public; what stands inside a function is nobody else's."""
    for node in parent.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield prefix + node.name, node, parent if isinstance(parent, ast.ClassDef) else None
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{prefix}{node.name}.")


def _promised_by_a_base(owner: ast.ClassDef, method: str, classes: dict[str, ast.ClassDef]) -> bool:
    for base in owner.bases:
        head = base.value if isinstance(base, ast.Subscript) else base
        parent = classes.get(
            head.id if isinstance(head, ast.Name) else head.attr if isinstance(head, ast.Attribute) else ""
        )
        if parent is None or parent is owner:
            continue
        if any(isinstance(n, Definition) and n.name == method and ast.get_docstring(n) for n in parent.body):
            return True
        if _promised_by_a_base(parent, method, classes):
            return True
    return False


def test_everything_public_says_what_it_is() -> None:
    missing = undocumented({p.relative_to(PROJECT).as_posix(): p.read_text(encoding="utf-8") for p in code_files()})
    assert not missing, "\n" + "\n".join(missing)


def test_the_search_for_missing_docstrings_finds_them() -> None:
    sources = {
        "a.py": '"""A."""\nclass Base:\n    """B."""\n    def told(self):\n        """T."""\n    def untold(self): pass\n',
        "b.py": "def bare(): pass\n",
        "c.py": '"""C."""\nclass Child(Base):\n    """C."""\n    def told(self): pass\n    def own(self): pass\n    def _q(self): pass\n',
        "empty.py": "",
    }
    assert undocumented(sources) == ["a.py:6: Base.untold", "b.py: the module", "b.py:1: bare", "c.py:5: Child.own"]


def requirement_lines(name: str) -> list[str]:
    """Return the lines of a requirements file without comments."""
    lines = [line.split(" #")[0].strip() for line in (PROJECT / name).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_the_requirements_are_the_promised_ones_each_with_bounds() -> None:
    lines = requirement_lines("requirements.txt")
    assert lines[:3] == ["torch>=2.8,<2.14", "gradio[oauth,mcp]>=6.31,<7", "huggingface_hub>=2.4,<3"]
    names = [re.split(r"[\[<>=]", line)[0] for line in lines]
    assert names[3:] == ["tokenizers", "safetensors", "numpy", "tqdm", "httpx"]
    for line in [*lines, *requirement_lines("tests/requirements.txt")]:
        assert re.fullmatch(r"[\w-]+(\[[\w,]+\])?>=[\d.]+,<[\d.]+", line), f"no tested bounds: {line}"


def test_the_scripts_of_set_up_can_be_run() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-s", ".ci/run"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    mode = listed.stdout.split(" ")[0]
    executable = mode == "100755" if mode else bool((PROJECT / ".ci" / "run").stat().st_mode & 0o100)
    assert executable, "git update-index --chmod=+x .ci/run"
    assert b"\r" not in (PROJECT / ".ci" / "setup").read_bytes(), "a shell script has Windows line ends"
