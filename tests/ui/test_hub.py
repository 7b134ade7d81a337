"""The Hub on the page: nothing is asked before a person asks; found, fetched, verified, published, and told when it fails.

The real client of the Hub talks to the stand-in of ``tests/hub``.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from core.lab import Lab
from core.places import Places
from core.sharing.card import write_card
from core.sharing.checkpoint import MODEL
from core.sharing.hub.names import HubName
from core.ui.limits import Limits
from tests.hub.accounts import WRITER
from tests.hub.faults import Fault, Silent
from tests.hub.fixtures import hub  # noqa: F401 - a fixture
from tests.hub.stand_in import StandIn
from tests.ui.visitor import HAND, HARM, Open, go_to, written

pytestmark = pytest.mark.browser


def files_of(lab: Lab, name: str, word: str) -> dict[str, bytes]:
    """Return a checkpoint as it would be published."""
    folder, opened = lab.folder_of(name), lab.open(name)
    card = write_card(word.rpartition("/")[2], lab.registry.get(opened.facts.model).about, opened.facts, word)
    return {path.name: path.read_bytes() for path in folder.iterdir()} | {"README.md": card.encode()}


@pytest.fixture
def stand_in(hub: StandIn, lab: Lab) -> StandIn:  # noqa: F811
    """The stand-in with an honest checkpoint, one whose card is prettier than the truth, and one that harms."""
    hub.put("ada/cats", files_of(lab, "cats", "hub:ada/cats"), downloads=9)
    lying = files_of(lab, "garden", "hub:bob/garden")
    found = lab.open("garden").facts.results
    assert found is not None
    held_out = str(round(found["held_out"]["perplexity"], 4)).encode()
    hub.put("bob/garden", {**lying, "README.md": lying["README.md"].replace(held_out, b"1.01")}, downloads=5)
    harm = f"---\ntags: [unroll, {HARM!r}]\nlanguage: {HARM!r}\nmodel-index: 7\n---\n{HARM}"
    hub.put("bob/harm", {"README.md": harm.encode()}, downloads=1)
    hub.requests.clear()
    return hub


@pytest.fixture
def hub_lab(places: Places, tmp_path: Path) -> Lab:
    """A Lab with the tiny checkpoints and data of its own; its corpora are where the checkpoints' texts lie."""
    return Lab(places=Places(places.plugins, places.checkpoints, (places.checkpoints.parent,), tmp_path / "data"))


