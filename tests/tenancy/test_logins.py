"""What each login reaches of every table, by raw SQL: the owner all of it, the backup to read, the worker and the app by verb.

Between tenants the app is walled off (`test_walls.py`), and on tables that belong to no county it is not. Every table is
under forced row security, so that even its owner has it by a policy: where one were missing, a migration or a backup would
find empty tables and go on.
"""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Table

from tenancy.kinds import ALL_VERBS, Base, Platform, kinds
from tenancy.row_security import changeable
from tests.databases import MigratedDatabase
from tests.tenancy.conftest import Ground, for_asyncpg
from tests.tenancy.rows import Row, Rows, a_row, another, put, where_it_is
from tests.worlds import NOW, World

SAID = {
    "set_clock": {"id": 1},
    "statutory_years": {"year": 1999},
    "statutory_days": {"year": 1999, "day": NOW.date().replace(year=1999)},
}
"""What the checks on tables of the platform ask."""


def reaches() -> Iterator[tuple[str, Table]]:
    """Each login and each table of which it has anything without being anybody's."""
    for table in Base.metadata.sorted_tables:
        kind = kinds()[table.name]
        yield "owner", table
        yield "backup", table
        if kind.worker:
            yield "worker", table
        if kind.app and isinstance(kind, Platform):
            yield "app", table


def verbs(login: str, table: Table) -> tuple[str, ...]:
    """What the login does with the table."""
    kind = kinds()[table.name]
    return {"owner": ALL_VERBS, "backup": ("select",), "worker": kind.worker, "app": kind.app}[login]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def logins(migrated_database: MigratedDatabase) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """A connection of each login."""
    opened = {
        login: await asyncpg.connect(for_asyncpg(getattr(migrated_database, login)))
        for login in ("owner", "backup", "worker", "app")
    }
    yield opened
    for connection in opened.values():
        await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rows(ground: Ground, logins: dict[str, asyncpg.Connection]) -> AsyncIterator[Rows]:
    """A row of each table: of a county's those of the ground, of the platform's such as go with the module."""
    made: Rows = {}
    platform = [table for table in Base.metadata.sorted_tables if isinstance(kinds()[table.name], Platform)]
    for table in platform:
        made[table.name] = _of_the_platform(table, ground.here, made)
        await put(logins["owner"], table, made[table.name])
    county = await logins["owner"].fetchrow(
        "select * from counties where county_id = $1", ground.here.county_id
    )
    yield {"counties": dict(county)} | ground.shared | made
    for table in reversed(platform):
        condition, key = where_it_is(table, made[table.name])
        await logins["owner"].execute(f"delete from {table.name} where {condition}", *key)


def _of_the_platform(table: Table, world: World, parents: Rows) -> Row:
    bodies = {"first": world.bodies["aojiang"], "second": world.bodies["shuitou"]}
    return a_row(
        table,
        county=world.county_id,
        addressee=world.bodies["shuitou"],
        parents=parents,
        word=lambda: "w",
        said=SAID.get(table.name),
        **bodies,
    )


class TestALogin:
    @pytest.mark.parametrize(
        ("login", "table"), list(reaches()), ids=lambda part: part if isinstance(part, str) else part.name
    )
    async def test_reaches_what_it_is_for(
        self, login: str, table: Table, logins: dict[str, asyncpg.Connection], rows: Rows
    ) -> None:
        row, connection = rows[table.name], logins[login]
        for verb in verbs(login, table):
            assert await reached(connection, verb, table, row) == 1, verb


async def reached(connection: asyncpg.Connection, verb: str, table: Table, row: Row) -> int:
    """How many rows the verb reaches, of this one or one like it; what it does is undone."""
    condition, key = where_it_is(table, row)
    transaction = connection.transaction()
    await transaction.start()
    try:
        if verb == "select":
            found = await connection.fetchval(f"select count(*) from {table.name} where {condition}", *key)
            return int(found)
        if verb == "insert":
            await put(connection, table, another(table, row))
            return 1
        may_change = (*changeable(table, kinds()[table.name]), next(iter(table.columns)).name)
        column = next(name for name in may_change if table.c[name].identity is None)
        update = f'update {table.name} set "{column}" = "{column}"'
        change = update if verb == "update" else f"delete from {table.name}"
        return int((await connection.execute(f"{change} where {condition}", *key)).rpartition(" ")[2])
    except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError, asyncpg.CheckViolationError):
        # Row security is asked before keys and checks are.
        return 1
    finally:
        await transaction.rollback()
