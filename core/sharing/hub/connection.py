"""How the Hub is asked: with little patience, and with every refusal said as what a person can do about it.

The client library waits up to 23 seconds for a Hub that cannot be reached, and as long as a Hub asks it to. Here a visitor
waits: whoever cannot be reached is said to be so at once, and a long wait is left to the person.
"""

from __future__ import annotations

import contextlib
import errno
import json
import sys
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from core.errors import BadText, Failure, LabError, Refused

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# A token: one's own; None for the machine's (``HF_TOKEN``, ``hf auth login``), False for none at all.
Token = str | bool | None

# Seconds: to connect; without a byte; that the Hub may ask us to wait; before a question is asked again.
_TO_CONNECT, _WITHOUT_A_BYTE, _LONGEST_WAIT, _SECOND_TRY = 3.0, 20.0, 5, 1.0
_QUESTIONS = ("GET", "HEAD")  # which change nothing, so that they may be asked again


class _Unreachable(Failure):
    """No connection: trying again in a second would fail in the same way."""


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
    _be_impatient()
    return HfApi(token=token)


@contextlib.contextmanager
def answered(what: str) -> Iterator[None]:
    """Say what the Hub's refusals mean; ``what`` was asked for, such as "ann/cats".

    Raises:
        LabError: for everything that the Hub or the network refuses.
    """
    try:
        yield
    except Exception as error:
        meant = _meaning(what, error)
        if meant is None or meant is error:
            raise
        raise meant from error


@contextlib.contextmanager
def understood(what: str) -> Iterator[None]:
    """Say so where the client can make nothing of an answer; only its own call may stand inside.

    Raises:
        Failure: what answered is no Hub.
    """
    from huggingface_hub.errors import HFValidationError

    try:
        yield
    except HFValidationError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise no_hub(what) from error


def _meaning(what: str, error: Exception) -> LabError | None:
    """Return what an error of the client means to a person; None for our own mistakes."""
    from huggingface_hub import errors
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined] # whichever the client was built with

    if isinstance(error, LabError):
        return error
    if isinstance(error, errors.HFValidationError):
        return BadText(
            f"{what!r} is no name of a repository: OWNER/NAME, of letters, digits, '-', '_' and '.'.",
            f"“{what}”不是仓库名称：应为 OWNER/NAME，由字母、数字、-、_ 和 . 组成。",
        )
    if isinstance(error, errors.LocalTokenNotFoundError):
        return Refused(
            f"{what}: this needs a token. Sign in with 'hf auth login', or set HF_TOKEN.",
            f"{what}：需要令牌。请运行 hf auth login 登录，或设置 HF_TOKEN。",
        )
    if isinstance(error, errors.OfflineModeIsEnabled):
        return Failure(
            f"{what}: HF_HUB_OFFLINE is set, so the Hub is not asked. Unset it, or use what is here.",
            f"{what}：已设置 HF_HUB_OFFLINE，不会访问 Hub。请取消该设置，或使用本机已有的内容。",
        )
    if isinstance(error, errors.HfHubHTTPError):
        return _refusal(what, error)
    if isinstance(error, errors.LocalEntryNotFoundError):
        cause = error.__cause__
        return _meaning(what, cause) if isinstance(cause, Exception) else unreachable(what)
    if isinstance(error, httpx.HTTPError):
        return unreachable(what)
    if isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
        return _meaning(what, error.__cause__)  # an upload that failed
    if isinstance(error, errors.FileMetadataError | json.JSONDecodeError):
        return no_hub(what)
    if isinstance(error, OSError):
        return _disk_or_cut(what, error)
    return None


