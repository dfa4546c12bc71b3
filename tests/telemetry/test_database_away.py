"""What is told while the database is away: stopped, or deaf. It is a server of the test's own, so nobody else misses it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import gaierror

import asyncpg
import httpx
import psutil
import pytest
import pytest_asyncio
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from domain.outbox.commands import beat
from ops.embedded.processes import Server
from ops.embedded.servers import Wanted, started
from ops.home import held
from tenancy.transactions import is_out_of_reach
from tests.databases import migrated
from tests.live.platform import api
from tests.loopback import LOOPBACK
from tests.servers import Databases, TestServers, a_walkable_folder
from tests.telemetry.conftest import TOKEN
from tests.telemetry.test_metrics import Figures, figure, figures_at
from tests.worlds import HandSetClock

SOMEBODY = {"Authorization": "Bearer somebody", "Content-Type": "application/json"}


@dataclass
class Alone:
    """An API, and the server that has its database and no other."""

    http: httpx.AsyncClient
    server: Server
    administrator: str
    login: str

    async def figures(self) -> Figures:
        """Everything at `/metrics`."""
        return await figures_at(self.http)


@pytest_asyncio.fixture(loop_scope="session")
async def alone(redis_server: str, tmp_path: Path) -> AsyncIterator[Alone]:
    with a_walkable_folder() as folder, held(folder / "home") as home:
        wanted = Wanted(redis_url=redis_server, durable=False, outside=folder / "outside")
        with started(home, wanted) as servers:
            where = TestServers(servers.addresses.database_url, redis_server, home)
            database = await migrated(Databases(where), where, label="alone")
            engine = create_async_engine(database.owner)
            async with AsyncSession(engine) as session, session.begin():
                await beat(session, reconciler="relay", wall=datetime.now(UTC), waiting_since=None)
            await engine.dispose()
            with api(database, redis_server, HandSetClock(), tmp_path, metrics_token=TOKEN) as running:
                async with httpx.AsyncClient(base_url=running.url, **LOOPBACK, timeout=60) as http:
                    login = make_url(database.app).username
                    assert login is not None
                    yield Alone(http, servers.started[0], servers.addresses.database_url, login)


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """It is gone."""
    server.stop()
    yield


@contextmanager
def deaf(server: Server) -> Iterator[None]:
    """It takes connections and keeps those it has, and says nothing."""
    leader = psutil.Process(server.process.pid)
    all_of_it = [leader, *leader.children(recursive=True)]
    for each in all_of_it:
        each.suspend()
    try:
        yield
    finally:
        for each in all_of_it:
            each.resume()


@pytest.mark.parametrize("away", [stopped, deaf])
async def test_the_other_figures_are_told_all_the_same(alone: Alone, away: type) -> None:
    found = await alone.figures()
    assert figure(found, "gongguan_database_answers") == 1
    assert [name for name, _ in found if name.startswith("gongguan_reconciler")]
    with away(alone.server):
        # Several at once, as several watch: none waits for another.
        for found in await asyncio.gather(alone.figures(), alone.figures(), alone.figures()):
            assert figure(found, "gongguan_database_answers") == 0
            assert not [name for name, _ in found if name.startswith("gongguan_reconciler")]
            assert figure(found, "gongguan_responses_total", route="/healthz", status="200") >= 1
        ready = await alone.http.get("/readyz")
        assert (ready.status_code, ready.json()["missing"]) == (503, ["database"])


async def test_what_the_worker_says_is_told_again_when_the_database_answers(alone: Alone) -> None:
    with deaf(alone.server):
        assert figure(await alone.figures(), "gongguan_database_answers") == 0
    found = await alone.figures()
    assert figure(found, "gongguan_database_answers") == 1
    assert figure(found, "gongguan_reconciler_beat_timestamp_seconds", reconciler="relay") > 0


async def test_whoever_asks_meanwhile_may_ask_again(alone: Alone) -> None:
    with stopped(alone.server):
        answer = await alone.http.post("/graphql", json={"query": "{ viewer { name } }"}, headers=SOMEBODY)
        said = answer.json()
        assert (said["data"], [each["extensions"]["code"] for each in said["errors"]]) == (
            None,
            ["UNAVAILABLE"],
        )
        upload = await alone.http.post(
            "/files", content=b"%PDF-1.7\n", headers=SOMEBODY | {"X-File-Name": "a.pdf"}
        )
        assert (upload.status_code, upload.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")


async def test_whoever_finds_it_full_may_ask_again(alone: Alone) -> None:
    administrator = await asyncpg.connect(alone.administrator)
    try:
        for seats, code in ((0, "UNAVAILABLE"), (-1, "UNAUTHENTICATED")):
            await administrator.execute(f'alter role "{alone.login}" connection limit {seats}')
            answer = await alone.http.post(
                "/graphql", json={"query": "{ viewer { name } }"}, headers=SOMEBODY
            )
            assert [each["extensions"]["code"] for each in answer.json()["errors"]] == [code]
    finally:
        await administrator.close()


async def test_whoever_takes_a_connection_that_was_cut_may_ask_again(alone: Alone) -> None:
    async def codes() -> list[str]:
        answer = await alone.http.post("/graphql", json={"query": "{ viewer { name } }"}, headers=SOMEBODY)
        return [each["extensions"]["code"] for each in answer.json()["errors"]]

    assert await codes() == ["UNAUTHENTICATED"]
    administrator = await asyncpg.connect(alone.administrator)
    try:
        await administrator.fetch(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = $1", alone.login
        )
    finally:
        await administrator.close()
    assert await codes() in (["UNAVAILABLE"], ["UNAUTHENTICATED"])
    assert await codes() == ["UNAUTHENTICATED"]


async def test_a_database_whose_name_nobody_knows_is_out_of_reach() -> None:
    engine = create_async_engine("postgresql+asyncpg://nobody@database.invalid/none")
    with pytest.raises(gaierror) as failed:
        async with engine.connect():
            pass
    await engine.dispose()
    assert is_out_of_reach(failed.value)
