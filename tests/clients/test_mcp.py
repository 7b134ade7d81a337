"""The tools over MCP: all and only the public endpoints, described; the command line's numbers; what is stopped ends."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from core.ui.api import Api
from tests.clients.conftest import SlowLab, check_answers
from tests.clients.page_code import PROJECT, blocks, looked_at, program
from tests.ui.test_web_api import ENDPOINTS

mcp = pytest.importorskip("mcp", reason="mcp is not installed")
LONG_TEXT = {"checkpoint": "shakespeare-ngram", "prefix": "ROMEO:", "tokens": 2000}
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def url_of(address: str) -> str:
    """Return the address that the page gives to Cursor."""
    return str(json.loads(blocks("MCP", "json", address)[0])["mcpServers"]["unroll"]["url"])


def in_session(url: str, act: Callable[[Any], Awaitable[Any]], **headers: str) -> Any:
    """Let a client of the protocol do something, and return what it found."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(url, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await act(session)

    return asyncio.run(run())


def test_the_code_shown_gives_the_numbers_of_the_command_line(
    address: str, expected: Mapping[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(program("MCP", "python", address), names)
    found = names["found"]
    check_answers(found, expected)
    assert set(found["tools"]) == ENDPOINTS
    assert found["trained"]["event"] == "finished"
    # The text as it stands, the last event of the training.
    assert found["written"]["text"] in found["arrived"]
    assert {"started", "finished"} <= set(found["arrived"])
    assert found["written"]["text"] in capsys.readouterr().out


@pytest.mark.parametrize("place", range(3))
def test_every_configuration_shown_names_the_address_that_answers(address: str, place: int) -> None:
    shown = blocks("MCP", "json", address)[place]
    json.loads(shown)
    assert url_of(address) in shown


def test_every_tool_says_what_it_does_and_what_it_takes(address: str) -> None:
    tools = in_session(url_of(address), lambda session: session.list_tools()).tools
    assert {tool.name for tool in tools} == ENDPOINTS
    for tool in tools:
        function = getattr(Api, tool.name)
        assert tool.description.startswith((inspect.getdoc(function) or "").splitlines()[0].rstrip("."))
        assert "Returns: " in tool.description
        taken = {
            name: each
            for name, each in inspect.signature(function).parameters.items()
            if name not in ("self", "request")
        }
        assert set(tool.inputSchema["properties"]) == set(taken)
        needed = [name for name, each in taken.items() if each.default is inspect.Parameter.empty]
        assert tool.inputSchema.get("required", []) == needed
        for name, each in taken.items():
            described = tool.inputSchema["properties"][name]
            assert described["description"], (tool.name, name)
            assert "type" in described or "anyOf" in described
            if name not in needed:
                assert described["default"] == each.default, (tool.name, name)
        assert tool.annotations.readOnlyHint == (tool.name != "train")


def test_only_the_tools_that_the_address_names_are_offered(address: str) -> None:
    tools = in_session(url_of(address) + "?tools=checkpoints,generate", lambda session: session.list_tools()).tools
    assert {tool.name for tool in tools} == {"checkpoints", "generate"}


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("generate", {"checkpoint": "shakespear-gru"}, "No checkpoint named 'shakespear-gru'. Did you mean"),
        ("generate", {"checkpoint": "shakespeare-ngram", "prefix": "a", "tokens": 2001}, "2,001 tokens are too many; here at most 2,000"),
        ("score", {"checkpoint": "shakespeare-ngram", "text": "a" * 20_001}, "20,001 characters; here at most 20,000"),
        ("score", {"checkpoint": "../secret", "text": "a"}, "choose one of those that are listed"),
        ("score", {"checkpoint": "shakespeare-ngram"}, "either a text or token ids"),
        ("next_tokens", {"prefix": "a"}, "'checkpoint' is a required property"),
        ("next_tokens", {"checkpoint": "shakespeare-ngram", "tpo": 3}, "No parameter named 'tpo'. Did you mean 'top'?"),
        ("next_token", {}, "No tool named 'next_token'. Did you mean 'next_tokens'?"),
        ("train", {"model": "ngram", "key": "short", "name": "mine", "text": "a"}, "48 hexadecimal digits"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_one_sentence(
    address: str, tool: str, arguments: Mapping[str, Any], sentence: str
) -> None:
    async def arrive(*said: Any) -> None: ...

    for more in ({}, {"progress_callback": arrive}):
        answer = in_session(url_of(address), lambda session, more=more: session.call_tool(tool, arguments, **more))
        assert answer.isError
        (content,) = answer.content
        assert sentence in content.text and "Traceback" not in content.text and "\n" not in content.text


def test_the_sentence_is_in_the_clients_language(address: str) -> None:
    headers = {"accept-language": "zh-CN,zh;q=0.9"}
    for arguments, sentence in (
        ({"checkpoint": "shakespeare-ngram"}, "开头为空"),
        ({"prefx": ""}, "没有名为“prefx”的参数"),
    ):
        given = {"checkpoint": "shakespeare-ngram", **arguments}
        answer = in_session(
            url_of(address), lambda session, given=given: session.call_tool("generate", given), **headers
        )
        assert sentence in answer.content[0].text


@pytest.mark.parametrize("said", [True, False], ids=["the client says so", "the client leaves"])
def test_a_text_comes_while_it_is_written_and_ends_when(
    address: str, lab: SlowLab, stopped: Callable[[], None], said: bool
) -> None:
    from mcp.types import CancelledNotification, CancelledNotificationParams, ClientNotification

    arrived: list[tuple[int | str, str]] = []

    async def act(session: Any) -> None:
        begun = asyncio.Event()

        async def arrive(progress: float, total: float | None, message: str | None) -> None:
            arrived.append((0, message or ""))
            if len(arrived) == 3:
                begun.set()

        call = asyncio.create_task(session.call_tool("generate", LONG_TEXT, progress_callback=arrive))
        await asyncio.wait_for(begun.wait(), 30)
        if not said:
            call.cancel()
            return
        number = session._request_id - 1  # the session counts its requests
        params = CancelledNotificationParams(requestId=number)
        await session.send_notification(ClientNotification(CancelledNotification(params=params)))  # type: ignore[call-arg]
        answer = await asyncio.wait_for(call, 10)
        assert answer.isError and answer.content[0].text == "Stopped, as you asked."
        stopped()  # while the client is still there

    in_session(url_of(address), act)
    texts = [text for _, text in arrived]
    assert texts[2].startswith(texts[1]) and len(texts[2]) > len(texts[1])
    stopped()


def test_nobody_stops_the_call_of_another(address: str, lab: SlowLab, stopped: Callable[[], None]) -> None:
    from mcp.types import CancelledNotification, CancelledNotificationParams, ClientNotification

    async def act(session: Any) -> None:
        call = asyncio.create_task(session.call_tool("generate", LONG_TEXT))
        while not lab.writing:
            await asyncio.sleep(0.02)
        params = CancelledNotificationParams(requestId=session._request_id - 1)
        notification = ClientNotification(CancelledNotification(params=params))  # type: ignore[call-arg]
        await asyncio.to_thread(in_session, url_of(address), lambda other: other.send_notification(notification))
        await asyncio.sleep(0.5)
        assert lab.writing == 1
        call.cancel()

    in_session(url_of(address), act)
    stopped()


def test_the_server_may_be_started_anew_under_its_clients(address: str) -> None:
    """A client that comes with the session of an earlier server is answered, without another greeting."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "tokenize", "arguments": {
        "checkpoint_or_level": "char", "text": "ab"}}}  # fmt: skip
    answer = httpx.post(url_of(address), json=asked, headers={**HEADERS, "mcp-session-id": "of-an-earlier-server"})
    data = [line for line in answer.text.splitlines() if line.startswith("data: ")][-1]
    assert json.loads(json.loads(data.removeprefix("data: "))["result"]["content"][0]["text"])["tokens"] == ["a", "b"]


@pytest.mark.parametrize(
    "params",
    [
        {"name": "score", "arguments": "a secret text"},
        {"arguments": {"text": "a secret text"}},
        {"name": "a secret text", "arguments": {}},
        {"name": "score", "arguments": {"checkpoint": "shakespeare-ngram", "text": ["a secret text"]}},
    ],
)
def test_what_a_client_sends_is_not_logged(
    address: str, params: Mapping[str, Any], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    with caplog.at_level(logging.WARNING):
        answer = httpx.post(url_of(address), json=asked, headers=HEADERS)
    assert '"error"' in answer.text or '"isError":true' in answer.text
    assert "secret" not in caplog.text + "".join(capfd.readouterr())


def test_gradios_own_variable_switches_the_tools_off(lab: SlowLab, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.ui.limits import Limits
    from core.ui.page import build, launch

    monkeypatch.setenv("GRADIO_MCP_SERVER", "false")
    page, room = build(lab, Limits())
    assert looked_at(launch(page, room, None), page) == [False, 404, 200]
    page.close(verbose=False)


def test_the_page_starts_without_the_package(lab: SlowLab) -> None:
    code = """
import sys
sys.modules["mcp"] = None
from core.lab import Lab
from core.ui.limits import Limits
from core.ui.page import build, launch
page, room = build(Lab(), Limits())
address = launch(page, room, None)
from tests.clients.page_code import looked_at
print(looked_at(address, page))
page.close(verbose=False)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert ran.stdout == "[False, 404, 200]\n", ran.stderr
