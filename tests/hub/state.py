"""All that one stand-in knows, and who may see or change what of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.hub import answers
from tests.hub.accounts import Account, accounts_to_start_with
from tests.hub.answers import Answer, Refused
from tests.hub.received import Request
from tests.hub.repositories import Commit, Kind, Repository, Shelf


@dataclass
class Job:
    """A job that somebody asked the Hub to run. Nothing runs: a test sets `stage` and `logs`.

    Args:
        spec: What the client posted: dockerImage or spaceId, command, arguments, environment, flavor, timeoutSeconds, ...
    """

    namespace: str
    id: str
    spec: dict[str, Any]
    stage: str = "RUNNING"
    message: str | None = None
    logs: list[str] = field(default_factory=list)


@dataclass
class State:
    """Repositories, accounts and jobs.

    Args:
        endpoint: Where the Hub answers.
        store: Where the store of large files answers: another address, as with the real one.
        signature: What a link into the store must carry.
        offers_xet: Whether large files are said to lie in Xet as well, as on the real Hub; the way there leads nowhere.
    """

    endpoint: str
    store: str
    signature: str
    shelf: Shelf = field(default_factory=Shelf)
    accounts: dict[str, Account] = field(default_factory=accounts_to_start_with)
    jobs: list[Job] = field(default_factory=list)
    offers_xet: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    def url_of(self, repository: Repository) -> str:
        """Return the address of a repository's page."""
        return f"{self.endpoint}/{'spaces/' if repository.kind == 'space' else ''}{repository.name}"

    def account(self, request: Request) -> Account | None:
        """Return who asks, None for nobody in particular; a token that nobody has is refused."""
        if request.token is None:
            return None
        if request.token not in self.accounts:
            raise Refused(answers.wrong_token())
        return self.accounts[request.token]

    def signed_in(self, request: Request) -> Account:
        """Return who asks, and refuse those who do not say."""
        account = self.account(request)
        if account is None:
            raise Refused(answers.token_missing())
        return account

    def visible(self, request: Request, kind: Kind, name: str) -> Repository:
        """Return a repository that the asker may know of."""
        account = self.account(request)
        repository = self.shelf.find(kind, name)
        if repository is None or not self.shows(repository, account):
            raise Refused(answers.no_repository(with_token=account is not None))
        return repository

    @staticmethod
    def shows(repository: Repository, account: Account | None) -> bool:
        """Whether somebody may know that a repository exists."""
        return not repository.private or (account is not None and account.belongs_to(repository.owner))

    def readable(self, request: Request, kind: Kind, name: str) -> Repository:
        """Return a repository whose files the asker may read: a gated one admits its readers one by one."""
        repository = self.visible(request, kind, name)
        account = self.account(request)
        belongs = account is not None and (account.belongs_to(repository.owner) or account.name in repository.admitted)
        if repository.gated and not belongs:
            raise Refused(answers.gated(name, with_token=account is not None))
        return repository

    def writable(self, request: Request, kind: Kind, name: str) -> Repository:
        """Return a repository that the asker may change."""
        repository = self.visible(request, kind, name)
        account = self.signed_in(request)
        if not account.writes:
            raise Refused(answers.read_token())
        if not account.belongs_to(repository.owner):
            raise Refused(answers.foreign_repository())
        return repository

    @staticmethod
    def at(repository: Repository, revision: str) -> Commit:
        """Return a commit of a repository."""
        commit = repository.at(revision)
        if commit is None:
            raise Refused(answers.no_revision(revision))
        return commit

    def author(self, request: Request) -> str:
        """Return the name under which a commit is kept."""
        account = self.account(request)
        return account.name if account else "somebody"


def ok() -> Answer:
    """Return an answer with nothing to tell."""
    return answers.as_json({"success": True})
