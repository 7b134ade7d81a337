"""A visitor arrives, or follows a link: every tab fills itself in, and the tab of the link comes to the front.

The state of a link stands behind ``#``, so that it never reaches a server's log; `visit.js` reads it in the browser and
hands it over with the visitor's key.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from core.lab import Lab
from core.sharing.hub.names import HubName
from core.ui.people import language_of
from core.ui.room import Json, Tab
from core.ui.words import say

# What `visit.js` knows: the opened link and the key; for a tab its link, else what was typed there before a reload.
_OPENED = "() => [window.unroll.opened(), window.unroll.key()]"
_BROUGHT = "() => [window.unroll.brought({0!r}), window.unroll.key()]"
_KEY = "() => [window.unroll.key()]"


def receive(page: gr.Blocks, tabs: gr.Tabs, listed: Sequence[Tab], lab: Lab) -> None:
    """Wire the arrival of visitors; call it inside the page."""
    link, key = gr.JSON(visible=False), gr.Textbox(visible=False)
    opener = gr.Button(visible="hidden", elem_id="open-link")
    brought: dict[str, Any] = {
        "inputs": [link, key],
        "js": _OPENED,
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    for tab in listed:
        page.load(_coming(tab, lab), outputs=tab.arrivals, queue=False, **{**brought, "js": _BROUGHT.format(tab.id)})
        opener.click(_following(tab, lab), outputs=tab.arrivals, queue=False, **brought)
        if tab.renewed:
            tab.tab.select(
                _renewing(tab), inputs=[key], outputs=tab.renewed, js=_KEY, queue=False, show_progress="hidden",
                api_visibility="private",
            )  # fmt: skip
    gr.on([page.load, opener.click], _to_the_front({tab.id for tab in listed}), outputs=[tabs], queue=False, **brought)
    gr.on([page.load, opener.click], _missing(lab), outputs=None, **brought)


def _coming(tab: Tab, lab: Lab) -> Callable[..., Any]:
    def come(link: Json | None, key: str, request: gr.Request) -> Any:
        _choose(lab, key or "", _state_of(link, tab))
        with lab.hub.without_fetching():  # the visitor has only opened the page
            return _values(tab.arrive(_state_of(link, tab), key or "", request))

    return come


def _following(tab: Tab, lab: Lab) -> Callable[..., Any]:
    def follow(link: Json | None, key: str, request: gr.Request) -> Any:
        if not link or link.get("tab") != tab.id:
            return _values([gr.skip()] * len(tab.arrivals))
        _choose(lab, key or "", _state_of(link, tab))
        return _values(tab.arrive(_state_of(link, tab), key or "", request))

    return follow


def _renewing(tab: Tab) -> Callable[..., Any]:
    def renew(key: str, request: gr.Request) -> Any:
        return _values(tab.renew(key or "", request))

    return renew


def _values(values: list[Any]) -> Any:
    """Return values as Gradio wants them: a single one stands alone."""
    return values[0] if len(values) == 1 else values or None


def _state_of(link: Json | None, tab: Tab) -> Json:
    """Return what a link says of a tab; nothing of a link is trusted to have its form."""
    state = link.get("state") if isinstance(link, dict) and link.get("tab") == tab.id else None
    return state if isinstance(state, dict) else {}


def _to_the_front(known: set[str]) -> Callable[..., Any]:
    def show(link: Json | None, key: str) -> Any:
        named = link.get("tab") if isinstance(link, dict) else None
        return gr.Tabs(selected=named) if named in known else gr.skip()

    return show


def _named_on_the_hub(state: Json) -> list[str]:
    """Return the checkpoints on the Hub that a link names."""
    names = state.get("checkpoints")
    listed = names if isinstance(names, list) else []
    return [name for name in listed if isinstance(name, str) and HubName.parse(name) is not None]


def _choose(lab: Lab, key: str, state: Json) -> None:
    """List the checkpoints on the Hub that a link names for the visitor, where they have been fetched."""
    for name in _named_on_the_hub(state):
        if lab.hub.row(name) is not None:
            lab.own.choose(key, name)


def _missing(lab: Lab) -> Callable[..., None]:
    def tell(link: Json | None, key: str, request: gr.Request) -> None:
        """Name what the link could not carry, and what must be fetched first."""
        language = language_of(request)
        if not isinstance(link, dict):
            return
        if link.get("damaged"):
            gr.Warning(say("link.damaged", language), duration=None)
            return
        state = link.get("state")
        state = state if isinstance(state, dict) else {}
        missing = state.get("missing")
        for each in missing if isinstance(missing, list) else ():
            if each in ("text", "model"):
                gr.Warning(html.escape(say(f"link.missing_{each}", language)), duration=None)
        for name in _named_on_the_hub(state):
            if lab.hub.row(name) is None:
                gr.Warning(html.escape(say("link.on_the_hub", language).format(name=name)), duration=None)

    return tell
