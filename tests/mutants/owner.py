"""The schema's owner, who takes policies away and puts them back, in an event loop of his own."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import asyncpg

PATIENCE = "set lock_timeout = '10s'"
"""Who changes a policy waits for whoever uses the table. Nobody should, between two tests."""


class Owner:
    """One connection, usable from anywhere."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection = self._run(asyncpg.connect(url.replace("+asyncpg", "", 1)))
        self.does(PATIENCE)

    def does(self, statement: str) -> None:
        """Carry out a statement."""
        self._run(self._connection.execute(statement))

    def asks(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        return [tuple(row) for row in self._run(self._connection.fetch(statement))]

    def goes(self) -> None:
        """Nothing more."""
        self._run(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(timeout=60)
