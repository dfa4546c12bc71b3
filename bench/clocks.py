"""The clock at a million open deadlines of 500 tenants in 20 counties: idle looks, rungs by the second, due until notified.

An idle look is held against the same look at 10 000 open deadlines, in turns. Firing 50 000 due rungs is held against the
same statements, sent bare to an equal database. From due to notified goes through a whole worker at its ordinary pace, by the
wall clock: from the instant that stands in the row to the publication, which comes after the notices are committed.

`make bench ARGS=clocks` measures this alone; it fills some gigabytes for a few minutes.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.measures import Row, passes, timed
from bench.replay import Replayer, bare_connection, capturing
from bench.run import Run, migrated
from bench.world import TOWNSHIPS
from domain.deadlines.firing import counties_ringing
from domain.edge import upkeep
from domain.outbox.rules import channel
from ops.addresses import for_sqlalchemy
from tenancy.clock import WallClock
from tests.servers import Database, Databases, TestServers
from tests.worlds import World, a_county
from workers.main import run as work

COUNTIES = 20
TENANTS = 25
"""Of each county."""

OPEN, FEW = 1_000_000, 10_000
DUE = 50_000
LOOKS = 100
NOTIFIED = 300
BY_THE_SECOND = 10
SECONDS_AHEAD = 20.0

DEADLINES = """
with bodies as (
    select array_agg(id order by code) as ids from organisations where county_id = :county and kind <> 'county_body'
)
insert into deadlines (
    county_id, id, kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on,
    warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, calendar_version, round, next_rung, next_rung_at)
select :county, gen_random_uuid(), 'referral.verify', ids[1 + n % cardinality(ids)], ids[1 + (n + 1) % cardinality(ids)],
       'referral', gen_random_uuid(), '2026-03-04 02:00+00', 5, 'working_days', 'bench', '2026-03-02', ahead,
       ahead + interval '1 day', ahead + interval '2 days', ahead + interval '4 days', 'coordination', false, 1, 1, 'warn', ahead
from bodies, generate_series(1, :n) n, lateral (select timestamptz '2031-05-06 00:30+00' + n * interval '1 minute' as ahead) a
"""

COME = """
update deadlines set next_rung_at = :at where (county_id, id) in (
    select county_id, id from deadlines where county_id = :county order by id limit :n)
