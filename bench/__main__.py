"""The run of the benchmarks and its table."""

import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import exports, measures
from bench.measures import Row, shown
from bench.run import Copy, seeded
from tests.servers import TestServers, servers_for_a_session

RESULTS = Path("var/bench.json")


async def measured(servers: TestServers) -> list[Row]:
    """Seed once, copy for every measurement that writes, and measure."""
    async with seeded(servers) as copy:
        return await _measured(copy)


async def _measured(copy: Copy) -> list[Row]:
    rows: list[Row] = []
    run, twin = await copy(), await copy()
    for first in (20, 50):
        rows.append(await measures.page(run, first=first))
    rows.append(await measures.acceptance(run, twin))
    rows += await measures.decision(run)
    rows += await measures.rungs(run, twin)
    rows += await asyncio.to_thread(exports.ledger, run)
    for each in (run, twin):
        await each.close()
    return rows


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
