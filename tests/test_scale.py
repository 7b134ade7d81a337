"""docs/scale.md: the one command that trains elsewhere is a job that the Hub's client sends as written, and its line trains."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import JobHardware, SpaceHardware

from core import cli
from core.models.registry import Registry
from core.places import PROJECT
from core.settings import build_all
from core.sharing.space import plan_space
from core.sharing.training_run import SHARED
from tests.hub.accounts import WRITER
from tests.hub.stand_in import StandIn

pytest_plugins = ("tests.hub.fixtures",)

PAGE = (PROJECT / "docs" / "scale.md").read_text(encoding="utf-8")
# What the page leaves to the reader.
FILLED_IN = {"OWNER": "ada", "NAME": "unroll", "ME": "ada"}
IMAGE = "python:3.12"
# The training, cut down to what a test can afford; the real texts are elsewhere.
SHORT = ("--corpus", "tide_clock", "--epochs", "1")
SMALL = ("hidden_size=8", "embedding_size=4", "batch_size=4", "num_steps=8", "max_tokens=600", "evaluations=1")

HF = Path(sys.executable).with_name("hf.exe" if os.name == "nt" else "hf")


def commands(page: str, beginning: str) -> list[list[str]]:
    """Return the words of the commands on a page that begin in some way; one may go over several lines inside a quotation."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [shlex.split(block) for block in blocks if block.startswith(beginning)]


def filled_in(text: str) -> str:
    """Return a command with the reader's own names."""
    return re.sub(r"\b(?:OWNER|NAME|ME)\b", lambda found: FILLED_IN[found.group()], text)


@dataclass(frozen=True)
class JobOnThePage:
    """The command ``hf jobs run``, taken apart by hand: options with a value each, the image, the command in it."""

    words: tuple[str, ...]

    @property
    def options(self) -> dict[str, str]:
        """The options before the image."""
        before = self.words[3 : self.words.index(IMAGE)]
        return dict(zip(before[::2], before[1::2], strict=True))

    @property
    def command(self) -> list[str]:
        """What runs in the image."""
        return list(self.words[self.words.index(IMAGE) + 1 :])

    @property
    def lines(self) -> list[str]:
        """The lines of the script that bash is given."""
        return [line for line in self.command[-1].splitlines() if line]

    def line(self, beginning: str) -> list[str]:
        """Return the words of the one line that begins in some way."""
        [found] = [line for line in self.lines if line.startswith(beginning)]
        return shlex.split(found)


def on_the_page() -> JobOnThePage:
    """Return the job of the page."""
    [words] = commands(PAGE, "hf jobs run")
    return JobOnThePage(tuple(words))


JOB = on_the_page()


