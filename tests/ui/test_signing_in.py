"""On a Space visitors sign in with Hugging Face: their token comes with the request, from their own cookie."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner

from core.lab import Lab
from core.sharing.checkpoint import MODEL
from tests.hub.accounts import WRITER
from tests.hub.fixtures import hub  # noqa: F401 - a fixture
from tests.hub.stand_in import StandIn

PROJECT = Path(__file__).resolve().parents[2]
CLIENT_SECRET = "the Space's own secret"


@pytest.fixture
def space(hub: StandIn, lab: Lab, tmp_path: Path) -> Iterator[str]:  # noqa: F811
    """The address of the page as a Space with ``hf_oauth: true`` would run it."""
    environment = os.environ | hub.environment(tmp_path / "home") | {
        "SYSTEM": "spaces", "SPACE_ID": "ada/unroll", "SPACE_HOST": "ada-unroll.hf.space", "SPACE_AUTHOR_NAME": "ada",
        "OAUTH_CLIENT_ID": "unroll", "OAUTH_CLIENT_SECRET": CLIENT_SECRET, "OAUTH_SCOPES": "openid profile manage-repos",
        "OPENID_PROVIDER_URL": hub.endpoint, "UNROLL_CHECKPOINTS": str(lab.places.checkpoints),
        "UNROLL_DATA": str(tmp_path / "data"),
    }  # fmt: skip
    program = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout is not None
    said = []
    for line in program.stdout:
        said.append(line)
        if line.startswith("Unroll is at "):
            break
    assert said and said[-1].startswith("Unroll is at "), "".join(said)
    yield said[-1].split()[3]
    program.terminate()
    program.wait(20)


def session_cookie(token: str) -> str:
    """Return the cookie of somebody who has signed in, as Starlette's session middleware makes it."""
    secret = hashlib.sha256((CLIENT_SECRET + "-v4").encode()).hexdigest()
    content = {
        "oauth_info": {"access_token": token, "scope": "", "expires_at": 4e9, "userinfo": {"preferred_username": "ada"}}
    }
    return "session=" + TimestampSigner(secret).sign(base64.b64encode(json.dumps(content).encode())).decode()


def answers(client: httpx.Client, event: int, data: list[Any]) -> list[Any]:
    """Do what a click does, and return everything that the page is told."""
    request = {"data": data, "fn_index": event, "session_hash": "here"}
    assert client.post("gradio_api/queue/join", json=request).status_code == 200
    told = []
    with client.stream("GET", "gradio_api/queue/data?session_hash=here") as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line[6:]))
                if told[-1]["msg"] == "process_completed":
                    return told
    raise AssertionError("the answer broke off")


def published(address: str, cookie: str) -> str:
    """Open the page, press the button that publishes, and return everything that the page is told."""
    with httpx.Client(base_url=address, headers={"cookie": cookie}, timeout=60) as client:
        config = client.get("config").json()
        places = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        assert "sign-in" in places and "publish-token" not in places
        events = config["dependencies"]
        arriving = next(each["id"] for each in events if places["publish-checkpoint"] in each["outputs"])
        answers(client, arriving, [None, ""])  # which lists the checkpoints
        publishing = next(each["id"] for each in events if [places["publish"], "click"] in each["targets"])
        return json.dumps(answers(client, publishing, ["cats", "ada/cats", True]))


def test_who_has_signed_in_publishes_under_their_own_name_and_nobody_else_does(
    space: str, hub: StandIn, lab: Lab  # noqa: F811
) -> None:  # fmt: skip
    assert "Sign in with Hugging Face first" in published(space, "a=b")
    assert hub.commits("ada/cats") == []
    told = published(space, session_cookie(WRITER))
    assert "ada/cats" in told
    assert WRITER not in told
    assert hub.files("ada/cats")[MODEL] == (lab.folder_of("cats") / MODEL).read_bytes()
