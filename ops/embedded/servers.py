"""Both servers of a home: held by one run at a time, joined by the home's other commands.

Whoever runs the servers holds `<home>/lock` and, once they are ready, writes their addresses to
`<home>/running.json`, private like the passwords in it. A killed run loses the lock by dying, so whoever gets it may
end what that run left. Another command of the same home (a migration, a rulebook to load) joins: it uses the servers
that run, or runs them itself for as long as it needs them.

The file says nothing about `DATABASE_URL` and `REDIS_URL`; whether servers are embedded at all is settled in
`ops/settings.py`.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from ops.embedded.postgres import running_postgres
from ops.embedded.processes import Server
from ops.embedded.quarters import OUTSIDE, quarters_in
from ops.embedded.redis import running_redis
from ops.secrets import Secrets
from ops.troubles import Trouble

SECONDS_TO_JOIN = 60


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a home are reached: the superuser's database address and the Redis address."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Servers:
    """The running servers of a home that this process has started."""

    postgres: Server
    redis: Server

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.postgres.url, self.redis.url)


class AlreadyRunning(Trouble):
    """Another process holds the home."""

    def __init__(self, home: Path, holder: str) -> None:
        super().__init__(
            en=f"Gongguan already runs in {home} (process {holder}). Stop that one first, or choose another GONGGUAN_HOME.",
            zh=f"共管平台已在 {home} 运行(进程 {holder})。请先停止该进程,或另设 GONGGUAN_HOME。",
        )


@contextmanager
def running(
    home: Path,
    *,
    postgres_port: int | None = None,
    redis_port: int | None = None,
    durable: bool = True,
    outside: Path = OUTSIDE,
) -> Iterator[Servers]:
    """Run both servers of `home` until the block ends. Raises AlreadyRunning when another process does.

    Ports None: kept from the last run, or chosen free. `durable` False: fast, and worthless after a crash of the
    machine; for throw-away homes. `outside`: see `quarters.py`.
    """
    with ExitStack() as stack:
        quarters = quarters_in(home, outside=outside)
        stack.enter_context(_lock_of(quarters.home))
        record = quarters.home / "running.json"
        record.unlink(missing_ok=True)  # a killed run's
        stack.callback(record.unlink, missing_ok=True)
        secrets = Secrets(quarters.home)
        redis = stack.enter_context(
            running_redis(quarters, password=secrets.password("redis"), port=redis_port, durable=durable)
        )
        postgres = stack.enter_context(
            running_postgres(
                quarters, password=secrets.password("postgres"), port=postgres_port, durable=durable
            )
        )
        servers = Servers(postgres, redis)
        _write_record(record, servers.addresses)
        yield servers


@contextmanager
def joined(
    home: Path, *, start: Callable[[Path], contextlib.AbstractContextManager[Servers]] = running
) -> Iterator[Addresses]:
    """The servers of `home` for one command: those that run, else run for as long as the block lasts."""
    patience = time.monotonic() + SECONDS_TO_JOIN
    while True:
        with ExitStack() as stack:
            try:
                servers = stack.enter_context(start(home))
            except AlreadyRunning:
                addresses = _read_record(home / "running.json")
                if addresses is None and time.monotonic() > patience:
                    raise
            else:
                addresses = servers.addresses
            if addresses is not None:
                yield addresses
                return
        time.sleep(0.05)  # the other run is still starting, or just ending


@contextmanager
def _lock_of(home: Path) -> Iterator[None]:
    """Hold the home's lock, or raise AlreadyRunning. The kernel takes it back when we die, however we die."""
    with _opened(home / "lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(home, lock.read().strip() or "?") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _opened(path: Path) -> IO[str]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+", encoding="utf-8")


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
