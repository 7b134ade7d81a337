"""Each fault does what it says, seen through the real client; in passing, what the client makes of it."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, HfApi, constants
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import get_session, httpx  # type: ignore[attr-defined]

from tests.hub.faults import (
    Cut,
    Fault,
    Gated,
    LostAnswer,
    Meanwhile,
    OtherBody,
    Silent,
    Slow,
    Status,
    WrongBytes,
    WrongSize,
)
from tests.hub.stand_in import StandIn
from tests.hub.zoo import WEIGHTS, ZOO, client

# The client tries six times; these are the seconds it waits in between.
ALL_WAITS = [1, 2, 4, 8, 8]


@pytest.fixture
def api(hub: StandIn) -> HfApi:
    hub.put("ada/zoo", ZOO)
    return client(hub)


def commit(api: HfApi, parent: str | None = None) -> str:
    change = CommitOperationAdd("new.txt", b"new")
    return api.create_commit("ada/zoo", [change], commit_message="new", parent_commit=parent).oid


# The connection


def test_a_call_that_the_client_makes_once_fails_when_the_connection_breaks(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(Cut(), path="/api/models/ada/zoo"))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        api.model_info("ada/zoo")
    assert len(hub.requests) == 1


def test_a_list_is_asked_for_again_when_the_connection_breaks(
    hub: StandIn, api: HfApi, no_waiting: list[float]
) -> None:
    hub.misbehave(Fault(Cut(), path="/api/models", times=2))
    assert [one.id for one in api.list_models()] == ["ada/zoo"]
    assert no_waiting == ALL_WAITS[:2]


# The client writes a file in pieces of 10 MB, and only whole pieces survive a break.
@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
@pytest.mark.parametrize(("piece", "goes_on_at"), [(None, None), (4, "bytes=4-")])
def test_a_broken_download_goes_on_after_the_last_whole_piece(
    hub: StandIn,
    api: HfApi,
    no_waiting: list[float],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    piece: int | None,
    goes_on_at: str | None,
) -> None:
    if piece is not None:
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", piece)
    hub.misbehave(Fault(Cut(after_bytes=6), method="GET", path=path, times=1))
    found = api.hf_hub_download("ada/zoo", path, local_dir=tmp_path)
    assert Path(found).read_bytes() == ZOO[path]
    assert [request.headers.get("range") for request in hub.asked("GET", path)] == [None, goes_on_at]
    assert no_waiting == [1]


def test_a_download_that_always_breaks_before_the_first_byte_is_given_up(
    hub: StandIn, api: HfApi, no_waiting: list[float], tmp_path: Path
) -> None:
    hub.misbehave(Fault(Cut(after_bytes=0), method="GET", path="lfs-blob", times=None))
    with pytest.raises(httpx.RemoteProtocolError):
        api.hf_hub_download("ada/zoo", "model.safetensors", local_dir=tmp_path)
    assert len(hub.asked("GET", "lfs-blob")) == 6
    assert not (tmp_path / "model.safetensors").exists()


def test_a_lost_answer_leaves_the_commit_made(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(LostAnswer(), method="POST", path="/commit/"))
    with pytest.raises(httpx.RemoteProtocolError):
        commit(api)
    assert hub.files("ada/zoo")["new.txt"] == b"new"


def test_a_silent_hub_keeps_the_connection_and_says_nothing(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(Silent(), path="/api/models/ada/zoo"))
    with pytest.raises(httpx.ReadTimeout):
        api.model_info("ada/zoo", timeout=0.1)
    assert api.model_info("ada/zoo").id == "ada/zoo"


def test_the_end_of_the_stand_in_ends_a_silence() -> None:
    problems: list[Exception] = []

    def ask(url: str) -> None:
        try:
            get_session().get(url)
        except httpx.HTTPError as problem:
            problems.append(problem)

    with StandIn() as hub:
        hub.misbehave(Fault(Silent()))
        asking = threading.Thread(target=ask, args=(f"{hub.endpoint}/api/models",))
        asking.start()
        while not hub.requests:
            time.sleep(0.001)
    asking.join(timeout=5)
    assert [type(problem) for problem in problems] == [httpx.RemoteProtocolError]


def test_a_slow_hub_waits_before_the_answer(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(Slow(pause_seconds=0.2)))
    start = time.monotonic()
    api.model_info("ada/zoo")
    assert time.monotonic() - start >= 0.2


def test_a_slow_file_comes_in_drops(hub: StandIn, api: HfApi, tmp_path: Path) -> None:
    hub.misbehave(Fault(Slow(bytes_per_second=len(WEIGHTS) * 5), method="GET", path="lfs-blob"))
    start = time.monotonic()
    found = api.hf_hub_download("ada/zoo", "model.safetensors", local_dir=tmp_path)
    assert Path(found).read_bytes() == WEIGHTS
    assert time.monotonic() - start >= 0.15  # all of it takes a fifth of a second


# Errors


@pytest.mark.parametrize("status", [401, 403, 404, 409, 412, 500])
def test_an_error_on_demand_is_answered_and_nothing_is_done(hub: StandIn, api: HfApi, status: int) -> None:
    hub.misbehave(Fault(Status(status, "asked for"), method="POST", path="/commit/"))
    with pytest.raises(HfHubHTTPError, match="asked for") as caught:
        commit(api)
    assert caught.value.response.status_code == status
    assert "new.txt" not in hub.files("ada/zoo")


@pytest.mark.parametrize(
    ("code", "exception"),
    [("RepoNotFound", RepositoryNotFoundError), ("RevisionNotFound", RevisionNotFoundError)],
)
def test_the_code_of_an_error_picks_the_exception(
    hub: StandIn, api: HfApi, code: str, exception: type[Exception]
) -> None:
    hub.misbehave(Fault(Status(404, code=code)))
    with pytest.raises(exception):
        api.model_info("ada/zoo")


def test_after_429_the_client_waits_as_long_as_it_is_told_and_a_second(
    hub: StandIn, api: HfApi, no_waiting: list[float]
) -> None:
    hub.misbehave(Fault(Status(429, retry_after=7), path="/api/models"))
    assert [one.id for one in api.list_models()] == ["ada/zoo"]
    assert no_waiting == [8]


def test_after_six_times_429_the_client_gives_up(hub: StandIn, api: HfApi, no_waiting: list[float]) -> None:
    hub.misbehave(Fault(Status(429), path="/api/models", times=None))
    with pytest.raises(HfHubHTTPError) as caught:
        list(api.list_models())
    assert caught.value.response.status_code == 429
    assert no_waiting == ALL_WAITS


def test_a_hub_that_is_down_costs_a_download_seven_questions_and_23_seconds(
    hub: StandIn, api: HfApi, no_waiting: list[float], tmp_path: Path
) -> None:
    hub.misbehave(Fault(Status(503), method="HEAD", times=None))
    with pytest.raises(LocalEntryNotFoundError):
        api.hf_hub_download("ada/zoo", "config.json", local_dir=tmp_path)
    assert len(hub.asked("HEAD")) == 7
    assert no_waiting == ALL_WAITS


def test_a_repository_can_turn_out_to_be_gated(hub: StandIn, api: HfApi, tmp_path: Path) -> None:
    hub.misbehave(Fault(Gated(), path="/resolve/"))
    with pytest.raises(GatedRepoError):
        api.hf_hub_download("ada/zoo", "config.json", local_dir=tmp_path)


def test_another_commit_in_between_is_a_conflict(hub: StandIn, api: HfApi) -> None:
    parent = hub.commits("ada/zoo")[-1].sha
    other = Meanwhile(lambda: hub.put("ada/zoo", {"other.txt": b"other"}))
    hub.misbehave(Fault(other, method="POST", path="/commit/"))
    with pytest.raises(HfHubHTTPError, match="A commit has happened since") as caught:
        commit(api, parent)
    assert caught.value.response.status_code == 412
    assert "new.txt" not in hub.files("ada/zoo")
    assert hub.files("ada/zoo")["other.txt"] == b"other"


# Wrong content


@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
def test_wrong_bytes_are_as_many_and_the_client_does_not_notice(
    hub: StandIn, api: HfApi, tmp_path: Path, path: str
) -> None:
    hub.misbehave(Fault(WrongBytes(), method="GET", path=path))
    got = Path(api.hf_hub_download("ada/zoo", path, local_dir=tmp_path)).read_bytes()
    assert (got[:-1], got[-1] ^ 1) == (ZOO[path][:-1], ZOO[path][-1])
    assert hashlib.sha256(got).digest() != hashlib.sha256(ZOO[path]).digest()


@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("told", [5, 1_000_000])
def test_a_size_that_is_not_the_bodys_is_noticed(
    hub: StandIn, api: HfApi, tmp_path: Path, path: str, told: int
) -> None:
    hub.misbehave(Fault(WrongSize(told, path), method="HEAD"))
    with pytest.raises(OSError, match=f"should be of size {told} but has size {len(ZOO[path])}"):
        api.hf_hub_download("ada/zoo", path, local_dir=tmp_path)


def test_a_file_that_is_announced_longer_than_it_is_breaks_off(
    hub: StandIn, api: HfApi, no_waiting: list[float], tmp_path: Path
) -> None:
    hub.misbehave(Fault(WrongSize(len(WEIGHTS) + 1), method="GET", path="lfs-blob", times=None))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        api.hf_hub_download("ada/zoo", "model.safetensors", local_dir=tmp_path)


def test_a_list_of_files_can_lie_about_sizes(hub: StandIn, api: HfApi) -> None:
    ten_gigabytes = 10_000_000_000
    hub.misbehave(Fault(WrongSize(ten_gigabytes), method="GET", times=None))
    told = {one.rfilename: one for one in api.model_info("ada/zoo", files_metadata=True).siblings or []}
    large = told["model.safetensors"].lfs
    assert large is not None
    assert (told["model.safetensors"].size, large.size) == (ten_gigabytes, ten_gigabytes)
    assert told["config.json"].size == len(ZOO["config.json"])
    sizes = {one.path: getattr(one, "size", None) for one in api.list_repo_tree("ada/zoo")}
    assert sizes["model.safetensors"] == ten_gigabytes


def test_something_else_can_come_in_place_of_the_body(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(OtherBody(b"<html>Sign in to this network</html>")))
    with pytest.raises(ValueError, match="Expecting value"):
        api.model_info("ada/zoo")


# How often


def test_a_fault_happens_as_often_as_said_and_after_as_many_good_answers(hub: StandIn, api: HfApi) -> None:
    fault = Fault(Status(404), path="/api/models/", times=2, after=1)
    hub.misbehave(fault)
    found = [_status(hub) for _ in range(5)]
    assert found == [200, 404, 404, 200, 200]
    assert fault.happened == 2


def test_a_fault_is_bound_to_its_method_and_path(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(Status(404), method="POST"), Fault(Status(404), path="/other/"))
    assert _status(hub) == 200


def test_faults_are_forgotten_on_request(hub: StandIn, api: HfApi) -> None:
    hub.misbehave(Fault(Status(404), times=None))
    assert _status(hub) == 404
    hub.behave()
    assert _status(hub) == 200


def _status(hub: StandIn) -> int:
    return get_session().get(f"{hub.endpoint}/api/models/ada/zoo").status_code
