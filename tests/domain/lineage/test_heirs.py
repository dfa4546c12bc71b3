"""What an heir sees and may touch, table by table with raw SQL: what the dissolved body's own people did, and no more.

The rows are those of the walls' tests (`tests/tenancy/rows.py`): one in every table for each pair of bodies, whatever a
table may come to hold. Compared are sets of rows, before the day by the dissolved body's own head, after it by the heir's.
"""

from datetime import timedelta
from functools import partial

import asyncpg
import pytest

from tenancy.kinds import Private, Shared, kinds
from tenancy.transactions import Credentials
from tests.domain.lineage.office import MERGED, on_record
from tests.tenancy.acting import acting
from tests.tenancy.rows import bound_tables, matter_between
from tests.worlds import NOW

LATER = NOW + timedelta(days=30)


def given(table):
    """Functions are the world's own: nobody can be merged into whoever does not hold the same ones."""
    return table != "organisation_functions"


def own_posts(table):
    """Whether whoever acts sees rows of theirs in other capacities as well; that is the person's, not the body's."""
    kind = kinds()[table.name]
    return isinstance(kind, Private) and kind.person is not None


# The change itself is the county's, and the posts that it ends are seen by whoever holds them.
READ = [
    table
    for table in bound_tables()
    if "select" in kinds()[table.name].app and table.name != "lineage_entries" and not own_posts(table)
]

BETWEEN_BODIES = [table.name for table in READ if isinstance(kinds()[table.name], Private | Shared)]
"""The tables whose rows are of some bodies and not of others, so that to see all of them would be told."""


@pytest.fixture
async def owner(migrated_database):
    connection = await asyncpg.connect(migrated_database.owner.replace("+asyncpg", "", 1))
    yield connection
    await connection.close()


@pytest.fixture
async def app(migrated_database):
    connection = await asyncpg.connect(migrated_database.app.replace("+asyncpg", "", 1))
    yield connection
    await connection.close()


@pytest.fixture
async def full(owner, world):
    """Rows of transport's own, with kunyang, of agriculture's own, with aojiang, and of two strangers."""
    for name, first, second, person in (
        ("left", "transport", None, "tang"),
        ("left with kunyang", "transport", "kunyang", "tang"),
        ("told to the left", "kunyang", "transport", "chen"),
        ("the heir's", "agriculture", None, "zheng"),
        ("the heir's with aojiang", "agriculture", "aojiang", "zheng"),
        ("strangers'", "aojiang", "shuitou", "ye"),
    ):
        words = iter(f"{name} {n}" for n in range(10_000))
        await matter_between(
            owner, world, first=first, second=second, person=person, word=partial(next, words), only=given
        )


async def all_seen(app, credentials, *, now):
    """The rows of each table that somebody reads without any filter, each as a text."""
    found = {}
    async with acting(app, credentials, now=now) as connection:
        for table in READ:
            rows = await connection.fetch(f'select to_jsonb(t)::text as row from "{table.name}" t')
            found[table.name] = {row["row"] for row in rows}
    return found


async def test_an_heir_sees_what_was_seen_before_and_nothing_else(app, owner_engine, world, full):
    before = await all_seen(app, world["lin"].credentials, now=NOW)
    own_before = await all_seen(app, world["huang"].credentials, now=NOW)
    await on_record(owner_engine, world, MERGED)
    heir = Credentials(world["huang"].token, acting_as="transport")
    assert await all_seen(app, heir, now=LATER) == before
    assert await all_seen(app, world["huang"].credentials, now=LATER) == own_before
    assert {name for name, rows in before.items() if not rows} == set()
    assert {name for name in BETWEEN_BODIES if before[name] == own_before[name]} == set()


async def test_no_rows_at_all_are_seen_in_the_name_of_a_body_that_is_still_there(app, world, full):
    with pytest.raises(AssertionError, match="CAPACITY_REFUSED"):
        await all_seen(app, Credentials(world["huang"].token, acting_as="transport"), now=LATER)
