"""Two tiny checkpoints, a Lab of one's own, and the Hub's stand-in; where a person asks for it, the Hub itself.

``UNROLL_TEST_HUB=OWNER`` runs the tests that use `place` against the live Hub, under names that no other run has, with the
machine's token; the repositories are deleted afterwards. Every other test keeps to the stand-in.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.places import Places
from core.sharing.hub import connection
from tests.hub.accounts import WRITER
from tests.hub.fixtures import Clock, hub, no_waiting
from tests.hub.stand_in import StandIn

__all__ = ["hub", "no_waiting"]

PROJECT = Path(__file__).resolve().parents[3]
TEXT = "The tide came in and the tide went out, and nobody in the town of Sallow asked it why.\n" * 12

LIVE = os.environ.get("UNROLL_TEST_HUB", "")
MACHINES_TOKEN = os.environ.get("HF_TOKEN", "")  # read before `nothing_of_the_users` puts it away


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with text.txt and two checkpoints of it: "counts" (an n-gram) and "network" (a tiny RNN)."""
    home = tmp_path_factory.mktemp("trained")
    (home / "text.txt").write_text(TEXT)
    lab = Lab(places=Places(PROJECT / "plugins", home, (), home / "data"))
    list(lab.train("ngram", str(home / "text.txt"), home / "counts", {"order": 3}))
    tiny = {"hidden_size": 8, "epochs": 1, "batch_size": 4, "num_steps": 8}
    list(lab.train("rnn_scratch", str(home / "text.txt"), home / "network", tiny))
    return home


@pytest.fixture
def places(trained: Path, tmp_path: Path) -> Places:
    """Folders of one's own, with both checkpoints in them."""
    for name in ("counts", "network"):
        shutil.copytree(trained / name, tmp_path / "checkpoints" / name)
    return Places(PROJECT / "plugins", tmp_path / "checkpoints", (trained,), tmp_path / "data")


@pytest.fixture
def lab(places: Places) -> Lab:
    return Lab(places=places)


@pytest.fixture
def files(trained: Path) -> dict[str, bytes]:
    """The five files of "counts"."""
    return {path.name: path.read_bytes() for path in (trained / "counts").iterdir()}


@pytest.fixture
def network_files(trained: Path) -> dict[str, bytes]:
    """The five files of "network"."""
    return {path.name: path.read_bytes() for path in (trained / "network").iterdir()}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> str:
    """The machine has Ada's token, which may write."""
    monkeypatch.setenv("HF_TOKEN", WRITER)
    return WRITER


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch, no_waiting: list[float]) -> list[float]:
    """Let every further try follow at once; the list is the seconds that would have been waited, here and in the client."""
    clock = Clock()
    clock.waits = no_waiting
    monkeypatch.setattr(connection, "time", clock)
    return clock.waits


@dataclass
class Place:
    """Where the tests of a round trip publish.

    Attributes:
        owner: under whose name.
        live: whether it is the Hub itself, which takes its time to list what is new.
        made: the repositories so far.
    """

    owner: str
    live: bool
    made: list[str] = field(default_factory=list)

    def repository(self, word: str) -> str:
        """Return a name that no other run has."""
        self.made.append(f"{self.owner}/unroll-test-{word}-{secrets.token_hex(4)}")
        return self.made[-1]


@pytest.fixture
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The stand-in, or the live Hub where ``UNROLL_TEST_HUB`` names an owner."""
    if not LIVE:
        stand_in: StandIn = request.getfixturevalue("hub")
        request.getfixturevalue("signed_in")
        yield Place("ada", live=False)
        assert stand_in.requests
        return
    if MACHINES_TOKEN:
        monkeypatch.setenv("HF_TOKEN", MACHINES_TOKEN)
    there = Place(LIVE, live=True)
    yield there
    api: Any = connection.api()
    for name in there.made:
        api.delete_repo(name, missing_ok=True)