@pytest.fixture
def hub_address(hub_lab: Lab, stand_in: StandIn) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(hub_lab, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


def look(page: Any) -> None:
    """Ask for the gallery."""
    go_to(page, "Models")
    page.locator("#hub-look").click()


def fetch(page: Any, name: str) -> None:
    """Fetch a checkpoint of the gallery and wait until it is here."""
    page.locator("#gallery tbody tr", has_text=name).get_by_role("button").click()
    page.locator("#fetched .said", has_text="is here and checked").wait_for()
    page.locator("#checkpoints tr", has_text=name).wait_for()


def verdict(page: Any, name: str) -> str:
    """Verify a checkpoint of the table and return the verdict."""
    page.locator("#checkpoints tr", has_text=name).get_by_role("button", name="verify").click()
    page.locator("#verification .verdict.good, #verification .verdict.bad").wait_for()
    return str(page.locator("#verification .verdict").inner_text())


def test_nothing_is_asked_of_the_hub_before_a_visitor_asks(
    hub_address: str, open_page: Open, stand_in: StandIn
) -> None:
    page = open_page(at=hub_address)
    for tab in ("Learn", "Read", "Corpus", "Look inside", "Train", "Models", "Write"):
        go_to(page, tab)
        page.wait_for_timeout(HAND)
    assert stand_in.requests == []
    look(page)
    page.locator("#gallery tbody tr").first.wait_for()
    assert stand_in.requests != []


def test_a_checkpoint_is_found_fetched_verified_and_used_and_nobody_else_sees_it(
    hub_address: str, open_page: Open, hub_lab: Lab
) -> None:
    page = open_page(at=hub_address)
    look(page)
    page.locator("#gallery tbody tr").nth(2).wait_for()
    names = page.locator("#gallery tbody td:first-child").all_text_contents()
    assert names == ["ada/cats", "bob/garden", "bob/harm"]  # by downloads
    assert page.evaluate("window.harmed") is None
    claimed = hub_lab.open("cats").facts.results
    assert claimed is not None
    row = page.locator("#gallery tr", has_text="ada/cats").inner_text()
    assert f"{claimed['held_out']['perplexity']:.4g}".rstrip("0") in row
    fetch(page, "ada/cats")
    assert "tells the truth" in verdict(page, "ada/cats")
    page.locator("#checkpoints tr", has_text="ada/cats").get_by_role("button", name="write with it").click()
    page.wait_for_function("document.querySelector('#checkpoint').innerText.includes('hub:ada/cats@')")
    other = open_page(at=hub_address)
    go_to(other, "Models")
    other.locator("#checkpoints tbody tr").first.wait_for()
    assert other.locator("#checkpoints tr", has_text="ada/cats").count() == 0
    go_to(page, "Models")
    page.locator("#checkpoints tr", has_text="ada/cats").get_by_role("button", name="take off the list").click()
    page.locator("#checkpoints tr", has_text="ada/cats").wait_for(state="detached")


def test_a_card_that_claims_too_much_is_caught(hub_address: str, open_page: Open) -> None:
    page = open_page(at=hub_address)
    look(page)
    page.locator("#gallery tbody tr").first.wait_for()
    fetch(page, "bob/garden")
    assert "does NOT tell the truth" in verdict(page, "bob/garden")
    wrong = page.locator("#verification tr.bad").all_inner_texts()
    assert wrong and all("model card" in row and "1.01" in row for row in wrong)
    assert any("its table" in row for row in wrong) and any("for the Hub" in row for row in wrong)


def test_what_is_no_checkpoint_is_refused_with_a_sentence_and_leaves_nothing(
    hub_address: str, open_page: Open, hub_lab: Lab
) -> None:
    page = open_page(at=hub_address, language="zh-CN")
    go_to(page, "模型")
    for name, said in (
        ("bob/harm", "不是 Unroll 检查点"),
        ("../x", "不是 Hub 仓库的名称"),
        ("ada/nothing", "Hub 上没有"),
    ):
        page.locator("#hub-repository input, #hub-repository textarea").fill(name)
        page.locator("#hub-get").click()
        page.locator("#fetched .said", has_text=said).wait_for()
    kept = [path for path in hub_lab.places.data.rglob("*") if path.is_file() and "hub" in path.parts]
    assert kept == []


def test_a_hub_that_does_not_answer_is_said_within_seconds_and_costs_the_page_nothing(
    hub_address: str, open_page: Open, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault(Silent(), times=None))
    page = open_page(at=hub_address)
    look(page)
    page.locator("#gallery .notice", has_text="cannot be reached").wait_for()
    page.locator("#checkpoints tr", has_text="cats").first.get_by_role("button", name="write with it").click()
    page.get_by_role("tab", name="Write", selected=True).wait_for()


def publish(page: Any, name: str, repository: str, token: str) -> None:
    """Fill in the form and send it."""
    go_to(page, "Models")
    if not page.locator("#publish-to").is_visible():
        page.get_by_text("Publish a checkpoint").click()
        page.locator("#publish-to").wait_for()
        page.wait_for_timeout(HAND)
    page.locator("#publish-checkpoint input").click()
    page.locator("ul[role=listbox] li", has_text=name + ":").first.click()
    page.locator("#publish-to input, #publish-to textarea").fill(repository)
    page.locator("#publish-token input").fill(token)
    page.locator("#publish").click()


def test_publishing_uses_the_visitors_token_once_and_keeps_it_nowhere(
    hub_address: str, open_page: Open, hub_lab: Lab, stand_in: StandIn, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    page = open_page(at=hub_address)
    publish(page, "cats", "ada/new-cats", "hf_not_a_token_of_anybody")
    page.locator("#published .said", has_text="does not know this token").wait_for()
    assert stand_in.commits("ada/new-cats") == []
    publish(page, "cats", "ada/new-cats", WRITER)
    page.locator("#published .said", has_text="Published, in private").wait_for()
    assert stand_in.repository("ada/new-cats").private
    assert stand_in.files("ada/new-cats")[MODEL] == (hub_lab.folder_of("cats") / MODEL).read_bytes()
    page.reload()
    page.wait_for_selector("#choices tbody tr")
    assert WRITER not in page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage) + location.href")
    assert WRITER not in caplog.text
    assert WRITER not in "".join(capfd.readouterr())
    assert not [
        path for path in hub_lab.places.data.rglob("*") if path.is_file() and WRITER.encode() in path.read_bytes()
    ]


def test_publishing_without_a_token_says_what_is_needed(hub_address: str, open_page: Open, stand_in: StandIn) -> None:
    page = open_page(at=hub_address)
    publish(page, "cats", "ada/new-cats", "")
    page.locator("#published .said", has_text="needs a token with write access").wait_for()
    assert stand_in.requests == []


def test_the_servers_own_token_is_never_used_for_a_visitor(
    hub_address: str, stand_in: StandIn, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", WRITER)
    stand_in.put("ada/secret", files_of(lab, "cats", "hub:ada/secret"), private=True)
    client = Client(hub_address, verbose=False)
    with pytest.raises(Exception, match="not on the Hub, or it is private"):
        client.predict("hub:ada/secret", "The c", api_name="/next_tokens")
    assert stand_in.requests and all(request.token is None for request in stand_in.requests)


def test_the_api_takes_names_on_the_hub_and_gives_what_the_checkpoint_gives(hub_address: str, lab: Lab) -> None:
    client = Client(hub_address, verbose=False)
    assert client.predict("hub:ada/cats", "The c", api_name="/next_tokens") == lab.next_tokens("cats", "The c")


def test_a_link_to_a_checkpoint_on_the_hub_opens_where_it_is_here_and_says_so_where_it_is_not(
    hub_address: str, open_page: Open, hub_lab: Lab, stand_in: StandIn
) -> None:
    page = open_page(at=hub_address)
    link = page.evaluate("unroll.link('write', { checkpoints: ['hub:ada/cats'], prefix: 'The' })")
    stranger = open_page(at=hub_address + link)
    stranger.get_by_text("has not been fetched here yet").wait_for()
    assert stand_in.requests == []
    hub_lab.hub.folder(HubName("ada", "cats"))
    friend = open_page(at=hub_address + link)
    friend.wait_for_function("document.querySelector('#checkpoint').innerText.includes('hub:ada/cats:')")


@pytest.fixture
def slim_address(
    hub: StandIn, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> Iterator[str]:  # fmt: skip
    """A page over two checkpoints that were published, with an index, and whose tensors were then left out."""
    from core.ui.page import build, launch

    for name in ("cats", "garden"):
        shutil.copytree(places.checkpoints / name, tmp_path / "checkpoints" / name)
    slim = Lab(places=Places(places.plugins, tmp_path / "checkpoints", (), tmp_path / "data"))
    with monkeypatch.context() as patch:
        patch.setenv("HF_TOKEN", WRITER)
        assert [each["repository"] for each in slim.hub.push_all("ada")] == ["ada/cats", "ada/garden"]
    for name in ("cats", "garden"):
        (tmp_path / "checkpoints" / name / MODEL).unlink()
    hub.requests.clear()
    page, room = build(slim, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


def test_tensors_that_were_left_out_are_fetched_when_first_used_and_the_page_says_so(
    slim_address: str, open_page: Open, hub: StandIn  # noqa: F811
) -> None:  # fmt: skip
    page = open_page(at=slim_address, language="zh-CN")
    page.locator("#choices .notice", has_text="使用时才会获取").wait_for()
    for tab in ("课程", "对读", "拆开看", "模型", "续写"):
        go_to(page, tab)
        page.wait_for_timeout(HAND)
    assert hub.requests == []  # opening the page is not using it
    page.locator("#prefix textarea").fill("今日天气")
    page.wait_for_timeout(HAND)
    assert hub.requests == []  # nor is typing
    page.locator("#write").click()
    page.get_by_text("正在从 Hub 获取 garden").wait_for()
    page.locator(".toast-title", has_text="提示").wait_for()
    assert len(written(page)) > 10
    assert {request.target.split("/")[4] for request in hub.asked("GET", "/api/models/")} == {"garden"}
    assert hub.requests and all(request.token is None for request in hub.requests)
