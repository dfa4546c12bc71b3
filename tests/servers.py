"""The servers of a test session: throw-away ones of its own, or those of `DATABASE_URL` and `REDIS_URL`.

Throw-away servers live in a temporary folder, do not sync, and go with the session; the home of a running platform is
never touched. On given servers a session makes databases of its own names and drops them again, and takes a Redis
database that is empty. Not here: the platform's schema in those databases (the fixtures above this file bring it).
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from ops.addresses import with_database
from ops.embedded.servers import Wanted, started
from ops.home import WALKABLE, held
from ops.roles import drop_login_roles
from ops.settings import read_settings

PREFIX = "gongguan-test-"


@dataclass(frozen=True)
class TestServers:
    """Where the session's servers are: an administrator's PostgreSQL address and a Redis address."""

    __test__ = False

    database_url: str
    redis_url: str
    home: Path
    """A home of this session's own: passwords of the databases it makes are kept in its secrets."""


@dataclass(frozen=True)
class Database:
    """A database of this session: its name, and the administrator's address of it."""

    name: str
    url: str


@dataclass
class Databases:
    """Makes databases with names nobody else uses, and drops them."""

    servers: TestServers
    _made: list[Database] = field(default_factory=list)
    _originals: dict[str, Database] = field(default_factory=dict)

    async def copy_of(
        self, original: str, furnish: Callable[[Database], Awaitable[None]], *, label: str
    ) -> Database:
        """A new database, a copy of one that is furnished when it is first asked for, and then never opened again."""
        if original not in self._originals:
            made = await self(label=original)
            await furnish(made)
            self._originals[original] = made
        return await self(template=self._originals[original].name, label=label)

    async def __call__(self, *, template: str = "template0", label: str = "t") -> Database:
        """A new database, a copy of `template`. `label` is part of its name, for whoever looks at the server."""
        name = f"gongguan_{label}_{secrets.token_hex(5)}"
        encoding = "encoding 'UTF8'" if template == "template0" else ""
        await self._execute(f'create database "{name}" template "{template}" {encoding}')
        database = Database(name, with_database(self.servers.database_url, name))
        self._made.append(database)
        return database

    async def drop(self, database: Database) -> None:
        """Drop it now, whoever is still connected, with its logins."""
        await self._execute(f'drop database "{database.name}" with (force)')
        await drop_login_roles(self.servers.database_url, database.name, self.servers.home)
        self._made.remove(database)

    async def drop_all(self) -> None:
        """Drop every database this session made and has not dropped yet, the latest first."""
        for database in reversed(list(self._made)):
            await self.drop(database)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.servers.database_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def servers_for_a_session(*, durable: bool = False) -> Iterator[TestServers]:
    """The session's servers: given ones where the environment names them, throw-away ones for the rest.

    Throw-away ones do not sync unless `durable` asks for it, as benchmarks do: users' servers sync.
    """
    given = read_settings(os.environ)
    with _throw_away_home() as folder, held(folder / "home") as home:
        wanted = Wanted(given.database_url, given.redis_url, durable=durable, outside=folder / "outside")
        with started(home, wanted) as servers:
            yield TestServers(servers.addresses.database_url, servers.addresses.redis_url, home)


@contextmanager
def _throw_away_home() -> Iterator[Path]:
    """A temporary folder for a home; those that killed sessions left are cleared away first."""
    _clear_away_abandoned_homes()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(WALKABLE)  # root's servers run as another user, who must be able to pass
    with (folder / "not-yet").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        (folder / "not-yet").rename(folder / "in-use")  # never seen unlocked while we live
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _clear_away_abandoned_homes() -> None:
    """Remove homes of sessions that died: their mark exists and nobody locks it any more."""
    for mark in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/in-use"):
        try:
            with mark.open("r") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(mark.parent, ignore_errors=True)
        except OSError:  # in use, another user's, or gone in the meantime
            continue


@contextmanager
def a_walkable_folder() -> Iterator[Path]:
    """An empty temporary folder that any user can pass through, unlike pytest's own.

    For homes of servers that a test starts itself: root's servers run as another user, and where he cannot reach the
    home their data would be kept outside of it, and stay behind.
    """
    folder = Path(tempfile.mkdtemp(prefix="gongguan-ops-"))
    folder.chmod(WALKABLE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
