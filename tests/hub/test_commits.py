"""Creating repositories and committing to them, as the real client does it on the stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
)

from tests.hub.accounts import FINE_GRAINED, READER, STRANGER
from tests.hub.stand_in import StandIn
from tests.hub.zoo import README, WEIGHTS, ZOO, added, client, status_of


def test_a_created_repository_is_there_with_the_first_commit_of_the_hub(hub: StandIn) -> None:
    url = client(hub).create_repo("ada/zoo", private=True)
    assert (url.repo_id, str(url)) == ("ada/zoo", f"{hub.endpoint}/ada/zoo")
    assert hub.repository("ada/zoo").private
    assert [commit.title for commit in hub.commits("ada/zoo")] == ["initial commit"]
    assert list(hub.files("ada/zoo")) == [".gitattributes"]


def test_creating_twice_is_a_conflict_unless_the_client_allows_it(hub: StandIn) -> None:
    api = client(hub)
    first = api.create_repo("ada/zoo")
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_repo("ada/zoo")
    assert status_of(caught) == 409
    assert api.create_repo("ada/zoo", exist_ok=True) == first


def test_a_repository_can_be_created_in_an_organization_only_by_its_members(hub: StandIn) -> None:
    assert client(hub).create_repo("engine/loom").repo_id == "engine/loom"
    with pytest.raises(HfHubHTTPError, match='create a model under the namespace "engine"') as caught:
        client(hub, STRANGER).create_repo("engine/other")
    assert status_of(caught) == 403


def test_a_commit_takes_small_files_directly_and_weights_through_the_store(hub: StandIn) -> None:
    api = client(hub)
    api.create_repo("ada/zoo")
    made = api.create_commit("ada/zoo", [added(path, content) for path, content in ZOO.items()], commit_message="all")
    assert {path: content for path, content in hub.files("ada/zoo").items() if path in ZOO} == ZOO
    newest = hub.commits("ada/zoo")[-1]
    assert (made.oid, made.commit_url) == (newest.sha, f"{hub.endpoint}/ada/zoo/commit/{newest.sha}")
    assert (newest.title, newest.author) == ("all", "ada")
    assert {path for path, file in newest.files.items() if file.large} == {"model.safetensors"}
    [upload] = hub.asked("PUT")
    assert (upload.place, upload.body, upload.token) == ("store", WEIGHTS, None)


def test_files_are_large_by_name_by_size_or_because_they_are_no_text(hub: StandIn) -> None:
    text, long_text = "é".encode() * 300, b"a" * 1_000_001  # the sample of 512 bytes ends between letters, or in one
    contents = {"a.safetensors": b"text", "b.txt": long_text, "c.bin": b"\0\1", "d.txt": text, "e.txt": b"x" + text}
    api = client(hub)
    api.create_repo("ada/zoo")
    api.create_commit("ada/zoo", [added(*item) for item in contents.items()], commit_message="all")
    large = {path for path, file in hub.commits("ada/zoo")[-1].files.items() if file.large}
    assert large == {"a.safetensors", "b.txt", "c.bin"}


def test_what_is_in_the_store_already_is_not_sent_again(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    client(hub).create_commit("ada/zoo", [added("copy.safetensors", WEIGHTS)], commit_message="copy")
    assert hub.asked("PUT") == []
    assert hub.files("ada/zoo")["copy.safetensors"] == WEIGHTS


def test_a_commit_that_changes_nothing_is_not_made(hub: StandIn) -> None:
    before = hub.put("ada/zoo", ZOO)
    made = client(hub).create_commit("ada/zoo", [added(*item) for item in ZOO.items()], commit_message="same")
    assert (made.oid, hub.commits("ada/zoo")[-1].sha) == (before, before)


def test_a_commit_deletes_files_and_folders(hub: StandIn) -> None:
    hub.put("ada/zoo", {**ZOO, "old/a.txt": b"a", "old/b.txt": b"b", "older.txt": b"c"})
    gone = [CommitOperationDelete("old/"), CommitOperationDelete("config.json")]
    client(hub).create_commit("ada/zoo", gone, commit_message="less")
    assert set(hub.files("ada/zoo")) == {".gitattributes", "README.md", "model.safetensors", "older.txt"}


def test_a_commit_with_one_impossible_part_changes_nothing(hub: StandIn) -> None:
    before = hub.put("ada/zoo", ZOO)
    parts: list[CommitOperationAdd | CommitOperationDelete] = [
        added("new.txt", b"new"),
        CommitOperationDelete("absent.txt"),
    ]
    with pytest.raises(RemoteEntryNotFoundError, match="A file with this name doesn't exist"):
        client(hub).create_commit("ada/zoo", parts, commit_message="half")
    assert hub.commits("ada/zoo")[-1].sha == before


def test_a_commit_on_a_parent_that_is_no_longer_the_newest_is_refused_with_412(hub: StandIn) -> None:
    old = hub.put("ada/zoo", ZOO)
    new = hub.put("ada/zoo", {"other.txt": b"other"})
    with pytest.raises(HfHubHTTPError, match="A commit has happened since") as caught:
        client(hub).create_commit("ada/zoo", [added("a.txt", b"a")], commit_message="late", parent_commit=old)
    assert status_of(caught) == 412
    made = client(hub).create_commit("ada/zoo", [added("a.txt", b"a")], commit_message="ok", parent_commit=new)
    assert hub.commits("ada/zoo")[-1].sha == made.oid


def test_a_folder_is_uploaded_in_one_commit(hub: StandIn, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(README)
    (tmp_path / "model.safetensors").write_bytes(WEIGHTS)
    api = client(hub)
    api.create_repo("ada/zoo")
    api.upload_folder(repo_id="ada/zoo", folder_path=tmp_path)
    assert len(hub.commits("ada/zoo")) == 2
    assert hub.files("ada/zoo")["model.safetensors"] == WEIGHTS


def test_pull_requests_are_refused(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    with pytest.raises(HfHubHTTPError, match="Pull requests are disabled") as caught:
        client(hub).create_commit("ada/zoo", [added("a.txt", b"a")], commit_message="pr", create_pr=True)
    assert status_of(caught) == 403


@pytest.mark.parametrize(
    ("token", "message"),
    [(READER, "must use a write token"), (FINE_GRAINED, "must use a write token"), (STRANGER, "create_pr=1")],
)
def test_who_may_not_write_is_refused_with_403(hub: StandIn, token: str, message: str) -> None:
    hub.put("ada/zoo", ZOO)
    with pytest.raises(HfHubHTTPError, match=message) as caught:
        client(hub, token).create_commit("ada/zoo", [added("a.txt", b"a")], commit_message="no")
    assert status_of(caught) == 403
    assert len(hub.commits("ada/zoo")) == 2


def test_a_card_with_wrong_front_matter_is_refused_before_anything_is_sent(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    results = b"---\nmodel-index:\n- name: zoo\n  results:\n  - task: {type: text-generation}\n    metrics: [{value: 1}]\n---\n"
    for readme, complaint in ((b"---\na: [\n---\n", "bad YAML"), (results, r"metrics\[0\].type")):
        with pytest.raises(ValueError, match=complaint):
            client(hub).create_commit("ada/zoo", [added("README.md", readme)], commit_message="bad")
    with pytest.warns(UserWarning, match="empty or missing yaml metadata"):
        client(hub).create_commit("ada/zoo", [added("README.md", b"# Zoo")], commit_message="bare")


def test_a_deleted_repository_is_gone(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    with pytest.raises(HfHubHTTPError):
        client(hub, STRANGER).delete_repo("ada/zoo")
    client(hub).delete_repo("ada/zoo")
    assert hub.commits("ada/zoo") == []
    with pytest.raises(RepositoryNotFoundError):
        client(hub).delete_repo("ada/zoo")


def test_settings_make_a_repository_private_or_gated(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    client(hub).update_repo_settings("ada/zoo", private=True, gated="manual")
    assert (hub.repository("ada/zoo").private, hub.repository("ada/zoo").gated) == (True, True)
