"""What the tests of the stand-in share: a small repository, and a few short forms of calls."""

from __future__ import annotations

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError

from tests.hub.accounts import WRITER
from tests.hub.stand_in import StandIn

WEIGHTS = bytes(range(256)) * 8
README = b"---\nlibrary_name: unroll\nlicense: mit\ntags: [char-rnn]\n---\n# Zoo\n"
ZOO = {"README.md": README, "config.json": b'{"hidden_size": 3}', "model.safetensors": WEIGHTS}


def client(hub: StandIn, token: str | bool = WRITER) -> HfApi:
    """Return the real client, pointed at the stand-in; ``False`` for no token."""
    return HfApi(endpoint=hub.endpoint, token=token)


def added(path: str, content: bytes) -> CommitOperationAdd:
    """Return the part of a commit that adds a file."""
    return CommitOperationAdd(path, content)


def status_of(caught: pytest.ExceptionInfo[HfHubHTTPError]) -> int:
    """Return the status behind an exception of the client."""
    return caught.value.response.status_code
