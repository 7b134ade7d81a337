"""`gradio_client`: the page's code gives the command line's numbers; a stopped text ends on the server."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from gradio_client import Client

from tests.clients.conftest import SOON, check_answers, timeless
from tests.clients.page_code import PROJECT, blocks, program

STORY = "the cat sat on the mat. " * 60


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def test_the_code_shown_gives_the_numbers_of_the_command_line(
    address: str, expected: Mapping[str, Any], capsys: pytest.CaptureFixture[str], stopped: Callable[[], None]
) -> None:
    names: dict[str, Any] = {}
    exec(program("Python", "python", address), names)
    check_answers(names, expected)
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line in expected["events"]] == expected["events"]
    assert "120 tokens so far" in printed
    assert names["beginning"]["finish_reason"] is None
    stopped()


def test_the_code_without_a_server_gives_the_numbers_of_the_command_line(
    expected: Mapping[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(blocks("Without a server", "python")[0], names)
    assert timeless(names["written"]) == timeless(expected["written"])
    assert names["score"] == expected["score"]
    assert names["candidates"] == expected["candidates"]
    assert len(capsys.readouterr().out) > 20


def test_a_text_comes_while_it_is_written_and_ends_with_the_call(client: Client, stopped: Callable[[], None]) -> None:
    job = client.submit("shakespeare-ngram", "ROMEO:", tokens=2000, api_name="/generate")
    first, second = next(job), next(job)
    assert 0 < len(first["ids"]) < len(second["ids"]) < 1000
    assert second["text"].startswith(first["text"])
    job.cancel()
    stopped()
    assert job.outputs()[:2] == [first, second]


def test_one_clients_stop_leaves_the_text_of_another_alone(
    address: str, client: Client, stopped: Callable[[], None], lab: Any
) -> None:
    other = Client(address, verbose=False)
    jobs = [each.submit("shakespeare-ngram", "ROMEO:", tokens=2000, api_name="/generate") for each in (client, other)]
    for job in jobs:
        next(job)
    jobs[0].cancel()
    time.sleep(0.5)
    assert lab.writing == 1
    later = next(jobs[1])
    assert later["ids"]
    jobs[1].cancel()
    stopped()


def refusal(client: Client, key: str) -> str | None:
    """Train another model under a key; return why not, or None."""
    job = client.submit("ngram", key, "second", text=STORY, api_name="/train")
    error = job.exception(timeout=30)
    return None if error is None else str(error)


def test_a_training_is_stopped_and_its_model_is_kept(client: Client) -> None:
    key = secrets.token_hex(24)
    values = {"hidden_size": 8, "num_steps": 8, "batch_size": 4, "epochs": 10_000}
    job = client.submit("rnn", key, "mine", text=STORY, values=values, api_name="/train")
    events = []
    for event in job:
        events.append(event["event"])
        if event["event"] == "step":
            break
    job.cancel()
    # The place of a visitor's training is free as soon as it has ended.
    until = time.monotonic() + SOON
    while (refused := refusal(client, key)) and time.monotonic() < until:
        assert "You train a model here already" in refused
        time.sleep(0.1)
    assert refused is None
    assert events[0] == "started" and "finished" not in events
    assert client.predict(f"own:{key}:mine", text="the cat", api_name="/score")["scored"] == 6


def test_a_model_is_its_owners_alone(client: Client) -> None:
    key, other = secrets.token_hex(24), secrets.token_hex(24)
    client.predict("ngram", key, "mine", text=STORY, values={"order": 2}, api_name="/train")
    assert client.predict(f"own:{key}:mine", text="the cat", api_name="/score")["perplexity"] > 1
    for endpoint, arguments in (("/score", {"text": "the cat"}), ("/generate", {"prefix": "the "})):
        with pytest.raises(Exception, match="You have no model named 'mine' here"):
            client.predict(f"own:{other}:mine", api_name=endpoint, **arguments)
    assert key not in str(client.predict(api_name="/checkpoints"))


def test_the_description_of_the_api_names_every_parameter(client: Client) -> None:
    described: Any = client.view_api(return_format="dict", print_info=False)
    table = (PROJECT / "docs" / "clients.md").read_text(encoding="utf-8")
    for endpoint, about in described["named_endpoints"].items():
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{endpoint}` |")]
        if endpoint == "/generate_many":
            continue  # "and the rest as above"
        for parameter in about["parameters"]:
            assert parameter["parameter_name"] in row, (endpoint, parameter["parameter_name"])
