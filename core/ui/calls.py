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
        data = json.dumps(self._ordered(), ensure_ascii=False).replace("'", "'\\''")
        after = (
            '/gradio_api/call"\n'
            f"EVENT=$(curl -s \"$URL/v2/{self.endpoint}\" -H 'Content-Type: application/json' -d '{data}' | cut -d'\"' -f4)\n"
            f'curl -sN "$URL/{self.endpoint}/$EVENT"\n'
        )
        return 'URL="', after

    def _ordered(self) -> dict[str, Any]:
        """Return the arguments that are given, in the endpoint's order."""
        return {name: self.arguments[name] for name in parameters(self.endpoint) if name in self.arguments}


def endpoints() -> list[str]:
    """Return the names of all endpoints."""
    return sorted(name for name, each in vars(Api).items() if inspect.isfunction(each) and not name.startswith("_"))


def parameters(endpoint: str) -> list[str]:
    """Return the parameters of an endpoint, in order."""
    function: Callable[..., Any] = getattr(Api, endpoint)
    return [name for name in inspect.signature(function).parameters if name not in ("self", "request")]
