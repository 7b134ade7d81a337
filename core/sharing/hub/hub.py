"""What can be done with the Hub, each once: fetch, publish, look around. Page and command line call these through the Lab.

On one's own machine the machine's token is used. Once visitors are let in, only what is public is fetched, never with a token
of the one who runs the server.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from core.errors import BadText, Refused
from core.models.registry import Registry
from core.places import Places
from core.sharing.checkpoint import NAMES, lacks_files
from core.sharing.facts import CONFIG
from core.sharing.folders import replace_folder
from core.sharing.hub.fetching import MOST_BYTES
from core.sharing.hub.gallery import Wanted, list_gallery
from core.sharing.hub.names import MAIN, PREFIX, HubName, check_word
from core.sharing.hub.publishing import publish
from core.sharing.hub.refusals import Token
from core.sharing.hub.shelf import Pulled, Shelf, one_at_a_time
from core.sharing.hub.shipped import INDEX, add_to_index, complete, read_index
from core.text.download import Progress

Json = dict[str, Any]
# Whether what is missing here may be fetched: not while a page only shows itself (see `Hub.without_fetching`).
_MAY_FETCH: ContextVar[bool] = ContextVar("may_fetch", default=True)
# Told what is being fetched, bytes so far and bytes in all; 0 of 0 before the Hub has been asked.
Fetching = Callable[[str, int, int], None]


class Hub:
    """The Hub as one Lab uses it.

    Args:
        places: where checkpoints and data are kept, and whose shipped checkpoints are used.
        registry: the models.

    Attributes:
        fetching: told of everything that is fetched; None for nobody.
    """

    def __init__(self, places: Places, registry: Registry) -> None:
        self._places, self._registry = places, registry
        self.shelf = Shelf(places.data, registry)
        self.fetching: Fetching | None = None
        self._completing = Lock()  # one completing at a time: any two wait for each other
        self._token: Token = None
        self._most_bytes = MOST_BYTES

    def open_to_visitors(self, most_bytes: int, fetching: Fetching | None) -> None:
        """From now on fetch for people who may be anybody: public checkpoints only, none above ``most_bytes``."""
        self._token, self._most_bytes, self.fetching = False, most_bytes, fetching

    @contextlib.contextmanager
    def without_fetching(self) -> Iterator[None]:
        """Inside this, what would have to be fetched is refused: nobody has asked for it yet."""
        before = _MAY_FETCH.set(False)
        try:
            yield
        finally:
            _MAY_FETCH.reset(before)

    def folder(self, name: HubName) -> Path:
        """Return the folder of a checkpoint on the Hub; what is not here is fetched.

        Visitors do not wait for each other's downloads: whoever reads or writes in between would wait behind them.

        Raises:
            Failure: it is not here, and for another visitor something else is being fetched.
            LabError: as `Shelf.fetch`.
        """
        here = self.shelf.find(name, visitor=self._for_visitors)
        if here is not None:
            return here.folder
        return self.shelf.find_or_fetch(
            name, token=self._token, most_bytes=self._most_bytes, wait=not self._for_visitors,
            progress=self._telling(name.word),
        ).folder  # fmt: skip

    def completed(self, folder: Path) -> Path:
        """Return the folder of a shipped checkpoint; the tensors that it lacks are fetched first.

        Raises:
            Failure: for another visitor something else is being fetched, see `folder`.
            LabError: as `complete`.
        """
        if self._lacks(folder):
            telling = self._telling(folder.name)
            with one_at_a_time(self._completing, folder.name, wait=not self._for_visitors):
                if self._lacks(folder):
                    complete(
                        folder, self._registry, self._places.hub_owner, token=self._token, most_bytes=self._most_bytes,
                        progress=telling,
                    )  # fmt: skip
        return folder

    def _lacks(self, folder: Path) -> bool:
        return lacks_files(folder) or (not folder.is_dir() and self.ships(folder.name))

    def ships(self, name: str) -> bool:
        """Return whether the index of published checkpoints names one."""
        return name in read_index(self._places.checkpoints)

    def pull(self, repository: str, called: str = "", replace: bool = False, progress: Progress | None = None) -> Json:
        """Fetch a checkpoint as it is on the Hub now, and list it.

        Args:
            repository: OWNER/NAME[@REVISION].
            called: also keep it under this name, as a checkpoint of one's own.
            replace: let it take the place of a checkpoint of that name.
            progress: told bytes so far and bytes in all.

        Returns:
            checkpoint (its name), commit, folder, bytes, and others: files of the repository that were left alone.

        Raises:
            LabError: as `Shelf.fetch`, or the name is taken.
        """
        name = HubName.of(repository)
        target = self._target(called, replace) if called else None
        pulled = self.shelf.fetch(name, token=self._token, most_bytes=self._most_bytes, listed=True, progress=progress)
        if target is not None:
            replace_folder(target, {file: (pulled.folder / file).read_bytes() for file in NAMES})
        folder = target or pulled.folder
        size = sum(path.stat().st_size for path in folder.iterdir())
        return {
            "checkpoint": called or name.word, "commit": pulled.commit, "folder": str(folder), "bytes": size,
            "others": list(pulled.others),
        }  # fmt: skip

    def fetch_now(self, name: HubName, progress: Progress | None = None) -> Pulled:
        """Fetch a checkpoint as it is on the Hub now, under the name of its commit; others' names lead where they led.

        It waits until others have fetched theirs.

        Returns:
            What was fetched, its name pinned to the commit.

        Raises:
            LabError: as `Shelf.fetch`.
        """
        return self.shelf.fetch_pinned(name, token=self._token, most_bytes=self._most_bytes, progress=progress)

    def _target(self, called: str, replace: bool) -> Path:
        """Return the folder of a new checkpoint; its name is one that the Hub takes as well, where all are published."""
        if HubName.parse(f"{PREFIX}x/{called}") != HubName("x", called) or called == INDEX:
            raise BadText(
                f"{called[:60]!r} is no name for a checkpoint: give one word of letters, digits, '-', '_' and '.', such as "
                "my-model.",
                f"{called[:60]!r} 不能作为检查点的名称：请给出由字母、数字、-、_ 和 . 组成的一个词，例如 my-model。",
            )
        folder = self._places.checkpoints / called
        if folder.exists() and not replace:
            raise BadText(
                f"There is a checkpoint named '{called}' already. Choose another name, or add --replace.",
                f"已有名为“{called}”的检查点。请换一个名称，或加上 --replace。",
            )
        return folder

    def push(self, folder: Path, repository: str, *, private: bool = False, token: Token = None) -> Json:
        """Publish a checkpoint.

        Returns:
            repository, commit, url, private and files (the SHA-256 of each).

        Raises:
            LabError: as `publish`.
        """
        name = HubName.of(repository)
        if name.revision != MAIN:
            raise BadText(
                f"A checkpoint is published at the top of a repository: leave out '@{name.revision}', and pull the commit that "
                "is printed where you want to name just this one.",
                f"检查点总是发布到仓库的最新位置：请去掉“@{name.revision}”；如需指定这一版，请用发布后显示的提交获取。",
            )
        return asdict(publish(folder, name, self._registry, private=private, token=token))

    def push_all(self, owner: str, *, private: bool = False) -> Iterator[Json]:
        """Publish every checkpoint under its own name, and write down where; yield each as `push` returns it.

        Raises:
            BadText: there is none.
            LabError: as `publish`. What was published before stands in the index.
        """
        check_word("owner", owner)
        checkpoints = self._places.checkpoints
        folders = sorted(path.parent for path in checkpoints.glob(f"*/{CONFIG}") if path.parent.name[0] != ".")
        if not folders:
            raise BadText(
                f"There are no checkpoints in '{checkpoints}' to publish. Train one first, or set UNROLL_CHECKPOINTS.",
                f"“{checkpoints}”中没有可发布的检查点。请先训练一个，或设置 UNROLL_CHECKPOINTS。",
            )
        names = [HubName.of(f"{owner}/{folder.name}") for folder in folders]
        for folder, name in zip(folders, names, strict=True):
            published = publish(self.completed(folder), name, self._registry, private=private)
            add_to_index(checkpoints, folder.name, published)
            yield asdict(published)

    def gallery(self, owner: str = "", tag: str = "", sort: str = "downloads") -> list[Json]:
        """Return the checkpoints that others have published: see `list_gallery`."""
        return list_gallery(Wanted(owner, tag, sort), self._token)

    def row(self, word: str) -> Json | None:
        """Return a fetched checkpoint as a row of a table, None where it is not here."""
        name = HubName.parse(word)
        return None if name is None else self.shelf.row(name, visitor=self._for_visitors)

    @property
    def _for_visitors(self) -> bool:
        return self._token is False

    def _telling(self, word: str) -> Progress | None:
        """Return what tells how far the fetching is; that it begins is told before anything is asked or waited for.

        Raises:
            Refused: nobody has asked for it.
        """
        if not _MAY_FETCH.get():
            raise Refused(
                f"{word} is on the Hub; it is fetched, and kept here, when you use it.",
                f"{word} 在 Hub 上；使用时才会获取并保存在此。",
            )
        if self.fetching is None:
            return None
        self.fetching(word, 0, 0)
        return partial(self.fetching, word)
