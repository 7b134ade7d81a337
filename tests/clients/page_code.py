"""The code that `docs/clients.md` shows, as programs: by heading and kind, with the address of a server that runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).resolve().parents[2]
SHOWN = "http://127.0.0.1:7860"
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(heading: str, kind: str, address: str = SHOWN) -> list[str]:
    """Return the blocks of one kind below a heading, in order."""
    page = (PROJECT / "docs" / "clients.md").read_text(encoding="utf-8")
    section = dict(SECTION.findall(page))[heading]
    found = [code for language, code in FENCE.findall(section) if language == kind]
    assert found, f"no {kind} below {heading!r}"
    return [code.replace(SHOWN, address.rstrip("/")) for code in found]


def program(heading: str, kind: str, address: str) -> str:
    """Return the blocks of one kind below a heading as the one program that they are."""
    return "\n".join(blocks(heading, kind, address))


def looked_at(address: str, page: Any) -> list[Any]:
    """Return whether a page offers tools, and the status of their address and of the page itself."""
    return [
        page.mcp_server,
        httpx.post(f"{address}gradio_api/mcp/", json={}).status_code,
        httpx.get(address).status_code,
    ]
