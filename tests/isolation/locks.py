"""The three compositions: both locks, the filter alone, row security alone. Each a real server over its own database.

A lock is taken away where the platform is put together: another `Authority` for the edge, or a database whose tables
had row security switched off by its superuser. The platform has no setting for either.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import asyncpg
import httpx
import uvicorn
from sqlalchemy import ColumnElement, true

from api.app import create_app
from api.limits import Limits
from domain.documents.store import Store
from domain.edge import Edge
from policies.authority import Authority
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase
from tests.keys import KEYS
from tests.worlds import CHEAP_HASHER, HandSetClock

Locks = Literal["both", "row security off", "filter off"]

SWITCH_OFF = """
do $$
declare t record;
begin
    for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('alter table %I disable row level security, no force row level security', t.relname);
    end loop;
end
$$
"""


class Unfiltered(Authority):
    """An authority to whom everybody may do and see everything: what is left is row security."""

    def may(self, action: str, aspect: str, row: object) -> bool:
        """Anybody may."""
        return True

    def require(self, action: str, aspect: str, row: object) -> None:
        """Nothing is refused."""

    def visible(self, model: type[Any], aspect: str, action: str = "read") -> ColumnElement[bool]:
        """Every row that the database gives."""
        return true()

    def may_at_all(self, action: str, aspect: str) -> bool:
        """Anybody may."""
        return True


@dataclass(frozen=True)
class Composition:
    """A running platform: its locks, its address, its database, its clock, and where files and logs go."""

    locks: Locks
    url: str
    database: MigratedDatabase
    clock: HandSetClock
    files: Path
    log: "LogBook"


class LogBook(logging.Handler):
    """Everything that is logged while it is listening, as text."""

    IGNORED = ("httpx", "httpcore", "hypothesis", "asyncio", "uvicorn.access")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down, with its traceback if it has one."""
        if not record.name.startswith(self.IGNORED):
            self._lines.append(self.format(record))

    def torn_out(self) -> str:
        """What was written since the last time."""
        lines, self._lines = self._lines, []
        return "\n".join(lines)


async def without_row_security(superuser_url: str) -> None:
    """Switch row security off on every table, as only the superuser of a test may."""
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute(SWITCH_OFF)
    finally:
        await connection.close()


@contextmanager
def running(locks: Locks, database: MigratedDatabase, files: Path) -> Iterator[Composition]:
    """The platform over this database, in a thread with its own event loop."""
    # The protocol is named because asyncio sends small answers at once only where it is: otherwise each waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    clock, log = HandSetClock(), LogBook()
    server = uvicorn.Server(uvicorn.Config("not used", log_level="warning", lifespan="on", access_log=False))

    async def serve() -> None:
        engines = Engines.of(database.app, pool_size=5)
        authority = Unfiltered if locks == "filter off" else Authority
        server.config.app = create_app(
            edge=Edge(engines=engines, clock=clock, authority=authority, keys=lambda: KEYS),
            doorkeeper=Doorkeeper(
                engines.writing,
                SignInPolicy(failures_allowed=1_000_000, token_lives=timedelta(days=9999)),
                CHEAP_HASHER,
            ),
            store=Store(files),
            # What is asked here is as large as it can be, so that nothing is left unasked.
            limits=Limits(cost=2_000_000, aliases=200, fields=4000),
        )
        await server.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with httpx.Client(trust_env=False) as client:
        client.get(f"{url}/healthz", timeout=30).raise_for_status()
    root = logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.INFO)
    try:
        yield Composition(locks, url, database, clock, files, log)
    finally:
        root.removeHandler(log)
        root.setLevel(level)
        server.should_exit = True
        thread.join(timeout=10)
