"""How long news takes: from sending a letter until its notice arrives over a socket, and the last part of that beside its floor.

The whole way goes through a real API, a real worker at its ordinary pace, and Redis. The last part begins when a
notice has been committed and is published; its floor is a bare Redis subscriber that then sends, by asyncpg alone, the
statements that the API sent.
"""

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from redis.asyncio import Redis

from bench.measures import Row
from bench.replay import Replayer, bare_connection, capturing, encoded
from bench.run import Run
from domain.edge import errand
from domain.notifications.commands import deliver
from domain.outbox.rules import Announced, ToTenant, channel
from ops.addresses import for_sqlalchemy
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.api.letters import approved, done, which
from tests.databases import MigratedDatabase
from tests.live.listeners import Listening, over_a_socket
from tests.live.platform import Api, api
from workers.main import run as work

NEWS = "subscription { notifications { cursor notification { id kind message subject { id } } } }"

ACTS = 20
PUBLICATIONS = 150


async def news(run: Run, redis_url: str) -> list[Row]:
    """Both measurements, over one API and one worker."""
    xu = run.world["xu"].credentials
    database = MigratedDatabase(
        owner=for_sqlalchemy(run.urls.owner),
        app=for_sqlalchemy(run.urls.app),
        worker=for_sqlalchemy(run.urls.worker),
        backup=for_sqlalchemy(run.urls.backup),
    )
    with tempfile.TemporaryDirectory() as files, api(database, redis_url, run.clock, Path(files)) as serving:
        async with over_a_socket(serving, xu, NEWS) as listening:
            await listening.next()
            async with _working(run, redis_url):
                whole = await _acts(run, serving, listening)
            ours, bare = await _publications(run, serving, redis_url, listening)
    p99 = quantiles(whole, n=100, method="inclusive")[98]
    return [
        Row(
            "a letter sent, until its notice arrives over a socket, p50",
            median(whole) * 1000,
            None,
            "ms",
            None,
            "",
            None,
        ),
        Row("… p99", p99 * 1000, None, "ms", None, "≤ 2 s", p99 <= 2, f"{len(whole)} letters, one by one"),
        Row(
            "from a publication to the message over a socket",
            median(ours) * 1000,
            median(bare) * 1000,
            "ms",
            median(ours) / median(bare),
            "",
            None,
            f"p99 {quantiles(ours, n=100)[98] * 1000:.1f} ms",
        ),
    ]


async def _acts(run: Run, serving: Api, listening: Listening) -> list[float]:
    times = []
    async with httpx.AsyncClient(base_url=serving.url, trust_env=False, timeout=30) as http:
        desk = Client(http, run.world)
        ready = [await approved(desk) for _ in range(ACTS)]
        for referral in ready:
            began = time.perf_counter()
            await done(desk.as_("tang"), "sendReferral", **which(referral))
            heard = await listening.next()
            times.append(time.perf_counter() - began)
            assert heard["notification"]["subject"]["id"] == referral["id"]
    return times


async def _publications(
    run: Run, serving: Api, redis_url: str, listening: Listening
) -> tuple[list[float], list[float]]:
    wanted = channel(run.world.county_id)
    heard = json.dumps({"subject": "", "capacities": [str(run.world["xu"].capacities["kunyang"])]})
    connection = await bare_connection(run.urls.app)
    replayer = Replayer(connection, snapshot=True)
    ours, bare = [], []
    async with Redis.from_url(redis_url) as redis, redis.pubsub() as ear:
        await ear.subscribe(f"bench:{wanted}")
        await ear.get_message(timeout=5)
        for _ in range(PUBLICATIONS):
            await _deliver(run)
            with capturing(serving.edge.engines.reading) as captured:
                began = time.perf_counter()
                await redis.publish(wanted, heard)
                await listening.next()
                ours.append(time.perf_counter() - began)
            reads = captured.transactions[0]
            began = time.perf_counter()
            await redis.publish(f"bench:{wanted}", heard)
            await ear.get_message(timeout=5)
            encoded(await replayer.send(reads))
            bare.append(time.perf_counter() - began)
    await connection.close()
    return ours, bare


async def _deliver(run: Run) -> None:
    facts = {"sender": str(run.world.bodies["transport"]), "receiver": str(run.world.bodies["kunyang"])}
    told: dict[str, Any] = {"kind": "referral.sent", "subject_kind": "referral", "subject_id": new_id()}
    announced = Announced(
        id=new_id(),
        county_id=run.world.county_id,
        audience=[ToTenant(run.world.bodies["kunyang"], ["registrar"]).as_json()],
        facts=facts,
        announced_at=run.clock.instant,
        attempts=1,
        **told,
    )
    async with errand(run.worker.writing, county_id=run.world.county_id, now=run.clock.instant) as opened:
        await deliver(opened, [announced])


@asynccontextmanager
async def _working(run: Run, redis_url: str) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    working = asyncio.create_task(
        work(
            engines=run.worker,
            redis_url=redis_url,
            clock=run.clock,
            checkpoints=None,
            queue=f"bench:{secrets.token_hex(4)}",
            stopping=stopping,
        )
    )
    try:
        yield
    finally:
        stopping.set()
        await working
