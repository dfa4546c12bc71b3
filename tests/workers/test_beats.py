"""What beats count: as much as was done, by all workers together."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.workers.matters import owe, settled
from tests.workers.workshop import Workshop, eventually
from tests.worlds import World

LEFT_BEHIND = """
select (select count(*) from deadline_rungs) as clock,
       (select count(*) from announcements where handled_at is not null) as relay,
       (select count(*) from audit_sealed_lines) as sealer
"""


async def grown(owner: AsyncEngine, since: dict[str, int]) -> dict[str, int]:
    """By how much the figures are larger."""
    return {name: number - since.get(name, 0) for name, number in (await counted(owner)).items()}


async def counted(owner: AsyncEngine) -> dict[str, int]:
    """What the beats say was ever done."""
    async with owner.connect() as connection:
        rows = await connection.execute(text("select reconciler, done from beats"))
        return {row.reconciler: row.done for row in rows}


async def left_behind(owner: AsyncEngine) -> dict[str, int]:
    """What was ever done, by what it left in the tables."""
    async with owner.connect() as connection:
        return dict((await connection.execute(text(LEFT_BEHIND))).mappings().one())


class TestBeats:
    async def test_count_what_two_workers_did(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        said, there = await counted(owner), await left_behind(owner)
        await owe(owner, county)

        async def all_is_said() -> Any:
            """the beats say as much as was done"""
            done = {name: number - there[name] for name, number in (await left_behind(owner)).items()}
            told = await grown(owner, said)
            return all(number > 0 for number in done.values()) and done == {name: told[name] for name in done}

        async with workshop.worker(), workshop.worker():
            await eventually(lambda: settled(owner, county))
            await eventually(all_is_said)