"""

AHEAD = """
select subject_id from deadlines
where county_id = :county and next_rung = 'warn' and next_rung_at > '2030-01-01' order by next_rung_at limit :n
"""

ONE_BY_ONE = """
update deadlines set next_rung_at = come.at, obligor_id = come.obligor
from unnest(cast(:subjects as uuid[]), cast(:ats as timestamptz[]), cast(:obligors as uuid[])) as come (subject, at, obligor)
where deadlines.county_id = any(cast(:counties as uuid[])) and deadlines.subject_id = come.subject
"""


async def clocks(servers: TestServers) -> list[Row]:
    """Seed twice, copy for the floor, and measure."""
    databases = Databases(servers)
    try:
        full, worlds = await _filled(databases, OPEN)
        few, _ = await _filled(databases, FEW)
        twin = await databases(template=full.name, label="bench")
        run, little, floor = [
            await Run.over(each.url, home=servers.home, world=worlds[0]) for each in (full, few, twin)
        ]
        try:
            return [
                await _idle(run, little),
                await _rungs(run, floor, worlds),
                *await _notified(run, worlds, servers.redis_url),
            ]
        finally:
            for each in (run, little, floor):
                await each.close()
    finally:
        await databases.drop_all()


async def _filled(databases: Databases, deadlines: int) -> tuple[Database, list[World]]:
    """A database of twenty counties with so many open deadlines in all, none of them due."""
    database, urls = await migrated(databases)
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    worlds = [await a_county(owner) for _ in range(COUNTIES)]
    for world in worlds:
        await _fill(owner, world, deadlines // COUNTIES)
    async with owner.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("vacuum analyze deadlines"))
    await owner.dispose()
    return database, worlds


async def _fill(owner: AsyncEngine, world: World, deadlines: int) -> None:
    async with owner.begin() as connection:
        there = await connection.scalar(
            text("select count(*) from organisations where county_id = :county and kind <> 'county_body'"),
            {"county": world.county_id},
        )
        await connection.execute(text(TOWNSHIPS), {"county": world.county_id, "n": TENANTS - (there or 0)})
        await connection.execute(text(DEADLINES), {"county": world.county_id, "n": deadlines})


async def _idle(run: Run, little: Run) -> Row:
    """One look for what is due, where nothing is."""

    async def look(at: Run) -> None:
        async with upkeep(at.worker.writing) as session:
            assert await counties_ringing(session, now=at.clock.instant) == []

    ours, bare = [], []
    for _ in range(LOOKS):
        ours.append(await timed(lambda: look(run)))
        bare.append(await timed(lambda: look(little)))
    ratio = median(ours[5:]) / median(bare[5:])
    return Row(
        f"an idle look of the clock, {OPEN} open deadlines; floor: {FEW} open",
        median(ours[5:]) * 1000,
        median(bare[5:]) * 1000,
        "ms",
        ratio,
        "≤ 1.2 ×",
        ratio <= 1.2,
        f"{COUNTIES} counties",
    )


async def _rungs(run: Run, floor: Run, worlds: list[World]) -> Row:
    """Fire what is due in all counties, and send the same statements to an equal database."""
    for each in (run, floor):
        async with each.owner.begin() as connection:
            for world in worlds:
                given = {"county": world.county_id, "at": run.clock.instant, "n": DUE // COUNTIES}
                await connection.execute(text(COME), given)
    with capturing(run.worker.writing) as captured:
        ours = await timed(lambda: passes(run))
    async with run.owner.connect() as owner:
        fired = await owner.scalar(text("select count(*) from deadline_rungs"))
    assert fired == DUE, fired
    connection = await bare_connection(floor.urls.worker)
    replayer = Replayer(connection, snapshot=False)
    began = time.perf_counter()
    for transaction in captured.transactions:
        await replayer.send(transaction)
    bare = time.perf_counter() - began
    await connection.close()
    return Row(
        f"firing {DUE} due rungs among {OPEN} open deadlines",
        DUE / ours,
        DUE / bare,
        "per s",
        bare / ours,
        "≥ 5 000 per s",
        DUE / ours >= 5000,
        f"{captured.statements} statements, one process",
    )


async def _notified(run: Run, worlds: list[World], redis_url: str) -> list[Row]:
    """How long after its instant a rung's notices are there, with a whole worker behind it."""
    async with run.owner.begin() as connection:
        # What fired above was announced, and would be handled first.
        await connection.execute(text("truncate announcements cascade"))
    dues: dict[str, datetime] = {}
    came: dict[str, datetime] = {}
    async with Redis.from_url(redis_url) as redis, redis.pubsub() as ear:
        await ear.subscribe(*(channel(world.county_id) for world in worlds))
        async with run.owner.connect() as connection:
            coming = [
                (subject, world.bodies["kunyang"])
                for world in worlds
                for subject in await connection.scalars(
                    text(AHEAD), {"county": world.county_id, "n": NOTIFIED // COUNTIES}
                )
            ]
        # County after county, so that each pass of the clock finds several.
        coming = [coming[n * (NOTIFIED // COUNTIES) % NOTIFIED + n // COUNTIES] for n in range(NOTIFIED)]
        async with _working(run, redis_url):
            begin = datetime.now(UTC) + timedelta(seconds=SECONDS_AHEAD)
            ats = [begin + timedelta(seconds=n / BY_THE_SECOND) for n in range(NOTIFIED)]
            async with run.owner.begin() as connection:
                await connection.execute(
                    text(ONE_BY_ONE),
                    {
                        "subjects": [subject for subject, _ in coming],
                        "ats": ats,
                        "obligors": [obligor for _, obligor in coming],
                        "counties": [world.county_id for world in worlds],
                    },
                )
            assert datetime.now(UTC) < begin, "the rows came after their time"
            dues.update({str(subject): at for (subject, _), at in zip(coming, ats, strict=True)})
            async with asyncio.timeout(NOTIFIED / BY_THE_SECOND + 60):
                while len(came) < NOTIFIED:
                    message = await ear.get_message(ignore_subscribe_messages=True, timeout=1)
                    if message is not None:
                        subject = json.loads(message["data"])["subject"]
                        if subject in dues:
                            came.setdefault(subject, datetime.now(UTC))
    took = [(came[subject] - at).total_seconds() for subject, at in dues.items()]
    p50, p99 = median(took), quantiles(took, n=100, method="inclusive")[98]
    note = f"{NOTIFIED} rungs, {BY_THE_SECOND} a second, {OPEN} open deadlines"
    return [
        Row("from due to notified, p50", p50 * 1000, None, "ms", None, "", None),
        Row("… p99", p99 * 1000, None, "ms", None, "≤ 2 s", p99 <= 2, note),
    ]


@asynccontextmanager
async def _working(run: Run, redis_url: str) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    working = asyncio.create_task(
        work(
            engines=run.worker,
            redis_url=redis_url,
            clock=WallClock(),
            checkpoints=None,
            queue=f"bench:{secrets.token_hex(4)}",
            stopping=stopping,
        )
    )
    try:
        yield
    finally:
        stopping.set()
        await working
