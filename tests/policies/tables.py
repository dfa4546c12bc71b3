"""Small tables of the tests' own, and people to act on them. No table of the platform is used here.

`Isolated` has one column for every relation, so that an actor can stand in exactly one. `Letter`, `Post` and `Matter`
are three declarations over one table of random worlds, with columns that may be empty and columns that may not.
"""

from typing import Any, ClassVar
from uuid import UUID, uuid5

from sqlalchemy import Column, Integer, MetaData, Table, Uuid
from sqlalchemy.orm import DeclarativeBase

from policies.relations import RELATIONS
from tenancy.actor import Actor

NAMES = UUID("00000000-0000-4000-8000-0000000c0de5")


def named(*name: object) -> UUID:
    """The same id for the same name, every time."""
    return uuid5(NAMES, "/".join(map(str, name)))


PINGYANG = named("county", "Pingyang")
TRANSPORT, KUNYANG, COORDINATION, JUSTICE, AOJIANG = (
    named("tenant", name) for name in ("transport", "kunyang", "coordination", "justice", "aojiang")
)


def acting(*roles: str, tenant: UUID = TRANSPORT, **others: Any) -> Actor:
    """Somebody with these roles in this tenant; everything else is fixed unless said otherwise."""
    facts: dict[str, Any] = {
        "session_id": named("session"),
        "account_id": named("account"),
        "county_id": PINGYANG,
        "person_id": named("person"),
        "capacity_id": named("capacity"),
        "tenant_id": tenant,
        "tenant_kind": "department",
        "roles": frozenset(roles),
        "functions": frozenset(),
        "overseen": None,
        "policy_version": 1,
        "rulebook_version": 1,
        "calendar_version": 1,
        "time_zone": "Asia/Shanghai",
    }
    return Actor(**(facts | others))


class TestBase(DeclarativeBase):
    __test__ = False
    metadata = MetaData()


class Isolated(TestBase):
    __table__ = Table(
        "isolated",
        TestBase.metadata,
        Column("id", Uuid, primary_key=True),
        *(Column(f"{relation}_id", Uuid) for relation in RELATIONS),
    )
    relations: ClassVar = {relation: f"{relation}_id" for relation in RELATIONS}


def standing_only_as(*relations: str, actor: Actor) -> Isolated:
    """A row to which the actor stands in these relations and in no other. An overseer's actor must oversee."""
    mine = {f"{relation}_id": getattr(actor, RELATIONS[relation].compares) for relation in relations}
    return Isolated(id=named("row"), **mine)


worlds = Table(
    "worlds",
    TestBase.metadata,
    Column("world", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("a", Uuid, nullable=False),
    Column("b", Uuid),
    Column("c", Uuid),
    Column("county", Uuid, nullable=False),
    Column("shown", Uuid),
    Column("person", Uuid),
    Column("capacity", Uuid),
    prefixes=["temporary"],
)


class Letter(TestBase):
    __table__ = worlds
    relations: ClassVar = {"sender": "a", "receiver": "b", "admitted": "c", "overseer": "shown"}


class Post(TestBase):
    __table__ = worlds
    relations: ClassVar = {"home": "a", "host": "b", "holder": "person", "overseer": "county"}


class Matter(TestBase):
    __table__ = worlds
    relations: ClassVar = {
        "owner": "b",
        "obligor": "a",
        "waiting": "c",
        "addressee": "capacity",
        "undertaker": "person",
        "member": "county",
        "overseer": "county",
    }
