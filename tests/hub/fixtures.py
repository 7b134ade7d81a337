"""The stand-in as pytest fixtures: `hub`, and `no_waiting` for the client's retries.

The client reads most of its settings when it is imported, so setting environment variables in a test comes too late for
this process; the fixture sets the values themselves. Programs that a test starts get `hub.environment(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.file_download
import huggingface_hub.utils._http
import pytest
from huggingface_hub import constants, hf_api

from tests.hub.stand_in import StandIn


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """The stand-in, which the client of this process takes for the Hub even where no endpoint is named.

    Afterwards the test fails if the stand-in was asked something that it does not know.
    """
    with StandIn() as stand_in:
        _point_the_client_at(stand_in, monkeypatch, tmp_path_factory.mktemp("hf-home"))
        yield stand_in
    if stand_in.troubles:
        pytest.fail("\n".join(stand_in.troubles))


def _point_the_client_at(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    settings: dict[str, object] = {
        "ENDPOINT": stand_in.endpoint,
        "HUGGINGFACE_CO_URL_TEMPLATE": stand_in.endpoint + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_DISABLE_XET": True,  # otherwise uploads go to Xet without asking whether it is there
        "HF_HUB_DISABLE_TELEMETRY": True,  # otherwise the real Hub is asked for a list of programs
        "HF_HUB_DISABLE_PROGRESS_BARS": True,
        "HF_HUB_OFFLINE": False,
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_STORED_TOKENS_PATH": str(home / "stored_tokens"),
        "AGENT_HARNESSES_PATH": str(home / "agent_harnesses.json"),
    }
    for name, value in settings.items():
        monkeypatch.setattr(constants, name, value)
    monkeypatch.setattr(hf_api.api, "endpoint", stand_in.endpoint)  # the one behind the functions of the library
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


class Clock:
    """Takes the place of the module `time` in the client: waits are written down and take no time."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Write a wait down."""
        self.waits.append(seconds)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the client's retries follow each other at once; the list is the seconds that it would have waited."""
    clock = Clock()
    monkeypatch.setattr(huggingface_hub.utils._http, "time", clock)
    monkeypatch.setattr(huggingface_hub.file_download, "time", clock)
    return clock.waits
