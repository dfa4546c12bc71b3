"""Ten thousand subscribers at one API process: what they take while nothing happens, and how an event reaches a thousand.

The API, the crowd and the floor are processes of their own; an event is committed by another API and announced here, so
that nothing of the worker's pace is in the times. Every subscriber is a person with a session and a post of their own:
nothing that is asked for one of them can be shared with another.
"""

import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx
import psutil
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.identifiers import taken_apart
from bench.counted_api import statements
from bench.measures import Row
from bench.run import Run, migrated
from domain.outbox.rules import channel
from domain.staff import commands as staff
from ops.addresses import for_sqlalchemy
from ops.embedded.ports import a_free_one
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.api.letters import done, sent, which
from tests.databases import MigratedDatabase
from tests.live.platform import api
from tests.servers import Databases, TestServers
from tests.worlds import World, a_county

SUBSCRIBERS = 10_000
FOLLOWERS = 1_000
IDLE_SECONDS = 60

NOTIFICATIONS = "subscription { notifications { cursor notification { id kind message } } }"
CHANGES = """subscription($subject: ID!) { changes(subject: $subject) {
  cursor subject { id ... on Referral { state version } } event { number at ... on ReferralEvent { kind } } } }"""
PAGE = "{ referrals(box: RECEIVED, first: 20) { edges { node { id state party sender { name } } } } }"

PEOPLE_SQL = """
with named as (
    select n, person, gen_random_uuid() as account
    from unnest(cast(:people as uuid[])) with ordinality as given (person, n)
), accounts as (
    insert into accounts (id, login, county_id, person_id, password_hash)
    select account, :prefix || n, :county, person, '' from named
), signed_in as (
    insert into sessions (id, token_hash, account_id, issued_at, expires_at)
    select gen_random_uuid(), sha256(convert_to(:prefix || n, 'UTF8')), account, '2026-03-01', '2036-03-01' from named
)
insert into capacities (county_id, id, person_id, tenant_id, post, roles, since)
select :county, gen_random_uuid(), person, :tenant, '科员', '{head}', '2022-12-01' from named
"""


@dataclass(frozen=True)
class Program:
    """A process of the measurement, that is spoken to by lines."""

    process: asyncio.subprocess.Process

    async def told(self, line: object) -> None:
        """Say a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        await self.process.stdin.drain()

    async def answers(self) -> Any:
        """The line with which it answers."""
        assert self.process.stdout is not None
        return json.loads(await self.process.stdout.readline())

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    @property
    def seconds_computed(self) -> float:
        """What it has had of a core so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


async def subscribers(servers: TestServers) -> list[Row]:
    """Everything, on a county with nothing in it but its people."""
    databases = Databases(servers)
    database, urls = await migrated(databases)
    run = await Run.over(database.url, home=servers.home, world=await _county(for_sqlalchemy(urls.owner)))
    try:
        with tempfile.TemporaryDirectory() as folder:
            return await _measured(run, servers.redis_url, Path(folder))
    finally:
        await run.close()
        await databases.drop_all()


async def _measured(run: Run, redis_url: str, folder: Path) -> list[Row]:
    opened = MigratedDatabase(
        owner=for_sqlalchemy(run.urls.owner),
        app=for_sqlalchemy(run.urls.app),
        worker=for_sqlalchemy(run.urls.worker),
        backup=for_sqlalchemy(run.urls.backup),
    )
    prefix = f"bench-{secrets.token_hex(4)}-"
    posts = await _people(run, prefix)
    with api(opened, redis_url, run.clock, folder / "files") as acting:
        async with httpx.AsyncClient(base_url=acting.url, trust_env=False, timeout=60) as http:
            desk = Client(http, run.world)
            referral = await sent(desk)
            coming = [
                [f"{prefix}{n}", str(post), CHANGES, {"subject": referral["id"]}]
                if n <= FOLLOWERS
                else [f"{prefix}{n}", str(post), NOTIFICATIONS, {}]
                for n, post in enumerate(posts, start=1)
            ]
            bare, bare_told = await _bare(coming)
            return await _ours(run, redis_url, folder, desk, referral, coming, bare, bare_told)


