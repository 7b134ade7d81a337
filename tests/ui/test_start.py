"""How the page starts: with one line, without PyTorch, and with a sentence where it cannot."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.places import Places

PROJECT = Path(__file__).resolve().parents[2]


def run(program: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program], cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip


def test_the_entry_is_short() -> None:
    assert len((PROJECT / "app.py").read_text(encoding="utf-8").splitlines()) < 40


def test_importing_the_entry_starts_nothing() -> None:
    ran = run(["-c", "import app, sys; print('gradio' in sys.modules, 'torch' in sys.modules)"])
    assert ran.stdout.split() == ["False", "False"], ran.stderr


def test_the_page_and_its_first_answers_come_without_pytorch(places: Places) -> None:
    program = f"""
import sys
from pathlib import Path
from core.lab import Lab
from core.places import Places
from core.ui.limits import Limits
from core.ui.page import build, launch
places = Places(Path({str(places.plugins)!r}), Path({str(places.checkpoints)!r}), (), Path({str(places.data)!r}))
page, room = build(Lab(places=places), Limits())
address = launch(page, room, None)
from gradio_client import Client
client = Client(address, verbose=False)
print(client.predict("cats", "The ", 3, api_name="/next_tokens")["candidates"][0]["token"])
print("torch" in sys.modules)
page.close(verbose=False)
"""
    ran = run(["-c", program])
    assert ran.stdout.splitlines()[-1:] == ["False"], ran.stderr


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = run(["app.py"], GRADIO_SERVER_PORT=port)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith(f"error: Port {port} is in use.")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("name", "value"), [("GRADIO_SERVER_PORT", "http"), ("UNROLL_MAX_TOKENS", "none")])
def test_a_wrong_variable_is_told_in_one_sentence(name: str, value: str) -> None:
    ran = run(["app.py"], **{name: value})
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {name} cannot be '{value}'") and len(ran.stderr.splitlines()) == 1
