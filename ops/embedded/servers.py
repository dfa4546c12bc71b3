"""Both servers of a home: held by one run at a time, joined by the home's other commands.

Whoever runs the servers holds the home (`ops/home.py`) and, once they are ready, writes their addresses to
`<home>/running.json`, private like the passwords in it. A killed run loses the lock by dying, so whoever gets it may
end what that run left. Another command of the same home (a migration, a rulebook to load) joins: it uses the servers
that run, or runs them itself for as long as it needs them.

A server whose address is given (`DATABASE_URL`, `REDIS_URL`) is not started; the address is passed on.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ops.embedded.postgres import running_postgres
from ops.embedded.processes import Server
from ops.embedded.quarters import OUTSIDE, quarters_in
from ops.embedded.redis import running_redis
from ops.home import AlreadyRunning, held
from ops.secrets import Secrets
from ops.troubles import Trouble

SECONDS_TO_JOIN = 60
RECORD = "running.json"


@dataclass(frozen=True)
class Wanted:
    """What servers a home needs: `None` addresses are embedded, on the given port or (None) the last or a free one.

    `durable` False is fast and worthless after a crash of the machine: for throw-away homes.
    `outside` is explained in `quarters.py`.
    """

    database_url: str | None = None
    redis_url: str | None = None
    postgres_port: int | None = None
    redis_port: int | None = None
    durable: bool = True
    outside: Path = OUTSIDE


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a home are reached: an administrator's database address and the Redis address."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Servers:
    """The servers of a home while they run: where they are, and those that this process started."""

    addresses: Addresses
    started: list[Server] = field(default_factory=list)


class NotRunning(Trouble):
    """Nothing runs in the home, and the caller would not start it."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            en=f"No servers run in {home}. Start the platform with `gongguan up`, or set DATABASE_URL and REDIS_URL.",
            zh=f"{home} 中没有正在运行的数据服务。请先运行 gongguan up，或设置 DATABASE_URL 与 REDIS_URL。",
        )


@contextmanager
def started(home: Path, wanted: Wanted = Wanted()) -> Iterator[Servers]:
    """Start what `wanted` does not give, in a home the caller holds (`ops.home.held`), until the block ends."""
    with ExitStack() as stack:
        record = home / RECORD
        record.unlink(missing_ok=True)  # a killed run's
        stack.callback(record.unlink, missing_ok=True)
        secrets = Secrets(home)
        database_url, redis_url = wanted.database_url, wanted.redis_url
        processes = []
        if redis_url is None:
            redis = stack.enter_context(
                running_redis(
                    quarters_in(home, outside=wanted.outside),
                    password=secrets.password("redis"),
                    port=wanted.redis_port,
                    durable=wanted.durable,
                )
            )
            redis_url = redis.url
            processes.append(redis)
        if database_url is None:
            postgres = stack.enter_context(
                running_postgres(
                    quarters_in(home, outside=wanted.outside),
                    password=secrets.password("postgres"),
                    port=wanted.postgres_port,
                    durable=wanted.durable,
                )
            )
            database_url = postgres.url
            processes.append(postgres)
        addresses = Addresses(database_url, redis_url)
        _write_record(record, addresses)
        yield Servers(addresses, processes)


@contextmanager
def joined(home: Path, wanted: Wanted = Wanted(), *, start: bool = True) -> Iterator[Addresses]:
    """The servers of `home` for one command: those that run; else, if `start`, for as long as the block lasts.

    Raises NotRunning when none run and `start` is False, AlreadyRunning when a start elsewhere takes too long.
    """
    if wanted.database_url and wanted.redis_url:
        yield Addresses(wanted.database_url, wanted.redis_url)
        return
    patience = time.monotonic() + SECONDS_TO_JOIN
    while True:
        with ExitStack() as stack:
            addresses = None
            try:
                stack.enter_context(held(home))
            except AlreadyRunning:
                addresses = _read_record(home / RECORD)
                if addresses is None and time.monotonic() > patience:
                    raise
            else:
                if not start:
                    raise NotRunning(home)
                addresses = stack.enter_context(started(home.absolute(), wanted)).addresses
            if addresses is not None:
                yield Addresses(
                    wanted.database_url or addresses.database_url, wanted.redis_url or addresses.redis_url
                )
                return
        time.sleep(0.05)  # the other run is still starting, or just ending


def _write_record(record: Path, addresses: Addresses) -> None:
    half = record.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(addresses), file)
    half.replace(record)


def _read_record(record: Path) -> Addresses | None:
    try:
        return Addresses(**json.loads(record.read_text()))
    except FileNotFoundError:
        return None
