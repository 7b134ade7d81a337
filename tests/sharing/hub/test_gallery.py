"""The gallery: what others have published, said soon or said to be out of reach, and no stranger's card hides another's."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from core.errors import BadSetting, Failure, Refused
from core.lab import Lab
from core.sharing.card import write_card
from core.sharing.hub import connection, gallery
from tests.hub.faults import Cut, Fault, OtherBody, Silent, Slow, Status
from tests.hub.stand_in import StandIn
from tests.sharing.hub.conftest import Place
from tests.sharing.hub.forging import Files
from tests.sharing.hub.refusals import told

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def published(lab: Lab, hub: StandIn, files: Files) -> dict[str, Any]:
    """The results of "counts", which stands on the Hub as ada/counts with the card that `push` writes."""
    opened = lab.open("counts")
    card = write_card("counts", opened.model.about, opened.facts, "hub:ada/counts")
    hub.put("ada/counts", {**files, "README.md": card.encode()}, downloads=5, likes=2)
    assert opened.facts.results is not None
    return dict(opened.facts.results)


def named(lab: Lab, **wanted: str) -> list[str]:
    return [row["name"] for row in lab.hub.gallery(**wanted)]


def test_what_is_published_is_listed_with_what_its_card_says(lab: Lab, place: Place) -> None:
    repository = place.repository("gallery")
    lab.hub.push(lab.places.checkpoints / "counts", repository)
    patience = time.monotonic() + (120 if place.live else 0)  # the Hub takes its time to list what is new
    found: list[dict[str, Any]] = []
    while not (found := [row for row in lab.hub.gallery(place.owner) if row["name"] == f"hub:{repository}"]):
        assert time.monotonic() < patience
        time.sleep(5)
    (row,) = found
    facts = lab.open("counts").facts
    assert facts.results is not None
    assert (row["owner"], row["model"], row["level"], row["gated"]) == (place.owner, "ngram", "char", False)
    assert row["corpus"] == facts.corpus["name"]
    assert row["held_out_perplexity"] == round(facts.results["held_out"]["perplexity"], 4)
    assert row["train_perplexity"] == round(facts.results["train"]["perplexity"], 4)
    assert row["bits_per_char"] == round(facts.results["held_out"]["bits_per_char"], 4)


def test_nothing_is_asked_before_it_is_called(lab: Lab, hub: StandIn) -> None:
    lab.models(), lab.checkpoints(), lab.hub.shelf.listed(), lab.generate_whole("counts", "The ")
    assert hub.requests == []


def test_it_is_narrowed_and_sorted(lab: Lab, hub: StandIn, published: object, files: Files) -> None:
    other = b"---\ntags: [unroll, lstm, word, zh]\n---\n"
    hub.put("bob/words", {"README.md": other}, downloads=50, likes=1)
    hub.put("bob/else", {"README.md": b"---\ntags: [lstm]\n---\n"}, downloads=500)
    hub.put("ada/counts", {"config.json": files["config.json"]})
    assert named(lab) == ["hub:bob/words", "hub:ada/counts"]
    assert named(lab, sort="likes") == named(lab, sort="updated") == ["hub:ada/counts", "hub:bob/words"]
    assert named(lab, owner="bob") == named(lab, tag="lstm") == named(lab, tag="zh") == ["hub:bob/words"]
    assert named(lab, owner="nobody") == []
    rows = {row["name"]: row for row in lab.hub.gallery()}
    assert rows["hub:bob/words"]["model"] == "lstm" and rows["hub:bob/words"]["level"] == "word"
    assert rows["hub:ada/counts"]["downloads"] == 5 and rows["hub:ada/counts"]["updated"].startswith("2026-01-01")


@pytest.mark.parametrize(
    "wanted", [{"sort": "size"}, {"owner": "a/b"}, {"owner": "../x"}, {"tag": "a b"}, {"tag": "x" * 10_000}, {"owner": "a@b"}],
    ids=lambda wanted: str(wanted)[:30],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_said(wanted: dict[str, str], lab: Lab, hub: StandIn) -> None:
    with told("cannot be", kind=BadSetting):
        lab.hub.gallery(**wanted)
    assert hub.requests == []


RESULT = "{task: {type: t}, dataset: {type: d, name: d}, metrics: %s}"
INDEX = "model-index: [{name: n, results: [" + RESULT + "]}]"
HOSTILE = {
    "its index is a word": "model-index: everything",
    "its index is a mapping": "model-index: {name: x}",
    "its index has no names": "model-index: [{results: []}, 5, null, [[]]]",
    "its results are words": "model-index: [{name: x, results: good}]",
    "its metrics are a number": INDEX % "5",
    "its metric is a word": INDEX % "[best]",
    "its metric is a list": INDEX % "[{type: perplexity, name: held-out perplexity, value: [1]}]",
    "its metric is not a number": INDEX % "[{type: perplexity, name: held-out perplexity, value: .nan}]",
    "its metric is infinite": INDEX % "[{type: perplexity, name: held-out perplexity, value: -.inf}]",
    "its metric is a word for a number": INDEX % '[{type: perplexity, name: held-out perplexity, value: "1.0"}]',
    "its metric is true": INDEX % "[{type: perplexity, name: held-out perplexity, value: true}]",
    "its metric is huge": INDEX % f"[{{type: perplexity, name: held-out perplexity, value: 1{'0' * 400}}}]",
    "its metric's name is a list": INDEX % "[{type: perplexity, name: [held-out perplexity], value: 1}]",
    "its text is a list": "model-index: [{name: n, results: [{dataset: [], metrics: [{name: train perplexity, value: 1}]}]}]",
    "its text is a mapping": "model-index: [{name: n, results: [{dataset: {type: {}}, metrics: []}]}]",
    "keys of the client": "ignore_metadata_errors: false\neval_results: 5\nself: 5\nmodel_name: []",
    "its language is a mapping": "language: {en: 1}",
    "its language is a list of numbers": "language: [1, 2]",
    "its licence is a list": "license: [[1]]",
    "markup": 'model_name: "<script>alert(1)</script>"\nlanguage: "<img src=x onerror=alert(1)>"',
    "huge words": f"language: {'x' * 100_000}",
    "a thousand results": INDEX % ("[" + "{name: x, value: 1}," * 1000 + "]"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_strangers_card_hides_nobody_elses(what: str, lab: Lab, hub: StandIn, published: dict[str, Any]) -> None:
    front = f"---\ntags: [unroll, ngram, char]\n{HOSTILE[what]}\n---\n# x"
    hub.put("eve/evil", {"README.md": front.encode()}, downloads=99)
    evil, honest = lab.hub.gallery()
    assert (evil["name"], honest["name"]) == ("hub:eve/evil", "hub:ada/counts")
    assert honest["held_out_perplexity"] == round(published["held_out"]["perplexity"], 4)
    assert evil["held_out_perplexity"] is None
    assert all(value is None or len(str(value)) <= 100 for value in evil.values())
    json.dumps([evil, honest], allow_nan=False)


ANSWERS: dict[str, dict[str, Any]] = {
    "no tags": {"tags": None}, "tags that are a word": {"tags": "unroll"}, "tags that are numbers": {"tags": [1, None, {}]},
    "tags of the card": {"cardData": {"tags": "unroll"}, "tags": ["unroll", "ngram"]}, "no card": {"cardData": "x"},
    "counts that are words": {"downloads": "many", "likes": [1]}, "a date that is none": {"lastModified": "yesterday\n"},
    "no date": {"lastModified": None}, "gated": {"gated": "manual"}, "no name": {"id": "../../x"}, "a name of markup": {"id": "<b>/x"},
}  # fmt: skip


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_of_another_form_hides_no_row(what: str, lab: Lab, hub: StandIn) -> None:
    plain = {
        "id": "ada/counts",
        "tags": ["unroll", "rnn", "word"],
        "lastModified": "2026-02-03T04:05:06.000Z",
        "downloads": 3,
    }
    body = json.dumps([{"id": "eve/evil", **ANSWERS[what]}, plain]).encode()
    hub.misbehave(Fault(OtherBody(body, "application/json"), path="/api/models"))
    rows = lab.hub.gallery()
    assert len(rows) == (1 if "name" in what else 2)
    assert (rows[-1]["model"], rows[-1]["level"], rows[-1]["updated"], rows[-1]["downloads"]) == (
        "rnn",
        "word",
        "2026-02-03",
        3,
    )
    json.dumps(rows, allow_nan=False)


def test_a_hub_that_lists_more_than_it_was_asked_for_is_cut_off(lab: Lab, hub: StandIn) -> None:
    body = json.dumps([{"id": f"eve/n{number}"} for number in range(5000)]).encode()
    hub.misbehave(Fault(OtherBody(body, "application/json"), path="/api/models"))
    assert len(lab.hub.gallery()) == gallery.MOST_LISTED


# Out of reach

SAID: list[tuple[object, str]] = [
    (Status(500), "fault of its own"), (Status(429), "too often"), (Status(401), "does not know this token"),
    (Status(400), "refused \\(400\\)"), (Status(404), "not a Hub"), (Cut(), "cannot be reached"), (Silent(), "cannot be reached"),
    (Slow(pause_seconds=30), "cannot be reached"), (OtherBody(b"<html>Sign in</html>"), "not a Hub"),
    (OtherBody(b"{}"), "not a Hub"), (OtherBody(b"[5]"), "not a Hub"), (OtherBody(b"[{}]"), "not a Hub"),
    (OtherBody(b"[" * 100_000), "not a Hub"), (OtherBody(b"[" * 50_000 + b"]" * 50_000), "not a Hub"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "words"), SAID, ids=lambda value: repr(value)[:40])
def test_what_goes_wrong_is_said_in_seconds(
    what: Any, words: str, lab: Lab, hub: StandIn, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "_PATIENCE", 1.0)
    hub.misbehave(Fault(what, times=None))
    begun = time.monotonic()
    with told(words):
        lab.hub.gallery()
    assert time.monotonic() - begun < 2.5


def test_a_hiccup_is_got_over(lab: Lab, hub: StandIn, published: object, pauses: list[float]) -> None:
    for what in (Status(503), Cut()):
        hub.misbehave(Fault(what))
        assert named(lab) == ["hub:ada/counts"]


def test_a_hub_that_says_nothing_is_waited_for_three_seconds(lab: Lab, hub: StandIn) -> None:
    hub.misbehave(Fault(Silent(), times=None))
    begun = time.monotonic()
    with told("cannot be reached, or does not answer", kind=Failure):
        lab.hub.gallery()
    assert 2.9 < time.monotonic() - begun < 5


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port that takes no more connections: who knocks waits, as at an address that swallows everything."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
        for each in waiting:
            each.close()


def test_who_swallows_connections_is_given_up_after_three_seconds(
    lab: Lab, hub: StandIn, full_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{full_port}")
    begun = time.monotonic()
    with told("cannot be reached", kind=Failure):
        lab.hub.gallery()
    assert time.monotonic() - begun < 5


def test_a_wrong_token_is_said(lab: Lab, hub: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_nobodys")
    with told("does not know this token", kind=Refused):
        lab.hub.gallery()


def test_the_limits_are_those_that_the_texts_promise() -> None:
    assert gallery._PATIENCE == connection._TO_CONNECT == 3


def test_the_client_is_imported_by_whoever_asks_and_nobody_else() -> None:
    program = (
        "import sys\nfrom core.lab import Lab\nlab = Lab()\nlab.checkpoints()\nlab.models()\nlab.hub.shelf.listed()\n"
        "lab.generate_whole('shakespeare-bigram', 'A')\nprint([name for name in sys.modules if 'huggingface' in name or name == 'yaml'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr
