"""The web API: the names and the results of the Lab, its limits, and errors that a person can read."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from gradio_client import Client

from core.lab import Lab
from core.ui.api import Api
from core.ui.limits import Limits

ENDPOINTS = {
    "models",
    "checkpoints",
    "tokenize",
    "generate",
    "generate_many",
    "score",
    "compare",
    "next_tokens",
    "corpus_statistics",
    "train",
}


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def call(client: Client, name: str, *arguments: Any, **named: Any) -> Any:
    return client.predict(*arguments, api_name=f"/{name}", **named)


def test_the_endpoints_are_these_and_no_event_of_the_page_is_among_them(client: Client) -> None:
    described: Any = client.view_api(return_format="dict", print_info=False)
    assert set(described["named_endpoints"]) == {f"/{name}" for name in ENDPOINTS}
    assert not described["unnamed_endpoints"]


@pytest.mark.parametrize("name", sorted(ENDPOINTS))
def test_every_endpoint_describes_all_its_arguments(name: str) -> None:
    function = getattr(Api, name)
    text = inspect.getdoc(function) or ""
    assert "Returns:" in text
    for parameter in set(inspect.signature(function).parameters) - {"self", "request"}:
        assert f"\n    {parameter}: " in text, parameter


def test_lists_are_those_of_the_lab(client: Client, lab: Lab) -> None:
    assert call(client, "models") == lab.models()
    assert call(client, "checkpoints") == lab.checkpoints()


def test_the_same_request_gives_what_the_lab_gives(client: Client, lab: Lab) -> None:
    assert call(client, "tokenize", "cats", "The cät") == lab.tokenize("cats", "The cät")
    assert call(client, "tokenize", "word", "a b") == lab.tokenize("word", "a b")
    assert call(client, "score", "cats", text="The cat ran.") == lab.score("cats", text="The cat ran.")
    assert call(client, "score", "cats", ids=[1, 2, 3], window=2) == lab.score("cats", ids=[1, 2, 3], window=2)
    assert call(client, "corpus_statistics", "a b a", "word", 2) == lab.corpus_statistics("a b a", "word", 2)
    assert call(client, "compare", ["cats", "cats-words"], "The cat ran.") == lab.compare(
        ["cats", "cats-words"], "The cat ran."
    )
    assert call(client, "next_tokens", "cats", "The c", 3) == lab.next_tokens("cats", "The c", 3)


def test_a_text_written_over_the_web_is_the_one_that_the_lab_writes(client: Client, lab: Lab) -> None:
    values = {"tokens": 60, "temperature": 0.8, "top_k": 5, "seed": 7}
    over_the_web = call(client, "generate", "cats", prefix="The ", stop=["\n"], **values)
    here = lab.generate_whole("cats", "The ", values, ["\n"])
    assert {**over_the_web, "tokens_per_second": 0} == {**here, "tokens_per_second": 0}


def test_several_models_write_what_each_writes_alone(client: Client, lab: Lab) -> None:
    values = {"tokens": 40, "seed": 3}
    together = call(client, "generate_many", ["cats", "garden", "cats-words"], prefix="The cat", **values)
    for name in ("cats", "cats-words"):
        alone = lab.generate_whole(name, "The cat", values)
        assert {**together[name], "tokens_per_second": 0} == {**alone, "tokens_per_second": 0}
    assert "knows nothing of the prefix" in together["garden"]["error"]


def test_a_text_arrives_while_it_is_written(client: Client) -> None:
    job = client.submit("slow", prefix="The ", tokens=30, api_name="/generate")
    messages = list(job)
    assert len(messages) > 2
    assert [message["finish_reason"] for message in messages[:-1]] == [None] * (len(messages) - 1)
    assert messages[-1]["finish_reason"] == "length" and len(messages[-1]["ids"]) == 30
    for earlier, later in zip(messages[:-1], messages[1:], strict=True):
        assert later["text"].startswith(earlier["text"])


def test_a_model_of_ones_own_is_trained_over_the_web_and_used_by_its_key(client: Client, lab: Lab) -> None:
    key = "5a" * 24
    text = "the cat sat on the mat. " * 60
    events = list(client.submit("ngram", key, "mine", text=text, values={"order": 2}, api_name="/train"))
    assert [events[0]["event"], events[-1]["event"]] == ["started", "finished"]
    (saved,) = [event for event in events if event["event"] == "saved"]
    assert saved["checkpoint"] == f"own:{key}:mine"
    assert call(client, "score", saved["checkpoint"], text="the mat") == lab.score(saved["checkpoint"], text="the mat")
    assert all(row["name"] != saved["checkpoint"] for row in call(client, "checkpoints"))


def test_training_can_be_switched_off(lab: Lab) -> None:
    api = Api(lab, Limits(training_minutes=0))
    with pytest.raises(Exception, match="Training is switched off here"):
        next(api.train("ngram", "5a" * 24, "mine", None, text="the cat"))  # type: ignore[arg-type]


def test_a_seed_beyond_a_browsers_numbers_is_exact(client: Client, lab: Lab) -> None:
    values = {"tokens": 40, "seed": 2**53 + 1}
    assert (
        call(client, "generate", "cats", prefix="The ", **values)["ids"]
        == lab.generate_whole("cats", "The ", values)["ids"]
    )


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("generate", ("catz", "The "), "Did you mean 'cats'"),
        ("generate", ("../checkpoints/cats", "The "), "choose one of those that are listed"),
        ("generate", ("cats", ""), "prefix is empty"),
        ("generate", ("cats", "The ", 501), "501 tokens are too many; here at most 500"),
        ("generate", ("cats", "The ", 10, 11.0), "'temperature' cannot be"),
        ("generate_many", (list("abcde"), "The "), "one to 4 models"),
        ("generate_many", (["cats"], "The ", 501), "501 tokens are too many"),
        ("tokenize", ("cats", "a" * 3001), "3,001 characters; here at most 3,000"),
        ("tokenize", (None, "a"), "No checkpoint is chosen"),
        ("score", ("cats",), "either a text or token ids"),
        ("score", ("cats", None, [99]), "There is no token 99"),
        ("score", ("cats", "The cat.", None, 4, True), "exclude each other"),
        ("compare", ([], "a"), "one to 6 models"),
        ("compare", ("cats", "a"), "list of names"),
        ("compare", (["../cats"], "a"), "choose one of those that are listed"),
        ("next_tokens", ("cats", "The ", 0), "'top' cannot be"),
        ("next_tokens", ("cats", 3, 5), "Give a text"),
        ("train", ("ngram", "short", "mine"), "48 hexadecimal digits"),
        ("train", ("ngram", "5a" * 24, "../mine"), "model's name takes"),
        ("train", ("ngram", "5a" * 24, "mine"), "no text to learn from"),
        ("train", ("ngrm", "5a" * 24, "mine", "", "the cat sat"), "Did you mean 'ngram'"),
        ("score", ("own:" + "5b" * 24 + ":mine", "The"), "You have no model named 'mine'"),
        ("corpus_statistics", ("The cat.", "bpe"), "'char' or 'word'"),
        ("corpus_statistics", ("",), "nothing to count"),
        ("next_tokens", ("damaged", "The "), "damaged"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_a_sentence(
    client: Client, name: str, arguments: tuple[Any, ...], sentence: str
) -> None:
    with pytest.raises(Exception, match=sentence):
        call(client, name, *arguments)


def test_the_sentence_is_in_the_callers_language(address: str) -> None:
    chinese = Client(address, verbose=False, headers={"accept-language": "zh-CN,zh;q=0.9"})
    with pytest.raises(Exception, match="开头为空"):
        call(chinese, "generate", "cats", "")
