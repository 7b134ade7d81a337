"""The project as a Hugging Face Space: what would be sent and set; nothing is asked of the network.

A Space is a repository with the project's files; its README.md's front matter says how to run them, and its variables are
the environment they run in. `space_making` does what is planned here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadText, unknown_name
from core.language import both
from core.places import Places
from core.sharing.hub.names import PREFIX, HubName

# What a Space needs of the project. A file under one of these names that is no longer here is deleted there as well.
FILES = ("app.py", "README.md", "LICENSE", "requirements.txt")
FOLDERS = ("core", "plugins", "checkpoints", "docs")

# What is never sent: what Python, Gradio and editors leave behind, and half of a training run.
_NEVER = re.compile(r".*\.(pyc|pyo|pyi)|.*~|training_state\..*|__pycache__")

# The variables that a Space takes over: what one visitor may ask for. Folders are this machine's own.
_LIMITS = re.compile(r"UNROLL_(TRAINING|MAX_\w+)")
_OWNER = "UNROLL_HUB_OWNER"

REQUIREMENTS = "requirements.txt"
# The first PyTorch that Hugging Face's ZeroGPU, the machine of free accounts, does not have.
_NO_LONGER_THERE = "2.12"


@dataclass(frozen=True)
class SpacePlan:
    """What `make_space` will do.

    Attributes:
        space: OWNER/NAME.
        files: names of the project's files, in order.
        requirements: the text that stands for requirements.txt there.
        size: of all files (bytes).
        variables: the Space's environment, beside what was set there by hand.
        private: whether it is hidden from others; False leaves it as it is.
        hardware: the machine asked for; None leaves it to the Hub.
    """

    space: str
    files: tuple[str, ...]
    requirements: str
    size: int
    variables: Mapping[str, str]
    private: bool = False
    hardware: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return {
            "space": self.space, "what": "create or update", "private": self.private, "hardware": self.hardware,
            "variables": dict(self.variables), "files": list(self.files), "bytes": self.size,
            "deleted_where_no_longer_here": [*FILES, *(f"{folder}/" for folder in FOLDERS)],
        }  # fmt: skip


def plan_space(
    project: Path, space: str, environment: Mapping[str, str], *, private: bool = False, hardware: str | None = None
) -> SpacePlan:
    """Return what would be sent to the Space ``OWNER/NAME`` and set there.

    Args:
        project: the project's folder.
        environment: its limits become the Space's.
        private, hardware: see `SpacePlan`.

    Raises:
        BadText: a name that is not of that form.
        UnknownName: hardware that there is not.
    """
    _check_name(space)
    if hardware is not None:
        _check_hardware(hardware)
    data = Places.from_environment(environment).data.resolve()
    files = [path for top in (*FILES, *FOLDERS) for path in _files(project / top, data)]
    requirements = narrowed((project / REQUIREMENTS).read_text(encoding="utf-8"))
    return SpacePlan(
        space, tuple(path.relative_to(project).as_posix() for path in files), requirements,
        sum(path.stat().st_size for path in files), _variables(environment), private, hardware,
    )  # fmt: skip


def _check_name(space: str) -> None:
    """Raise BadText unless a name is OWNER/NAME."""
    name = HubName.parse(f"{PREFIX}{space}")
    if name is None or name.repository != space:
        raise BadText(
            f"{space[:120]!r} is no Space: it takes OWNER/NAME, each of letters, digits, '-', '_' and '.'.",
            f"“{space[:120]}”不是 Space 的名称：应为 OWNER/NAME，由字母、数字、-、_ 和 . 组成。",
        )


def _check_hardware(name: str) -> None:
    from huggingface_hub import SpaceHardware

    known = [each.value for each in SpaceHardware]
    if name not in known:
        raise unknown_name(both("hardware", "硬件"), name, known)


def _files(top: Path, data: Path) -> list[Path]:
    """Return a file, or those below a folder; without links, which may lead anywhere, and without visitors' data."""
    if not top.is_dir():
        return [top] if top.is_file() and not top.is_symlink() else []
    found = []
    for path in sorted(top.rglob("*")):
        inside = path.relative_to(top).parts
        if any(part.startswith(".") or _NEVER.fullmatch(part) for part in inside):
            continue
        if path.is_file() and not path.is_symlink() and not path.resolve().is_relative_to(data):
            found.append(path)
    return found


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the limits that the environment sets, and whose checkpoints it names; a Space knows its author by itself."""
    kept = {name: word.strip() for name, word in environment.items() if _LIMITS.fullmatch(name) or name == _OWNER}
    return {name: word for name, word in sorted(kept.items()) if word}


def narrowed(requirements: str) -> str:
    """Return requirements.txt as the Space reads it: with a PyTorch that ZeroGPU has.

    The project itself allows newer ones; pip there would take the newest, and the Space would not start. The Hub reads no
    other file than this one, so it is written anew on its way instead of being kept twice.

    >>> narrowed("torch>=2.8,<2.14\\ntqdm>=4,<5\\n")
    'torch>=2.8,<2.12\\ntqdm>=4,<5\\n'
    """
    text, changed = re.subn(r"^(torch>=[\d.]+),<[\d.]+$", rf"\1,<{_NO_LONGER_THERE}", requirements, flags=re.MULTILINE)
    assert changed == 1, "requirements.txt has one line torch>=...,<..."
    return text
