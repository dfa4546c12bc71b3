"""What is on record of everybody who tries: leave, nights and a swap of them, a day's attendance, disciplinary cases, a
certificate with what became of it.

Whoever tries is at home in the body that they act in and works with another one, which is nobody else's here. So what the
two bodies may do is never what a person may about themselves; but for the home's part, and that is why there are guests: they
act in a body that is neither, and reach what is on record of them by being that person alone.
"""

from dataclasses import replace
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.staff.pinyin import pinyin
from tenancy.ids import new_id
from tenancy.kinds import Base
from tests.databases import MigratedDatabase
from tests.rights.ground import A_DAY, GUESTS, SIDES, Ground, Post, as_owner, everybody
from tests.tenancy.rows import Row, Rows, a_row, put
from tests.worlds import NOW

HOME_OF_GUESTS, ELSEWHERE = "justice", "aojiang"


async def with_what_is_on_record(
    ground: Ground, owner_engine: AsyncEngine, database: MigratedDatabase
) -> Ground:
    """The ground with guests, and with what is on record of everybody."""
    world = ground.world
    guests = await everybody(owner_engine, world, GUESTS, home=HOME_OF_GUESTS)
    owner = await as_owner(database)
    try:
        own = {
            post.name: await _of(owner, ground, post, home=world.bodies[SIDES.get(post.side, HOME_OF_GUESTS)])
            for post in (*ground.posts, *guests)
        }
    finally:
        await owner.close()
    return replace(ground, guests=guests, own=own)


async def _of(owner: asyncpg.Connection, ground: Ground, post: Post, *, home: Any) -> Rows:
    """What is on record of whoever holds a post, by what it is."""
    world, who = ground.world, post.row["person_id"]
    elsewhere = world.bodies[ELSEWHERE]
    parents: Rows = {
        "organisations": {"county_id": world.county_id, "id": elsewhere},
        "persons": {"county_id": world.county_id, "home_id": home, "id": who, "pinyin": pinyin(post.role)},
        "units": {"county_id": world.county_id, "id": world.units["transport"]},
    }

    async def made(table: str, *, by: Any = home, shared_with: Any = elsewhere, **said: Any) -> Row:
        row = a_row(
            Base.metadata.tables[table],
            county=world.county_id,
            first=by,
            second=shared_with,
            addressee=elsewhere,
            parents=parents,
            word=lambda: f"w{new_id().hex}",
            said=said,
        )
        await put(owner, Base.metadata.tables[table], row)
        return row

    day = NOW.date() + 30 * A_DAY
    night, other_night = await made("night_duties", day=day), await made("night_duties", day=day + A_DAY)
    parents["secondments"] = await made("secondments", since=NOW.date())
    parents["certificates"] = certificate = await made("certificates")
    return {
        "leave": await made("leave_requests", state="withdrawn", closed_at=NOW),
        "attendance": await made("attendance_entries"),
        "certificate": certificate,
        "change of it": await made("certificate_changes"),
        "night": night,
        "other night": other_night,
        "swap": await made("night_duty_swaps", duty_id=night["id"], other_duty_id=other_night["id"]),
        "case that was decided": await made("disciplinary_cases", concerned_id=who, inquired_id=None),
        "open case": await made("disciplinary_cases", shared_with=None, inquired_id=who),
        "open case elsewhere": await made(
            "disciplinary_cases", by=elsewhere, shared_with=None, inquired_id=who
        ),
    }
