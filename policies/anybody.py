"""Anybody: an actor of whom only the roles are known, for filters that are made once and filled in for each actor.

Where an actor's id would stand in a filter, the name of a parameter stands. An actor who has none, as most oversee
nobody, is another anybody, because their filters say that nothing equals it.
"""

from dataclasses import dataclass, fields
from typing import Self
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.types import Uuid

from tenancy.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What rows are compared with (`relations.py`), by the names that actors have for it."""

    tenant_id: BindParameter[UUID] | None
    capacity_id: BindParameter[UUID] | None
    person_id: BindParameter[UUID] | None
    county_id: BindParameter[UUID] | None
    overseen: BindParameter[UUID] | None


OF_ACTOR = "actor_"

PARAMETERS = {each.name: bindparam(OF_ACTOR + each.name, None, type_=Uuid) for each in fields(Ids)}
"""By the attribute of an actor, what stands for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anybody(Ids):
    """Whoever has these roles, and these of them in their own right, for their own body or as the heir of another."""

    roles: frozenset[str]
    own_roles: frozenset[str]
    as_heir: bool

    @classmethod
    def like(cls, actor: Actor) -> Self:
        """Anybody who has what this actor has."""
        lacks = lacking(actor)
        has = {name: None if name in lacks else each for name, each in PARAMETERS.items()}
        return cls(roles=actor.roles, own_roles=actor.own_roles, as_heir=actor.as_heir, **has)


def lacking(actor: Actor) -> tuple[str, ...]:
    """Which of the ids this actor has not."""
    return tuple(name for name in PARAMETERS if getattr(actor, name) is None)
