"""Serving the page: what the environment asks for is checked before Gradio is imported.

Gradio reads its own variables as it is imported, and would stop at a wrong port without a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import BadSetting, Failure
from core.lab import Lab
from core.ui.limits import Limits


def serve(lab: Lab, environment: Mapping[str, str]) -> None:
    """Serve the page over a Lab until Ctrl-C, and print its address.

    Raises:
        LabError: a variable that cannot be used, or a port in use.
    """
    limits, port = Limits.from_environment(environment), wanted_port(environment)
    from core.ui.page import build, launch

    page, room = build(lab, limits)
    print(f"Unroll is at {launch(page, room, port)} (Ctrl-C ends it)", flush=True)  # noqa: T201 - it was started for this
    page.block_thread()


def wanted_port(environment: Mapping[str, str]) -> int | None:
    """Return the port that ``GRADIO_SERVER_PORT`` asks for; None for the first free one from 7860.

    Raises:
        BadSetting: no number from 1 to 65535.
    """
    word = environment.get("GRADIO_SERVER_PORT", "").strip()
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and 1 <= int(word) <= 65535):
        raise BadSetting(
            f"GRADIO_SERVER_PORT cannot be {word!r}: it takes a number from 1 to 65535.",
            f"GRADIO_SERVER_PORT 不能取“{word}”：应为 1 到 65535 之间的整数。",
        )
    return int(word)


def port_in_use(port: int | None) -> Failure:
    """Return the error for a port that another program holds."""
    if port is None:
        return Failure(
            "None of the ports 7860 to 7959 is free. Choose another: GRADIO_SERVER_PORT=8000 python app.py",
            "7860 到 7959 的端口均被占用。请另选一个：GRADIO_SERVER_PORT=8000 python app.py",
        )
    other = port + 1 if port < 65535 else 8000
    return Failure(
        f"Port {port} is in use. Stop the other program, or choose another port: GRADIO_SERVER_PORT={other} python app.py",
        f"端口 {port} 已被占用。请停止占用它的程序，或换一个端口：GRADIO_SERVER_PORT={other} python app.py",
    )
