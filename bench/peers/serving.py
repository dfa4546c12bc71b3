"""A server's process, from its start to its end: each of its own, told its port and its database by the environment."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from ops.addresses import plain
from ops.embedded.ports import a_free_one, is_taken
from ops.roles import group_of
from tests.servers import TestServers

HERE = Path(__file__).parent
SECONDS_TO_START = 60

NOBODY_IS_REFUSED = "allowance=1000000000,cost=1000000"

OURS = (sys.executable, "-m", "ops", "api")
LOADERS = (sys.executable, "-m", "bench.peers.loaders")
BY_HAND = (sys.executable, "-m", "bench.peers.by_hand")
POSTGRAPHILE = ("node", "--require", str(HERE / "promises.cjs"), str(HERE / "postgraphile.mjs"))

NODE = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
"""Otherwise PostGraphile checks its own work at every step."""


Taken = Mapping[int, float]
"""Seconds of processor time, by process."""


@dataclass(frozen=True, slots=True)
class Computes:
    """A process with all that it started; None: on another machine."""

    process: psutil.Process | None

    def taken(self) -> Taken:
        """What they have taken so far."""
        found = {}
        for each in (self.process, *self.process.children(recursive=True)) if self.process else ():
            with suppress(psutil.NoSuchProcess):
                if self._counts(each):
                    times = each.cpu_times()
                    found[each.pid] = times.user + times.system
        return found

    def taken_since(self, before: Taken) -> float:
        """Seconds of those that still run: whoever ended meanwhile takes theirs along."""
        return sum(seconds - before.get(pid, 0) for pid, seconds in self.taken().items())

    def _counts(self, process: psutil.Process) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Serving(Computes):
    """A server that runs."""

    port: int


class PostgreSQL(Computes):
    """Those of its processes that answer the API's login; not the vacuum, which comes and goes."""

    def _counts(self, process: psutil.Process) -> bool:
        return group_of("app") in " ".join(process.cmdline())


async def postgresql(servers: TestServers) -> PostgreSQL:
    """The database's processes, if they are to be found here."""
    connection = await asyncpg.connect(servers.database_url)
    try:
        backend = await connection.fetchval("select pg_backend_pid()")
        return PostgreSQL(psutil.Process(backend).parent())
    except psutil.NoSuchProcess:
        return PostgreSQL(None)
    finally:
        await connection.close()


@contextmanager
def serving(
    command: Sequence[str],
    *,
    database_url: str,
    redis_url: str,
    home: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Serving]:
    """The server that `command` starts, from when it listens. `{port}` in the command is its port."""
    port = a_free_one()
    told = {
        "GONGGUAN_HOME": str(home),
        "GONGGUAN_APP_DATABASE_URL": plain(database_url),
        "GONGGUAN_LIMITS": NOBODY_IS_REFUSED,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        **(environment or {}),
    }
    log = home / f"{port}.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            ["env", *(f"{name}={value}" for name, value in told.items()), *_at(command, port)], stderr=written
        )
    try:
        _wait_for(process, port, log)
        yield Serving(psutil.Process(process.pid), port)
    except BaseException:
        print(*log.read_text().splitlines()[-30:], sep="\n", file=sys.stderr)
        raise
    finally:
        process.terminate()
        process.wait()


def _at(command: Sequence[str], port: int) -> list[str]:
    return [part.replace("{port}", str(port)) for part in command]


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not is_taken(port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
