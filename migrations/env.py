"""Alembic's entry: connects as the owner and runs the steps that are missing, one deployment at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

# An arbitrary number that stands for "migrating this database": whoever holds the lock migrates, others wait.
MIGRATING = 7_341_905


def run(connection: Connection) -> None:
    """Run the missing steps as the owner of the schema, holding the lock until the end of the transaction."""
    context.configure(connection=connection, version_table="schema_steps")
    with context.begin_transaction():
        connection.execute(text("set local role gongguan_owner"))
        connection.execute(text("select pg_advisory_xact_lock(:step)"), {"step": MIGRATING})
        context.run_migrations()
        # The one table that no model knows: a backup that may not read it cannot dump anything.
        connection.execute(text("grant select on schema_steps to gongguan_backup"))


async def connect_and_run() -> None:
    """Open one connection to the address in the configuration, run, and close it."""
    engine = create_async_engine(context.config.attributes["url"])
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect_and_run())