async def _ours(
    run: Run,
    redis_url: str,
    folder: Path,
    desk: Client,
    referral: dict[str, Any],
    coming: Sequence[Any],
    bare: float,
    bare_told: list[float],
) -> list[Row]:
    count = folder / "statements"
    count.write_bytes(bytes(8))
    port = a_free_one()
    given = {
        "GONGGUAN_HOME": str(folder / "home"),
        # All of them belong to a few bodies and come at once, as fast as they are let in: more than a body is allowed.
        "GONGGUAN_LIMITS": "allowance=10000000",
        "PORT": str(port),
        "GONGGUAN_APP_DATABASE_URL": run.urls.app,
        "REDIS_URL": redis_url,
    }
    async with (
        program("bench.counted_api", str(count), given=given) as serving,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http,
    ):
        await _ready(http)
        reader = _Reader(http, run.world)
        await reader.pages(5)
        before = statements(count)
        alone = await reader.pages(50)
        reader.statements_each = (statements(count) - before) // len(alone)
        at_rest = serving.memory
        async with program("bench.crowd", "127.0.0.1", str(port)) as crowd:
            began_with, computed = statements(count), serving.seconds_computed
            await crowd.told({"come": coming})
            came = (await crowd.answers())["seconds"]
            to_come, to_come_computed = statements(count) - began_with, serving.seconds_computed - computed
            await asyncio.sleep(5)  # what was made for connecting may be let go
            with_all = serving.memory
            before, computed = statements(count), serving.seconds_computed
            await asyncio.sleep(IDLE_SECONDS)
            idle, idle_computed = statements(count) - before, serving.seconds_computed - computed
            beside = await reader.pages(50)
            heard, told = [], []
            pages: list[float] = []
            for mutation, person, more in (
                ("takeInReferral", "xu", {}),
                ("acceptReferral", "gao", {}),
            ):
                referral = await done(desk.as_(person), mutation, **which(referral), **more)
                await crowd.told({"hear": FOLLOWERS})
                before = statements(count)
                reading = asyncio.create_task(reader.on_and_on(pages))
                published = await _publish(redis_url, run.world, referral["id"])
                arrived = (await crowd.answers())["heard"]
                reading.cancel()
                heard += [each - published for each in arrived]
                told.append(statements(count) - before - len(pages) * reader.statements_each)
            peak = serving.memory
    each = (with_all - at_rest) * 1024 / len(coming)
    return [
        Row("the API at rest", at_rest, None, "MB", None, "≤ 200 MB", at_rest <= 200),
        Row(
            f"the API with {len(coming)} idle subscribers",
            with_all,
            None,
            "MB",
            None,
            "≤ 1 GB",
            with_all <= 1024,
            f"after the events {peak:.0f} MB",
        ),
        Row("… for each of them", each, bare, "KB", each / bare, "", None, "the floor is a bare socket"),
        Row(
            "… connecting, until each has its first message",
            len(coming) / came,
            None,
            "per s",
            None,
            "",
            None,
            f"{came:.0f} s, {to_come / len(coming):.1f} statements and {to_come_computed * 1000 / len(coming):.1f} ms each",
        ),
        Row(
            "… statements while nothing happens",
            idle / IDLE_SECONDS,
            None,
            "per s",
            None,
            "≤ 10",
            idle / IDLE_SECONDS <= 10,
        ),
        Row(
            "… of a core while nothing happens", 100 * idle_computed / IDLE_SECONDS, None, "%", None, "", None
        ),
        Row(
            "… a page beside them",
            median(beside) * 1000,
            median(alone) * 1000,
            "ms",
            median(beside) / median(alone),
            "",
            None,
            "the floor is the page without them",
        ),
        Row(
            f"one event to {FOLLOWERS} followers, p50",
            median(heard) * 1000,
            median(bare_told) * 1000,
            "ms",
            median(heard) / median(bare_told),
            "",
            None,
            "the floor sends to bare sockets and asks nothing",
        ),
        Row(
            "… p99",
            _p99(heard) * 1000,
            _p99(bare_told) * 1000,
            "ms",
            _p99(heard) / _p99(bare_told),
            "",
            None,
            f"{sum(told) / len(told):.0f} statements an event",
        ),
        Row(
            "… a page meanwhile",
            median(pages) * 1000,
            median(alone) * 1000,
            "ms",
            median(pages) / median(alone),
            "",
            None,
            f"the longest of {len(pages)}: {max(pages) * 1000:.0f} ms",
        ),
    ]


