"""The seeded registers: 500 tenants in ten counties with 1 000 000 referrals, and what is kept to find them.

Indexes are taken down for it and put up again, and nothing is logged, because these servers are thrown away.
"""

import asyncio

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.registers import FILLED, fill, settle
from tests.worlds import World, a_county

COUNTIES = 10
TENANTS = 50
REFERRALS = 100_000
"""Of each county."""


async def seed(owner: AsyncEngine, address: str) -> World:
    """Ten counties full of referrals; the first one, whose people act."""
    worlds = [await a_county(owner) for _ in range(COUNTIES)]
    connection = await asyncpg.connect(address)
    indexes = await _take_down(connection)
    # One for each core.
    numbered = list(enumerate(worlds))
    await asyncio.gather(*(_fill(address, numbered) for _ in range(2)))
    await asyncio.gather(*(_put_up(address, indexes) for _ in range(2)))
    await settle(connection)
    await connection.close()
    return worlds[0]


async def _take_down(connection: asyncpg.Connection) -> list[str]:
    """Drop the indexes and keys of the tables that are filled; the statements that make the indexes, the largest last.

    Keys come back as unique indexes, and foreign keys not at all: nothing is written afterwards.
    """
    indexes = await connection.fetch(
        "select indexname, indexdef from pg_indexes where tablename = any($1)", FILLED
    )
    keys = await connection.fetch(
        """select c.relname as table, k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
            where c.relname = any($1) and k.contype in ('p', 'u', 'f')""",
        FILLED,
    )
    for key in keys:
        await connection.execute(
            f"alter table {key['table']} drop constraint if exists {key['name']} cascade"
        )
    for index in indexes:
        await connection.execute(f"drop index if exists {index['indexname']}")
    for table in FILLED:
        await connection.execute(f"alter table {table} set unlogged")
    return sorted((index["indexdef"] for index in indexes), key=lambda told: "search_grams" in told)


async def _fill(address: str, worlds: list[tuple[int, World]]) -> None:
    connection = await asyncpg.connect(address)
    while worlds:
        number, world = worlds.pop()
        await fill(connection, world, tenants=TENANTS, referrals=REFERRALS, prefix=f"0198{number:04x}-0000")
    await connection.close()


async def _put_up(address: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute("set maintenance_work_mem = '1GB'")
    while statements:
        await connection.execute(statements.pop())
    await connection.close()
