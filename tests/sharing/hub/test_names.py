"""Names on the Hub: what is none is said before anybody is asked."""

from __future__ import annotations

import pytest

from core.errors import BadText
from core.lab import Lab
from core.sharing.hub.names import HubName
from tests.hub.stand_in import StandIn
from tests.sharing.hub.refusals import told

BAD = [
    "", "a", "a/", "/b", "a/b/c", "../x", "a/..", "./b", "a/.b", "a/b.", "-a/b", "a/b-", "a--b/c", "a/b..c", "a/b@", "a/b@@v",
    "a/b@../x", "a/b@x//y", "a/b@/x", "a/b@x/", "a/b@-x", "hub:", "hub:hub:a/b", "a/b%2e%2e", "a%2Fb/c", "a b/c", " a/b",
    "a/b ", "a/b\n", "a\n/b", "a/b@v\n", "a/b\0", "ä/b", "a/猫", "a/b?x=1", "a/b#x", "a\\b/c", "https://h/a/b", "a" * 10_000,
    "a/" + "b" * 97, "a/b@" + "c" * 101, "a/b:c", "@a/b", "a/b@é",
]  # fmt: skip

GOOD = {
    "ann/cats": ("ann", "cats", "main"),
    "hub:ann/cats": ("ann", "cats", "main"),
    "Ann_1/my.cats-2@v1.0": ("Ann_1", "my.cats-2", "v1.0"),
    "a/b@refs/pr/1": ("a", "b", "refs/pr/1"),
    f"a/b@{'0a' * 20}": ("a", "b", "0a" * 20),
    "a/" + "b" * 96: ("a", "b" * 96, "main"),
}


@pytest.mark.parametrize("word", BAD, ids=lambda word: ascii(word[:20]))
def test_what_is_no_name_is_said(word: str) -> None:
    assert HubName.parse(f"hub:{word}") is None
    with told("OWNER/NAME", kind=BadText):
        HubName.of(word)


def test_nobody_is_asked_for_what_is_no_name(lab: Lab, hub: StandIn) -> None:
    for word in BAD:
        for refuse in (lab.open, lab.hub.pull):
            with told("OWNER/NAME", kind=BadText):
                refuse("hub:" + word)
    assert hub.requests == []


@pytest.mark.parametrize("word", GOOD)
def test_a_name_is_taken_apart_and_put_together_again(word: str) -> None:
    name = HubName.of(word)
    assert (name.owner, name.name, name.revision) == GOOD[word]
    assert HubName.parse(name.word) == name


def test_only_a_word_with_the_prefix_means_the_hub() -> None:
    assert HubName.parse("ann/cats") is None


def test_what_the_hub_itself_forbids_is_said_too(lab: Lab, hub: StandIn) -> None:
    """The pattern lets ".git" pass; the client does not."""
    with told("OWNER/NAME", kind=BadText):
        lab.hub.pull("ann/cats.git")
    assert hub.requests == []
