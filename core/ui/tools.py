"""The endpoints of the web API as tools for assistants and editors: a server of the Model Context Protocol.

Gradio brings such a server; this one is made of it. It answers in JSON instead of Python's notation, tells a client how
far a tool has come, and ends the work when the client says so or has left; Gradio's own would run on to its end.
Every call goes through the same queue and limits as any other call of the web API. https://modelcontextprotocol.io
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from gradio.mcp import GradioMCPServer
from mcp import types
from mcp.server import Server
from starlette.requests import Request

from core.errors import Failure, LabError, Refused, unknown_name
from core.language import both
from core.ui.misnamed import check_parameters
from core.ui.people import language_of
from core.ui.tool_sessions import Sessions

Json = dict[str, Any]

_INSTRUCTIONS = (
    "Classical language models, from n-grams to LSTMs, to write with, to measure and to compare. The tool `checkpoints` "
    "lists the trained models; the other tools take their names."
)
# The only tool that leaves something behind.
_LASTING = "train"
_EVENT, _DATA = "event: ", "data: "


class ToolServer(GradioMCPServer):
    """The tools of one page."""

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.sessions = Sessions(self.handle_streamable_http)
        self.handle_streamable_http = self.sessions
        logging.getLogger().addFilter(_quotes_nobody)
        logging.getLogger("mcp").setLevel(logging.ERROR)  # its warnings repeat names that a client has sent

    def create_mcp_server(self) -> Server[Any, Any]:
        """Return the server, with the two handlers that it needs for tools."""
        server: Server[Any, Any] = Server("Unroll", instructions=_INSTRUCTIONS)
        server.list_tools()(self._list)  # type: ignore[no-untyped-call]
        server.call_tool()(self._call)
        return server

    def get_input_schema(
        self, tool_name: str, parameters: dict[str, str] | None = None
    ) -> tuple[Json, list[list[str | int]]]:
        """Return Gradio's description of a tool's parameters, with every default, and with `anyOf`, which more clients read."""
        schema, files = super().get_input_schema(tool_name, parameters)
        for each in self.api_info["named_endpoints"][self.tool_to_endpoint[tool_name]]["parameters"]:
            described = schema["properties"][each["parameter_name"]]
            if "oneOf" in described:
                described["anyOf"] = described.pop("oneOf")
            if each["parameter_has_default"]:
                described["default"] = each["parameter_default"]
        return schema, files

    async def _list(self) -> list[types.Tool]:
        selected = self.get_selected_tools_from_request()
        return [self._tool(name) for name in self.tool_to_endpoint if selected is None or name in selected]

    def _tool(self, name: str) -> types.Tool:
        endpoint = self.tool_to_endpoint[name]
        function = self.get_block_fn_from_endpoint_name(endpoint)
        assert function is not None
        description, parameters = self.get_fn_description(function, name)
        only_reads = endpoint != f"/{_LASTING}"
        return types.Tool(
            name=name,
            description=description,
            inputSchema=self.get_input_schema(name, parameters)[0],
            annotations=types.ToolAnnotations(readOnlyHint=only_reads, destructiveHint=False, openWorldHint=True),
        )

    async def _call(self, name: str, arguments: Json) -> list[types.TextContent]:
        """Answer one call; what is raised here becomes the client's error message."""
        context = self.mcp_server.request_context
        request: Any = context.request
        token = context.meta.progressToken if context.meta else None
        last: Any = None
        try:
            if name not in self.tool_to_endpoint:
                raise unknown_name(both("tool", "工具"), name, self.tool_to_endpoint)
            endpoint = self.tool_to_endpoint[name].lstrip("/")
            check_parameters(endpoint, arguments)
            with self.sessions.stoppable(request.headers, context.request_id) as scope:
                told = 0
                async for last in self._answers(endpoint, arguments, request):
                    if token is not None:
                        told += 1
                        await context.session.send_progress_notification(
                            token, told, message=so_far(last), related_request_id=str(context.request_id)
                        )
            if scope.cancelled_caught:
                raise Refused("Stopped, as you asked.", "已按您的要求停止。")
        except LabError as error:
            raise RuntimeError(error.in_language(language_of(request))) from error
        return [types.TextContent(type="text", text=json.dumps(last, ensure_ascii=False))]

    async def _answers(self, endpoint: str, arguments: Json, request: Request) -> AsyncIterator[Any]:
        """Yield what the endpoint says; closing this closes the connection, and with it the work.

        Each call has a session of its own in Gradio's queue: there, to cancel means to cancel a session's calls together.
        """
        headers = {"accept-language": request.headers.get("accept-language", "")}
        async with httpx.AsyncClient(
            base_url=f"{self.local_url}gradio_api/call/", headers=headers, timeout=None, verify=False, trust_env=False
        ) as client:
            asked = await client.post(f"v2/{endpoint}", json=arguments)
            if "event_id" not in asked.json():
                raise _refusal(asked.json())
            event = ""
            async with client.stream("GET", f"{endpoint}/{asked.json()['event_id']}") as answer:
                async for line in answer.aiter_lines():
                    if line.startswith(_EVENT):
                        event = line.removeprefix(_EVENT)
                    elif line.startswith(_DATA) and event != "heartbeat":
                        data = json.loads(line.removeprefix(_DATA))
                        if event == "error":
                            raise _refusal(data)
                        yield data[0]
                        if event == "complete":
                            return
        raise _refusal(None)


def so_far(value: Any) -> str:
    """Return how far a tool has come: the text as it stands, or the last event of a training.

    >>> so_far({"text": "It was", "ids": [3, 5]})
    'It was'
    >>> so_far({"event": "step", "progress": 0.25})
    'step, 25 % done'
    """
    if not isinstance(value, Mapping):
        return "done"
    if "text" in value:
        return str(value["text"])
    if "event" in value:
        return (
            f"{value['event']}, {value['progress']:.0%} done".replace("%", " %")
            if "progress" in value
            else value["event"]
        )
    return "\n".join(
        f"{name}: {each.get('text', each.get('error'))}" for name, each in value.items() if isinstance(each, Mapping)
    )


def _refusal(said: Any) -> LabError:
    """Return the error that an endpoint has told, or one for an answer that never came."""
    sentence = said.get("error") or said.get("detail") if isinstance(said, Mapping) else None
    if sentence:
        return Refused(str(sentence))
    return Failure("The server ended before the answer was there. Ask again.", "服务器在给出回答之前已结束，请重试。")


def _quotes_nobody(record: logging.LogRecord) -> bool:
    """Keep out of the log what the library says of a malformed request: it repeats what the client has sent."""
    return not (record.module == "session" and "mcp" in record.pathname)