async def _bare(coming: Sequence[Any]) -> tuple[float, list[float]]:
    """What a bare socket takes, in KB, and when a message to so many of them arrives."""
    port = a_free_one()
    async with program("bench.bare_sockets", str(port)) as serving:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await _ready(http)
        at_rest = serving.memory
        async with program("bench.crowd", "127.0.0.1", str(port)) as crowd:
            await crowd.told({"come": coming})
            await crowd.answers()
            each = (serving.memory - at_rest) * 1024 / len(coming)
            times: list[float] = []
            for _ in range(2):
                await crowd.told({"hear": FOLLOWERS})
                began = time.monotonic()
                await serving.told(FOLLOWERS)
                times += [when - began for when in (await crowd.answers())["heard"]]
    return each, times


@dataclass
class _Reader:
    """Somebody who reads pages at the same API."""

    http: httpx.AsyncClient
    world: World
    statements_each: int = 0

    async def page(self) -> float:
        began = time.perf_counter()
        gao = self.world["gao"]
        answer = await self.http.post(
            "/graphql",
            json={"query": PAGE},
            headers={"Authorization": f"Bearer {gao.token}", "X-Acting-As": "kunyang"},
        )
        assert "errors" not in answer.json(), answer.text
        return time.perf_counter() - began

    async def pages(self, how_many: int) -> list[float]:
        """One after the other."""
        return [await self.page() for _ in range(how_many)]

    async def on_and_on(self, times: list[float]) -> None:
        """Until cancelled."""
        while True:
            times.append(await self.page())


async def _publish(redis_url: str, world: World, referral: str) -> float:
    _, subject = taken_apart(referral)
    async with Redis.from_url(redis_url) as redis:
        published = time.monotonic()
        await redis.publish(channel(world.county_id), json.dumps({"subject": str(subject), "capacities": []}))
    return published


async def _county(owner_url: str) -> World:
    owner = create_async_engine(owner_url)
    try:
        return await a_county(owner)
    finally:
        await owner.dispose()


async def _people(run: Run, prefix: str) -> list[UUID]:
    """So many people, each signed in; their posts, in the order of their tokens."""
    home = run.world.bodies["kunyang"]
    officers = {new_id(): staff.Officer(f"某{n}", home_id=home) for n in range(1, SUBSCRIBERS + 1)}
    async with run.owner.begin() as connection:
        await staff.enter(connection, county_id=run.world.county_id, officers=officers)
        await connection.execute(
            text(PEOPLE_SQL),
            {
                "county": run.world.county_id,
                "tenant": run.world.bodies["kunyang"],
                "people": list(officers),
                "prefix": prefix,
            },
        )
    async with run.owner.begin() as connection:
        found = await connection.execute(
            text(
                "select c.id from capacities c join accounts a on a.person_id = c.person_id"
                " where a.login like :prefix || '%' order by substr(a.login, length(:prefix) + 1)::int"
            ),
            {"prefix": prefix},
        )
        await connection.execute(text("analyze"))
        return list(found.scalars())


@asynccontextmanager
async def program(
    module: str, *arguments: str, given: dict[str, str] | None = None
) -> AsyncIterator[Program]:
    """A process, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        "env",
        *(f"{name}={value}" for name, value in (given or {}).items()),
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**22,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ready(http: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            await http.get("/healthz")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise TimeoutError


def _p99(times: Sequence[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[98]
