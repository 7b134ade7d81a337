"""What was fetched from the Hub, kept for use without a network: ``UNROLL_DATA/hub/OWNER--NAME/COMMIT/``.

A commit never changes, so neither does its folder. Beside the folders ``refs.json`` says to which commit a branch or tag
led when it was last looked at, whether everybody may use it, and whether it is listed for everybody.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import Failure
from core.models.registry import Registry
from core.sharing.facts import CONFIG
from core.sharing.folders import adopt_folder, recover, write_file
from core.sharing.hub.connection import api, sends_nothing
from core.sharing.hub.fetching import MOST_BYTES, STAGING, fetched
from core.sharing.hub.names import PREFIX, HubName, is_commit
from core.sharing.hub.refusals import Token
from core.sharing.listing import describe_checkpoint
from core.text.download import Progress

_REFS = "refs.json"
# What the shelf holds for visitors: checkpoints of the largest size, and checkpoints of any size.
_HOLDS, _MOST_KEPT = 10, 200


@dataclass(frozen=True)
class Ref:
    """Where a branch, tag or commit of a repository leads.

    Attributes:
        commit: the commit that is here.
        open: it was fetched without any token, so anybody may use it.
        listed: it stands among the checkpoints of everybody who uses this machine.
    """

    commit: str
    open: bool = False
    listed: bool = False


@dataclass(frozen=True)
class Pulled:
    """A checkpoint that was fetched.

    Attributes:
        name: what leads to it.
        commit: the commit that it led to.
        folder: where it lies.
        others: files of the repository that were left alone.
    """

    name: HubName
    commit: str
    folder: Path
    others: tuple[str, ...] = ()


@contextlib.contextmanager
def one_at_a_time(lock: threading.Lock, what: str, wait: bool) -> Iterator[None]:
    """Hold a lock, under which ``what`` is fetched.

    Raises:
        Failure: somebody else holds it, and nobody waits.
    """
    if not lock.acquire(blocking=wait):
        raise Failure(
            f"{what} is not here yet, and another checkpoint is just being fetched. Try again in a moment.",
            f"{what} 尚不在此，而另一个检查点正在获取中。请稍后再试。",
        )
    try:
        yield
    finally:
        lock.release()


class Shelf:
    """The fetched checkpoints of this machine.

    Args:
        data: the folder for data (``UNROLL_DATA``).
        registry: the models that open them.
    """

    def __init__(self, data: Path, registry: Registry) -> None:
        self._root, self._registry = data / "hub", registry
        self._lock = threading.Lock()  # one fetching at a time: any two wait for each other

    def find(self, name: HubName, *, visitor: bool = False) -> Pulled | None:
        """Return a checkpoint that is here; the network is never asked.

        Args:
            name: the checkpoint.
            visitor: it is for somebody who may be anybody: what was fetched with a token, for its owner's own use, is then
                as if it were not here.
        """
        ref = self._refs(name).get(name.revision)
        if ref is None or (visitor and not (ref.open or ref.listed)):
            return None
        folder = self._home(name) / ref.commit
        recover(folder)
        if not (folder / CONFIG).is_file():
            return None
        if visitor:
            with contextlib.suppress(OSError):
                os.utime(folder)  # used now: see `_make_room`
        return Pulled(name, ref.commit, folder)

    def find_or_fetch(
        self,
        name: HubName,
        *,
        token: Token = None,
        most_bytes: int = MOST_BYTES,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> Pulled:
        """Return a checkpoint that is here; the network is asked only where the asker may use nothing of that name here.

        Args:
            name, token, most_bytes, progress: see `fetch`.
            wait: until others have fetched theirs.

        Raises:
            Failure: something else is being fetched, and nobody waits.
            LabError: as `fetch`.
        """
        here = self.find(name, visitor=token is False)
        if here is not None:
            return here
        with one_at_a_time(self._lock, name.word, wait):  # somebody else may have fetched it meanwhile
            here = self.find(name, visitor=token is False)
            return here or self._fetch(name, token, most_bytes, progress)

    def fetch(
        self,
        name: HubName,
        *,
        token: Token = None,
        most_bytes: int = MOST_BYTES,
        listed: bool = False,
        progress: Progress | None = None,
    ) -> Pulled:
        """Fetch a checkpoint as it is on the Hub now; from then on its name leads there, for all who use this machine.

        Args:
            name: what to fetch.
            token: see `refusals.Token`; False is a visitor's, for whom what nobody uses makes way.
            most_bytes: that its tensors may have.
            listed: whether it stands among the checkpoints of everybody who uses this machine.
            progress: told bytes so far and bytes in all.

        Raises:
            LabError: as `fetched`. What was here before is whole.
        """
        with self._lock:
            return self._fetch(name, token, most_bytes, progress, listed=listed)

    def fetch_pinned(
        self, name: HubName, *, token: Token = None, most_bytes: int = MOST_BYTES, progress: Progress | None = None
    ) -> Pulled:
        """Fetch a checkpoint as it is on the Hub now, under the name of its commit; where a name led, it leads still.

        Args:
            name, token, most_bytes, progress: see `fetch`.

        Raises:
            LabError: as `fetch`.
        """
        with self._lock:
            pulled = self._fetch(name, token, most_bytes, progress, moves=False)
        return replace(pulled, name=HubName(name.owner, name.name, pulled.commit))

    def _fetch(
        self,
        name: HubName,
        token: Token,
        most_bytes: int,
        progress: Progress | None,
        *,
        listed: bool = False,
        moves: bool = True,
    ) -> Pulled:
        hub = api(token)
        is_open = sends_nothing(token)
        with fetched(hub, name, self._registry, self._root, most_bytes=most_bytes, progress=progress) as (
            folder,
            there,
        ):
            target = self._home(name) / there.commit
            adopt_folder(folder, target)
        self._note(name, Ref(there.commit, is_open, listed), moves)
        if token is False:
            self._make_room(_HOLDS * most_bytes, target)
        return Pulled(name, there.commit, target, tuple(there.others))

    def _make_room(self, most_bytes: int, keep: Path) -> None:
        """Remove what nobody has used for longest until what is here has at most so many bytes, and is not too many.

        What was pulled for everybody stays, and so does ``keep``.
        """
        listed = {self._home(name) / self._refs(name)[name.revision].commit for name in self._listed_names()}
        folders = sorted(self._root.glob("*--*/*/"), key=lambda folder: folder.stat().st_mtime)
        sizes = {folder: sum(path.stat().st_size for path in folder.iterdir()) for folder in folders}
        spare = [folder for folder in folders if folder not in listed | {keep}]
        while spare and (sum(sizes.values()) > most_bytes or len(spare) >= _MOST_KEPT):
            folder = spare.pop(0)
            gone = self._root / f"{STAGING}{secrets.token_hex(8)}"
            os.rename(folder, gone)  # at once, for whoever opens it just now
            shutil.rmtree(gone, ignore_errors=True)
            del sizes[folder]
        homes = {folder.parent for folder in listed}
        for home in self._root.glob("*--*"):
            if home not in homes and not any(path.is_dir() for path in home.iterdir()):
                shutil.rmtree(home, ignore_errors=True)

    def listed(self) -> list[dict[str, Any]]:
        """Return the checkpoints that were pulled for everybody, as rows of a table."""
        return [row for name in self._listed_names() if (row := self.row(name)) is not None]

    def row(self, name: HubName, *, visitor: bool = False) -> dict[str, Any] | None:
        """Return a checkpoint that is here as a row of a table; see `find`."""
        here = self.find(name, visitor=visitor)
        if here is None:
            return None
        return {**describe_checkpoint(here.folder), "name": name.word, "from": f"{name.repository}@{here.commit}"}

    def _listed_names(self) -> Iterator[HubName]:
        for home in sorted(self._root.glob("*--*")):
            owner, _, repository = home.name.partition("--")
            for revision, ref in self._refs(HubName(owner, repository)).items():
                if ref.listed and HubName.parse(f"{PREFIX}{owner}/{repository}@{revision}") is not None:
                    yield HubName(owner, repository, revision)

    def _home(self, name: HubName) -> Path:
        return self._root / f"{name.owner}--{name.name}"  # "--" stands in no name of the Hub

    def _refs(self, name: HubName) -> dict[str, Ref]:
        """Return where revisions led; nothing where the file is missing or damaged."""
        try:
            refs = json.loads((self._home(name) / _REFS).read_bytes())
            found = {str(revision): Ref(**ref) for revision, ref in refs.items()}
            return {revision: ref for revision, ref in found.items() if is_commit(ref.commit)}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def _note(self, name: HubName, ref: Ref, moves: bool) -> None:
        """Write down where a commit lies, and the revision that led to it.

        Args:
            name: what was fetched.
            ref: where it leads.
            moves: whether the revision leads there even where it led to something else that is here.
        """
        home, refs = self._home(name), self._refs(name)
        refs = {each: old for each, old in refs.items() if old.listed or (home / old.commit).is_dir()}
        before = refs.get(name.revision)
        refs[ref.commit] = _joined(refs.get(ref.commit), replace(ref, listed=False))
        if moves or before is None or before.commit == ref.commit:
            refs[name.revision] = _joined(before, ref)
        content = json.dumps({revision: asdict(each) for revision, each in refs.items()}, indent=1)
        write_file(home / _REFS, content.encode())


def _joined(before: Ref | None, ref: Ref) -> Ref:
    """Return where a revision leads now: a name that was listed stays so, a commit that was open stays so."""
    if before is None:
        return ref
    still_open = before.open and before.commit == ref.commit
    return Ref(ref.commit, open=ref.open or still_open, listed=ref.listed or before.listed)
