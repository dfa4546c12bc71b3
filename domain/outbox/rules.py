"""Who is concerned by an announcement, when it is tried again, and when it is given up. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

ATTEMPTS_AT_MOST = 12
FIRST_RETRY_AFTER = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ToTenant:
    """Everybody who holds one of these roles in a tenant."""

    tenant_id: UUID
    roles: Collection[str]

    def as_json(self) -> dict[str, Any]:
        """The form kept in the outbox."""
        return {"tenant": str(self.tenant_id), "roles": sorted(self.roles)}


@dataclass(frozen=True, slots=True)
class ToPerson:
    """One person, in a tenant."""

    tenant_id: UUID
    person_id: UUID

    def as_json(self) -> dict[str, Any]:
        """The form kept in the outbox."""
        return {"tenant": str(self.tenant_id), "person": str(self.person_id)}


@dataclass(frozen=True, slots=True)
class ToFunction:
    """Everybody in the bodies that hold a function in the county, such as coordination."""

    function: str

    def as_json(self) -> dict[str, Any]:
        """The form kept in the outbox."""
        return {"function": self.function}


Audience = ToTenant | ToPerson | ToFunction


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to the longest."""
    doubled = FIRST_RETRY_AFTER * float(2 ** max(attempts - 1, 0))
    return min(doubled, LONGEST_RETRY)


def given_up(attempts: int) -> bool:
    """Whether an announcement tried so often becomes a dead letter."""
    return attempts >= ATTEMPTS_AT_MOST
