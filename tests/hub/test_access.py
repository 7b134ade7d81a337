"""Tokens, private and gated repositories: the stand-in refuses as the Hub does, and the client understands it."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.hub.accounts import FINE_GRAINED, READER, STRANGER, WRITER, Account
from tests.hub.stand_in import StandIn
from tests.hub.zoo import ZOO, client, status_of


@pytest.mark.parametrize(("token", "role"), [(WRITER, "write"), (READER, "read"), (FINE_GRAINED, "fineGrained")])
def test_a_token_is_known_by_its_role(hub: StandIn, token: str, role: str) -> None:
    told = client(hub, token).whoami()
    assert (told["name"], told["auth"]["accessToken"]["role"]) == ("ada", role)


def test_a_token_that_nobody_has_is_refused_with_401_everywhere(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/zoo", ZOO)
    api = client(hub, "hf_wrong")
    calls = (
        api.whoami,
        lambda: api.model_info("ada/zoo"),
        lambda: list(api.list_models()),
        lambda: api.create_repo("ada/other"),
        lambda: api.hf_hub_download("ada/zoo", "README.md", cache_dir=tmp_path),
    )
    for call in calls:
        with pytest.raises(HfHubHTTPError) as caught:
            call()
        assert status_of(caught) == 401
        assert not isinstance(caught.value, RepositoryNotFoundError)


def test_a_test_can_add_its_own_accounts(hub: StandIn) -> None:
    hub.state.accounts["hf_carol"] = Account("carol", "fine-grained write", ("engine",))
    assert client(hub, "hf_carol").create_repo("engine/loom").repo_id == "engine/loom"


def test_a_private_repository_is_hidden_from_all_but_its_owner(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/secret", ZOO, private=True)
    for member in (WRITER, READER):
        assert client(hub, member).model_info("ada/secret").private
        assert [one.id for one in client(hub, member).list_models()] == ["ada/secret"]
    for token, status in ((STRANGER, 404), (False, 401)):
        api = client(hub, token)
        assert list(api.list_models()) == []
        with pytest.raises(RepositoryNotFoundError) as caught:
            api.model_info("ada/secret")
        assert status_of(caught) == status
        with pytest.raises(RepositoryNotFoundError):
            api.hf_hub_download("ada/secret", "README.md", cache_dir=tmp_path)
        with pytest.raises(RepositoryNotFoundError):
            api.snapshot_download("ada/secret", cache_dir=tmp_path)


def test_a_repository_that_is_not_there_is_answered_as_a_hidden_one(hub: StandIn) -> None:
    for token, status in ((WRITER, 404), (False, 401)):
        with pytest.raises(RepositoryNotFoundError) as caught:
            client(hub, token).model_info("ada/absent")
        assert status_of(caught) == status


def test_a_gated_repository_shows_itself_and_keeps_its_files(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/zoo", ZOO, gated=True)
    for token, status in ((STRANGER, 403), (False, 401)):
        api = client(hub, token)
        assert api.model_info("ada/zoo").gated == "manual"
        with pytest.raises(GatedRepoError) as caught:
            api.hf_hub_download("ada/zoo", "config.json", cache_dir=tmp_path)
        assert status_of(caught) == status
        with pytest.raises(GatedRepoError):
            api.auth_check("ada/zoo")
    hub.repository("ada/zoo").admitted.add("bob")
    client(hub, STRANGER).hf_hub_download("ada/zoo", "config.json", cache_dir=tmp_path)


def test_a_missing_file_and_a_missing_revision_are_told_apart(hub: StandIn, tmp_path: Path) -> None:
    hub.put("ada/zoo", ZOO)
    api = client(hub)
    with pytest.raises(RemoteEntryNotFoundError):
        api.hf_hub_download("ada/zoo", "absent.txt", cache_dir=tmp_path)
    for revision in ("absent", "0" * 40):
        with pytest.raises(RevisionNotFoundError):
            api.hf_hub_download("ada/zoo", "README.md", revision=revision, cache_dir=tmp_path)
        with pytest.raises(RevisionNotFoundError):
            api.model_info("ada/zoo", revision=revision)
