"""Acting as somebody on a raw connection: the opening call and then any SQL at all, as if no query had a filter.

This is the second lock alone. Python's side of the opening call is shown in `test_opening.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from tenancy.transactions import Credentials, token_hash
from tests.worlds import NOW


@asynccontextmanager
async def acting(
    connection: asyncpg.Connection, credentials: Credentials, *, now: datetime = NOW
) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in the scope of these credentials. It is rolled back, whatever was done in it."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        opened = await connection.fetchrow(
            "select problem from open_scope($1, $2, $3, true)",
            token_hash(credentials.token or ""),
            credentials.acting_as,
            now,
        )
        assert opened["problem"] is None, opened["problem"]
        yield connection
    finally:
        await transaction.rollback()


async def refusal_of(connection: asyncpg.Connection, statement: str, *arguments: object) -> str | None:
    """What PostgreSQL says against the statement, or None where it lets it pass; the transaction stays usable."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        await connection.execute(statement, *arguments)
    except asyncpg.PostgresError as error:
        return str(error)
    finally:
        await savepoint.rollback()
    return None
