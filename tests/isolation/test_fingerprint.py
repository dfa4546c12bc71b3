"""The fingerprint by which an act is seen to change nothing of others': it is another as soon as anything of theirs is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import MigratedDatabase
from tests.isolation.canaries import canary, fingerprint_of_rows
from tests.isolation.watching import tables_of_nodes
from tests.tenancy.rows import Rows, matter_between
from tests.worlds import World, a_county


@dataclass(frozen=True)
class Ground:
    """A county in which aojiang has something of its own, transport too, and the owner's connection."""

    world: World
    owner: asyncpg.Connection
    own: Rows
    others: Rows

    async def fingerprint(self) -> list[tuple[Any, ...]]:
        """As somebody of aojiang acts."""
        found = await self.owner.fetch(
            fingerprint_of_rows(sorted(tables_of_nodes())),
            [self.world.county_id],
            self.world.bodies["aojiang"],
        )
        return [tuple(each) for each in found]

    async def rewrite(self, table: str, column: str, rows: Rows) -> None:
        """Let a row say something else."""
        written = await self.owner.execute(
            f"update {table} set {column} = $2 where id = $1", rows[table]["id"], canary()
        )
        assert written == "UPDATE 1"


@pytest_asyncio.fixture(loop_scope="session")
async def ground(owner_engine: AsyncEngine, migrated_database: MigratedDatabase) -> AsyncIterator[Ground]:
    world = await a_county(owner_engine)
    owner = await asyncpg.connect(migrated_database.owner.replace("+asyncpg", "", 1))

    async def written(body: str, person: str) -> Rows:
        return await matter_between(owner, world, first=body, second=None, person=person, word=canary)

    yield Ground(world, owner, own=await written("aojiang", "ye"), others=await written("transport", "zhou"))
    await owner.close()


async def test_is_another_once_a_row_of_somebody_else_is(ground: Ground) -> None:
    before = await ground.fingerprint()
    await ground.rewrite("referrals", "party", ground.others)
    assert await ground.fingerprint() != before


async def test_is_another_once_somebody_else_has_a_row_more_or_less(ground: Ground) -> None:
    before = await ground.fingerprint()
    await ground.owner.execute(
        "delete from notifications where id = $1", ground.others["notifications"]["id"]
    )
    assert await ground.fingerprint() != before


async def test_is_the_same_whatever_the_acting_body_writes_of_its_own(ground: Ground) -> None:
    before = await ground.fingerprint()
    await ground.rewrite("referrals", "party", ground.own)
    assert await ground.fingerprint() == before
