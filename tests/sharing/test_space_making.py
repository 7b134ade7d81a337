"""Making a Space, against the stand-in of the Hub: one commit, what it deletes, what is set, and every refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.errors import LabError
from core.places import PROJECT
from core.sharing.space import plan_space
from core.sharing.space_making import make_space
from tests.hub.accounts import READER, STRANGER, WRITER
from tests.hub.faults import Cut, Fault, LostAnswer, Meanwhile, Silent, Status, What
from tests.hub.stand_in import StandIn

pytest_plugins = ("tests.hub.fixtures",)

SPACE = "ada/unroll"
REQUIREMENTS = "torch>=2.8,<2.14\ntqdm>=4,<5\n"
WHOLE = 9  # files of the project below
README = "---\nsdk: gradio\n---\n# Unroll\n"
# Longer than a person should wait to hear that the Hub is not to be had (seconds).
TOO_LONG = 10

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a few files."""
    folder = tmp_path / "project"
    files = {
        "app.py": "page", "README.md": README, "LICENSE": "MIT", "requirements.txt": REQUIREMENTS, "core/lab.py": "lab",
        "plugins/rnn.py": "rnn", "docs/page.md": "page", "checkpoints/small/config.json": "{}",
        "checkpoints/small/model.safetensors": "weights",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def make(hub: StandIn, project: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Plan and make the Space with Ada's token."""
    monkeypatch.setenv("HF_TOKEN", WRITER)

    def made(space: str = SPACE, environment: dict[str, str] | None = None, **wanted: Any) -> dict[str, Any]:
        return make_space(project, plan_space(project, space, environment or {}, **wanted))

    return made


def own_commits(hub: StandIn) -> int:
    """Return how many commits a Space has beside the first, which the Hub itself makes."""
    return len(hub.commits(SPACE, "space")) - 1


def texts(hub: StandIn) -> dict[str, str]:
    """Return the Space's files but the Hub's own."""
    return {
        name: content.decode() for name, content in hub.files(SPACE, kind="space").items() if name != ".gitattributes"
    }


# Making


def test_a_new_space_has_the_projects_files_in_one_commit(hub: StandIn, make: Make, project: Path) -> None:
    made = make()
    assert own_commits(hub) == 1
    sent = texts(hub)
    assert sent.pop("requirements.txt") == "torch>=2.8,<2.12\ntqdm>=4,<5\n"
    assert sent == {
        path.relative_to(project).as_posix(): path.read_text()
        for path in project.rglob("*") if path.is_file() and path.name != "requirements.txt"
    }  # fmt: skip
    assert (project / "requirements.txt").read_text() == REQUIREMENTS, "the project's own list stays as it is"
    assert made["created"] is True
    assert made["url"] == f"{hub.endpoint}/spaces/{SPACE}"
    assert made["commit"] == hub.commits(SPACE, "space")[-1].sha
    assert made["files"] == WHOLE
    assert made["deleted"] == []


def test_a_new_space_is_a_gradio_one_that_has_its_variables_from_the_start(hub: StandIn, make: Make) -> None:
    make(environment={"UNROLL_TRAINING": "5", "HF_TOKEN": WRITER, "UNROLL_DATA": "/secret/place"})
    [asked] = hub.asked("POST", "/api/repos/create")
    assert asked.json()["sdk"] == "gradio"
    assert "hardware" not in asked.json()
    assert hub.repository(SPACE, "space").variables == {"UNROLL_TRAINING": "5"}
    assert hub.asked("POST", "/variables") == []
    assert not hub.repository(SPACE, "space").private


def test_it_may_be_private_and_on_a_machine_of_ones_choice(hub: StandIn, make: Make) -> None:
    make(private=True, hardware="zero-a10g")
    space = hub.repository(SPACE, "space")
    assert space.private
    assert space.hardware == "zero-a10g"


def test_no_token_is_ever_sent_but_in_the_header(hub: StandIn, make: Make) -> None:
    make(environment={"HF_TOKEN": WRITER, "UNROLL_MAX_TOKENS": "9"})
    make(environment={"HF_TOKEN": WRITER, "UNROLL_MAX_TOKENS": "8"})
    assert hub.requests
    assert all(WRITER.encode() not in request.body and WRITER not in request.target for request in hub.requests)


# Updating


def test_what_the_project_no_longer_has_is_deleted_in_the_same_commit(hub: StandIn, make: Make, project: Path) -> None:
    make()
    (project / "plugins" / "rnn.py").unlink()
    (project / "LICENSE").unlink()
    (project / "checkpoints" / "small").rename(project / "checkpoints" / "large")
    (project / "core" / "lab.py").write_text("better lab", encoding="utf-8")
    made = make()
    assert own_commits(hub) == 2
    assert made["created"] is False
    assert made["deleted"] == [
        "LICENSE", "checkpoints/small/config.json", "checkpoints/small/model.safetensors", "plugins/rnn.py",
    ]  # fmt: skip
    assert set(texts(hub)) == {
        "app.py", "README.md", "requirements.txt", "core/lab.py", "docs/page.md", "checkpoints/large/config.json",
        "checkpoints/large/model.safetensors",
    }  # fmt: skip
    assert texts(hub)["core/lab.py"] == "better lab"


def test_a_persons_own_files_elsewhere_stay(hub: StandIn, make: Make) -> None:
    make()
    own = {
        "notes.md": b"mine",
        "data/poem.txt": b"mine",
        "core.txt": b"mine",
        "docs-of-mine/a.md": b"mine",
        ".github/x.yml": b"mine",
    }
    hub.put(SPACE, own, kind="space")
    assert make()["deleted"] == []
    assert own.items() <= hub.files(SPACE, kind="space").items()
    assert ".gitattributes" in hub.files(SPACE, kind="space")


def test_making_it_again_changes_nothing(hub: StandIn, make: Make) -> None:
    first = make(environment={"UNROLL_MAX_TOKENS": "9"}, hardware="zero-a10g", private=True)
    asked = len(hub.requests)
    again = make(environment={"UNROLL_MAX_TOKENS": "9"}, hardware="zero-a10g", private=True)
    assert own_commits(hub) == 1
    assert again["commit"] == first["commit"]
    assert again["variables"] == []
    changing = [
        one
        for one in hub.requests[asked:]
        if one.method in ("PUT", "DELETE") or one.path.endswith(("/variables", "/hardware"))
    ]
    assert [one.method for one in changing] == ["GET"], "variables are looked at, and nothing is set"


def test_only_variables_that_differ_are_set_and_a_persons_own_stay(hub: StandIn, make: Make) -> None:
    make(environment={"UNROLL_MAX_TOKENS": "9", "UNROLL_TRAINING": "off"})
    hub.repository(SPACE, "space").variables["MOTTO"] = "mine"
    made = make(environment={"UNROLL_MAX_TOKENS": "9", "UNROLL_TRAINING": "5", "UNROLL_MAX_RUNS": "2"})
    assert made["variables"] == ["UNROLL_MAX_RUNS", "UNROLL_TRAINING"]
    assert [one.json()["key"] for one in hub.asked("POST", "/variables")] == ["UNROLL_MAX_RUNS", "UNROLL_TRAINING"]
    assert hub.repository(SPACE, "space").variables == {
        "MOTTO": "mine", "UNROLL_MAX_RUNS": "2", "UNROLL_MAX_TOKENS": "9", "UNROLL_TRAINING": "5",
    }  # fmt: skip


def test_limits_are_set_before_the_program_that_runs_under_them(hub: StandIn, make: Make) -> None:
    make()
    start = len(hub.requests)
    make(environment={"UNROLL_TRAINING": "off"})
    order = [one.path.rsplit("/", 2)[-2:] for one in hub.requests[start:] if one.method == "POST"]
    places = {part: place for place, parts in enumerate(order) for part in parts}
    assert places["variables"] < places["preupload"]


def test_hardware_and_visibility_of_a_space_that_is_there_change_only_when_asked(hub: StandIn, make: Make) -> None:
    make(hardware="cpu-upgrade")
    make()
    assert hub.asked("POST", "/hardware") == []
    assert hub.asked("PUT", "/settings") == []
    make(private=True, hardware="zero-a10g")
    assert hub.repository(SPACE, "space").private
    assert hub.repository(SPACE, "space").hardware == "zero-a10g"
    make()
    assert hub.repository(SPACE, "space").private, "it is not made public by the way"


# Refusals: one sentence, in both languages, soon, and nothing half done


def refused(make: Make, *args: Any, **wanted: Any) -> LabError:
    """Return the error of an attempt, after checking what every one of them promises."""
    started = time.monotonic()
    with pytest.raises(LabError) as caught:
        make(*args, **wanted)
    assert time.monotonic() - started < TOO_LONG
    for language in ("en", "zh"):
        told = caught.value.in_language(language)
        assert told
        assert "\n" not in told
        assert WRITER not in told
    assert caught.value.in_language("zh") != caught.value.in_language("en")
    return caught.value


def test_without_a_token_nothing_is_asked(hub: StandIn, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert "hf auth login" in str(refused(make))
    assert hub.requests == []


@pytest.mark.parametrize(
    ("token", "words"),
    [("hf_nobody", "does not know this token"), (READER, "may not write"), (STRANGER, "may not write")],
)
def test_a_token_that_may_not_do_this(
    hub: StandIn, make: Make, monkeypatch: pytest.MonkeyPatch, token: str, words: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    assert words in str(refused(make))
    assert hub.commits(SPACE, "space") == []


def test_somebody_elses_space_is_not_written_to(hub: StandIn, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    before = hub.files(SPACE, kind="space")
    monkeypatch.setenv("HF_TOKEN", STRANGER)
    assert "may not write" in str(refused(make))
    assert hub.files(SPACE, kind="space") == before


def test_a_space_that_holds_another_program_is_left_alone(hub: StandIn, make: Make) -> None:
    hub.put(SPACE, {"app.py": b"another program", "README.md": README.encode()}, kind="space")
    assert "holds another program" in str(refused(make))
    assert hub.files(SPACE, kind="space")["app.py"] == b"another program"
    assert [one.method for one in hub.requests] == ["GET"]


def test_a_space_made_by_hand_and_still_empty_is_filled(hub: StandIn, make: Make) -> None:
    hub.put(SPACE, {"README.md": README.encode()}, kind="space")
    hub.repository(SPACE, "space").sdk = "gradio"
    assert make()["created"] is False
    assert "core/lab.py" in texts(hub)
    assert hub.repository(SPACE, "space").variables == {}


def test_hardware_that_costs_something_is_told_with_the_free_one(hub: StandIn, make: Make) -> None:
    hub.misbehave(Fault(Status(402, "Payment required"), "POST", "/api/repos/create"))
    assert "zero-a10g" in str(refused(make))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Status(429, retry_after=120), "too often"),
        (Status(403), "may not write"),
        (Status(500), "fault of its own"),
        (Status(503), "fault of its own"),
        (Cut(), "cannot be reached"),
        (Cut(after_bytes=3), "cannot be reached"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", ["/api/repos/create", "/preupload/", "/commit/"])
@pytest.mark.usefixtures("no_waiting")
def test_what_goes_wrong_on_the_way_is_told_and_nothing_is_half_sent(
    hub: StandIn, make: Make, what: What, words: str, path: str
) -> None:
    hub.misbehave(Fault(what, "POST", path, times=None))
    assert words in str(refused(make))
    # A connection can break when the commit is done and only its answer is missing: all is there then, or nothing.
    assert own_commits(hub) <= 0 or len(texts(hub)) == WHOLE
    hub.behave()
    make()
    assert own_commits(hub) == 1, "the next attempt succeeds"


def test_a_hub_that_is_not_there_is_told_within_seconds(
    hub: StandIn, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")  # nobody answers at this port
    assert "cannot be reached" in str(refused(make))


def test_somebody_elses_commit_meanwhile_is_not_written_over(hub: StandIn, make: Make) -> None:
    make()
    hub.misbehave(
        Fault(Meanwhile(lambda: hub.put(SPACE, {"core/lab.py": b"theirs"}, kind="space")), "POST", "/preupload/")
    )
    hub.put(SPACE, {"core/old.py": b"old"}, kind="space")
    assert "same moment" in str(refused(make))
    assert hub.files(SPACE, kind="space")["core/lab.py"] == b"theirs"
    assert "core/old.py" in hub.files(SPACE, kind="space"), "the deletion belongs to the commit that failed"


def test_an_answer_that_gets_lost_leaves_a_whole_space(hub: StandIn, make: Make) -> None:
    hub.misbehave(Fault(LostAnswer(), "POST", "/commit/"))
    refused(make)
    assert own_commits(hub) == 1
    assert "core/lab.py" in texts(hub)
    assert make()["created"] is False
    assert own_commits(hub) == 1, "there was nothing left to send"


@pytest.mark.ordeal
@pytest.mark.parametrize(
    "path", ["/api/spaces/", "/api/repos/create", "/preupload/", "/objects/batch", "/lfs-blob/", "/commit/"]
)
def test_a_silent_hub_does_not_hold_a_person_for_minutes(hub: StandIn, make: Make, path: str) -> None:
    """The connection's own limit is 20 s without a byte: it must not be waited for several times over."""
    hub.misbehave(Fault(Silent(), path=path, times=None))
    started = time.monotonic()
    with pytest.raises(LabError, match="cannot be reached"):
        make()
    assert time.monotonic() - started < 30


# The real project and the real command


def test_the_command_makes_the_space_of_the_real_project(hub: StandIn, tmp_path: Path) -> None:
    environment = {**os.environ, **hub.environment(tmp_path / "home", WRITER), "UNROLL_MAX_TOKENS": "77"}
    command = [sys.executable, "-m", "core", "space", SPACE, "--yes", "--json", "--hardware", "zero-a10g"]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["done"] is True
    assert own_commits(hub) == 1
    files = hub.files(SPACE, kind="space")
    assert set(files) - {".gitattributes"} == set(plan_space(PROJECT, SPACE, {}).files)
    assert files["app.py"] == (PROJECT / "app.py").read_bytes()
    assert b"torch>=2.8,<2.12\n" in files["requirements.txt"]
    assert hub.repository(SPACE, "space").variables == {"UNROLL_MAX_TOKENS": "77"}
    # The stand-in checks a front matter as the Hub does when a README.md is sent.
    assert hub.asked("POST", "/api/validate-yaml")


def test_the_command_says_an_error_in_one_line(
    hub: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_nobody")
    assert cli.main(["space", SPACE, "--yes", "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
