"""What a Hub that refuses, breaks off, or says nothing means to a person: said soon, in one sentence, nothing left behind."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from core.errors import BadText, Failure, Refused
from core.lab import Lab
from core.sharing.hub import connection, refusals
from tests.hub.accounts import READER, WRITER
from tests.hub.faults import Cut, Fault, Gated, LostAnswer, OtherBody, Silent, Slow, Status
from tests.hub.stand_in import StandIn
from tests.sharing.hub.forging import DEEP, Files
from tests.sharing.hub.refusals import leftovers, told, works

# The steps of fetching and publishing, as method and path.
DESCRIBE, HEAD, SMALL, LARGE = (
    ("GET", "/api/models/"),
    ("HEAD", "/resolve/"),
    ("GET", "tokenizer.json"),
    ("GET", "lfs-blob"),
)
CREATE, MODES, BATCH = ("POST", "/repos/create"), ("POST", "/preupload/"), ("POST", "/objects/batch")
UPLOAD, COMMIT = ("PUT", "lfs-blob"), ("POST", "/commit/")
FETCHING, PUBLISHING = [DESCRIBE, HEAD, SMALL, LARGE], [CREATE, DESCRIBE, MODES, BATCH, UPLOAD, COMMIT]
SITE = OtherBody(b"<html>Sign in to this network</html>")

PROJECT = Path(__file__).resolve().parents[3]
Step = tuple[str, str]

# Seconds on a busy machine, and that a person is made to wait; the client by itself would take twenty and more.
SOON, LONGEST = 8, 10


def fault(what: object, step: Step, times: int | None = None, after: int = 0) -> Fault:
    return Fault(what, method=step[0], path=step[1], times=times, after=after)  # type: ignore[arg-type]


def named(value: object) -> str | None:
    return " ".join(value) if isinstance(value, tuple) else repr(value)[:40] if not callable(value) else None


# Fetching


@pytest.mark.parametrize("step", FETCHING, ids=named)
@pytest.mark.parametrize("what", [Status(500), Status(429, retry_after=2), Cut()], ids=repr)
def test_a_hiccup_while_fetching_is_got_over(
    step: Step, what: object, lab: Lab, hub: StandIn, files: Files, pauses: list[float]
) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(what, step, times=1))
    lab.hub.pull("ada/cats")
    assert works(lab, "hub:ada/cats")
    assert sum(pauses) <= 3


SAID: list[tuple[object, str]] = [
    (Status(500), "fault of its own \\(500\\)"),
    (Status(503), "fault of its own \\(503\\)"),
    (Status(401), "token|private"),
    (Status(403), "may not be read with your token|this token may not write"),
    (Status(404), "not on the Hub|lacks a file"),
    (Status(429), "some minutes"),
    (Status(429, retry_after=2), "in 2 seconds"),
    (Status(429, retry_after=3600), "in 3600 seconds"),
    (Status(418), "refused \\(418\\)"),
    (Cut(), "cannot be reached"),
    (Gated(), "gated"),
    (Silent(), "does not answer"),
]


@pytest.mark.parametrize(("what", "words"), SAID, ids=named)
def test_what_stops_a_fetching_is_said_soon_and_nothing_is_left(
    what: object, words: str, lab: Lab, hub: StandIn, files: Files, pauses: list[float],
    signed_in: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if what == Silent():
        monkeypatch.setattr(connection, "_WITHOUT_A_BYTE", 0.5)
    hub.put("ada/cats", files)
    first = lab.hub.pull("ada/cats")
    hub.put("ada/cats", files)  # another commit
    for step in FETCHING:
        hub.behave()
        hub.misbehave(fault(what, step))
        pauses.clear()
        begun = time.monotonic()
        with told(words):
            lab.hub.pull("ada/cats")
        assert time.monotonic() - begun < SOON and sum(pauses) <= LONGEST
        assert leftovers(lab.places.data) == []
        assert {path.name for path in (lab.places.data / "hub" / "ada--cats").iterdir()} == {
            first["commit"],
            "refs.json",
        }
    assert works(lab, "hub:ada/cats")


@pytest.mark.parametrize("after_bytes", [0, 100])
def test_a_download_that_breaks_off_goes_on(
    after_bytes: int, lab: Lab, hub: StandIn, files: Files, pauses: list[float]
) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(Cut(after_bytes), LARGE, times=3), fault(Cut(after_bytes), SMALL, times=1))
    lab.hub.pull("ada/cats")
    assert works(lab, "hub:ada/cats")


def test_a_download_that_always_breaks_off_is_given_up(
    lab: Lab, hub: StandIn, files: Files, pauses: list[float]
) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(Cut(100), LARGE))
    with told("cannot be reached", kind=Failure):
        lab.hub.pull("ada/cats")
    assert leftovers(lab.places.data) == [] and len(hub.asked("GET", "lfs-blob")) < 20


def test_slow_bytes_are_waited_for_and_shown(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(Slow(bytes_per_second=len(files["model.safetensors"]) * 4), LARGE))
    shown: list[tuple[int, int]] = []
    lab.hub.pull("ada/cats", progress=lambda done, total: shown.append((done, total)))
    assert works(lab, "hub:ada/cats")
    dones, totals = [done for done, _ in shown], {total for _, total in shown}
    assert dones == sorted(dones) and totals == {sum(map(len, files.values()))} == {dones[-1]}


@pytest.mark.parametrize("step", FETCHING[:2], ids=named)
@pytest.mark.parametrize(
    "body", [SITE.body, b"", b"{}", b"[]", b"5", b'{"id": "ada/cats", "sha": null}', b"[" * DEEP, b"\xff\xfe"],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_page_in_place_of_the_hub_is_said(step: Step, body: bytes, lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(OtherBody(body), step))
    with told("not a Hub|does not tell", "HF_ENDPOINT"):
        lab.hub.pull("ada/cats")
    assert leftovers(lab.places.data) == []


@pytest.mark.parametrize("step", [SMALL, ("GET", "config.json"), LARGE], ids=named)
def test_a_page_in_place_of_a_file_is_said(
    step: Step, lab: Lab, hub: StandIn, files: Files, pauses: list[float]
) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(SITE, step))
    with told("other bytes came", kind=Failure):
        lab.hub.pull("ada/cats")
    assert leftovers(lab.places.data) == []


def test_a_gated_repository_says_whom_to_ask(lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("bob/cats", files, gated=True)
    with told("bob/cats is gated", "Ask for access", kind=Refused):
        lab.hub.pull("bob/cats")


@pytest.mark.parametrize("name", ["ada/nothing", "bob/hidden", "ada/cats@v9", f"ada/cats@{'0' * 40}"])
def test_what_is_not_there_is_said(name: str, lab: Lab, hub: StandIn, files: Files, signed_in: str) -> None:
    hub.put("ada/cats", files)
    hub.put("bob/hidden", files, private=True)
    with told("no such branch" if "@" in name else "not on the Hub, or it is private", kind=Refused):
        lab.hub.pull(name)


# Publishing


# The Hub may say that one must not create what is there already, and an answer that is lost says nothing of the commit.
HARMLESS = [(CREATE, Status(401)), (CREATE, Status(403)), (UPLOAD, SITE)]
STOPS = [each for each in [*SAID, (SITE, "not a Hub")] if each[0] != Gated()]


@pytest.mark.parametrize(("what", "words"), STOPS, ids=named)
def test_what_stops_a_publishing_is_said_and_the_repository_is_as_it_was(
    what: object, words: str, lab: Lab, hub: StandIn, files: Files, pauses: list[float],
    signed_in: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if what == Silent():
        monkeypatch.setattr(connection, "_WITHOUT_A_BYTE", 0.5)
    hub.put("ada/cats", files)
    before = hub.files("ada/cats")
    for step in PUBLISHING:
        if (step, what) in HARMLESS or (step == COMMIT and not isinstance(what, Status)):
            continue
        hub.behave()
        hub.state.shelf.large_files.clear()  # so that every try uploads
        hub.misbehave(fault(what, step))
        pauses.clear()
        begun = time.monotonic()
        with told(words):
            lab.hub.push(lab.places.checkpoints / "network", "ada/cats")
        assert time.monotonic() - begun < SOON
        assert hub.files("ada/cats") == before and len(hub.commits("ada/cats")) == 2


def test_a_commit_whose_answer_was_lost_is_not_made_twice(lab: Lab, hub: StandIn, signed_in: str) -> None:
    hub.misbehave(fault(LostAnswer(), COMMIT, times=1))
    with told("cannot be reached", kind=Failure):
        lab.hub.push(lab.places.checkpoints / "counts", "ada/cats")
    again = lab.hub.push(lab.places.checkpoints / "counts", "ada/cats")
    assert [commit.sha for commit in hub.commits("ada/cats")][1:] == [again["commit"]]


@pytest.mark.parametrize("token", ["", " ", "hf_ x", "hf_x\n", "hf_é", "密码", "hf_\0", "hf_x\r\nX-Evil: 1"], ids=ascii)
def test_what_is_no_token_is_never_sent(token: str, lab: Lab, hub: StandIn, signed_in: str) -> None:
    with told("no token", kind=BadText) as caught:
        lab.hub.push(lab.places.checkpoints / "counts", "ada/cats", token=token)
    assert hub.requests == [] and (not token.strip() or token not in str(caught.value))


@pytest.mark.parametrize(
    ("token", "words"), [("hf_nobodys", "does not know this token"), (READER, "may not write"), (None, "token")]
)
def test_a_token_that_does_not_serve_is_said(token: str | None, words: str, lab: Lab, hub: StandIn) -> None:
    with told(words, kind=Refused):
        lab.hub.push(lab.places.checkpoints / "counts", "ada/cats", token=token)
    assert hub.commits("ada/cats") == []


def test_a_403_tells_reading_from_writing(lab: Lab, hub: StandIn, files: Files, signed_in: str) -> None:
    hub.put("ada/cats", files)
    hub.misbehave(fault(Status(403), DESCRIBE), fault(Status(403), CREATE))
    with told("may not be read", kind=Refused) as caught:
        lab.hub.pull("ada/cats")
    assert "write" not in str(caught.value)
    hub.behave()
    hub.misbehave(fault(Status(403), UPLOAD))
    hub.state.shelf.large_files.clear()
    with told("may not write there", kind=Refused):
        lab.hub.push(lab.places.checkpoints / "network", "ada/cats")


@pytest.mark.parametrize(
    ("step", "what"), [(COMMIT, LostAnswer()), (COMMIT, Status(500)), (DESCRIBE, Status(500))], ids=named
)
def test_after_a_publishing_without_an_answer_it_is_said_what_may_stand_there(
    step: Step, what: object, lab: Lab, hub: StandIn, signed_in: str, pauses: list[float]
) -> None:
    hub.misbehave(fault(what, step))
    with told("may stand there without the checkpoint, or with it", kind=Failure):
        lab.hub.push(lab.places.checkpoints / "counts", "ada/cats")


@pytest.mark.parametrize(("private", "gated"), [(True, False), (False, True)])
def test_visitors_are_not_told_to_sign_in(private: bool, gated: bool, lab: Lab, hub: StandIn, files: Files) -> None:
    hub.put("bob/cats", files, private=private, gated=gated)
    lab.hub.open_to_visitors(10_000_000, None)
    with told("(only public checkpoints|Only what is open to everybody) can be fetched here", kind=Refused) as caught:
        lab.open("hub:bob/cats")
    assert "hf auth login" not in caught.value.in_language("zh") + str(caught.value)


def test_what_the_client_gives_up_without_a_reason_is_said() -> None:
    with told("the transfer failed", kind=Failure), refusals.answered("ada/cats"):
        raise RuntimeError("Internal error in the client's other library")
    with pytest.raises(NotImplementedError), refusals.answered("ada/cats"):
        raise NotImplementedError  # our own mistake stays one


# The client


FRESH = """
import sys, threading
from pathlib import Path
from core.lab import Lab
from core.places import Places
lab = Lab(places=Places(Path("plugins"), Path(sys.argv[1]), (), Path(sys.argv[1])))
gate, problems = threading.Barrier(8), []
def ask():
    gate.wait()
    try:
        lab.hub.gallery()
    except Exception as error:
        problems.append(repr(error))
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
lab.hub.pull("ada/cats")
print(problems)
"""


def fresh(hub: StandIn, home: Path, *, xet: bool = False) -> str:
    """Return what a program prints whose first calls come from eight threads at once, and which then fetches."""
    environment = {**os.environ, **hub.environment(home / "hf", WRITER)}
    if xet:
        del environment["HF_HUB_DISABLE_XET"]
    ran = subprocess.run(
        [sys.executable, "-c", FRESH, str(home)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_many_first_calls_at_once_prepare_the_client_once(hub: StandIn, files: Files, tmp_path: Path) -> None:
    hub.put("ada/cats", files)
    assert fresh(hub, tmp_path) == "[]"


def test_large_files_come_the_plain_way_where_xet_is_offered(hub: StandIn, files: Files, tmp_path: Path) -> None:
    """Xet knows none of the limits here; the client takes it wherever `hf_xet` is there."""
    assert importlib.util.find_spec("hf_xet")
    hub.state.offers_xet = True
    hub.put("ada/cats", files)
    assert fresh(hub, tmp_path, xet=True) == "[]"
    assert not hub.asked(path="xet") and hub.troubles == []
    (fetched,) = hub.asked("GET", "lfs-blob")
    assert fetched.authorization is None


def test_another_endpoint_is_asked_where_one_is_named(
    lab: Lab, hub: StandIn, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn() as mirror:
        mirror.put("ada/cats", files)
        monkeypatch.setattr(constants, "ENDPOINT", mirror.endpoint)
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(hub.endpoint, mirror.endpoint)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        lab.hub.pull("ada/cats")
        lab.hub.gallery()
        assert mirror.asked("GET", "/api/models?") and mirror.troubles == []
    assert hub.requests == []


def test_offline_works_what_is_here_and_the_rest_is_said(
    lab: Lab, hub: StandIn, files: Files, signed_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put("ada/cats", files)
    lab.hub.pull("ada/cats")
    asked = len(hub.requests)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert works(lab, "hub:ada/cats")
    folder = lab.places.checkpoints / "counts"
    refusals: list[Callable[[], object]] = [
        lambda: lab.hub.pull("ada/cats"), lambda: lab.open("hub:ada/dogs"), lab.hub.gallery,
        lambda: lab.hub.push(folder, "ada/cats"),
    ]  # fmt: skip
    for refuse in refusals:
        with told("HF_HUB_OFFLINE is set", kind=Failure):
            refuse()
    assert len(hub.requests) == asked and works(lab, "hub:ada/cats")


def test_a_hub_that_is_not_there_is_said_at_once(
    lab: Lab, hub: StandIn, signed_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    folder = lab.places.checkpoints / "counts"
    for refuse in (lambda: lab.hub.pull("ada/cats"), lab.hub.gallery, lambda: lab.hub.push(folder, "ada/cats")):
        begun = time.monotonic()
        with told("cannot be reached", "HF_ENDPOINT", kind=Failure):
            refuse()
        assert time.monotonic() - begun < SOON


def test_the_token_goes_to_the_hub_alone_and_into_no_message_record_or_file(
    lab: Lab, hub: StandIn, files: Files, signed_in: str, pauses: list[float], caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    lab.hub.push(lab.places.checkpoints / "counts", "ada/cats", private=True)
    lab.hub.pull("ada/cats")
    for step, what in ((HEAD, Status(500)), (LARGE, Cut(10)), (DESCRIBE, SITE), (DESCRIBE, Status(401))):
        hub.behave()
        hub.misbehave(fault(what, step))
        with told() as caught:
            lab.hub.pull("ada/cats")
        problem: BaseException | None = caught.value
        while problem is not None:
            assert WRITER not in f"{problem!r} {problem}"
            problem = problem.__cause__
    assert {request.token for request in hub.requests if request.place == "hub"} == {WRITER}
    assert {request.authorization for request in hub.requests if request.place == "store"} == {None}
    assert caplog.records and WRITER not in caplog.text
    kept = [
        path for folder in (lab.places.data, lab.places.checkpoints) for path in folder.rglob("*") if path.is_file()
    ]
    assert kept and not any(WRITER.encode() in path.read_bytes() for path in kept)
