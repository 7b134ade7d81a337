"""Downloading files of the stand-in with the real client, with and without its cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub.utils import get_session  # type: ignore[attr-defined]

from tests.hub.accounts import WRITER
from tests.hub.stand_in import StandIn
from tests.hub.zoo import ZOO, client


@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("revision", ["main", "hash"])
@pytest.mark.parametrize("place", ["cache_dir", "local_dir"])
def test_a_file_is_downloaded_as_it_is(hub: StandIn, tmp_path: Path, path: str, revision: str, place: str) -> None:
    sha = hub.put("ada/zoo", ZOO)
    revision = sha if revision == "hash" else revision
    cache, local = (tmp_path, None) if place == "cache_dir" else (None, tmp_path)
    found = client(hub).hf_hub_download("ada/zoo", path, revision=revision, cache_dir=cache, local_dir=local)
    assert Path(found).read_bytes() == ZOO[path]


def test_the_token_goes_to_the_hub_and_never_to_the_store(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/zoo", ZOO, private=True)
    client(hub).snapshot_download("ada/zoo", cache_dir=tmp_path)
    assert {request.token for request in hub.requests if request.place == "hub"} == {WRITER}
    assert [request.authorization for request in hub.requests if request.place == "store"] == [None]


def test_without_a_signed_link_the_store_gives_nothing(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    sha256 = hub.commits("ada/zoo")[-1].files["model.safetensors"].sha256
    assert get_session().get(f"{hub.state.store}/lfs-blob/{sha256}").status_code == 403


def test_an_old_revision_keeps_its_files(hub: StandIn, tmp_path: Path) -> None:
    old = hub.put("ada/zoo", {"a.txt": b"old"})
    hub.put("ada/zoo", {"a.txt": b"new"})
    found = client(hub).hf_hub_download("ada/zoo", "a.txt", revision=old, local_dir=tmp_path)
    assert Path(found).read_bytes() == b"old"
    assert (hub.files("ada/zoo", old)["a.txt"], hub.files("ada/zoo")["a.txt"]) == (b"old", b"new")


def test_a_snapshot_takes_only_what_the_patterns_allow(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/zoo", {**ZOO, "deep/config.json": b"[]", "evil.pkl": b"\0"})
    folder = Path(client(hub).snapshot_download("ada/zoo", local_dir=tmp_path, allow_patterns=["config.json"]))
    taken = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {name for name in taken if not name.startswith(".cache")} == {"config.json"}


@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
def test_a_part_of_a_file_can_be_asked_for(hub: StandIn, path: str) -> None:
    hub.put("ada/zoo", ZOO)
    content = hub.files("ada/zoo")[path]
    url = f"{hub.endpoint}/ada/zoo/resolve/main/{path}"
    part = get_session().get(url, headers={"Range": "bytes=4-"})
    assert (part.status_code, part.content) == (206, content[4:])
    assert part.headers["Content-Range"] == f"bytes 4-{len(content) - 1}/{len(content)}"
    beyond = get_session().get(url, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(content)}")
