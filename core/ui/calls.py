"""A result of the page as a call of the web API: in Python and for curl, with the same result.

Both are cut in two where the address of the server stands, which only the browser knows.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.ui.api import Api

Cut = tuple[str, str]


@dataclass(frozen=True)
class Call:
    """One request to the web API.

    Attributes:
        endpoint: such as "score".
        arguments: what differs from the endpoint's defaults, by name.
    """

    endpoint: str
    arguments: Mapping[str, Any]

    def python(self) -> Cut:
        """Return the program before and after the server's address."""
        given = ["".join(f"\n    {name}={value!r}," for name, value in self._ordered().items())]
        after = f'")\nresult = client.predict({"".join(given)}\n    api_name="/{self.endpoint}",\n)\nprint(result)\n'
        return 'from gradio_client import Client\n\nclient = Client("', after

    def curl(self) -> Cut:
        """Return the shell commands before and after the server's address; the last event holds the whole result."""
        data = json.dumps({"data": list(self._all().values())}, ensure_ascii=False).replace("'", "'\\''")
        after = (
            f'/gradio_api/call/{self.endpoint}"\n'
            f"EVENT=$(curl -s \"$URL\" -H 'Content-Type: application/json' -d '{data}' | cut -d'\"' -f4)\n"
            'curl -sN "$URL/$EVENT"\n'
        )
        return 'URL="', after

    def _ordered(self) -> dict[str, Any]:
        """Return the arguments that are given, in the endpoint's order."""
        return {name: self.arguments[name] for name in _parameters(self.endpoint) if name in self.arguments}

    def _all(self) -> dict[str, Any]:
        """Return every argument of the endpoint: over HTTP they go by their places."""
        defaults = _parameters(self.endpoint)
        return {name: self.arguments.get(name, default) for name, default in defaults.items()}


def _parameters(endpoint: str) -> dict[str, Any]:
    """Return the parameters of an endpoint with their defaults."""
    function: Callable[..., Any] = getattr(Api, endpoint)
    return {
        name: None if each.default is inspect.Parameter.empty else each.default
        for name, each in inspect.signature(function).parameters.items()
        if name not in ("self", "request")
    }
