"""What the stand-in keeps: repositories as lists of commits, in memory.

A commit holds all files of the repository at that moment, so reading an old one needs no differences. As on the Hub, a
file is either kept by git itself (named by the SHA-1 of git) or in the store of large files (named by its SHA-256).
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

Kind = Literal["model", "space"]

MEGABYTE = 1_000_000
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
GIT_ATTRIBUTES = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"


def is_large(path: str, size: int, sample: bytes) -> bool:
    """Whether a file belongs into the store of large files: weights, more than 1 MB, or anything that is not text."""
    return path.endswith(".safetensors") or size > MEGABYTE or not is_text(sample)


def is_text(sample: bytes) -> bool:
    """Whether the beginning of a file is text; a letter that the sample cuts in two is no objection.

    >>> is_text("né".encode()[:2]), is_text(b"\\x00\\x01"), is_text(b"\\xff")
    (True, False, False)
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return b"\0" not in sample


def git_hash(content: bytes) -> str:
    """Return the name that git gives to a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass(frozen=True)
class StoredFile:
    """One file of one commit."""

    content: bytes
    large: bool

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """The name in the store of large files."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        """What git keeps in place of a large file."""
        return b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
            self.sha256.encode(),
            self.size,
        )

    @property
    def git_name(self) -> str:
        """The name in git: of the content, or of the pointer in its place."""
        return git_hash(self.pointer if self.large else self.content)

    @property
    def etag(self) -> str:
        """What names the content when it is downloaded."""
        return self.sha256 if self.large else self.git_name


@dataclass(frozen=True)
class Commit:
    """All files at one moment."""

    sha: str
    parent: str | None
    title: str
    message: str
    author: str
    date: datetime
    files: Mapping[str, StoredFile]


@dataclass
class Repository:
    """A model or a Space with its history, oldest commit first."""

    kind: Kind
    name: str  # owner/name
    private: bool = False
    gated: bool = False
    likes: int = 0
    downloads: int = 0
    sdk: str | None = None
    hardware: str = "cpu-basic"
    restarts: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    admitted: set[str] = field(default_factory=set)  # who may read the files of a gated repository
    commits: list[Commit] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """The namespace: a person or an organization."""
        return self.name.split("/")[0]

    @property
    def head(self) -> Commit:
        """The newest commit."""
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        """Return the commit of a branch (there is only `main`) or of a hash, None where there is none."""
        if revision in ("main", "refs/heads/main"):
            return self.head
        return next((commit for commit in self.commits if commit.sha == revision), None)


class Shelf:
    """All repositories and all large files of one stand-in."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[Kind, str], Repository] = {}
        self.large_files: dict[str, bytes] = {}
        self._now = FIRST_DAY

    def find(self, kind: Kind, name: str) -> Repository | None:
        """Return a repository, None where there is none."""
        return self.repositories.get((kind, name))

    def create(self, repository: Repository) -> Repository:
        """Add a repository with the first commit that the Hub makes by itself."""
        self.repositories[repository.kind, repository.name] = repository
        files = {".gitattributes": StoredFile(GIT_ATTRIBUTES, large=False)}
        self.commit(repository, files, title="initial commit", author="system")
        return repository

    def commit(
        self, repository: Repository, files: Mapping[str, StoredFile], *, title: str, author: str, message: str = ""
    ) -> Commit:
        """Add a commit with exactly these files; one second passes."""
        self._now += timedelta(seconds=1)
        parent = repository.commits[-1].sha if repository.commits else None
        commit = Commit(self._new_hash(repository, parent), parent, title, message, author, self._now, dict(files))
        for stored in files.values():
            if stored.large:
                self.large_files[stored.sha256] = stored.content
        repository.commits.append(commit)
        return commit

    def _new_hash(self, repository: Repository, parent: str | None) -> str:
        text = f"{repository.kind} {repository.name} {parent} {self._now.isoformat()}"
        return hashlib.sha1(text.encode()).hexdigest()


def stored(files: Mapping[str, bytes]) -> dict[str, StoredFile]:
    """Return files as a commit keeps them, each where it belongs."""
    return {path: StoredFile(content, is_large(path, len(content), content)) for path, content in files.items()}


def without(files: Mapping[str, StoredFile], paths: Iterable[str], folders: Iterable[str]) -> dict[str, StoredFile]:
    """Return the files that are neither among `paths` nor in one of `folders`."""
    gone, inside = set(paths), tuple(folder.rstrip("/") + "/" for folder in folders)
    return {path: file for path, file in files.items() if path not in gone and not path.startswith(inside or "\0")}
