"""A statement whose program was killed does not wait for ever: PostgreSQL was told when to end it."""

import asyncio
import sys

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import MigratedDatabase
from tests.workers.workshop import eventually

WAITS = """
import asyncio, sys
from sqlalchemy import text
from tenancy.transactions import Engines
async def wait():
    async with Engines.of(sys.argv[1], statement_seconds=3).writing.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(20261122)"))
asyncio.run(wait())
"""

WAITING = "select count(*) from pg_stat_activity where datname = $1 and wait_event = 'advisory'"


async def test_a_killed_programs_statement_ends(
    migrated_database: MigratedDatabase, owner_engine: AsyncEngine, postgres_server: str
) -> None:
    administrator = await asyncpg.connect(postgres_server)

    async def waits() -> bool:
        """the statement waits"""
        return bool(await administrator.fetchval(WAITING, owner_engine.url.database))

    async def waits_no_more() -> bool:
        """nobody waits"""
        return not await waits()

    async with owner_engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(20261122)"))
        program = await asyncio.create_subprocess_exec(sys.executable, "-c", WAITS, migrated_database.app)
        await eventually(waits)
        program.kill()
        await program.wait()
        # What it waits for is still held, and whoever waits is still there, with nobody to answer.
        assert await waits()
        await eventually(waits_no_more)
    await administrator.close()
