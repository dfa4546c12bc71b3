"""What the worker's tests share: a database with nobody else's work in it, workers in this process and in others.

Workers look at all counties of a database. So these tests have one of their own, and wait on conditions of their own
county; none of them sleeps for a while and hopes.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.documents.store import Store
from domain.edge import Edge
from tenancy.clock import Clock
from tenancy.transactions import Engines
from tests.databases import MigratedDatabase, migrated
from tests.servers import Databases, TestServers
from tests.workers.redis_of_its_own import OwnRedis
from tests.worlds import HandSetClock, World, a_county
from workers.checkpoints import CheckpointFolder
from workers.desk import Desk
from workers.machinery import Pace
from workers.main import run

PACE = Pace(speed=10.0, impatience=4.0)
"""How much faster than in the product these workers go."""

HURRIED = Pace(speed=10.0, impatience=25.0)
"""For little work, and workers that die: nobody waits long for what a dead one had taken."""

PATIENCE = 20.0


async def eventually(condition: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE) -> Any:
    """What the condition answers once it is true. Fails when it does not become so in time."""
    answer: Any = None
    try:
        async with asyncio.timeout(seconds):
            while not (answer := await condition()):  # noqa: ASYNC110 - the condition lies in a database
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"still waiting after {seconds} s: {condition.__doc__ or condition}: {answer}")
    return answer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workers_database(fresh_database: Databases, servers: TestServers) -> MigratedDatabase:
    """A migrated database that only these tests use."""
    return await migrated(fresh_database, servers, label="workers")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner(workers_database: MigratedDatabase) -> AsyncIterator[AsyncEngine]:
    """The owner's login: for building worlds and for looking behind the curtain."""
    engine = create_async_engine(workers_database.owner)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workers_engines(workers_database: MigratedDatabase) -> AsyncIterator[Engines]:
    """The worker's login."""
    opened = Engines.of(workers_database.worker, pool_size=10)
    yield opened
    await opened.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clerks_engines(workers_database: MigratedDatabase) -> AsyncIterator[Engines]:
    """The app's login in the same database: under which clerks read, and exports are made."""
    opened = Engines.of(workers_database.app, pool_size=5)
    yield opened
    await opened.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def county(owner: AsyncEngine) -> World:
    """A fresh county in the workers' database."""
    return await a_county(owner)


@pytest_asyncio.fixture(loop_scope="session")
async def own_redis() -> AsyncIterator[OwnRedis]:
    """A Redis that the test may break."""
    redis = OwnRedis()
    await redis.start()
    yield redis
    redis.kill()


@dataclass(frozen=True)
class Workshop:
    """Where workers of one test work: all of them on the same jobs, with the same folder of checkpoints."""

    database: MigratedDatabase
    engines: Engines
    clerks: Engines
    redis_url: str
    folder: Path
    queue: str
    pace: Pace = PACE

    @property
    def checkpoints(self) -> CheckpointFolder:
        """A fresh view of the folder, as another process would have it."""
        return CheckpointFolder(self.folder / "kept", self.folder / "key.pem", every_seals=1)

    @property
    def store(self) -> Store:
        """Where files lie."""
        return Store(self.folder / "files")

    def desk(self, clock: Clock | None = None, **different: Any) -> Desk:
        """A desk of one process, at which nothing is under way yet."""
        return Desk(
            edge=Edge(engines=self.clerks, clock=clock or HandSetClock()), store=self.store, **different
        )

    @asynccontextmanager
    async def worker(self, clock: Clock | None = None, **different: Any) -> AsyncIterator[None]:
        """A worker in this process, for as long as the block lasts; it must end by itself when asked."""
        stopping = asyncio.Event()
        arguments: dict[str, Any] = {
            "engines": self.engines,
            "redis_url": self.redis_url,
            "clock": clock or HandSetClock(),
            "checkpoints": self.checkpoints,
            "desk": self.desk(clock),
            "queue": self.queue,
            "pace": self.pace,
            "stopping": stopping,
        }
        working = asyncio.create_task(run(**(arguments | different)))
        try:
            yield
        finally:
            stopping.set()
            async with asyncio.timeout(PATIENCE):
                await working

    def order(self, **more: Any) -> dict[str, Any]:
        """What a worker in another process is told."""
        return {
            "database": self.database.worker,
            "clerks": self.database.app,
            "files": str(self.folder / "files"),
            "redis": self.redis_url,
            "checkpoints": str(self.folder),
            "queue": self.queue,
            "pace": asdict(self.pace),
        } | more


@pytest.fixture
def workshop(
    workers_database: MigratedDatabase,
    workers_engines: Engines,
    clerks_engines: Engines,
    redis_server: str,
    tmp_path: Path,
) -> Workshop:
    """A place for this test's workers."""
    queue = f"test:{secrets.token_hex(6)}"
    return Workshop(workers_database, workers_engines, clerks_engines, redis_server, tmp_path, queue)


@dataclass
class Processes:
    """Workers in processes of their own; see `dying_worker.py`."""

    _nursery: asyncio.subprocess.Process
    _working: set[int] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, order: dict[str, Any]) -> int:
        """A new worker's process id."""
        pid = await self._ask(order)
        self._working.add(pid)
        return pid

    async def ended(self, pid: int) -> int:
        """How a worker ended, once it has: its exit code, or minus the signal."""
        asking = asyncio.ensure_future(self._ask({"wait": pid}))
        done, _ = await asyncio.wait({asking}, timeout=PATIENCE)
        if not done:
            os.kill(pid, signal.SIGKILL)
        code = await asking
        self._working.discard(pid)
        if not done:
            pytest.fail("the worker did not end")
        return code

    async def killed(self, pid: int) -> None:
        """Kill a worker, if it did not die before."""
        os.kill(pid, signal.SIGKILL)
        assert await self.ended(pid) == -signal.SIGKILL

    async def stop(self, pid: int) -> None:
        """Ask a worker to stop; it must end well."""
        os.kill(pid, signal.SIGTERM)
        assert await self.ended(pid) == 0

    async def kill_all(self) -> None:
        """Nobody works on after a test that failed."""
        for pid in list(self._working):
            os.kill(pid, signal.SIGKILL)
            await self.ended(pid)

    async def _ask(self, order: dict[str, Any]) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        async with self._one_at_a_time:
            self._nursery.stdin.write(json.dumps(order).encode() + b"\n")
            return int(await self._nursery.stdout.readline())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def nursery() -> AsyncIterator[asyncio.subprocess.Process]:
    """What forks worker processes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.workers.dying_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield process
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def processes(nursery: asyncio.subprocess.Process) -> AsyncIterator[Processes]:
    """A test's own workers in processes of theirs."""
    started = Processes(nursery)
    yield started
    await started.kill_all()
