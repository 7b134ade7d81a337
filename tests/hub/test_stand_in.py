"""The stand-in itself: what it remembers, who takes it for the Hub, how it ends."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from huggingface_hub import (
    CommitOperationAdd,
    HfApi,
    hf_hub_download,
    snapshot_download,
)
from huggingface_hub.utils import get_session  # type: ignore[attr-defined]

from tests.hub.accounts import WRITER
from tests.hub.stand_in import StandIn
from tests.hub.zoo import README, WEIGHTS, ZOO, client


def test_requests_are_remembered(hub: StandIn) -> None:
    assert hub.requests == []
    client(hub).create_repo("ada/zoo")
    [request] = hub.requests
    assert (request.method, request.path, request.token) == ("POST", "/api/repos/create", WRITER)
    assert request.body_size == len(request.body) > 0
    assert request.json()["name"] == "zoo"


def test_the_client_of_this_process_takes_the_stand_in_for_the_hub(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    assert HfApi().model_info("ada/zoo").id == "ada/zoo"
    assert Path(hf_hub_download("ada/zoo", "model.safetensors")).read_bytes() == WEIGHTS
    assert Path(snapshot_download("ada/zoo"), "README.md").read_bytes() == README
    assert all(request.authorization is None for request in hub.requests)


def test_a_program_takes_the_stand_in_for_the_hub(hub: StandIn, tmp_path: Path) -> None:
    program = (
        "from huggingface_hub import HfApi\n"
        "api = HfApi()\n"
        "api.create_repo('zoo')\n"
        "api.upload_file(path_or_fileobj=b'\\0weights', path_in_repo='model.safetensors', repo_id='ada/zoo')\n"
        "print(open(api.hf_hub_download('ada/zoo', 'model.safetensors'), 'rb').read())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=hub.environment(tmp_path, WRITER), capture_output=True, text=True
    )
    assert done.stdout == "b'\\x00weights'\n", done.stderr
    assert hub.files("ada/zoo")["model.safetensors"] == b"\0weights"


def test_a_buffer_goes_the_old_way_even_where_xet_is_on(hub: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", False)
    api = client(hub)
    api.create_repo("ada/zoo")
    weights = CommitOperationAdd("model.safetensors", io.BytesIO(WEIGHTS))
    api.create_commit("ada/zoo", [weights], commit_message="buffer")
    assert hub.files("ada/zoo")["model.safetensors"] == WEIGHTS
    Path(api.hf_hub_download("ada/zoo", "model.safetensors")).read_bytes()


def test_requests_of_one_connection_follow_each_other_and_two_connections_go_side_by_side(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    answers: list[int] = []

    def ask() -> None:
        answers.extend(get_session().get(f"{hub.endpoint}/api/models/ada/zoo").status_code for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 20


def test_a_call_that_the_stand_in_does_not_know_is_a_trouble() -> None:
    with StandIn() as hub:
        assert get_session().get(f"{hub.endpoint}/api/nonsense").status_code == 404
        assert get_session().post(f"{hub.endpoint}/api/repos/create", content=b"no json").status_code == 401
        broken = {"authorization": f"Bearer {WRITER}"}
        assert get_session().post(f"{hub.endpoint}/api/repos/create", content=b"no", headers=broken).status_code == 500
        assert len(hub.troubles) == 2


def test_afterwards_nothing_listens_any_more() -> None:
    with StandIn() as hub:
        port = int(hub.endpoint.rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
