"""API and worker as they are really started: what the settings make of log, traces and metrics."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.edge import errand
from domain.outbox.commands import announce
from domain.outbox.rules import ToTenant
from ops.embedded.ports import a_free_one
from tenancy.ids import new_id
from tests.databases import MigratedDatabase, migrated
from tests.loopback import LOOPBACK
from tests.servers import Databases, TestServers
from tests.telemetry.collector import collecting
from tests.workers.redis_of_its_own import OwnRedis
from tests.workers.workshop import eventually
from tests.worlds import NOW, a_county

ASKED_WITH = "0123456789abcdef"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(fresh_database: Databases, servers: TestServers) -> MigratedDatabase:
    """A database in which no other worker runs."""
    return await migrated(fresh_database, servers, label="telemetry")


@pytest_asyncio.fixture(loop_scope="session")
async def owner(database: MigratedDatabase) -> AsyncIterator[AsyncEngine]:
    """The owner's login."""
    engine = create_async_engine(database.owner)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def environment(database: MigratedDatabase, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """Both programs' environment: production, with a home, a Redis and a port of their own."""
    redis = OwnRedis()
    await redis.start()
    yield {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GONGGUAN_", "OTEL_"))},
        "GONGGUAN_HOME": str(tmp_path),
        "GONGGUAN_APP_DATABASE_URL": database.app.replace("+asyncpg", ""),
        "GONGGUAN_WORKER_DATABASE_URL": database.worker.replace("+asyncpg", ""),
        "REDIS_URL": redis.url,
        "PORT": str(a_free_one()),
    }
    redis.kill()


@asynccontextmanager
async def started(program: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """`gongguan api` or `gongguan worker`; it is asked to end by `told_by`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops", program, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def told_by(process: asyncio.subprocess.Process) -> list[dict[str, Any]]:
    """Ask a program to end, and read all lines of its log, each of which must be JSON."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        _, told = await process.communicate()
    return [json.loads(line) for line in told.decode().splitlines()]


async def asked(environment: dict[str, str]) -> httpx.Response:
    """Wait until the API answers, ask it something, and read its metrics by the token of the home."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['PORT']}", **LOOPBACK) as http:

        async def answers() -> bool:
            """the API answers"""
            try:
                return (await http.get("/healthz")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers)
        await http.post("/graphql", json={"query": "{ __typename }"}, headers={"X-Request-Id": ASKED_WITH})
        token = (Path(environment["GONGGUAN_HOME"]) / "secrets" / "metrics-token").read_text().strip()
        return await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})


class TestTheApi:
    async def test_logs_in_json_traces_and_counts(self, environment: dict[str, str]) -> None:
        with collecting() as collector:
            async with started("api", {**environment, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) as api:
                metrics = await asked(environment)
                lines = await told_by(api)
        assert metrics.status_code == 200
        assert 'gongguan_responses_total{route="/graphql",status="200"} 1.0' in metrics.text
        (line,) = [each for each in lines if each.get("requestId") == ASKED_WITH]
        assert line["event"] == "answered"
        assert {"at", "level", "logger", "kind", "tenantKind", "outcome", "status", "ms"} <= line.keys()
        # All was sent before it ended, although nobody waited for the batch.
        assert collector.of(ASKED_WITH).program == "gongguan-api"
        assert collector.of(ASKED_WITH).trace == line["traceId"]
        assert collector.paths == {"/v1/traces"}

    async def test_is_quiet_at_a_terminal_and_traces_for_nobody(self, environment: dict[str, str]) -> None:
        async with started("api", {**environment, "GONGGUAN_LOG": "text"}) as api:
            await asked(environment)
            assert await told_by(api) == []

    async def test_takes_the_token_that_it_is_given(self, environment: dict[str, str]) -> None:
        given = {**environment, "GONGGUAN_METRICS_TOKEN": "a token of the operator's own"}
        home = Path(environment["GONGGUAN_HOME"])
        (home / "secrets").mkdir()
        (home / "secrets" / "metrics-token").write_text("another one")
        async with started("api", given):
            assert (await asked(environment)).status_code == 401
            (home / "secrets" / "metrics-token").write_text(given["GONGGUAN_METRICS_TOKEN"])
            assert (await asked(environment)).status_code == 200


class TestTheWorker:
    async def test_traces_its_portions_and_says_in_its_beats_what_it_did(
        self, environment: dict[str, str], owner: AsyncEngine
    ) -> None:
        world = await a_county(owner)
        async with errand(owner, county_id=world.county_id, now=NOW) as opened:
            for _ in range(3):
                await announce(
                    opened,
                    kind="referral.sent",
                    subject_kind="referral",
                    subject_id=new_id(),
                    audience=[ToTenant(world.bodies["kunyang"], ["registrar"])],
                    facts={},
                )

        async def done() -> bool:
            """the relay's beat says that it delivered three"""
            async with owner.connect() as connection:
                return bool(
                    await connection.scalar(text("select done >= 3 from beats where reconciler = 'relay'"))
                )

        with collecting() as collector:
            async with started(
                "worker", {**environment, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
            ) as worker:
                await eventually(done)
                lines = await told_by(worker)
        assert {"working: clock, recount, relay, sealer, checkpointer, exports, sweeper", "stopped"} <= {
            line["event"] for line in lines
        }
        jobs = [span for span in collector.spans if span.name == "handling"]
        assert jobs
        for job in jobs:
            assert job.program == "gongguan-worker"
            assert len(collector.below(job)) == job.facts["gongguan.statements"] > 0
        # Looking whether there is anything to do happens every second, and nobody wants to read that.
        assert {span.name for span in collector.spans if not span.parent} <= {
            "handling",
            "checkpointer",
            "sealer",
        }


def test_nobody_loads_the_tracer_who_does_not_trace() -> None:
    loads = (
        "import sys; import api.app, ops.commands.api, ops.commands.worker, ops.compose, ops.traces, workers.main\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'google.protobuf', 'requests'))])"
    )
    told = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
