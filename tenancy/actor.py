"""The actor: one person in one capacity, as the opening call of a transaction found them.

It holds what the database said at that moment and is thrown away with the transaction, so a right that ended is
gone with the next request. It decides nothing; `policies` does.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Lent:
    """What an absent colleague's post lends to the actor: whose it is, and the `roles` that the actor's own post lacks.

    It comes from one substitution and lasts until an instant; what is lent is never lent on.
    """

    substitution_id: UUID
    capacity_id: UUID
    person_id: UUID
    roles: frozenset[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts (`person_id`), in which post (`capacity_id`), for which tenant (`tenant_id`, the scope's `me()`) of which kind.

    `overseen` is the county when a function of the tenant oversees it, otherwise None. The versions tell which
    snapshot of policies, rulebooks and calendar the transaction began with. `ends_at` is when the capacity ends, where
    that is fixed. `as_heir` says that the tenant is no more, and that the post is one in the body that goes on with what it
    left: its `tenant_id` is then the one that was dissolved. `roles` are those of the post together with what is `lent` to
    it while a colleague is absent.
    """

    session_id: UUID
    account_id: UUID
    county_id: UUID
    person_id: UUID
    capacity_id: UUID
    tenant_id: UUID
    tenant_kind: str
    roles: frozenset[str]
    functions: frozenset[str]
    overseen: UUID | None
    policy_version: int
    rulebook_version: int
    calendar_version: int
    time_zone: str
    ends_at: datetime | None = None
    as_heir: bool = False
    lent: Lent | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The county's time zone, in which its days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def own_roles(self) -> frozenset[str]:
        """The roles of the actor's own post."""
        return self.roles if self.lent is None else self.roles - self.lent.roles

    def by_own_right(self) -> Self:
        """The same person in the same post, with nothing lent."""
        return self if self.lent is None else replace(self, roles=self.own_roles, lent=None)
