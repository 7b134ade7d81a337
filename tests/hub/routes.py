"""Which handler answers which call. The order matters: the first pattern that fits is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, cast

from tests.hub import file_calls, repository_calls, space_calls
from tests.hub.answers import Answer
from tests.hub.received import Request

Handler = Callable[..., Answer]

NAME = r"([^/]+/[^/]+)"
API = rf"/api/(models|spaces)/{NAME}"
PAGE = rf"/(?:(spaces)/)?{NAME}"

ROUTES: tuple[tuple[Literal["hub", "store"], str, str, Handler], ...] = (
    ("store", "GET|HEAD", r"/lfs-blob/([0-9a-f]{64})", file_calls.download_large),
    ("store", "PUT", r"/lfs-blob/([0-9a-f]{64})", file_calls.upload_large),
    ("hub", "GET", r"/api/whoami-v2", repository_calls.who_am_i),
    ("hub", "GET", r"/api/agent-harnesses", repository_calls.no_programs),
    ("hub", "POST", r"/api/repos/create", repository_calls.create),
    ("hub", "DELETE", r"/api/repos/delete", repository_calls.delete),
    ("hub", "POST", r"/api/validate-yaml", repository_calls.validate_yaml),
    ("hub", "GET", r"/api/models", repository_calls.list_models),
    ("hub", "GET", r"/api/jobs/([^/]+)", space_calls.list_jobs),
    ("hub", "POST", r"/api/jobs/([^/]+)", space_calls.run_job),
    ("hub", "GET", r"/api/jobs/([^/]+)/([^/]+)", space_calls.show_job),
    ("hub", "GET", r"/api/jobs/([^/]+)/([^/]+)/logs", space_calls.job_logs),
    ("hub", "POST", r"/api/jobs/([^/]+)/([^/]+)/cancel", space_calls.cancel_job),
    ("hub", "GET", rf"/api/spaces/{NAME}/variables", space_calls.show_variables),
    ("hub", "POST", rf"/api/spaces/{NAME}/variables", space_calls.set_variable),
    ("hub", "DELETE", rf"/api/spaces/{NAME}/variables", space_calls.delete_variable),
    ("hub", "GET", rf"/api/spaces/{NAME}/runtime", space_calls.show_runtime),
    ("hub", "POST", rf"/api/spaces/{NAME}/hardware", space_calls.set_hardware),
    ("hub", "POST", rf"/api/spaces/{NAME}/restart", space_calls.restart),
    ("hub", "GET", API, repository_calls.describe),
    ("hub", "GET", rf"{API}/revision/([^/]+)", repository_calls.describe),
    ("hub", "GET", rf"{API}/tree/([^/]+)(?:/(.+))?", repository_calls.tree),
    ("hub", "POST", rf"{API}/paths-info/([^/]+)", repository_calls.paths_info),
    ("hub", "GET", rf"{API}/commits/([^/]+)", repository_calls.commits),
    ("hub", "GET", rf"{API}/refs", repository_calls.branches),
    ("hub", "GET", rf"{API}/auth-check(?:/(write))?", repository_calls.check_access),
    ("hub", "PUT", rf"{API}/settings", repository_calls.settings),
    ("hub", "POST", rf"{API}/duplicate", repository_calls.duplicate),
    ("hub", "POST", rf"{API}/preupload/([^/]+)", file_calls.upload_modes),
    ("hub", "POST", rf"{API}/commit/([^/]+)", file_calls.commit),
    ("hub", "POST", rf"{PAGE}\.git/info/lfs/objects/batch", file_calls.lfs_batch),
    ("hub", "POST", rf"{PAGE}\.git/info/lfs/objects/verify", file_calls.lfs_verify),
    ("hub", "GET|HEAD", rf"{PAGE}/resolve/([^/]+)/(.+)", file_calls.resolve),
)

# In an address the kind of a repository is in the plural, and models go without.
KINDS = {"models": "model", "spaces": "space"}


def route_of(request: Request) -> tuple[Handler, list[str]] | None:
    """Return the handler of a call and the names in its path, None where there is none."""
    for place, methods, pattern, handler in ROUTES:
        found = re.fullmatch(pattern, request.path)
        if found is not None and place == request.place and request.method in methods.split("|"):
            return handler, _names(pattern, found)
    return None


def _names(pattern: str, found: re.Match[str]) -> list[str]:
    """Return what the groups of a pattern found, without those at the end that found nothing."""
    groups = cast("list[str | None]", list(found.groups()))
    if pattern.startswith((API, PAGE)):
        groups[0] = KINDS[groups[0] or "models"]
    return [group for group in groups if group is not None]
