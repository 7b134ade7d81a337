"""What the Hub's refusals mean: each said as what a person can do about it."""

from __future__ import annotations

import contextlib
import errno
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import BadText, Failure, LabError, Refused

# A token: one's own; None for the machine's (``HF_TOKEN``, ``hf auth login``), False for none at all.
Token = str | bool | None


@dataclass(frozen=True)
class _Wanted:
    """What decides which advice helps: only what is public is to be read, or something is to be changed."""

    public_only: bool
    writes: bool


class Unanswered(Failure):
    """No answer, or a fault of the Hub's own: what was asked for may have been done all the same."""


@contextlib.contextmanager
def answered(what: str, token: Token = None, *, writes: bool = False) -> Iterator[None]:
    """Say what the Hub's refusals mean.

    Args:
        what: was asked for, such as "ann/cats".
        token: that it was asked with; False is for visitors, whom no advice to sign in helps.
        writes: whether something is to be changed there.

    Raises:
        LabError: for everything that the Hub or the network refuses.
    """
    try:
        yield
    except Exception as error:
        meant = _meaning(what, error, _Wanted(public_only=token is False, writes=writes))
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


def _meaning(what: str, error: Exception, wanted: _Wanted) -> LabError | None:
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
        return _refusal(what, error, wanted)
    if isinstance(error, errors.LocalEntryNotFoundError):
        cause = error.__cause__
        return _meaning(what, cause, wanted) if isinstance(cause, Exception) else unreachable(what)
    if isinstance(error, httpx.HTTPError):
        return unreachable(what)
    if type(error) is RuntimeError:  # the client's word for a transfer that failed; what derives from it is our mistake
        cause = error.__cause__
        return _meaning(what, cause, wanted) if isinstance(cause, Exception) else _given_up(what)
    if isinstance(error, errors.FileMetadataError | json.JSONDecodeError):
        return no_hub(what)
    if isinstance(error, OSError):
        return _disk_or_cut(what, error)
    return None


def _refusal(what: str, error: Any, wanted: _Wanted) -> LabError:
    """Return what an answer of the Hub means."""
    from huggingface_hub import errors

    if wanted.public_only and isinstance(error, errors.GatedRepoError):
        return Refused(
            f"{what} is gated: its owner wants to be asked. Only what is open to everybody can be fetched here.",
            f"{what} 是受限仓库：须先征得所有者同意。此处只能获取对所有人开放的检查点。",
        )
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
    if wanted.public_only and isinstance(error, errors.RepositoryNotFoundError):
        return Refused(
            f"{what} is not on the Hub, or it is private. Check the name; only public checkpoints can be fetched here.",
            f"Hub 上没有 {what}，或它是私有的。请检查名称；此处只能获取公开的检查点。",
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return Refused(
            f"{what} is not on the Hub, or it is private. Check the name; for a private one sign in with 'hf auth login'.",
            f"Hub 上没有 {what}，或它是私有的。请检查名称；私有仓库请先运行 hf auth login 登录。",
        )
    return by_status(what, error.response, wanted.writes)


def by_status(what: str, response: Any, writes: bool = False) -> LabError:
    """Return what an HTTP status of the Hub means."""
    status = response.status_code
    if status == 401:
        return Refused(
            f"{what}: the Hub does not know this token. Sign in again ('hf auth login'), or copy the token anew.",
            f"{what}：Hub 不认识该令牌。请重新登录（hf auth login），或重新复制令牌。",
        )
    if status == 403 and not writes:
        return Refused(
            f"{what}: this may not be read with your token, or without one. Ask its owner, or name another repository.",
            f"{what}：用您的令牌（或不用令牌）无权读取。请联系其所有者，或换一个仓库。",
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
        wait = str(response.headers.get("retry-after") or "")
        seconds = wait if wait.isdigit() else ""
        return Failure(
            f"{what}: the Hub has been asked too often. Try again in {seconds + ' seconds' if seconds else 'some minutes'}.",
            f"{what}：向 Hub 的请求过于频繁。请在 {seconds + ' 秒' if seconds else '几分钟'}后重试。",
        )
    if status >= 500:
        return Unanswered(
            f"{what}: the Hub has a fault of its own ({status}). Try again later; what is here is as it was.",
            f"{what}：Hub 自身出错（{status}）。请稍后重试；本机内容未变。",
        )
    return Failure(
        f"{what}: the Hub refused ({status}). Check the name and the files, then try again.",
        f"{what}：Hub 拒绝了请求（{status}）。请检查名称和文件后重试。",
    )


def unreachable(what: str) -> Failure:
    """Return the error for a Hub that does not answer."""
    return Unanswered(
        f"{what}: the Hub cannot be reached, or does not answer. Everything that is here works without it; try again with a "
        "network, or name a mirror in HF_ENDPOINT.",
        f"{what}：无法连接 Hub，或它没有应答。本机已有的内容都可照常使用；请联网后重试，或用 HF_ENDPOINT 指定镜像。",
    )


def _given_up(what: str) -> Failure:
    """Return the error for a transfer that the client ends without a reason."""
    return Unanswered(
        f"{what}: the transfer failed, and the client does not say why. Try again.",
        f"{what}：传输失败，客户端未说明原因。请重试。",
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
