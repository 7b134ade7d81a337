"""The page: its head, its tabs, its web API, and how it is served."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from core.lab import Lab
from core.ui.api import add_api
from core.ui.arriving import receive
from core.ui.components.page import Masthead
from core.ui.head_first import HeadFirst
from core.ui.limits import Limits
from core.ui.misnamed import HANDLERS
from core.ui.room import Room, Tab
from core.ui.serve import port_in_use
from core.ui.tabs.corpus import CorpusTab
from core.ui.tabs.gradients import GradientsTab
from core.ui.tabs.inside import InsideTab
from core.ui.tabs.learn import LearnTab
from core.ui.tabs.models import ModelsTab
from core.ui.tabs.read import ReadTab
from core.ui.tabs.train import TrainTab
from core.ui.tabs.write import WriteTab
from core.ui.theme import head, theme

# Seconds between two looks for files of visitors who have gone, and their age.
_TIDY_EVERY, _TIDY_OLDER_THAN = 3600, 3600


def build(lab: Lab, limits: Limits) -> tuple[gr.Blocks, Room]:
    """Return the page over a Lab, and what its tabs share."""
    room = Room.of(lab, limits)
    with gr.Blocks(title="Unroll", analytics_enabled=False, delete_cache=(_TIDY_EVERY, _TIDY_OLDER_THAN)) as page:
        Masthead(elem_id="masthead")
        with gr.Tabs(overflow_behavior="wrap") as tabs:
            write = WriteTab(room)
            listed: list[Tab] = [
                write, LearnTab(room), ReadTab(room), CorpusTab(room), InsideTab(room, write), TrainTab(room),
                GradientsTab(room), ModelsTab(room),
            ]  # fmt: skip
        receive(page, tabs, listed, lab)
        add_api(room)
    page.queue(max_size=limits.waiting)
    return page, room


def launch(page: gr.Blocks, room: Room, port: int | None) -> str:
    """Serve the page and return its address.

    Args:
        page, room: as `build` made them.
        port: to keep to; None takes the first free one from 7860.

    Raises:
        Failure: the port is in use.
    """
    app_kwargs: dict[str, Any] = {
        "middleware": [Middleware(HeadFirst, markup=head())], "exception_handlers": HANDLERS, **_tools(page),
    }  # fmt: skip
    try:
        _, address, _ = page.launch(
            server_port=port, theme=theme(), i18n=room.tell, footer_links=["api"], show_error=False,
            ssr_mode=False, share=False, max_file_size=room.limits.upload_bytes, enable_monitoring=False, run_history=False,
            pwa=False, mcp_server=False, quiet=True, app_kwargs=app_kwargs, inbrowser=False, prevent_thread_lock=True,
        )  # fmt: skip
    except OSError as error:
        raise port_in_use(port) from error
    # Only now, or Gradio would print lines of its own about it; the list of the API's uses asks for this.
    page.mcp_server = page.mcp_server_obj is not None
    page.config = page.get_config_file()
    room.showcase.begin()
    return str(address)


def _tools(page: gr.Blocks) -> dict[str, Any]:
    """Give the page its server of tools, and return what the web server needs for it.

    Without the package `mcp`, or under Gradio's own ``GRADIO_MCP_SERVER=false``, the page goes without.
    """
    if importlib.util.find_spec("mcp") is None or os.environ.get("GRADIO_MCP_SERVER", "true").lower() != "true":
        return {}
    from core.ui.tools import ToolServer

    server = ToolServer(page)
    page.mcp_server_obj = server
    return {"lifespan": server.lifespan}
