"""How a run that takes long is stopped on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.components import Component


def stoppable(running: Any, stop: Callable[..., Any], finish: Callable[..., Any], picture: Component) -> None:
    """Let an event of the page stop a run.

    Args:
        running: the run, as Gradio returns it where it is wired.
        stop: the event's wiring, such as ``button.click``.
        finish: from the picture's data, what stands after the end; it leaves alone what has ended by itself. Called
            at every end of the run too, for a message on its way may have overtaken the stop.
        picture: what the run draws.
    """
    ending: dict[str, Any] = {
        "inputs": [picture], "outputs": [picture], "queue": False, "show_progress": "hidden", "api_visibility": "private",
    }  # fmt: skip
    running.then(finish, **ending)
    stop(finish, cancels=[running], **ending)
