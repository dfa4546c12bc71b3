"""Whether the process lives, and whether the platform is whole."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from api.app import create_app
from domain.documents.store import Store
from domain.edge import Edge
from domain.outbox.commands import beat
from domain.outbox.models import Beat
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Engines
from tests.api.conftest import POLICY, Client
from tests.loopback import LOOPBACK
from tests.worlds import CHEAP_HASHER, HandSetClock


async def beating(owner_engine: AsyncEngine, ages: dict[str, timedelta]) -> None:
    async with AsyncSession(owner_engine) as session, session.begin():
        await session.execute(delete(Beat))
        for name, age in ages.items():
            await beat(session, reconciler=name, wall=datetime.now(UTC) - age, waiting_since=None)


class TestHealthz:
    async def test_answers(self, client: Client) -> None:
        response = await client.http.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})


class TestReadyz:
    async def test_is_ready_while_everything_beats(self, client: Client, owner_engine: AsyncEngine) -> None:
        await beating(owner_engine, {"relay": timedelta(seconds=1), "clock": timedelta(seconds=55)})
        response = await client.http.get("/readyz")
        assert (response.status_code, response.json()) == (200, {"status": "ok", "missing": []})

    async def test_is_not_when_the_clock_stands_still(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        await beating(owner_engine, {"relay": timedelta(seconds=1), "clock": timedelta(seconds=65)})
        response = await client.http.get("/readyz")
        assert (response.status_code, response.json()["missing"]) == (503, ["worker"])

    async def test_is_not_where_no_worker_ever_ran(self, client: Client, owner_engine: AsyncEngine) -> None:
        await beating(owner_engine, {})
        response = await client.http.get("/readyz")
        assert (response.status_code, response.json()["missing"]) == (503, ["worker"])

    async def test_is_not_without_its_database_and_says_so(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        engines = Engines.of(f"postgresql+asyncpg://nobody:nothing@127.0.0.1:{port}/nowhere")
        app = create_app(
            edge=Edge(engines=engines, clock=HandSetClock()),
            doorkeeper=Doorkeeper(engines.writing, POLICY, CHEAP_HASHER),
            store=Store(tmp_path),
        )
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://gongguan.test", **LOOPBACK
        ) as alone:
            response = await alone.get("/readyz")
            assert (response.status_code, response.json()["missing"]) == (503, ["database"])
            assert (await alone.get("/healthz")).status_code == 200
            answer = await alone.post(
                "/graphql", json={"query": "{ unreadCount }"}, headers={"Authorization": "Bearer x"}
            )
            assert answer.status_code == 503
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            assert "127.0.0.1" not in answer.text
