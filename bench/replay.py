"""Capturing the statements that the platform sends, and sending them again with nothing above asyncpg.

The floor is not an imitation: it is the very same SQL with the very same parameters, prepared once, in the same
transactions, by the same login, under the same row-level security.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

Sent = tuple[str, Any]
"""A statement and its parameters: a tuple, or a list of tuples for a statement that was sent for many."""


@dataclass
class Captured:
    """Transactions as lists of (statement, parameters), in the order in which they were sent."""

    transactions: list[list[Sent]] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """How many statements there are in all."""
        return sum(len(transaction) for transaction in self.transactions)


@contextmanager
def capturing(engine: AsyncEngine) -> Iterator[Captured]:
    """Every statement that leaves through this engine while the block runs, one list per transaction."""
    captured = Captured()
    # Transactions interleave on different connections, each lent for one; each connection fills its own list.
    current: dict[int, list[Sent]] = {}

    def is_lent(connection: Any, *_others: Any) -> None:
        current[id(connection)] = []
        captured.transactions.append(current[id(connection)])

    def sends(
        connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        sink = current[id(connection.connection.dbapi_connection)]
        sink.append((statement, [tuple(each) for each in parameters] if many else tuple(parameters)))

    event.listen(engine.sync_engine, "checkout", is_lent)
    event.listen(engine.sync_engine, "before_cursor_execute", sends)
    try:
        yield captured
    finally:
        event.remove(engine.sync_engine, "checkout", is_lent)
        event.remove(engine.sync_engine, "before_cursor_execute", sends)


async def bare_connection(url: str) -> asyncpg.Connection:
    """A connection as the platform's driver sets one up: JSON as text, nothing else."""
    connection = await asyncpg.connect(url)
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=str, decoder=orjson.loads, format="text"
        )
    return connection


class Replayer:
    """Sends captured transactions over one bare connection, each statement prepared once."""

    def __init__(self, connection: asyncpg.Connection, *, snapshot: bool) -> None:
        self._connection = connection
        self._prepared: dict[str, Any] = {}
        self._options = {"isolation": "repeatable_read", "readonly": True} if snapshot else {}

    async def send(self, transaction: list[Sent]) -> list[list[asyncpg.Record]]:
        """One transaction; the rows of each statement."""
        rows = []
        async with self._connection.transaction(**self._options):
            for statement, parameters in transaction:
                if isinstance(parameters, list):
                    await self._connection.executemany(statement, parameters)
                    continue
                prepared = self._prepared.get(statement)
                if prepared is None:
                    prepared = self._prepared[statement] = await self._connection.prepare(statement)
                rows.append(await prepared.fetch(*parameters))
        return rows


def encoded(rows: list[list[asyncpg.Record]]) -> bytes:
    """The rows as JSON: what the barest endpoint would have to send."""
    return orjson.dumps([[dict(row) for row in of_one] for of_one in rows], default=str)
