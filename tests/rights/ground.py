"""One county for all: in each of four bodies somebody of every role, and a row of every table for them to act on.

The rows are the owner's (`tests/tenancy/rows.py`), because whether somebody may is asked before what state a thing is in.
What is on record of those who try themselves is in `own.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.staff import commands as staff
from tenancy.ids import new_id
from tenancy.kinds import Base
from tenancy.models import Account, Capacity, Session
from tenancy.transactions import Credentials, token_hash
from tests.databases import MigratedDatabase
from tests.tenancy.rows import Row, Rows, another, matter_between, put
from tests.worlds import FAR_AWAY, IN_POST_SINCE, NOW, World, a_county

ROLES = ("officer", "registrar", "head", "coordinator", "supervisor", "personnel")

SIDES = {"first": "transport", "second": "kunyang", "overseer": "coordination", "stranger": "agriculture"}
"""By side, the body: whose it is or who sent it, whom it came to, who oversees the county, and who is nothing to it."""

GUESTS = {"guest": "shuitou"}
"""Of each role one more, who acts in a body that is nothing to it, and is at home in another (`own.py`)."""

A_DAY = timedelta(days=1)

READ_BY_ALL = {"county_rulebooks", "county_days", "calendar_versions"}
"""What the edge reads before anybody acts."""


@dataclass(frozen=True)
class Post:
    """Somebody's only post: in which body, by which side, and as what."""

    side: str
    role: str
    row: Row
    credentials: Credentials

    @property
    def name(self) -> str:
        """The post as tables say it."""
        return f"{self.side} {self.role}"


@dataclass(frozen=True)
class Ground:
    """The county, everybody in it who tries, and the rows: those of both bodies, and those of the first alone."""

    world: World
    posts: list[Post]
    shared: Rows
    draft: Rows
    notices: dict[str, Row]
    """By side and role, a notice to that post."""
    admitted: Row
    """A material of the second body's to read as well."""
    hosts_night: Row
    """A night on the second body's roster, of an officer of the first; the one among the rest is on the first one's."""
    absence: Row
    """Leave of an officer of the first body with the second, which was approved."""
    hosts_proposal: Row
    """What the second body, as host, consults the first on; among the rest it is the other way round."""
    certificate: Row
    """One that the officer of the first body who works with the second holds."""
    guests: list[Post] = field(default_factory=list)
    own: dict[str, Mapping[str, Row]] = field(default_factory=dict)
    """By post, what is on record of whoever holds it."""


async def laid(
    owner_engine: AsyncEngine, database: MigratedDatabase, *, rulebook: str | None = None
) -> Ground:
    """The ground in a fresh county, by the demo county's rules or another place's."""
    world = await a_county(owner_engine, rulebook=rulebook)
    posts = await everybody(owner_engine, world, SIDES)
    owner = await as_owner(database)
    try:
        shared = await _rows(owner, world, second=SIDES["second"])
        draft = await _rows(owner, world, second=None)
        notices = {}
        for post in posts:
            addressed = {
                "owner_id": post.row["tenant_id"],
                "capacity_id": post.row["id"],
                "person_id": post.row["person_id"],
                "read_at": None,
            }
            notice = another(Base.metadata.tables["notifications"], shared["notifications"]) | addressed
            await put(owner, Base.metadata.tables["notifications"], notice)
            notices[post.name] = notice
        besides = await _besides(owner, world, shared)
    finally:
        await owner.close()
    return Ground(world, posts, shared, draft, notices, **besides)


async def as_owner(database: MigratedDatabase) -> asyncpg.Connection:
    """A connection of the schema's owner, who writes rows as they are."""
    return await asyncpg.connect(database.owner.replace("+asyncpg", "", 1))


async def _besides(owner: asyncpg.Connection, world: World, shared: Rows) -> dict[str, Row]:
    """What one row of a table is not ground enough for, by the names that the ground gives them."""
    first, second = (world.bodies[SIDES[side]] for side in ("first", "second"))
    some = {
        "admitted": ("referral_materials", {"admitted_id": second}),
        "hosts_night": ("night_duties", {"body_id": second, "day": shared["night_duties"]["day"] + A_DAY}),
        "absence": (
            "leave_requests",
            {"state": "approved", "decided_in_id": second, "decided_by": new_id(), "decided_at": NOW},
        ),
        "hosts_proposal": ("consultations", {"from_id": second, "to_id": first}),
        "certificate": ("certificates", {"state": "held"}),
    }
    made = {}
    for name, (table, said) in some.items():
        made[name] = another(Base.metadata.tables[table], shared[table]) | said
        await put(owner, Base.metadata.tables[table], made[name])
    return made


async def _rows(owner: asyncpg.Connection, world: World, *, second: str | None) -> Rows:
    """A row of each table, written by nobody, of the first body and the second; what everything is read by stays as it is."""
    return await matter_between(
        owner,
        world,
        first=SIDES["first"],
        second=second,
        person="zhou",
        word=lambda: f"w{new_id().hex}",
        only=lambda table: table not in READ_BY_ALL,
    )


async def everybody(
    owner_engine: AsyncEngine, world: World, sides: Mapping[str, str], *, home: str | None = None
) -> list[Post]:
    """Somebody of each role on each of these sides, signed in; at home in the body that they act in, unless said."""
    posts = []
    for side, body in sides.items():
        for role in ROLES:
            row = {
                "county_id": world.county_id,
                "id": new_id(),
                "person_id": new_id(),
                "tenant_id": world.bodies[body],
                "post": role,
                "roles": [role],
                "secondment_id": None,
                "granted_by_id": None,
                "since": IN_POST_SINCE,
                "until": None,
            }
            token = f"{side} {role} of {world.code}"
            posts.append(Post(side, role, row, Credentials(token=token, acting_as=None)))
    async with owner_engine.begin() as connection:
        officers = {
            each.row["person_id"]: staff.Officer(
                each.role, home_id=world.bodies[home] if home else each.row["tenant_id"]
            )
            for each in posts
        }
        await staff.enter(connection, county_id=world.county_id, officers=officers)
        await connection.execute(insert(Capacity), [each.row for each in posts])
        for each in posts:
            account = {
                "county_id": world.county_id,
                "id": new_id(),
                "login": each.credentials.token,
                "person_id": each.row["person_id"],
                "password_hash": "none",
                "disabled_at": None,
            }
            await connection.execute(insert(Account).values(account))
            await connection.execute(
                insert(Session).values(
                    id=new_id(),
                    token_hash=token_hash(each.credentials.token or ""),
                    account_id=account["id"],
                    issued_at=IN_POST_SINCE,
                    expires_at=NOW + FAR_AWAY,
                    revoked_at=None,
                )
            )
    return posts