def _refusal(what: str, error: Any) -> LabError:
    """Return what an answer of the Hub means."""
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return Refused(
            f"{what} is gated: its owner wants to be asked. Ask for access on its page, then pull it with your token "
            "('hf auth login').",
            f"{what} 是受限仓库：须先征得所有者同意。请在其页面申请，再用自己的令牌（hf auth login）获取。",
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return Refused(
            f"{what} has no such branch, tag or commit. Leave out what stands after '@', or name another.",
            f"{what} 没有该分支、标签或提交。请去掉“@”后的部分，或换一个。",
        )
    if isinstance(error, errors.RemoteEntryNotFoundError):
        return Refused(
            f"{what} lacks a file that a checkpoint needs. Name a repository that holds an Unroll checkpoint.",
            f"{what} 缺少检查点所需的文件。请给出含有 Unroll 检查点的仓库。",
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return Refused(
            f"{what} is not on the Hub, or it is private. Check the name; for a private one sign in with 'hf auth login'.",
            f"Hub 上没有 {what}，或它是私有的。请检查名称；私有仓库请先运行 hf auth login 登录。",
        )
    return _by_status(what, error.response.status_code, error.response.headers)


def _by_status(what: str, status: int, headers: Any) -> LabError:
    """Return what an HTTP status of the Hub means."""
    if status == 401:
        return Refused(
            f"{what}: the Hub does not know this token. Sign in again ('hf auth login'), or copy the token anew.",
            f"{what}：Hub 不认识该令牌。请重新登录（hf auth login），或重新复制令牌。",
        )
    if status == 403:
        return Refused(
            f"{what}: this token may not write there. Take a token with write access, and a name under your own account.",
            f"{what}：该令牌没有写入权限。请使用有写入权限的令牌，并选择自己名下的名称。",
        )
    if status == 404:
        return Refused(
            f"{what} is not on the Hub. Check the name.",
            f"Hub 上没有 {what}。请检查名称。",
        )
    if status in (409, 412):
        return Failure(
            f"{what}: somebody else published there at the same moment, so nothing was changed. Look at it, then push again.",
            f"{what}：同一时刻有他人在此发布，因此未做任何更改。请查看后再发布。",
        )
    if status == 429:
        wait = str(headers.get("retry-after") or "")
        seconds = wait if wait.isdigit() else ""
        return Failure(
            f"{what}: the Hub has been asked too often. Try again in {seconds + ' seconds' if seconds else 'some minutes'}.",
            f"{what}：向 Hub 的请求过于频繁。请在 {seconds + ' 秒' if seconds else '几分钟'}后重试。",
        )
    if status >= 500:
        return Failure(
            f"{what}: the Hub has a fault of its own ({status}). Try again later; nothing was changed here.",
            f"{what}：Hub 自身出错（{status}）。请稍后重试；本机未作更改。",
        )
    return Failure(
        f"{what}: the Hub refused ({status}). Check the name and the files, then try again.",
        f"{what}：Hub 拒绝了请求（{status}）。请检查名称和文件后重试。",
    )


def unreachable(what: str) -> Failure:
    """Return the error for a Hub that does not answer."""
    return _Unreachable(
        f"{what}: the Hub cannot be reached, or does not answer. Everything that is here works without it; try again with a "
        "network, or name a mirror in HF_ENDPOINT.",
        f"{what}：无法连接 Hub，或它没有应答。本机已有的内容都可照常使用；请联网后重试，或用 HF_ENDPOINT 指定镜像。",
    )


def no_hub(what: str) -> Failure:
    """Return the error for somebody else who answers in the Hub's place."""
    return Failure(
        f"{what}: what answered is not a Hub. Check HF_ENDPOINT, or the network's sign-in page.",
        f"{what}：应答方不是 Hub。请检查 HF_ENDPOINT，或网络是否需要登录认证。",
    )


def _disk_or_cut(what: str, error: OSError) -> LabError | None:
    """Return what an error of the system means while something is fetched or sent."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(
            f"{what}: the disk is full; nothing was kept, and what was here before is whole. Make room and try again.",
            f"{what}：磁盘已满；未保存任何内容，原有内容完好。请腾出空间后重试。",
        )
    if error.errno is None:  # the client's own: fewer or more bytes than were announced
        return Failure(
            f"{what}: other bytes came than were announced; nothing was kept. Try again.",
            f"{what}：收到的字节与所声明的不符；未保存任何内容。请重试。",
        )
    return Failure(
        f"{what}: the system refused ({error.strerror}). Choose a place that can be written to.",
        f"{what}：系统拒绝（{error.strerror}）。请选择可写的位置。",
    )


@cache
def _be_impatient() -> None:
    """Give the client library, once, connections that end when nothing comes, and that say at once what will not change."""
    from huggingface_hub import set_client_factory
    from huggingface_hub.utils import disable_progress_bars, httpx  # type: ignore[attr-defined]

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
                raise _by_status(request.url.host, response.status_code, response.headers)
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
            raise _by_status(response.request.url.host, 429, response.headers)
