"""A checkpoint's folder becomes one commit on the Hub: exactly the files of the format, with a card written from its facts.

The commit is atomic: whatever breaks off before it leaves the repository as it was. It names the commit that it stands on,
so that of two who publish at once the second is told, instead of undoing the first.
"""

from __future__ import annotations

import contextlib
import hashlib
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import LabError, Refused
from core.models.registry import Registry
from core.sharing.card import write_card
from core.sharing.checkpoint import CARD, HISTORY, MODEL, NAMES, TOKENIZER, check_hash, load_checkpoint
from core.sharing.facts import CONFIG, Facts, damaged, file_name
from core.sharing.hub.connection import api
from core.sharing.hub.names import HubName
from core.sharing.hub.refusals import Token, Unanswered, answered, understood

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# What the Hub itself puts into every repository.
_OF_THE_HUB = ".gitattributes"


@dataclass(frozen=True)
class Published:
    """What was published where.

    Attributes:
        repository: OWNER/NAME.
        commit: its hash.
        url: for people.
        private: whether only its owner sees it.
        files: names, with the SHA-256 of each.
    """

    repository: str
    commit: str
    url: str
    private: bool
    files: dict[str, str]


def publish(
    folder: Path, name: HubName, registry: Registry, *, private: bool = False, token: Token = None
) -> Published:
    """Publish a checkpoint.

    Args:
        folder: the checkpoint; it is opened first, so that nothing damaged is published.
        name: where to; the repository is made where there is none.
        registry: the models.
        private: only the owner is to see it.
        token: see `refusals.Token`.

    Raises:
        Refused: the repository holds other things, or is public where a private one is wanted.
        LabError: the checkpoint is damaged, the Hub refuses.
    """
    stored = load_checkpoint(folder, registry).facts
    facts = _without_folders(stored)
    contents = {CARD: _card(name, registry, facts).encode(), **_contents(folder, stored)}
    if facts != stored:
        contents[CONFIG] = facts.as_bytes()
    hub = api(token)
    with answered(name.repository, token, writes=True):
        url = hub.create_repo(name.repository, private=private, exist_ok=True)
    with _perhaps_sent(), answered(name.repository, token, writes=True):
        parent, is_private = _state(hub, name, private)
        commit = _commit(hub, name, contents, parent, f"{facts.model} on {facts.corpus.get('name')}")
    return Published(name.repository, commit, str(url), is_private, _hashes(contents))


def _without_folders(facts: Facts) -> Facts:
    """Return facts whose command names a text of one's own without its folders, which earlier versions wrote down."""
    try:
        words = shlex.split(facts.command)
    except ValueError as error:
        raise damaged(CONFIG, "its command is no command line", "其中的命令不是命令行") from error
    for at, option in enumerate(words[:-1]):
        if option == "--corpus" and file_name(words[at + 1]) != words[at + 1]:
            words[at + 1] = file_name(words[at + 1])
            return replace(facts, command=shlex.join(words))
    return facts


@contextlib.contextmanager
def _perhaps_sent() -> Iterator[None]:
    """Say what may stand on the Hub where it did not answer."""
    try:
        yield
    except Unanswered as error:
        raise Unanswered(
            f"{error} The repository may stand there without the checkpoint, or with it: push again, which does no harm.",
            f"{error.in_language('zh')}仓库可能已建立而尚无检查点，也可能已含有检查点：请再次发布，不会有问题。",
        ) from error


def _contents(folder: Path, facts: Facts) -> dict[str, bytes]:
    """Return the files of a checkpoint but its card, each with the hash that config.json states."""
    contents = {}
    for file in (CONFIG, MODEL, TOKENIZER, HISTORY):
        if not (folder / file).is_file():
            raise damaged(file, "it is missing", "文件缺失")
        contents[file] = (folder / file).read_bytes()
        if file != CONFIG:
            check_hash(file, hashlib.sha256(contents[file]).hexdigest(), facts)
    return contents


def _card(name: HubName, registry: Registry, facts: Facts) -> str:
    try:
        return write_card(name.name, registry.get(facts.model).about, facts, name.word)
    except LabError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # somebody else wrote them
        raise damaged(CONFIG, "no card can be written from it", "无法据此写出模型卡") from error


def _state(hub: HfApi, name: HubName, private: bool) -> tuple[str | None, bool]:
    """Return the commit that a repository stands at (None for an empty one), and whether it is private.

    Raises:
        Refused: it is not ours to write over, or not as private as was asked for.
    """
    with understood(name.repository):
        info = hub.model_info(name.repository)
        others = [str(each.rfilename) for each in info.siblings or () if each.rfilename not in (*NAMES, _OF_THE_HUB)]
    if others:
        raise _other_files(name, others)
    if private and not info.private:
        raise Refused(
            f"{name.repository} exists and is public; nothing was sent. Choose another name for a private checkpoint, or make "
            "the repository private in its settings first.",
            f"{name.repository} 已存在且是公开的；未发送任何内容。请为私有检查点另选名称，或先在其设置中改为私有。",
        )
    return info.sha, bool(info.private)


def _other_files(name: HubName, others: Sequence[str]) -> Refused:
    listed = ", ".join(repr(other[:60]) for other in others[:3]) + (", …" if len(others) > 3 else "")
    return Refused(
        f"{name.repository} exists and holds other files than a checkpoint's ({listed}); nothing was changed. "
        "Choose another name.",
        f"{name.repository} 已存在，且含有不属于检查点的文件（{listed}）；未做任何更改。请另选名称。",
    )


def _commit(hub: HfApi, name: HubName, contents: dict[str, bytes], parent: str | None, message: str) -> str:
    """Send the files in one commit and return its hash."""
    from huggingface_hub import CommitOperationAdd

    operations: list[Any] = [CommitOperationAdd(file, content) for file, content in sorted(contents.items())]
    commit = hub.create_commit(name.repository, operations, commit_message=message, parent_commit=parent)
    return str(commit.oid)


def _hashes(contents: dict[str, bytes]) -> dict[str, str]:
    return {file: hashlib.sha256(content).hexdigest() for file, content in sorted(contents.items())}
