"""curl: the page's commands give the command line's numbers; whoever stops reading stops the work; mistakes are told."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.clients.conftest import check_answers
from tests.clients.page_code import blocks, program

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="there is no curl or no bash on this machine"
)
PATIENCE = 60


def run(commands: str) -> str:
    """Return what a shell prints, which may not take too long."""
    ran = subprocess.run(["bash", "-c", commands], capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def events(printed: str) -> Iterator[tuple[str, Any]]:
    """Yield every event with its data."""
    name = ""
    for line in printed.splitlines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_the_commands_shown_give_the_numbers_of_the_command_line(
    address: str, expected: Mapping[str, Any], stopped: Callable[[], None]
) -> None:
    told = [each for each in events(run(program("curl", "sh", address))) if each[0] != "heartbeat"]
    whole = [data for name, data in told if name == "complete"]
    names = ("checkpoints", "candidates", "score", "compared", "written", "trained", "own_text", "own_score")
    (mistake,) = [data["error"] for name, data in told if name == "error"]
    found = dict(zip(names, [data[0] for data in whole], strict=True))
    check_answers({**found, "mistake": mistake}, expected)
    assert [data[0]["event"] for name, data in told if name == "generating" and "event" in data[0]] == expected[
        "events"
    ]
    stopped()


def test_a_text_comes_while_it_is_written_and_ends_with_the_connection(
    address: str, stopped: Callable[[], None]
) -> None:
    asking = blocks("curl", "sh", address)[0].split("\n\nask checkpoints")[0]
    long = asking + """\nask generate '{"checkpoint": "shakespeare-ngram", "prefix": "ROMEO:", "tokens": 2000}'"""
    with subprocess.Popen(["bash", "-c", f"{long}\n"], stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        texts = []
        for line in shell.stdout:
            if line.startswith("data: "):
                texts.append(json.loads(line.removeprefix("data: "))[0]["text"])
            if len(texts) == 3:
                break
        shell.terminate()
        shell.stdout.close()
    assert texts[0] == "" or texts[1].startswith(texts[0])
    assert len(texts[2]) > len(texts[1])
    stopped()


@pytest.mark.parametrize(
    ("endpoint", "given", "language", "status", "sentence"),
    [
        ("next_tokens", {"prefix": "x"}, "en", 422, "/next_tokens needs a value for 'checkpoint'."),
        ("next_tokens", {"checkpoint": "x", "tpo": 3}, "en", 422, "No parameter named 'tpo'. Did you mean 'top'?"),
        ("next_token", {}, "en", 404, "No endpoint named 'next_token'. Did you mean 'next_tokens'?"),
        ("next_tokens", {"checkpoint": "x", "tpo": 3}, "zh-CN", 422, "没有名为“tpo”的参数。您是不是想用“top”？"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_answered_with_a_sentence(
    address: str, endpoint: str, given: Mapping[str, Any], language: str, status: int, sentence: str
) -> None:
    words = ["-H", "Content-Type: application/json", "-H", f"Accept-Language: {language}", "-d", json.dumps(given)]
    url = f"{address}gradio_api/call/v2/{endpoint}"
    ran = subprocess.run(
        ["curl", "-s", "-w", "\n%{http_code}", url, *words], capture_output=True, text=True, timeout=PATIENCE
    )
    answer, code = ran.stdout.rsplit("\n", 1)
    assert (json.loads(answer), int(code)) == ({"error": sentence}, status)


def test_many_at_once_are_all_answered(address: str) -> None:
    asking = blocks("curl", "sh", address)[0].split("\n\nask checkpoints")[0]
    question = """ask next_tokens '{"checkpoint": "shakespeare-ngram", "prefix": "To be", "top": 1}' & """
    began = time.monotonic()
    told = [data for name, data in events(run(f"{asking}\n{question * 8} wait")) if name == "complete"]
    assert len(told) == 8 and all(data == told[0] for data in told)
    assert time.monotonic() - began < 20
