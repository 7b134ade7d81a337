"""Under a result: the link that reopens it, and the same result in Python and with curl."""

from __future__ import annotations

from core.ui.calls import Call
from core.ui.components.picture import Json, Picture

# The longest text that a link carries (characters).
MOST_TEXT = 2000
# Begins the name of a visitor's own model, which no link may carry.
OWN = "own:"


class Share(Picture):
    """A link, a Python program and curl commands for one result."""

    folder = "share"


def share_value(tab: str, state: Json, call: Call | None) -> Json:
    """Return the data of one result.

    Args:
        tab: the tab that the link opens.
        state: what reopens it: plain values by name. Texts that are too long and a visitor's own models are left out,
            and the link says so.
        call: the same result from the web API, where there is one.
    """
    kept, missing = {}, []
    for name, value in state.items():
        if isinstance(value, str) and len(value) > MOST_TEXT:
            missing.append("text")
        elif _own(value):
            missing.append("model")
        else:
            kept[name] = value
    if missing:
        kept["missing"] = sorted(set(missing))
    code = {"python": list(call.python()), "curl": list(call.curl())} if call else {}
    return {"tab": tab, "state": kept, **code}


def _own(value: object) -> bool:
    """Whether a value is, or holds, the name of a visitor's own model."""
    if isinstance(value, list):
        return any(map(_own, value))
    return isinstance(value, str) and value.startswith(OWN)
