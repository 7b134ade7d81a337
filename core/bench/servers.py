"""A page in a process of its own, on a free port of this machine alone: ours, and the barest that Gradio can serve."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

from core.errors import Failure
from core.lab import Lab
from core.places import PROJECT

OUR_PAGE = ("app.py",)
# Two lines of page and one endpoint: what any Gradio program pays. It is a program of its own, not a part of this one.
BARE_PAGE = (
    "-c",
    """
import gradio as gr

def echo(text: str) -> str:
    return text

with gr.Blocks() as page:
    gr.Textbox()
    gr.api(echo, api_name="echo")
page.launch(ssr_mode=False, enable_monitoring=False, quiet=True)
""",
)

_HOST = "127.0.0.1"
_PATIENCE_SECONDS, _BETWEEN_LOOKS_SECONDS, _FAREWELL_SECONDS = 120.0, 0.02, 10.0
_HTTP_OK = 200


def environment(lab: Lab) -> dict[str, str]:
    """Return the environment of a program that works with the same folders as ``lab`` and asks nobody outside."""
    return {
        **os.environ, "UNROLL_CHECKPOINTS": str(lab.places.checkpoints), "UNROLL_DATA": str(lab.places.data),
        "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1",
    }  # fmt: skip


@contextlib.contextmanager
def served(program: Sequence[str], lab: Lab) -> Iterator[str]:
    """Start a page, yield its address once it answers, and end it afterwards.

    Args:
        program: what Python is to run: `OUR_PAGE` or `BARE_PAGE`.
        lab: whose folders it works with.

    Raises:
        Failure: it ends, or does not answer in two minutes.
    """
    port = _free_port()
    settings = {**environment(lab), "GRADIO_SERVER_NAME": _HOST, "GRADIO_SERVER_PORT": str(port)}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen([sys.executable, *program], cwd=PROJECT, env=settings, stdout=said, stderr=said)
        try:
            address = f"http://{_HOST}:{port}"
            if not _answers(address, process):
                said.seek(0)
                raise _silent(program[0], said.read().strip())
            yield address
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((_HOST, 0))
        return int(asked.getsockname()[1])


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait for the first page, as long as the process lives; return whether it came."""
    import httpx

    until = time.monotonic() + _PATIENCE_SECONDS
    with httpx.Client(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if client.get(address).status_code == _HTTP_OK:
                    return True
            time.sleep(_BETWEEN_LOOKS_SECONDS)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _silent(program: str, said: str) -> Failure:
    last = said.splitlines()[-1] if said else "it said nothing"
    return Failure(
        f"The page ({program}) did not start: {last}. Run 'python app.py' by itself to see why.",
        f"页面（{program}）未能启动：{last}。请单独运行 python app.py 查看原因。",
    )
