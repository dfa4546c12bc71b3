"""The run of the benchmarks and its table."""

import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

import migrations
from bench import live, measures
from bench.measures import Row
from bench.run import Run
from bench.world import REFERRALS, TENANTS, seed
from ops.addresses import for_sqlalchemy
from ops.roles import ensure_login_roles
from tests.servers import Databases, TestServers, servers_for_a_session

RESULTS = Path("var/bench.json")


async def measured(servers: TestServers) -> list[Row]:
    """Seed once, copy for every measurement that writes, and measure."""
    databases = Databases(servers)
    template = await databases(label="bench")
    urls = await ensure_login_roles(template.url, servers.home)
    await asyncio.to_thread(migrations.upgrade, for_sqlalchemy(urls.owner))
    owner = create_async_engine(for_sqlalchemy(urls.owner))
    world = await seed(owner)
    await owner.dispose()

    async def copy() -> Run:
        database = await databases(template=template.name, label="bench")
        return await Run.over(database.url, home=servers.home, world=world)

    rows: list[Row] = []
    run, twin = await copy(), await copy()
    for first in (20, 50):
        rows.append(await measures.page(run, first=first))
    rows.append(await measures.acceptance(run, twin))
    rows += await measures.decision(run)
    rows += await live.news(run, servers.redis_url)
    rows += await measures.rungs(run, twin)
    for each in (run, twin):
        await each.close()
    await databases.drop_all()
    return rows


def shown(rows: list[Row]) -> str:
    """The table."""
    lines = [f"{TENANTS} tenants, {REFERRALS} referrals", ""]
    for row in rows:
        floor = "" if row.floor is None else f"floor {row.floor:.1f} {row.unit}"
        ratio = "" if row.ratio is None else f"ratio {row.ratio:.2f}"
        verdict = {True: "within", False: "MISSED", None: ""}[row.within]
        lines.append(
            f"{row.what:<82} {row.product:10.2f} {row.unit:<6} {floor:<22} {ratio:<12} {row.budget:<24} {verdict} {row.note}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print, keep."""
    with servers_for_a_session(durable=True) as servers:
        rows = asyncio.run(measured(servers))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        rows += measures.starts(Path(folder) / "home")
    print(shown(rows))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2), encoding="utf-8"
    )


main()
