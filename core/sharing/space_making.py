"""A planned Space is made: its repository, its variables, and one commit with all that changes in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Refused
from core.sharing.hub.connection import api
from core.sharing.hub.refusals import answered
from core.sharing.space import FILES, FOLDERS, REQUIREMENTS, SpacePlan

if TYPE_CHECKING:
    from huggingface_hub import HfApi, SpaceInfo

_PAYMENT_REQUIRED = 402


def make_space(project: Path, plan: SpacePlan) -> dict[str, Any]:
    """Create the Space if need be, set what differs, and send the planned files in one commit.

    What is set comes before what runs under it, and the files go all or none. The token is huggingface_hub's own
    (``HF_TOKEN`` or ``hf auth login``); it is never sent along.

    Returns:
        space, url, created, files (how many), deleted (their names), variables (those that were set), commit.

    Raises:
        Refused: no token, one that may not do this, or a Space that holds another program.
        Failure: the Hub cannot be reached or does not answer.
    """
    hub = api()
    with answered(f"The Space {plan.space}", writes=True):
        _need_token()
        there = _existing(hub, plan.space)
        created = there is None
        if there is None:
            _create(hub, plan)
            there = hub.space_info(plan.space)
        else:
            _check_ours(there)
        set_there = list(plan.variables) if created else _set_what_differs(hub, plan, there)
        deleted = left_behind(plan, [each.rfilename for each in there.siblings or []])
        commit = _send(hub, project, plan, deleted, there.sha)
    return {
        "space": plan.space, "url": f"{hub.endpoint}/spaces/{plan.space}", "created": created,
        "files": len(plan.files), "deleted": deleted, "variables": set_there, "commit": commit,
    }  # fmt: skip


def _need_token() -> None:
    from huggingface_hub import get_token
    from huggingface_hub.errors import LocalTokenNotFoundError

    if not get_token():
        raise LocalTokenNotFoundError


def _existing(hub: HfApi, space: str) -> SpaceInfo | None:
    """Return the Space as it is; None where there is none (or one that this token may not see: creating it will tell)."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        return hub.space_info(space)
    except RepositoryNotFoundError:
        return None


def _create(hub: HfApi, plan: SpacePlan) -> None:
    """Create an empty Space that has its variables before it is built for the first time."""
    from huggingface_hub import SpaceHardware
    from huggingface_hub.errors import HfHubHTTPError

    variables = [{"key": name, "value": value} for name, value in plan.variables.items()]
    hardware = SpaceHardware(plan.hardware) if plan.hardware else None
    try:
        hub.create_repo(
            plan.space, repo_type="space", space_sdk="gradio", private=plan.private or None,
            space_hardware=hardware, space_variables=variables,
        )  # fmt: skip
    except HfHubHTTPError as error:
        if error.response.status_code == _PAYMENT_REQUIRED:
            raise Refused(
                f"The Space {plan.space} would cost something on this hardware, and nothing was made. On a free account "
                "take --hardware zero-a10g; otherwise see https://huggingface.co/settings/billing.",
                f"在该硬件上运行 Space {plan.space} 需要付费，因此未创建。免费账户请用 --hardware zero-a10g；"
                "否则请查看 https://huggingface.co/settings/billing。",
            ) from error
        raise


def _check_ours(there: SpaceInfo) -> None:
    """Refuse a Space in which another program lives: its files would be written over."""
    names = {each.rfilename for each in there.siblings or []}
    if there.sdk not in (None, "gradio") or ("app.py" in names and "core/lab.py" not in names):
        raise Refused(
            f"The Space {there.id} holds another program, so nothing was changed. Choose another name.",
            f"Space {there.id} 中已有其他程序，因此未作更改。请换一个名称。",
        )


def _set_what_differs(hub: HfApi, plan: SpacePlan, there: SpaceInfo) -> list[str]:
    """Set variables, visibility and hardware where they differ; each change makes a running Space start again."""
    from huggingface_hub import SpaceHardware

    now = {name: variable.value for name, variable in hub.get_space_variables(plan.space).items()}
    changed = [name for name, value in plan.variables.items() if now.get(name) != value]
    for name in changed:
        hub.add_space_variable(plan.space, name, plan.variables[name])
    if plan.private and not there.private:
        hub.update_repo_settings(plan.space, repo_type="space", private=True)
    if plan.hardware is not None and plan.hardware not in _hardware(there):
        hub.request_space_hardware(plan.space, SpaceHardware(plan.hardware))
    return changed


def _hardware(there: SpaceInfo) -> tuple[str | None, ...]:
    """Return the machine that a Space runs on; one that was asked for and is not there yet comes in its place."""
    if there.runtime is None:
        return ()
    return (there.runtime.requested_hardware or there.runtime.hardware,)


def left_behind(plan: SpacePlan, there: list[str]) -> list[str]:
    """Return what an earlier version sent and this one does not have; whatever stands elsewhere is the person's own."""
    folders = tuple(f"{folder}/" for folder in FOLDERS)
    return sorted({name for name in there if name in FILES or name.startswith(folders)} - set(plan.files))


def _send(hub: HfApi, project: Path, plan: SpacePlan, deleted: list[str], parent: str | None) -> str:
    """Send all that changes in one commit and return its hash; somebody else's commit meanwhile makes it fail whole."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    contents: dict[str, Path | bytes] = {name: project / name for name in plan.files}
    contents[REQUIREMENTS] = plan.requirements.encode()
    commit = hub.create_commit(
        plan.space,
        [
            *(CommitOperationAdd(name, content) for name, content in contents.items()),
            *(CommitOperationDelete(name) for name in deleted),
        ],
        commit_message="Update Unroll", repo_type="space", parent_commit=parent,
    )  # fmt: skip
    return str(commit.oid)
