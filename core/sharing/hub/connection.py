"""How the Hub is asked: with little patience.

The client library waits up to 23 seconds for a Hub that cannot be reached, and as long as a Hub asks it to. Here a visitor
waits: whoever cannot be reached is said to be so at once, and a long wait is left to the person.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from core.errors import BadText
from core.sharing.hub.refusals import Token, by_status, unreachable

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# Seconds: to connect; without a byte; that the Hub may ask us to wait; before a question is asked again.
_TO_CONNECT, _WITHOUT_A_BYTE, _LONGEST_WAIT, _SECOND_TRY = 3.0, 20.0, 5, 1.0
_QUESTIONS = ("GET", "HEAD")  # which change nothing, so that they may be asked again
# `cache` alone would let several threads prepare the client at once, and each would close the one before.
_PREPARING = threading.Lock()


def api(token: Token = None) -> HfApi:
    """Return the client of the Hub (``HF_ENDPOINT`` names another one).

    Raises:
        BadText: the token cannot be one.
    """
    from huggingface_hub import HfApi

    if isinstance(token, str) and not (token and token.isascii() and token.isprintable() and " " not in token):
        raise BadText(
            "This is no token: a token is one word of letters and digits, such as hf_… . Copy it anew from "
            "https://huggingface.co/settings/tokens.",
            "这不是令牌：令牌是一串字母和数字，例如 hf_…。请从 https://huggingface.co/settings/tokens 重新复制。",
        )
    with _PREPARING:
        _be_impatient()
    return HfApi(token=token)


def sends_nothing(token: Token) -> bool:
    """Return whether the Hub is asked without any token, as by anybody; None sends the machine's where it has one."""
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    return "authorization" not in build_hf_headers(token=token)


@cache
def _be_impatient() -> None:
    """Give the client library, once, connections that end when nothing comes, and that say at once what will not change."""
    from huggingface_hub import constants, set_client_factory
    from huggingface_hub.utils import disable_progress_bars, httpx  # type: ignore[attr-defined]

    # Xet, the Hub's other way for large files, has connections of its own, which none of the limits here reach: an
    # unreachable store holds it for minutes. The plain way, which the Hub offers beside it, keeps to them.
    constants.HF_HUB_DISABLE_XET = True
    if not sys.stderr.isatty():  # its bars would stand among lines that programs read
        disable_progress_bars()

    class ImpatientClient(httpx.Client):
        """Asks again once after a hiccup; what is wrong then becomes an error that the library does not try again."""

        def send(self, request: Any, **options: Any) -> Any:  # the options are httpx's own affair
            try:
                if request.method not in _QUESTIONS:
                    return super().send(request, **options)
                with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadError):  # it hung up
                    response = super().send(request, **options)
                    pause = _pause(response)
                    if pause is None:
                        return response
                    response.close()
                    time.sleep(pause)
                response = super().send(request, **options)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout) as error:
                raise unreachable(request.url.host) from error
            if _pause(response) is not None:
                response.close()
                raise by_status(request.url.host, response)
            return response

    def factory() -> Any:
        return ImpatientClient(
            event_hooks={"request": [_refuse_offline, _limit_waiting], "response": [_refuse_to_wait]},
            follow_redirects=True,
            timeout=httpx.Timeout(_WITHOUT_A_BYTE, connect=_TO_CONNECT),
        )

    set_client_factory(factory)


def _refuse_offline(request: Any) -> None:
    """Ask nothing where the person wants no network; the library's own client does the same."""
    from huggingface_hub import constants
    from huggingface_hub.errors import OfflineModeIsEnabled

    if constants.HF_HUB_OFFLINE:
        raise OfflineModeIsEnabled(f"Cannot reach {request.url.host}: HF_HUB_OFFLINE is set.")


def _limit_waiting(request: Any) -> None:
    """Hold every request to the time limits; some calls of the library switch them off."""
    limits = {"connect": _TO_CONNECT, "read": _WITHOUT_A_BYTE, "write": _WITHOUT_A_BYTE, "pool": _WITHOUT_A_BYTE}
    given = request.extensions.get("timeout") or {}
    request.extensions["timeout"] = {name: min(limit, given.get(name) or limit) for name, limit in limits.items()}


def _pause(response: Any) -> float | None:
    """Return the seconds after which a question may be asked again; None for an answer that will stay the same."""
    if response.status_code == 429:
        return float(response.headers["retry-after"])  # a short wait: see `_refuse_to_wait`
    return _SECOND_TRY if response.status_code >= 500 else None


def _refuse_to_wait(response: Any) -> None:
    """Raise where the Hub asks for a wait that no person in front of a page would endure."""
    if response.status_code == 429:
        wait = str(response.headers.get("retry-after") or "")
        if not wait.isdigit() or int(wait) > _LONGEST_WAIT:
            raise by_status(response.request.url.host, response)
