"""Spaces and jobs on the stand-in, asked for with the real client."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import (
    SpaceHardware,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
)

from tests.hub.accounts import READER, STRANGER, WRITER
from tests.hub.stand_in import StandIn
from tests.hub.zoo import added, client, status_of


def test_a_space_is_made_filled_and_set_up(hub: StandIn) -> None:
    api = client(hub)
    url = api.create_repo("ada/page", repo_type="space", space_sdk="gradio")
    assert (str(url), url.repo_type) == (f"{hub.endpoint}/spaces/ada/page", "space")
    readme = b"---\ntitle: Page\nsdk: gradio\ncolorFrom: red\n---\n"
    made = api.create_commit("ada/page", [added("README.md", readme)], commit_message="page", repo_type="space")
    assert made.repo_url.repo_id == "ada/page"
    assert {key: one.value for key, one in api.add_space_variable("ada/page", "SIZE", "3").items()} == {"SIZE": "3"}
    api.add_space_variable("ada/page", "COLOUR", "red")
    api.delete_space_variable("ada/page", "COLOUR")
    assert {key: one.value for key, one in api.get_space_variables("ada/page").items()} == {"SIZE": "3"}
    api.request_space_hardware("ada/page", SpaceHardware.ZERO_A10G)
    assert api.restart_space("ada/page").hardware == "zero-a10g"
    space = hub.repository("ada/page", "space")
    assert (space.sdk, space.variables, space.hardware, space.restarts) == ("gradio", {"SIZE": "3"}, "zero-a10g", 1)
    assert api.space_info("ada/page").sdk == "gradio"
    assert api.get_space_runtime("ada/page").stage == "RUNNING"


def test_a_wrong_card_of_a_space_is_refused(hub: StandIn) -> None:
    client(hub).create_repo("ada/page", repo_type="space", space_sdk="gradio")
    readme = f"---\nsdk: gradioo\ncolorTo: pinkish\nshort_description: {'x' * 61}\n---\n".encode()
    with pytest.raises(ValueError, match=r'"sdk" must be one of(.|\n)*"colorTo" must(.|\n)*"short_description" length'):
        client(hub).create_commit("ada/page", [added("README.md", readme)], commit_message="x", repo_type="space")


def test_only_the_owner_sees_and_sets_the_variables_of_a_space(hub: StandIn) -> None:
    hub.put("ada/page", {"app.py": b""}, kind="space")
    for token, status in ((STRANGER, 403), (READER, 403), (False, 401)):
        with pytest.raises(HfHubHTTPError) as caught:
            client(hub, token).add_space_variable("ada/page", "A", "1")
        assert status_of(caught) == status


def test_a_space_is_duplicated_with_files_and_variables(hub: StandIn) -> None:
    hub.put("ada/page", {"app.py": b"page"}, kind="space")
    hub.repository("ada/page", "space").variables["SIZE"] = "3"
    url = client(hub, STRANGER).duplicate_repo("ada/page", repo_type="space", space_variables=[])
    assert url.repo_id == "bob/page"
    assert hub.files("bob/page", kind="space")["app.py"] == b"page"
    assert hub.repository("bob/page", "space").variables == {"SIZE": "3"}


def test_a_job_is_kept_as_asked_for_and_can_be_looked_at(hub: StandIn) -> None:
    api = client(hub)
    made = api.run_job(
        image="python:3.12", command=["python", "-c", "1"], env={"A": "1"}, secrets={"HF_TOKEN": "x"}, timeout="5m"
    )
    [job] = hub.jobs
    assert job.namespace == "ada"
    assert job.spec["dockerImage"] == "python:3.12"
    assert (job.spec["command"], job.spec["environment"]) == (["python", "-c", "1"], {"A": "1"})
    assert (job.spec["secrets"], job.spec["timeoutSeconds"]) == ({"HF_TOKEN": "x"}, 300)
    job.stage, job.logs = "COMPLETED", ["one", "two"]
    assert api.inspect_job(job_id=made.id).status.stage == "COMPLETED"
    assert api.inspect_job(job_id=made.id).secrets == {"HF_TOKEN": None}
    assert list(api.fetch_job_logs(job_id=made.id)) == ["one", "two"]
    assert [one.id for one in api.list_jobs(namespace="ada")] == [made.id]
    api.cancel_job(job_id=made.id)
    assert job.stage == "CANCELED"


def test_a_job_in_a_foreign_namespace_is_refused(hub: StandIn) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        client(hub, STRANGER).run_job(image="python", command=["x"], namespace="ada")
    assert status_of(caught) == 403
    assert hub.jobs == []


def test_the_command_line_of_the_hub_runs_jobs(hub: StandIn, tmp_path: Path) -> None:
    command = ["jobs", "run", "--detach", "--secrets", "HF_TOKEN", "python:3.12", "python", "-c", "print(1)"]
    environment = hub.environment(tmp_path, WRITER) | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "huggingface_hub.cli.hf", *command], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    [job] = hub.jobs
    assert job.id in done.stdout
    assert (job.namespace, job.spec["command"]) == ("ada", ["python", "-c", "print(1)"])
    assert job.spec["secrets"] == {"HF_TOKEN": WRITER}
