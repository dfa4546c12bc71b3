"""The run of the benchmarks and its table."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from bench import (
    clocks,
    exports,
    live,
    measures,
    neighbours,
    registers,
    routing,
    staff,
    staff_world,
    subscribers,
    telemetry,
)
from bench.measures import Row, shown
from bench.register_world import COUNTIES
from bench.register_world import REFERRALS as COUNTY_REFERRALS
from bench.register_world import TENANTS as COUNTY_TENANTS
from bench.run import Run, migrated, seeded
from bench.world import REFERRALS, TENANTS
from tests.servers import Databases, TestServers, servers_for_a_session

RESULTS = Path("var/bench.json")

COUNTY = f"{TENANTS} tenants, {REFERRALS} referrals"

Measurement = Callable[[TestServers], Coroutine[Any, Any, list[Row]]]


async def long_registers(servers: TestServers) -> list[Row]:
    """The registers, in a database of their own."""
    databases = Databases(servers)
    database, urls = await migrated(databases)
    rows = await registers.measured(servers, urls, database.url)
    await databases.drop_all()
    return rows


async def views_of_staff(servers: TestServers) -> list[Row]:
    """The three views of staff, in a database of their own."""
    databases = Databases(servers)
    database, urls = await migrated(databases)
    people = int(sys.argv[2]) if len(sys.argv) > 2 else staff_world.PEOPLE
    rows = await staff.measured(servers, urls, database.url, people=people)
    await databases.drop_all()
    return rows


def alone(measure: Callable[[TestServers, Run], Awaitable[list[Row]]]) -> Measurement:
    """A measurement in the county of the budgets, and nothing else."""

    async def measured(servers: TestServers) -> list[Row]:
        async with seeded(servers) as copy:
            run = await copy()
            try:
                return await measure(servers, run)
            finally:
                await run.close()

    return measured


async def everything(servers: TestServers) -> list[Row]:
    """Seed once, copy for every measurement that writes, and measure."""
    rows: list[Row] = []
    async with seeded(servers) as copy:
        run, twin = await copy(), await copy()
        for first in (20, 50):
            rows.append(await measures.page(run, first=first))
        rows += await telemetry.watched(run)
        rows.append(await measures.acceptance(run, twin))
        rows += await measures.decision(run)
        rows += await live.news(run, servers.redis_url)
        rows += await neighbours.neighbours(run, servers.redis_url)
        rows += await measures.rungs(run, twin)
        rows += await asyncio.to_thread(exports.ledger, run)
        for each in (run, twin):
            await each.close()
    return rows


MEASURED: Mapping[str, tuple[str, Measurement]] = {
    "everything": (COUNTY, everything),
    "exports": (COUNTY, alone(lambda _, run: asyncio.to_thread(exports.ledger, run))),
    "neighbours": (COUNTY, alone(lambda servers, run: neighbours.neighbours(run, servers.redis_url))),
    "telemetry": (COUNTY, alone(lambda _, run: telemetry.watched(run))),
    "subscribers": (
        f"{subscribers.SUBSCRIBERS} subscribers, each in a post of their own",
        subscribers.subscribers,
    ),
    "clocks": (
        f"{clocks.COUNTIES * clocks.TENANTS} tenants, {clocks.OPEN} open deadlines",
        clocks.clocks,
    ),
    "routing": (f"{TENANTS} tenants, 263 items, all townships empowered with all", routing.routing),
    "staff": (
        f"{staff_world.DEPARTMENTS} departments, {staff_world.TOWNSHIPS} townships, {staff_world.PEOPLE} people unless said",
        views_of_staff,
    ),
    "registers": (
        f"{COUNTIES * COUNTY_TENANTS} tenants, {COUNTIES * COUNTY_REFERRALS} referrals",
        long_registers,
    ),
}
"""What can be asked for, over which seed; `everything` is what shares the county of the budgets."""


def main() -> None:
    """Measure, print, keep."""
    what = sys.argv[1] if len(sys.argv) > 1 else "everything"
    title, measured = MEASURED[what]
    with servers_for_a_session(durable=True) as servers:
        # On the loop that `gongguan api` runs on.
        rows = uvloop.run(measured(servers))
    if what == "everything":
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o711)
            rows += measures.starts(Path(folder) / "home")
    print(shown(rows, title))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2), encoding="utf-8"
    )


main()
