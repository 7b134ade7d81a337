"""What the page offers "as Python" and "as curl" gives the result that the page shows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.ui.calls import Call
from core.ui.components.share import MOST_TEXT, share_value

TEXT = 'The cat\'s "mat" $HOME `date` \\n 猫'
CALLS = [
    Call("score", {"checkpoint": "cats", "text": TEXT}),
    Call("next_tokens", {"checkpoint": "cats", "prefix": "The c", "top": 3}),
    Call("tokenize", {"checkpoint_or_level": "cats", "text": TEXT}),
    Call("generate", {"checkpoint": "cats", "prefix": "The ", "tokens": 20, "seed": 3}),
]


def expected(call: Call, lab: Lab) -> Any:
    """The same result from the Lab itself."""
    given = dict(call.arguments)
    if call.endpoint == "generate":
        return lab.generate_whole("cats", "The ", {"tokens": 20, "seed": 3})["text"]
    return getattr(lab, call.endpoint)(*[given.pop(next(iter(given)))], **given)


def told(result: Any, call: Call) -> Any:
    return result["text"] if call.endpoint == "generate" else result


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.endpoint)
def test_the_python_program_prints_the_same_result(call: Call, lab: Lab, address: str, tmp_path: Path) -> None:
    program = address.rstrip("/").join(call.python()).replace("print(result)", "import json; print(json.dumps(result))")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert told(json.loads(ran.stdout.splitlines()[-1]), call) == expected(call, lab)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.endpoint)
def test_the_shell_commands_print_the_same_result(call: Call, lab: Lab, address: str) -> None:
    commands = address.rstrip("/").join(call.curl())
    ran = subprocess.run(["bash", "-c", commands], capture_output=True, text=True, timeout=120)
    last = [line for line in ran.stdout.splitlines() if line.startswith("data: ") and line != "data: null"][-1]
    assert told(json.loads(last.removeprefix("data: "))[0], call) == expected(call, lab)


def test_a_link_leaves_out_what_cannot_travel_and_says_so() -> None:
    state = {"text": "a" * (MOST_TEXT + 1), "checkpoints": ["own:0:mine", "cats"], "step": 3}
    assert share_value("read", state, None)["state"] == {"step": 3, "missing": ["model", "text"]}
    assert share_value("read", {"text": "a" * MOST_TEXT}, None) == {"tab": "read", "state": {"text": "a" * MOST_TEXT}}