@pytest.fixture
def sent(hub: StandIn, tmp_path: Path) -> dict[str, Any]:
    """What the real client posts when the page's command is given."""
    words = [filled_in(word) for word in JOB.words]
    words[3:3] = ["--detach"]  # nothing runs there: it would wait for the end in vain
    environment = {**os.environ, **hub.environment(tmp_path, WRITER)}
    done = subprocess.run(
        [str(HF), *words[1:]], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    [job] = hub.jobs
    assert job.namespace == "ada"
    return job.spec


def test_the_client_sends_the_job_that_the_page_shows(sent: dict[str, Any]) -> None:
    assert sent["dockerImage"] == IMAGE
    assert sent["flavor"] == JOB.options["--flavor"]
    assert sent["command"] == [filled_in(word) for word in JOB.command]
    assert sent["command"][:2] == ["bash", "-c"]
    assert sent["arguments"] == []
    assert sent["timeoutSeconds"] == 3600 * int(JOB.options["--timeout"].removesuffix("h"))
    assert sent["labels"] == {"name": JOB.options["--name"]}


def test_the_token_goes_as_a_secret_and_nowhere_else(sent: dict[str, Any]) -> None:
    assert list(sent["secrets"]) == ["HF_TOKEN"] == [JOB.options["--secrets"]]
    assert WRITER not in str({key: value for key, value in sent.items() if key != "secrets"})
    assert sent["environment"] == {}


def test_the_machine_is_one_of_the_hubs_and_the_image_is_the_spaces_python() -> None:
    assert JOB.options["--flavor"] in {each.value for each in JobHardware}
    assert f'python_version: "{IMAGE.removeprefix("python:")}.' in (PROJECT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"--(?:hardware|flavor) ([a-z][\w-]+)`", PAGE):
        assert name in {each.value for each in SpaceHardware}, name


def test_the_script_stops_at_the_first_thing_that_goes_wrong_and_bash_can_read_it() -> None:
    assert JOB.lines[0] == "set -e"
    assert [line.split()[0] for line in JOB.lines] == ["set", "pip", "hf", "cd", "pip", "python", "python", "python"]
    done = subprocess.run(["bash", "-n", "-c", JOB.command[-1]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_project_is_fetched_from_the_space_whole_but_for_what_training_does_not_need(
    hub: StandIn, tmp_path: Path
) -> None:
    plan = plan_space(PROJECT, "ada/unroll", {})
    files = {name: (PROJECT / name).read_bytes() for name in plan.files if not name.endswith(".png")}
    hub.put("ada/unroll", {**files, "requirements.txt": plan.requirements.encode()}, kind="space", private=True)
    words = [filled_in(word) for word in JOB.line("hf download")]
    folder = tmp_path / words[words.index("--local-dir") + 1]
    environment = {**os.environ, **hub.environment(tmp_path / "home", WRITER)}
    done = subprocess.run(
        [str(HF), *words[1:]], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert JOB.line("cd") == ["cd", folder.name]
    assert {path.name for path in folder.iterdir()} >= {"app.py", "core", "plugins", "requirements.txt"}
    assert not (folder / "checkpoints").exists()
    # It is complete: its command line starts from this copy alone.
    asked = subprocess.run(
        [sys.executable, "-m", "core", "models", "--json"], cwd=folder, env={**os.environ, "PYTHONPATH": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    assert '"lstm"' in asked.stdout


def test_the_line_that_trains_is_one_that_the_program_takes() -> None:
    options = cli.parser().parse_args(JOB.line("python -m core train")[3:])
    build_all(
        Registry(PROJECT / "plugins", SHARED).groups(options.model),
        {**dict(pair.split("=", 1) for pair in options.set), "epochs": options.epochs, "seed": options.seed},
    )


def test_what_was_trained_is_what_is_published() -> None:
    trained = cli.parser().parse_args(JOB.line("python -m core train")[3:])
    pushed = cli.parser().parse_args([filled_in(word) for word in JOB.line("python -m core push")[3:]])
    assert Path(pushed.checkpoint) == trained.out
    assert pushed.repository == f"ada/{trained.out.name}"
    assert f"python -m core pull OWNER/{trained.out.name}" in PAGE


def test_the_line_that_trains_runs_and_its_result_can_be_published(
    hub: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job's last two lines, the training cut down, from an empty folder and with the job's secret."""
    words = [*JOB.line("python -m core train"), *SHORT, *(word for pair in SMALL for word in ("--set", pair))]
    push = [filled_in(word) for word in JOB.line("python -m core push")]
    environment = {
        **os.environ, **hub.environment(tmp_path / "home", WRITER), "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1",
        "UNROLL_CHECKPOINTS": str(tmp_path / "checkpoints"),
    }  # fmt: skip
    for line in (words, push):
        done = subprocess.run(
            [sys.executable, *line[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    published = hub.files(f"ada/{Path(push[4]).name}")
    assert {"config.json", "model.safetensors", "tokenizer.json", "README.md"} <= set(published)
    assert published["config.json"] == (tmp_path / push[3 + 1] / "config.json").read_bytes()


def test_the_client_duplicates_a_space_as_the_page_says(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/unroll", {"app.py": b"page"}, kind="space")
    hub.repository("ada/unroll", "space").variables["UNROLL_HUB_OWNER"] = "ada"
    [words] = commands(PAGE, "hf repos duplicate")
    own = ["ada/copy" if word == "ME/NAME" else filled_in(word) for word in words]
    environment = {**os.environ, **hub.environment(tmp_path, WRITER)}
    done = subprocess.run(
        [str(HF), *own[1:]], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    copy = hub.repository("ada/copy", "space")
    assert copy.variables == {"UNROLL_HUB_OWNER": "ada"}
    assert copy.hardware == "zero-a10g"
