"""The recount counts everything that is stale once, whoever dies, and nobody has to call it.

What a deadline comes out as is the business of `tests/domain/deadlines/test_recounting.py`.
"""

import asyncio
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.calendars.commands import load_notice
from domain.deadlines.models import Deadline, DeadlineChange
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase, migrated
from tests.servers import Databases, TestServers
from tests.workers.matters import COUNTED, MISCOUNTED, broken, of, owe, owe_stale, settled, what_became
from tests.workers.workshop import Processes, Workshop, eventually
from tests.worlds import HandSetClock, World, a_county

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
# Made up: no notice of 2027 is out. Thursday 31 December and New Year are off.
MADE_UP = """\
year = 2027
notice = "国办发明电〔2026〕0号"
published_on = 2026-12-28

[[holiday]]
name = "元旦"
from = 2026-12-31
to = 2027-01-02
days = 3
""".encode()
DECEMBER = datetime(2026, 12, 28, 2, tzinfo=UTC)
PROVISIONAL = datetime(2027, 1, 4, 15, 59, 59, 999999, tzinfo=UTC)
FIRM = datetime(2027, 1, 6, 15, 59, 59, 999999, tzinfo=UTC)

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


class TestTheNoticeOfAYear:
    """Loaded for the whole country: so these have a database of their own."""

    async def test_makes_firm_what_was_provisional_in_every_county(
        self, workshop: Workshop, fresh_database: Databases, servers: TestServers
    ) -> None:
        database = await migrated(fresh_database, servers, label="notice")
        owner, engines = create_async_engine(database.owner), Engines.of(database.worker, pool_size=5)
        counties = [await a_county(owner) for _ in range(3)]
        for each in counties:
            await owe(
                owner,
                each,
                started_at=DECEMBER,
                ruled_on=DECEMBER.date(),
                warn_at=None,
                due_day_at=None,
                due_at=PROVISIONAL,
                escalate_at=None,
                provisional=True,
                next_rung="overdue",
                next_rung_at=PROVISIONAL,
            )
        async with AsyncSession(owner) as session, session.begin():
            await load_notice(session, file=MADE_UP, name="2027.toml", now=DECEMBER)
        a_day_later = HandSetClock(DECEMBER + timedelta(days=1))
        async with replace(workshop, database=database, engines=engines).worker(a_day_later):
            for each in counties:
                await eventually(partial(settled, owner, each, now=a_day_later.instant))
        for each in counties:
            assert await changes_in(owner, each) == [(PROVISIONAL, FIRM, "国办发明电〔2026〕0号")]
            async with owner.connect() as connection:
                provisional = select(Deadline.provisional).where(Deadline.county_id == each.county_id)
                assert (await connection.scalars(provisional)).all() == [False]
        await engines.dispose()
        await owner.dispose()


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
