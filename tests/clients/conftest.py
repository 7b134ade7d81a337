"""A server over models that ship, and the command line over the same ones: what every client's numbers are held against.

Long texts are slow here, as they are on a slower machine, so that there is time to stop one.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.generation.generate import Finished, Piece
from core.lab import Lab
from tests.clients.page_code import PROJECT

MODELS = ("shakespeare-ngram", "shakespeare-gru")
# From so many tokens on a text is slow: a token takes so many seconds. The whole of 2,000 would take 20 seconds.
LONG, PAUSE = 1000, 0.01
# What `/compare` says of each model's reading as a whole.
FIGURES = ("scored", "nats", "perplexity", "perplexity_known", "bits_per_char", "unknown", "impossible")
# Seconds within which a text must have ended once its client has gone.
SOON = 5.0


class SlowLab(Lab):
    """A Lab that knows which of its long texts is being written."""

    begun = 0
    writing = 0
    pieces = 0

    def generate(
        self, checkpoint: str, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Piece | Finished]:
        pieces = super().generate(checkpoint, prefix, values, stop)
        return self._slowly(pieces) if (values or {}).get("tokens", 0) >= LONG else pieces

    def _slowly(self, pieces: Iterator[Piece | Finished]) -> Iterator[Piece | Finished]:
        self.begun, self.writing, self.pieces = self.begun + 1, self.writing + 1, 0
        try:
            for piece in pieces:
                self.pieces += 1
                time.sleep(PAUSE)
                yield piece
        finally:
            self.writing -= 1


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two of the models that ship."""
    folder = tmp_path_factory.mktemp("clients") / "checkpoints"
    for name in MODELS:
        shutil.copytree(PROJECT / "checkpoints" / name, folder / name)
    return folder


@pytest.fixture(autouse=True)
def the_command_line_sees_the_same(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the programs of these tests, and nobody after them, see these two."""
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(checkpoints))


@pytest.fixture(scope="session")
def lab(checkpoints: Path) -> SlowLab:
    """A Lab over the two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLL_CHECKPOINTS", str(checkpoints))
        return SlowLab()


@pytest.fixture(scope="session")
def address(lab: SlowLab) -> Iterator[str]:
    """The address of the page over these models."""
    from core.ui.limits import Limits
    from core.ui.page import build, launch

    page, room = build(lab, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


def command(*words: str) -> Any:
    """Return what ``python -m core WORDS --json`` prints; of several lines each."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = cli.main([*words, "--json"])
    assert status == 0, words
    lines = [json.loads(line) for line in printed.getvalue().splitlines()]
    return lines[0] if len(lines) == 1 else lines


@pytest.fixture(scope="session")
def expected(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The answers of the command line to the questions of `docs/clients.md`, under the names that its code gives them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLL_CHECKPOINTS", str(checkpoints))
        return _asked(tmp_path_factory.mktemp("own"))


def _asked(folder: Path) -> dict[str, Any]:
    (folder / "story.txt").write_text("The sea came in and the sea went out.\n" * 60, encoding="utf-8")
    mine = str(folder / "mine")
    trained = command("train", "ngram", "--corpus", str(folder / "story.txt"), "--out", mine, "--set", "order=3")
    return {
        "checkpoints": command("checkpoints"),
        "candidates": command("next", "shakespeare-ngram", "--prefix", "To be, or not to b", "--top", "5"),
        "score": command("score", "shakespeare-gru", "--text", "It is raining outside."),
        "compared": {name: command("score", name, "--text", "To be, or not to be") for name in MODELS},
        "written": command("generate", "shakespeare-gru", "--prefix", "ROMEO:", "--tokens", "120", "--seed", "1"),
        "events": [event["event"] for event in trained],
        "own_text": command("generate", mine, "--prefix", "The ", "--tokens", "40", "--seed", "1"),
        "own_score": command("score", mine, "--text", "The sea went out."),
    }


def timeless(text: Mapping[str, Any]) -> dict[str, Any]:
    """Return a continuation without how fast it came."""
    return {**text, "tokens_per_second": None}


def check_answers(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Hold what a client's program found against the command line."""
    for name in ("checkpoints", "candidates", "score", "own_score"):
        assert found[name] == expected[name], name
    for name in ("written", "own_text"):
        assert timeless(found[name]) == timeless(expected[name]), name
    assert [each["name"] for each in found["compared"]["models"]] == list(MODELS)
    for each in found["compared"]["models"]:
        scored = expected["compared"][each["name"]]
        assert {name: each[name] for name in FIGURES} == {name: scored[name] for name in FIGURES}
    assert found["mistake"] == "No checkpoint named 'shakespear-gru'. Did you mean 'shakespeare-gru'?"


@pytest.fixture
def stopped(lab: SlowLab) -> Iterator[Callable[[], None]]:
    """Check that the long text which a test began is no longer written, long before its end; none was before."""
    before = lab.begun
    assert lab.writing == 0

    def check() -> None:
        assert lab.begun > before, "no long text was begun"
        until = time.monotonic() + SOON
        while lab.writing and time.monotonic() < until:
            threading.Event().wait(0.02)
        assert lab.writing == 0
        assert 0 < lab.pieces < LONG

    yield check
    until = time.monotonic() + 4 * SOON  # a text that was not stopped must not be taken for the next test's
    while lab.writing and time.monotonic() < until:
        threading.Event().wait(0.02)
