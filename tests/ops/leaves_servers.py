"""A careless run of a home: starts its servers, writes a row and a key, and waits to be killed.

Run as a program: `python -m tests.ops.leaves_servers HOME [untied]`. `untied` starts the servers as on a system that
cannot tie a child's life to its parent's, so a kill leaves them running. Prints READY.
"""

import asyncio
import sys
import threading
from pathlib import Path

import asyncpg
import redis

from ops.embedded import processes
from ops.embedded.servers import Addresses, started
from ops.home import held


async def write_a_row(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("create table kept as select 7 as number")
    await connection.close()


def write(addresses: Addresses) -> None:
    asyncio.run(write_a_row(addresses.database_url))
    with redis.Redis.from_url(addresses.redis_url) as client:
        client.set("kept", "7")


def main() -> None:
    if sys.argv[2:] == ["untied"]:
        processes.dying_with_the_parent = lambda *, by: lambda: None  # what the function gives off Linux
    with held(Path(sys.argv[1])) as home, started(home) as servers:
        write(servers.addresses)
        print("READY", *(server.process.pid for server in servers.started), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
