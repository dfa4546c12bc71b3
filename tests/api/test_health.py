"""Whether the process lives, and whether the platform is whole."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.outbox.commands import beat
from domain.outbox.models import Beat
from tests.api.conftest import Client


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
