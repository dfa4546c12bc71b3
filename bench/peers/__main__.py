"""The run: servers, seed, one of the tables of `tables.py`, on the screen and in a file."""

import argparse
import asyncio
import json
from pathlib import Path

from bench.peers.tables import TABLES, Table
from bench.run import seeded
from bench.world import REFERRALS, TENANTS
from tests.servers import TestServers, servers_for_a_session

RESULTS = Path("var/bench-peers.json")


async def measure(servers: TestServers, asked: argparse.Namespace) -> Table:
    """Seed and measure."""
    async with seeded(servers) as copy:
        return await TABLES[asked.table](servers, copy, rounds=asked.rounds, seconds=asked.seconds)


def main() -> None:
    """As asked on the command line."""
    parser = argparse.ArgumentParser(prog="bench.peers")
    parser.add_argument("table", nargs="?", choices=tuple(TABLES), default="peers")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    with servers_for_a_session(durable=True) as servers:
        table = asyncio.run(measure(servers, asked))
    print(
        f"{TENANTS} tenants, {REFERRALS} referrals; {asked.rounds} rounds of {asked.seconds} s\n{table.shown}"
    )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(table.figures, ensure_ascii=False, indent=2), encoding="utf-8")


main()
