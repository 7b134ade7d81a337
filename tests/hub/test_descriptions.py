"""What the stand-in tells about repositories, alone and in lists, read by the real client."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from huggingface_hub.errors import (
    BadRequestError,
    RemoteEntryNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from tests.hub.repositories import git_hash
from tests.hub.stand_in import StandIn
from tests.hub.zoo import README, WEIGHTS, ZOO, client


def test_a_model_is_described_with_its_card_and_the_sizes_of_its_files(hub: StandIn) -> None:
    sha = hub.put("ada/zoo", ZOO, likes=3, downloads=7)
    told = client(hub).model_info("ada/zoo", files_metadata=True)
    assert (told.id, told.author, told.sha, told.likes, told.downloads) == ("ada/zoo", "ada", sha, 3, 7)
    assert (told.private, told.gated, told.library_name) == (False, False, "unroll")
    assert told.tags == ["unroll", "safetensors", "char-rnn", "license:mit", "region:us"]
    assert told.card_data is not None and told.card_data.license == "mit"
    siblings = {one.rfilename: one for one in told.siblings or []}
    assert siblings["config.json"].blob_id == git_hash(ZOO["config.json"])
    assert siblings["config.json"].lfs is None
    assert siblings["model.safetensors"].size == len(WEIGHTS)
    large = siblings["model.safetensors"].lfs
    assert large is not None and large.sha256 == hub.commits("ada/zoo")[-1].files["model.safetensors"].sha256


def test_git_itself_names_files_as_the_stand_in_does(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(README)
    try:
        named = subprocess.run(["git", "hash-object", "file"], cwd=tmp_path, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("needs git")
    assert named.stdout.strip() == git_hash(README)


def test_a_list_is_filtered_by_tags_author_and_words(hub: StandIn) -> None:
    hub.put("ada/zoo", ZOO)
    hub.put("ada/farm", {"README.md": b"---\ntags: [unroll, words]\n---\n"})
    hub.put("bob/zoo", {"README.md": b"---\ntags: [unroll, char-rnn]\n---\n"})
    hub.put("bob/other", {"README.md": b"---\ntags: [other]\n---\n"})
    hub.put("ada/space", {}, kind="space")
    api = client(hub, False)

    def listed(tags: str | list[str] = "", author: str | None = None, search: str | None = None) -> set[str]:
        return {one.id for one in api.list_models(filter=tags, author=author, search=search)}

    assert listed("unroll") == {"ada/zoo", "ada/farm", "bob/zoo"}
    assert listed(["unroll", "char-rnn"]) == {"ada/zoo", "bob/zoo"}
    assert listed(author="bob") == {"bob/zoo", "bob/other"}
    assert listed(search="ZOO", author="ada") == {"ada/zoo"}
    assert listed("absent") == set()


def test_a_list_is_sorted_with_the_largest_first_and_cut_at_the_limit(hub: StandIn) -> None:
    hub.put("ada/a", ZOO, downloads=1, likes=3)
    hub.put("ada/b", ZOO, downloads=3, likes=1)
    hub.put("ada/c", ZOO, downloads=2, likes=2)
    api = client(hub, False)
    assert [one.id[-1] for one in api.list_models(sort="downloads")] == ["b", "c", "a"]
    assert [one.id[-1] for one in api.list_models(sort="likes")] == ["a", "c", "b"]
    assert [one.id[-1] for one in api.list_models(sort="last_modified", limit=2)] == ["c", "b"]


def test_a_list_tells_what_is_asked_for_and_no_more(hub: StandIn) -> None:
    sha = hub.put("ada/zoo", ZOO, downloads=5, gated=True)
    api = client(hub, False)
    [bare] = api.list_models()
    assert (bare.downloads, bare.sha, bare.card_data, bare.siblings) == (5, None, None, None)
    [full] = api.list_models(full=True, cardData=True)
    assert (full.sha, full.gated, full.author, full.card_data is not None) == (sha, "manual", "ada", True)
    [picked] = api.list_models(expand=["sha", "cardData", "gated", "lastModified"])
    assert (picked.sha, picked.gated, picked.downloads, picked.tags) == (sha, "manual", None, None)
    assert picked.last_modified == hub.commits("ada/zoo")[-1].date


def test_results_in_the_card_come_back(hub: StandIn) -> None:
    result = "task: {type: text-generation}, dataset: {type: text, name: Zoo}, metrics: [{type: bits, value: 2.5}]"
    readme = f"---\nmodel-index:\n- name: zoo\n  results: [{{{result}}}]\n---\n".encode()
    hub.put("ada/zoo", {"README.md": readme})
    told = client(hub).model_info("ada/zoo")
    assert told.card_data is not None
    [found] = told.card_data.eval_results or []
    assert (found.metric_type, found.metric_value, found.dataset_name) == ("bits", 2.5, "Zoo")


def test_a_card_that_cannot_be_read_does_no_harm_to_a_list(hub: StandIn) -> None:
    hub.put("ada/bad", {"README.md": b"---\na: [\n---\n"})
    hub.put("ada/odd", {"README.md": b"---\n- a list\n---\n\xff"})
    assert [one.card_data for one in client(hub).list_models(cardData=True)] == [None, None]


def test_a_tree_lists_files_and_folders(hub: StandIn) -> None:
    hub.put("ada/zoo", {**ZOO, "a/b/c.txt": b"deep", "a/d.txt": b"d"})
    api = client(hub)
    assert {one.path for one in api.list_repo_tree("ada/zoo", "a")} == {"a/b", "a/d.txt"}
    every = {one.path: one for one in api.list_repo_tree("ada/zoo", recursive=True, expand=True)}
    assert {"a", "a/b", "a/b/c.txt", "model.safetensors", ".gitattributes"} <= set(every)
    weights = every["model.safetensors"]
    assert isinstance(weights, RepoFile) and weights.lfs is not None
    assert (weights.size, weights.lfs.size, weights.xet_hash) == (len(WEIGHTS), len(WEIGHTS), None)
    with pytest.raises(RemoteEntryNotFoundError):
        list(api.list_repo_tree("ada/zoo", "absent"))


def test_paths_are_described_if_they_are_there(hub: StandIn) -> None:
    hub.put("ada/zoo", {**ZOO, "a/b.txt": b"b"})
    api = client(hub)
    found = api.get_paths_info("ada/zoo", ["model.safetensors", "a", "absent"])
    assert [one.path for one in found] == ["model.safetensors", "a"]
    assert api.file_exists("ada/zoo", "README.md")
    assert not api.file_exists("ada/zoo", "absent")


def test_commits_and_branches_are_listed(hub: StandIn) -> None:
    sha = hub.put("ada/zoo", ZOO)
    api = client(hub)
    assert [one.title for one in api.list_repo_commits("ada/zoo")] == ["put by the test", "initial commit"]
    assert [(one.name, one.target_commit) for one in api.list_repo_refs("ada/zoo").branches] == [("main", sha)]


def test_a_bad_sort_is_refused(hub: StandIn) -> None:
    with pytest.raises(BadRequestError):
        list(client(hub).list_models(sort="beauty"))  # type: ignore[arg-type] # what is refused
