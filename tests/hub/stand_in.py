"""A stand-in for the Hugging Face Hub on this machine, for tests: the real client talks to it over HTTP.

    with StandIn() as hub:
        hub.put("ada/zoo", {"README.md": b"..."})
        HfApi(endpoint=hub.endpoint, token=WRITER).model_info("ada/zoo")

It keeps everything in memory, remembers every request, and misbehaves when asked to (see `faults.py`). As with the real
Hub, large files lie at another address, where no token may be sent. It knows nothing of Xet, the Hub's newer way of moving
large files, and only says that it has it where a test sets `state.offers_xet`: a client that has `hf_xet` uploads that way
without asking, so `HF_HUB_DISABLE_XET` must be set for it.
"""

from __future__ import annotations

import secrets
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.hub.answers import Answer, Refused, error
from tests.hub.doors import Door
from tests.hub.faults import Fault, Meanwhile, refusal_of, spoiled
from tests.hub.received import Request
from tests.hub.repositories import Commit, Kind, Repository, stored, without
from tests.hub.routes import route_of
from tests.hub.state import Job, State


class StandIn:
    """The Hub on this machine: start it with ``with``.

    Attributes:
        requests: Every request so far, in the order in which they arrived.
        troubles: Mistakes of the stand-in itself or of its users: calls that it does not know, tracebacks of handlers.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.troubles: list[str] = []
        self._faults: list[Fault] = []
        self._closing = threading.Event()
        self._hub_door = Door("hub", self.answer, self._closing)
        self._store_door = Door("store", self.answer, self._closing)
        self.state = State(self._hub_door.address, self._store_door.address, secrets.token_hex(8))

    def __enter__(self) -> StandIn:
        self._hub_door.open()
        self._store_door.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._hub_door.close()
        self._store_door.close()

    @property
    def endpoint(self) -> str:
        """The address, for ``HfApi(endpoint=...)`` or ``HF_ENDPOINT``."""
        return self.state.endpoint

    @property
    def jobs(self) -> list[Job]:
        """The jobs asked for so far."""
        return self.state.jobs

    def environment(self, home: Path, token: str | None = None) -> dict[str, str]:
        """Return what a program needs in its environment to take this for the Hub, with `home` for its cache."""
        switches = ("XET", "TELEMETRY", "PROGRESS_BARS", "UPDATE_CHECK")
        found = {"HF_ENDPOINT": self.endpoint, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"}
        found |= {f"HF_HUB_DISABLE_{switch}": "1" for switch in switches}
        return found | ({} if token is None else {"HF_TOKEN": token})

    def misbehave(self, *faults: Fault) -> None:
        """Add faults; for each request the first that fits acts."""
        with self.state.lock:
            self._faults.extend(faults)

    def behave(self) -> None:
        """Forget all faults."""
        with self.state.lock:
            self._faults.clear()

    def put(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        kind: Kind = "model",
        private: bool | None = None,
        gated: bool | None = None,
        likes: int | None = None,
        downloads: int | None = None,
        delete: Sequence[str] = (),
    ) -> str:
        """Commit files straight into a repository, which is created where there is none; None leaves a property as it is.

        Returns:
            The hash of the commit.
        """
        with self.state.lock:
            repository = self.state.shelf.find(kind, name) or self.state.shelf.create(Repository(kind, name))
            repository.private = repository.private if private is None else private
            repository.gated = repository.gated if gated is None else gated
            repository.likes = repository.likes if likes is None else likes
            repository.downloads = repository.downloads if downloads is None else downloads
            kept = without(repository.head.files, delete, ()) | stored(files)
            return self.state.shelf.commit(repository, kept, title="put by the test", author=repository.owner).sha

    def repository(self, name: str, kind: Kind = "model") -> Repository:
        """Return a repository: its properties, and its commits, oldest first."""
        return self.state.shelf.repositories[kind, name]

    def files(self, name: str, revision: str | None = None, kind: Kind = "model") -> dict[str, bytes]:
        """Return the files of a commit, of the newest one without `revision`."""
        commit = self.repository(name, kind).at(revision or "main")
        if commit is None:
            raise KeyError(f"{name} has no revision {revision}")
        return {path: file.content for path, file in commit.files.items()}

    def commits(self, name: str, kind: Kind = "model") -> list[Commit]:
        """Return the commits, oldest first; the Hub itself makes the first one. Empty where there is no repository."""
        found = self.state.shelf.find(kind, name)
        return [] if found is None else found.commits

    def asked(self, method: str = "", path: str = "") -> list[Request]:
        """Return the requests of a method whose target contains `path`."""
        return [one for one in self.requests if method in ("", one.method) and path in one.target]

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        """Return what goes back, and the fault that the door has to act out."""
        with self.state.lock:
            self.requests.append(request)
            fault = self._fault_for(request)
        what = fault.what if fault else None
        refusal = refusal_of(what)
        if refusal is not None:
            return refusal, fault
        if isinstance(what, Meanwhile):
            what.act()
        return spoiled(self._handled(request), what), fault

    def _fault_for(self, request: Request) -> Fault | None:
        fitting = [fault for fault in self._faults if fault.fits(request.method, request.target)]
        return next((fault for fault in fitting if fault.strikes()), None)

    def _handled(self, request: Request) -> Answer:
        found = route_of(request)
        if found is None:
            self.troubles.append(f"the stand-in does not know {request.method} {request.target}")
            return error(404, "The stand-in does not know this call.")
        handler, names = found
        try:
            with self.state.lock:
                return handler(self.state, request, *names)
        except Refused as refused:
            return refused.answer
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the test hears of it
            self.troubles.append(traceback.format_exc())
            return error(500, "The stand-in broke.")
