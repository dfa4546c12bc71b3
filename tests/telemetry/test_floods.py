"""A flood of requests that cannot be paid: each is counted, and the log tells of the first of each rest."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.allowances import LONGEST_REST, Allowances
from api.identifiers import global_id
from api.limits import Limits
from tenancy.ids import new_id
from tests.api.conftest import Client
from tests.databases import MigratedDatabase
from tests.live.platform import Api, api
from tests.loopback import LOOPBACK
from tests.telemetry.conftest import TOKEN
from tests.telemetry.test_metrics import figure, figures
from tests.workers.workshop import eventually
from tests.worlds import HandSetClock, World


@dataclass
class Bounded:
    """An API at which a body has thirty points in hand, and the wall's clock as the test sets it."""

    api: Api
    allowances: Allowances
    wall: list[float]


@pytest.fixture(scope="module")
def bounded(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bounded]:
    wall = [1_800_000_000.0]
    allowances = Allowances(Limits(allowance=300, cost=300), now=lambda: wall[0])
    with api(
        migrated_database,
        redis_server,
        HandSetClock(),
        tmp_path_factory.mktemp("files"),
        limits=allowances.limits,
        allowances=allowances,
        metrics_token=TOKEN,
    ) as running:
        yield Bounded(running, allowances, wall)


@pytest_asyncio.fixture(loop_scope="session")
async def front_end(bounded: Bounded, world: World) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=bounded.api.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world, {"Accept-Language": "en"})
    bounded.wall[0] += 3600


class Log(logging.Handler):
    """The levels at which requests were told of that were refused as one too many."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the level."""
        told: dict[str, Any] = getattr(record, "told", {})
        if told.get("codes") == ["RATE_LIMITED"]:
            self.levels.append(record.levelname)

    async def told(self, *, times: int) -> list[str]:
        """The levels, once so many requests have been told of; then it begins anew."""

        async def so_many() -> bool:
            """so many refused requests are in the log"""
            return len(self.levels) >= times

        await eventually(so_many)
        levels, self.levels = self.levels, []
        return levels


@pytest.fixture
def log() -> Iterator[Log]:
    requests, kept = logging.getLogger("gongguan.requests"), Log()
    before = requests.level
    requests.addHandler(kept)
    requests.setLevel(logging.DEBUG)
    yield kept
    requests.setLevel(before)
    requests.removeHandler(kept)


async def refused(client: Client) -> float:
    """How many refusals the metrics have counted."""
    return figure(await figures(client), "gongguan_errors_total", code="RATE_LIMITED")


async def flood(client: Client, *, times: int) -> None:
    for _ in range(times):
        assert (await client.ask("{ unreadCount }")).codes == ["RATE_LIMITED"]


class TestAFlood:
    async def test_of_one_body_is_told_of_once_a_rest(
        self, front_end: Client, bounded: Bounded, log: Log
    ) -> None:
        xu, counted = front_end.as_("xu"), await refused(front_end)
        assert (await xu.ask("{ unreadCount }")).data
        await bounded.allowances.spend(front_end.world.bodies["kunyang"], 279)
        await flood(xu, times=20)
        assert await log.told(times=20) == ["INFO"] + 19 * ["DEBUG"]
        bounded.wall[0] += LONGEST_REST
        await flood(xu, times=20)
        assert await log.told(times=20) == ["INFO"] + 19 * ["DEBUG"]
        assert await refused(front_end) == counted + 40

    async def test_of_one_body_leaves_the_lines_of_its_neighbours(
        self, front_end: Client, bounded: Bounded, log: Log
    ) -> None:
        for key, body in (("xu", "kunyang"), ("ye", "aojiang")):
            assert (await front_end.as_(key).ask("{ unreadCount }")).data
            await bounded.allowances.spend(front_end.world.bodies[body], 279)
        await flood(front_end.as_("xu"), times=5)
        await flood(front_end.as_("ye"), times=5)
        assert await log.told(times=10) == 2 * (["INFO"] + 4 * ["DEBUG"])

    async def test_of_strangers_is_told_of_once_a_rest_too(
        self, front_end: Client, bounded: Bounded, log: Log
    ) -> None:
        counted = await refused(front_end)
        await bounded.allowances.spend(None, 300)
        made_up = front_end.with_headers(authorization="Bearer made-up")
        await flood(made_up, times=20)
        assert await log.told(times=20) == ["INFO"] + 19 * ["DEBUG"]
        bounded.wall[0] += LONGEST_REST
        await flood(made_up, times=5)
        assert await log.told(times=5) == ["INFO"] + 4 * ["DEBUG"]
        assert await refused(front_end) == counted + 25

    async def test_shuts_no_door_for_other_strangers(self, front_end: Client, bounded: Bounded) -> None:
        await bounded.allowances.spend(None, 275)
        stranger = front_end.with_headers(authorization="Bearer made-up")
        assert (await stranger.ask("{ unreadCount viewer { name } }")).codes == ["RATE_LIMITED"]
        cheaper = await stranger.http.get(f"/files/{global_id('File', new_id())}", headers=stranger.headers)
        assert cheaper.status_code == 401
