"""The recount counts everything that is stale once, whoever dies, and nobody has to call it.

What a deadline comes out as is the business of `tests/domain/deadlines/test_recounting.py`.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.deadlines.models import Deadline, DeadlineChange
from tests.databases import MigratedDatabase
from tests.workers.matters import COUNTED, MISCOUNTED, broken, of, owe_stale, settled, what_became
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import World, a_county

FESTIVAL = """\
county = "{county}"
document = "平政发〔2026〕0号"
issued_on = 2026-03-09
valid_from = 2026-03-12
valid_until = 2026-03-12

[[rest]]
reason = "三月三"
from = 2026-03-12
to = 2026-03-12
days = 1
"""
A_DAY_LATER = datetime(2026, 3, 18, 15, 59, 59, 999999, tzinfo=UTC)


async def due_of(owner: AsyncEngine, county: World) -> list[datetime]:
    async with owner.connect() as connection:
        return list(
            await connection.scalars(select(Deadline.due_at).where(Deadline.county_id == county.county_id))
        )


async def changes_in(owner: AsyncEngine, county: World) -> list[Any]:
    async with owner.connect() as connection:
        return list(
            await connection.execute(
                select(DeadlineChange.was_due_at, DeadlineChange.due_at, DeadlineChange.because).where(
                    DeadlineChange.county_id == county.county_id
                )
            )
        )


class TestTheRecount:
    async def test_counts_what_is_stale_keeps_old_and_new_and_tells_both_sides(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        await owe_stale(owner, county, 3)
        async with workshop.worker():
            await eventually(partial(settled, owner, county))
        assert await due_of(owner, county) == [COUNTED] * 3
        assert await changes_in(owner, county) == [(MISCOUNTED, COUNTED, None)] * 3
        assert await what_became(owner, county) == of(0, recounted=3)

    async def test_takes_effect_although_whoever_loaded_the_calendar_was_killed(
        self,
        workshop: Workshop,
        owner: AsyncEngine,
        county: World,
        workers_database: MigratedDatabase,
        tmp_path: Path,
    ) -> None:
        await owe_stale(owner, county)
        async with workshop.worker():
            await eventually(partial(settled, owner, county))
        file = tmp_path / "festival.toml"
        file.write_text(FESTIVAL.format(county=county.code), encoding="utf-8")
        loader = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.workers.dying_loader", workers_database.owner, str(file)
        )
        assert await loader.wait() == -signal.SIGKILL
        assert await due_of(owner, county) == [COUNTED]
        async with workshop.worker():
            await eventually(partial(settled, owner, county))
        assert await due_of(owner, county) == [A_DAY_LATER]
        assert (COUNTED, A_DAY_LATER, "平政发〔2026〕0号") in await changes_in(owner, county)

    async def test_by_several_workers_counts_each_once_between_them(
        self, workshop: Workshop, owner: AsyncEngine, county: World, processes: Processes
    ) -> None:
        await owe_stale(owner, county, 60)
        workers = [await processes.start(workshop.order()) for _ in range(2)]
        async with workshop.worker():
            await eventually(partial(settled, owner, county))
        for worker in workers:
            await processes.stop(worker)
        assert await what_became(owner, county) == of(0, recounted=60)


class TestAFailingCounty:
    async def test_holds_up_no_other_and_catches_up_when_it_can(
        self, workshop: Workshop, owner: AsyncEngine, county: World
    ) -> None:
        others = [await a_county(owner) for _ in range(3)]
        for each in (county, *others):
            await owe_stale(owner, each)
        async with broken(owner, county, "deadline_changes"), workshop.worker():
            for each in others:
                await eventually(partial(settled, owner, each))
            assert await due_of(owner, county) == [MISCOUNTED]
        async with workshop.worker():
            await eventually(partial(settled, owner, county))
        for each in (county, *others):
            assert await what_became(owner, each) == of(0, recounted=1)
