"""The platform in processes of its own: two APIs, two workers, a clock that is set. Whoever is killed is started again."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.embedded.ports import a_free_one
from tests.databases import MigratedDatabase
from tests.loopback import LOOPBACK
from tests.workers.workshop import Processes, Workshop, eventually
from workers import main

PLACES = [place for steps in main.EVERYTHING for place in steps.places]
"""Between any two steps of a worker."""

STARTING = 60.0
"""Seconds that a process may take to answer, on a machine that does other things as well."""


@dataclass
class Api:
    """`gongguan api` in a process of its own, always on the same port."""

    database: MigratedDatabase
    redis_url: str
    home: Path
    port: int = field(default_factory=a_free_one)
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers, while it runs."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Run, and answer."""
        environment = {
            **os.environ,
            "GONGGUAN_MODE": "demo",
            "GONGGUAN_HOME": str(self.home),
            "PORT": str(self.port),
            "GONGGUAN_APP_DATABASE_URL": self.database.app.replace("+asyncpg", ""),
            "REDIS_URL": self.redis_url,
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ops", "api", env=environment
        )
        await eventually(self._answers, seconds=STARTING)

    async def kill(self) -> None:
        """Be gone in the middle of whatever it does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _answers(self) -> bool:
        """the API answers"""
        assert self._process is not None
        assert self._process.returncode is None, "the API ended by itself"
        try:
            async with httpx.AsyncClient(**LOOPBACK) as http:
                return (await http.get(f"{self.url}/healthz")).status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class House:
    """All processes of one walk."""

    owner: AsyncEngine
    apis: list[Api]
    workshop: Workshop
    processes: Processes
    random: Random
    now: datetime
    deaths: int = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both APIs, until the block ends."""
        await self.set_clock(self.now)
        try:
            await asyncio.gather(*(api.start() for api in self.apis))
            yield
        finally:
            await asyncio.gather(*(api.kill() for api in self.apis))

    @asynccontextmanager
    async def in_trouble(self, *, deaths: int) -> AsyncIterator[None]:
        """While the block lasts: two workers that die and are followed by others, APIs that are killed, time that passes."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as troubles:
            for _ in range(2):
                troubles.create_task(self._one_worker_after_the_other(over))
            troubles.create_task(self._apis_die(deaths))
            troubles.create_task(self._time_passes(over))
            try:
                yield
            finally:
                over.set()

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """One worker that nobody kills."""
        pid = await self.processes.start(self.workshop.order(set_clock=True))
        try:
            yield
        finally:
            await self.processes.stop(pid)

    async def set_clock(self, instant: datetime) -> None:
        """Let it be this late for everybody."""
        self.now = instant
        async with self.owner.begin() as connection:
            await connection.execute(
                text(
                    "insert into set_clock (id, instant, set_at, running) values (1, :instant, now(), false)"
                    " on conflict (id) do update set instant = :instant, set_at = now()"
                ),
                {"instant": instant},
            )

    async def _one_worker_after_the_other(self, over: asyncio.Event) -> None:
        """Each dies at some place, at some visit to it, or a little later wherever it is."""
        while not over.is_set():
            place, visit = self.random.choice(PLACES), self.random.randint(1, 12)
            pid = await self.processes.start(self.workshop.order(set_clock=True, dies_at=place, visit=visit))
            await self._a_while(over, 0.5, 4)
            await self.processes.killed(pid)
            self.deaths += 1

    async def _apis_die(self, deaths: int) -> None:
        for _ in range(deaths):
            await asyncio.sleep(self.random.uniform(0.2, 2))
            api = self.random.choice(self.apis)
            await api.kill()
            self.deaths += 1
            await api.start()

    async def _time_passes(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self._a_while(over, 0.3, 2)
            await self.set_clock(self.now + timedelta(hours=self.random.choice([0, 1, 5, 20, 30])))

    async def _a_while(self, over: asyncio.Event, least: float, most: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.random.uniform(least, most)):
                await over.wait()
