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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.models.registry import Registry
from core.sharing.facts import CONFIG
from core.sharing.folders import adopt_folder, recover, write_file
from core.sharing.hub.connection import Token, api
from core.sharing.hub.fetching import MOST_BYTES, STAGING, Progress, fetched
from core.sharing.hub.names import PREFIX, HubName, is_commit
from core.sharing.listing import describe_checkpoint

_REFS = "refs.json"


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
        name: what was asked for.
        commit: the commit that it led to.
        folder: where it lies.
        others: files of the repository that were left alone.
    """

    name: HubName
    commit: str
    folder: Path
    others: tuple[str, ...] = ()


class Shelf:
    """The fetched checkpoints of this machine.

    Args:
        data: the folder for data (``UNROLL_DATA``).
        registry: the models that open them.
    """

    def __init__(self, data: Path, registry: Registry) -> None:
        self._root, self._registry = data / "hub", registry
        # One fetching at a time: two visitors who want the same checkpoint wait for one download.
        self._lock = threading.Lock()

    def kept(self, name: HubName, *, visitor: bool = False) -> Pulled | None:
        """Return a checkpoint that is here; the network is not asked.

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
                os.utime(folder)  # used now: see `make_room`
        return Pulled(name, ref.commit, folder)

    def pull(
        self,
        name: HubName,
        *,
        token: Token = None,
        most_bytes: int = MOST_BYTES,
        listed: bool = False,
        progress: Progress | None = None,
    ) -> Pulled:
        """Fetch a checkpoint as it is on the Hub now, and keep it.

        Args:
            name: what to fetch.
            token: see `connection.Token`.
            most_bytes: that its tensors may have.
            listed: whether it stands among the checkpoints of everybody who uses this machine.
            progress: told bytes so far and bytes in all.

        Raises:
            LabError: as `fetched`. What was here before is whole.
        """
        with self._lock:
            return self._pull(name, token, most_bytes, listed, progress)

    def make_room(self, most_bytes: int, keep: Path) -> list[str]:
        """Remove what nobody has used for longest until all that is here has at most so many bytes.

        What was pulled for everybody stays, and so does ``keep``.

        Returns:
            The names of what was removed.
        """
        with self._lock:
            listed = {self._home(name) / self._refs(name)[name.revision].commit for name in self._listed_names()}
            folders = sorted(self._root.glob("*--*/*/"), key=lambda folder: folder.stat().st_mtime)
            sizes = {folder: sum(path.stat().st_size for path in folder.iterdir()) for folder in folders}
            removed = []
            for folder in folders:
                if sum(sizes.values()) <= most_bytes:
                    break
                if folder not in listed | {keep}:
                    gone = self._root / f"{STAGING}{secrets.token_hex(8)}"
                    os.rename(folder, gone)  # at once, for whoever opens it just now
                    shutil.rmtree(gone, ignore_errors=True)
                    removed.append(folder.parent.name.replace("--", "/"))
                    del sizes[folder]
            return removed

    def get(
        self, name: HubName, *, token: Token = None, most_bytes: int = MOST_BYTES, progress: Progress | None = None
    ) -> Pulled:
        """Return a checkpoint that is here, else fetch it.

        Raises:
            LabError: as `pull`.
        """
        here = self.kept(name, visitor=token is False)
        if here is not None:
            return here
        with self._lock:  # somebody else may have fetched it meanwhile
            here = self.kept(name, visitor=token is False)
            return here or self._pull(name, token, most_bytes, False, progress)

    def _pull(self, name: HubName, token: Token, most_bytes: int, listed: bool, progress: Progress | None) -> Pulled:
        hub = api(token)
        with fetched(hub, name, self._registry, self._root, most_bytes=most_bytes, progress=progress) as (
            folder,
            there,
        ):
            target = self._home(name) / there.commit
            adopt_folder(folder, target)
        self._note(name, Ref(there.commit, open=token is False, listed=listed))
        return Pulled(name, there.commit, target, tuple(there.others))

    def listed(self) -> list[dict[str, Any]]:
        """Return the checkpoints that were pulled for everybody, as rows of a table."""
        return [row for name in self._listed_names() if (row := self.row(name)) is not None]

    def row(self, name: HubName, *, visitor: bool = False) -> dict[str, Any] | None:
        """Return a checkpoint that is here as a row of a table; see `kept`."""
        here = self.kept(name, visitor=visitor)
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

    def _note(self, name: HubName, ref: Ref) -> None:
        """Write down where a revision led; a name that was listed stays so, a commit that was open stays so."""
        refs = self._refs(name)
        before = refs.get(name.revision)
        if before is not None:
            still_open = before.open and before.commit == ref.commit
            ref = Ref(ref.commit, open=ref.open or still_open, listed=ref.listed or before.listed)
        refs[name.revision] = ref
        content = json.dumps({revision: asdict(each) for revision, each in refs.items()}, indent=1)
        write_file(self._home(name) / _REFS, content.encode())
