"""The project as a Hugging Face Space: first what would be done, then the doing.

A Space is a repository with the project's files; its README.md's front matter says how to run them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadText, Failure

# What a Space needs of the project, and what is never sent.
_SENT = ("app.py", "README.md", "LICENSE", "requirements.txt", "core", "plugins", "checkpoints", "docs")
_NEVER = {"__pycache__", "training_state.json", "training_state.safetensors"}


@dataclass(frozen=True)
class SpacePlan:
    """What `make_space` will do: which Space, and which files of which size."""

    space: str
    files: tuple[str, ...]
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return {"space": self.space, "what": "create or update", "files": list(self.files), "bytes": self.size}


def plan_space(project: Path, space: str) -> SpacePlan:
    """Return what would be sent to the Space ``OWNER/NAME``; nothing is asked of the network.

    Raises:
        BadText: a name that is not of that form.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", space, flags=re.ASCII):
        raise BadText(f"{space!r} is no Space: it takes OWNER/NAME.", f"“{space}”不是 Space 的名称：应为 OWNER/NAME。")
    files = [path for top in _SENT for path in _files(project / top)]
    names = tuple(path.relative_to(project).as_posix() for path in files)
    return SpacePlan(space, names, sum(path.stat().st_size for path in files))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [
        each
        for each in sorted(path.rglob("*"))
        if each.is_file() and not _NEVER.intersection(each.parts) and not any(p.startswith(".") for p in each.parts)
    ]


def make_space(project: Path, plan: SpacePlan) -> dict[str, Any]:
    """Create the Space if need be and send the planned files in one commit.

    The token is huggingface_hub's own (``HF_TOKEN`` or ``hf auth login``).

    Raises:
        Failure: the Hub cannot be reached or refuses.
    """
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined] # whichever it was built with

    api = HfApi()
    try:
        api.create_repo(plan.space, repo_type="space", space_sdk="gradio", exist_ok=True)
        operations = [CommitOperationAdd(name, project / name) for name in plan.files]
        api.create_commit(plan.space, operations, commit_message="Update Unroll", repo_type="space")
    except (HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled, httpx.HTTPError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Failure(
            f"The Space {plan.space} was not made: {reason}. Check the network, and sign in with 'hf auth login'.",
            f"未能创建 Space {plan.space}：{reason}。请检查网络，并用 hf auth login 登录。",
        ) from error
    return {"space": plan.space, "url": f"{api.endpoint}/spaces/{plan.space}", "files": len(plan.files)}
