"""Who is concerned by an announcement, where it is published, when it is tried again and when it is given up. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

ATTEMPTS_AT_MOST = 12
FIRST_RETRY_AFTER = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)

# The relay keeps its own times by the machine's wall clock, because a demo's set clock may stand still or jump; what a
# command leaves is due at once by any clock.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


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
    """Whoever may read the matter in the bodies that hold a function in the county, such as coordination."""

    function: str

    def as_json(self) -> dict[str, Any]:
        """The form kept in the outbox."""
        return {"function": self.function}


Audience = ToTenant | ToPerson | ToFunction


def audience_of(kept: Mapping[str, Any]) -> Audience:
    """What `as_json` kept. Raises `ValueError` for anything else."""
    match kept:
        case {"tenant": str(tenant), "roles": [*roles]}:
            return ToTenant(UUID(tenant), tuple(roles))
        case {"tenant": str(tenant), "person": str(person)}:
            return ToPerson(UUID(tenant), UUID(person))
        case {"function": str(function)}:
            return ToFunction(function)
        case _:
            raise ValueError(f"no audience: {dict(kept)!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """An announcement about to be left: `kind` in the past tense, ids (and instants) only in `facts`."""

    kind: str
    subject_kind: str
    subject_id: UUID
    audience: Sequence[Audience]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An announcement as a handler gets it. `attempts` counts the present one; `audience` is as it was kept."""

    id: UUID
    county_id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    audience: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    announced_at: datetime
    attempts: int

    def concerned(self) -> list[Audience]:
        """Who is concerned. Raises `ValueError` for what no command can have left."""
        return [audience_of(kept) for kept in self.audience]

    def as_publication(self, *, capacities: Collection[UUID]) -> dict[str, Any]:
        """What subscribers hear: that it happened, to what, and into whose inboxes it went. Ids only."""
        return {
            "announcement": str(self.id),
            "kind": self.kind,
            "subject_kind": self.subject_kind,
            "subject": str(self.subject_id),
            "capacities": sorted(str(capacity) for capacity in capacities),
        }


def channel(county_id: UUID) -> str:
    """The Redis channel on which a county's announcements are published once they are handled."""
    return f"gongguan:announcements:{county_id}"


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to the longest."""
    return min(FIRST_RETRY_AFTER * (1 << min(max(attempts - 1, 0), 20)), LONGEST_RETRY)


def given_up(attempts: int) -> bool:
    """Whether an announcement tried so often becomes a dead letter."""
    return attempts >= ATTEMPTS_AT_MOST
