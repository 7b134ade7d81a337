"""Who asks: the accounts of the Hub's stand-in, and what their tokens may do.

The Hub knows three sorts of tokens: `write`, `read`, and fine-grained ones, whose rights are picked one by one. Of the
last the stand-in needs two: those that only read, and those that also write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["write", "read", "fine-grained read", "fine-grained write"]

# Tokens of the accounts that every stand-in starts with.
WRITER = "hf_ada_writes"
READER = "hf_ada_reads"
FINE_GRAINED = "hf_ada_reads_finely"
STRANGER = "hf_bob_writes"


@dataclass(frozen=True)
class Account:
    """A person, seen through one of their tokens.

    Args:
        name: The namespace of the person's own repositories.
        role: What the token may do.
        organizations: Other namespaces in which the person has the same rights.
    """

    name: str
    role: Role = "write"
    organizations: tuple[str, ...] = ()

    def belongs_to(self, namespace: str) -> bool:
        """Whether private repositories of `namespace` are shown to this person."""
        return namespace == self.name or namespace in self.organizations

    @property
    def writes(self) -> bool:
        """Whether the token may change anything at all."""
        return self.role in ("write", "fine-grained write")

    def as_whoami(self) -> dict[str, Any]:
        """Return what ``GET /api/whoami-v2`` tells."""
        return {
            "type": "user",
            "id": f"id-of-{self.name}",
            "name": self.name,
            "fullname": self.name.title(),
            "isPro": False,
            "orgs": [{"type": "org", "name": name, "roleInOrg": "write"} for name in self.organizations],
            "auth": {"type": "access_token", "accessToken": self._as_token()},
        }

    def _as_token(self) -> dict[str, Any]:
        if not self.role.startswith("fine-grained"):
            return {"displayName": "test", "role": self.role}
        permissions = ["repo.content.read", *(["repo.write"] if self.writes else [])]
        own = {"entity": {"type": "user", "name": self.name}, "permissions": permissions}
        return {
            "displayName": "test",
            "role": "fineGrained",
            "fineGrained": {"canReadGatedRepos": False, "global": [], "scoped": [own]},
        }


def accounts_to_start_with() -> dict[str, Account]:
    """Return the accounts by token: Ada three times, who also belongs to `engine`, and Bob, who has no part in it."""
    return {
        WRITER: Account("ada", "write", ("engine",)),
        READER: Account("ada", "read", ("engine",)),
        FINE_GRAINED: Account("ada", "fine-grained read"),
        STRANGER: Account("bob", "write"),
    }
