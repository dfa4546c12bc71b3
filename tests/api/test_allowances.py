"""Allowances: what a body may ask for in a minute, shared through a real Redis that is flushed, stopped and killed."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psutil
import pytest
import pytest_asyncio
import uvicorn
from redis.asyncio import Redis
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.allowances import LONGEST_REST, SECONDS_LEFT_ALONE, Allowances, RateLimited
from api.app import create_app
from api.limits import Limits
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Engines, token_hash
from tests.api.conftest import POLICY, Client, Statements
from tests.databases import MigratedDatabase
from tests.workers.redis_of_its_own import OwnRedis
from tests.worlds import CHEAP_HASHER, HandSetClock, World

LIMITS = Limits(allowance=600, cost=600, at_once=2, waiting=3)
"""Ten points a second."""

SECONDS = 60.0
"""So long may Redis take in these tests, where the machine is slow and not Redis."""


class Wall:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest_asyncio.fixture(loop_scope="session")
async def redis() -> AsyncIterator[OwnRedis]:
    server = OwnRedis()
    await server.start()
    yield server
    server.kill()


@asynccontextmanager
async def sharing(redis: OwnRedis, wall: Wall, count: int = 2) -> AsyncIterator[list[Allowances]]:
    """As many processes, as far as Redis can tell."""
    all_of_them = [Allowances(LIMITS, redis.url, now=wall, patience=SECONDS) for _ in range(count)]
    yield all_of_them
    for each in all_of_them:
        await each.close()


async def wait_of(allowances: Allowances, payer: UUID | None, cost: int) -> int:
    """The seconds after which a refused request may be repeated."""
    with pytest.raises(RateLimited) as refused:
        await allowances.spend(payer, cost)
    wait = refused.value.facts["retry_after"]
    assert isinstance(wait, int)
    return wait


class TestAnAllowance:
    async def test_is_a_minutes_points_that_come_back_evenly(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        balance = await allowances.spend(body, 450)
        assert balance.as_json() == {"limit": 600, "remaining": 150, "secondsUntilReset": 45}
        assert await wait_of(allowances, body, 200) == 5
        wall.seconds += 4.9
        assert await wait_of(allowances, body, 200) == 1
        wall.seconds += 0.1
        assert (await allowances.spend(body, 200)).remaining == 0
        wall.seconds += 3600
        assert (await allowances.spend(body, 1)).remaining == 599

    async def test_of_one_body_is_not_anothers(self, wall: Wall) -> None:
        allowances, body, other = Allowances(LIMITS, now=wall), uuid4(), uuid4()
        await allowances.spend(body, 600)
        assert await wait_of(allowances, body, 10) == 1
        assert (await allowances.spend(other, 600)).remaining == 0
        assert (await allowances.spend(None, 600)).remaining == 0

    async def test_that_is_whole_pays_for_anything_once(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        assert (await allowances.spend(body, 10_000)).remaining == 0

    async def test_survives_a_clock_that_was_ahead(self, wall: Wall) -> None:
        allowances, body = Allowances(LIMITS, now=wall), uuid4()
        wall.seconds += 100_000
        await allowances.spend(body, 600)
        wall.seconds -= 100_000
        assert await wait_of(allowances, body, 10) <= 60


class TestShared:
    async def test_is_one_allowance_for_all_processes(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 400)
            assert (await other.spend(body, 150)).remaining == 50
            assert await wait_of(one, body, 100) == 5
            wall.seconds += 5
            await one.spend(body, 100)
            assert await wait_of(other, body, 10) == 1

    async def test_is_spent_once_by_whoever_comes_first(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=3) as processes:
            body = uuid4()
            asking = [process.spend(body, 60) for _ in range(10) for process in processes]
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert all(
                not isinstance(each, BaseException) or isinstance(each, RateLimited) for each in answers
            )
            assert sum(isinstance(each, RateLimited) for each in answers) == 20

    async def test_leaves_nothing_in_redis_once_it_is_whole(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as looking:
            await one.spend(body := uuid4(), 300)
            left = await looking.pttl(f"gongguan:allowance:{body}")
            assert 0 < left <= 30_001


class TestWithoutRedis:
    async def test_each_process_goes_on_from_what_it_knew(
        self, redis: OwnRedis, wall: Wall, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 300)
            await other.spend(body, 100)
            redis.kill()
            with caplog.at_level(logging.WARNING, logger="gongguan.api.allowances"):
                assert (await one.spend(body, 100)).remaining == 200
                assert (await one.spend(body, 200)).remaining == 0
                assert await wait_of(one, body, 10) == 1
            assert len(caplog.records) == 1
            assert (await other.spend(body, 100)).remaining == 100

            await redis.start()
            wall.seconds += SECONDS_LEFT_ALONE + 60
            await one.spend(body, 500)
            await other.spend(uuid4(), 1)
            assert await wait_of(other, body, 200) == 10

    async def test_that_was_emptied_nobody_is_refused(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall) as (one, other):
            body = uuid4()
            await one.spend(body, 600)
            await redis.flush()
            assert (await other.spend(body, 600)).remaining == 0

    @pytest.mark.parametrize("nonsense", ["nonsense", "-5", "9e300", "nan", ""])
    async def test_that_holds_nonsense_nobody_waits_longer_than_a_minute(
        self, redis: OwnRedis, wall: Wall, nonsense: str
    ) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as meddling:
            body = uuid4()
            await meddling.set(f"gongguan:allowance:{body}", nonsense)
            with suppress(RateLimited):
                await one.spend(body, 600)
            wall.seconds += 61
            assert (await one.spend(body, 600)).remaining == 0

    async def test_that_holds_something_else_each_counts_by_itself(self, redis: OwnRedis, wall: Wall) -> None:
        async with sharing(redis, wall, count=1) as (one,), Redis.from_url(redis.url) as meddling:
            body = uuid4()
            await meddling.rpush(f"gongguan:allowance:{body}", "a list")
            assert (await one.spend(body, 500)).remaining == 100

    async def test_that_does_not_answer_nobody_waits_for(self, redis: OwnRedis, wall: Wall) -> None:
        """Redis is stopped for the whole of it: whoever waited for an answer would never come back."""
        assert redis._process is not None
        allowances = Allowances(LIMITS, redis.url, now=wall)
        body = uuid4()
        await allowances.spend(body, 100)
        stopped = psutil.Process(redis._process.pid)
        stopped.suspend()
        try:
            for _ in range(5):
                await allowances.spend(body, 100)
            assert await wait_of(allowances, body, 10) == 1
        finally:
            stopped.resume()
            await allowances.close()


class TestTurns:
    async def test_are_so_many_at_once_and_so_many_wait(self) -> None:
        allowances, body = Allowances(LIMITS), uuid4()
        inside, most = 0, 0
        gate = asyncio.Event()

        async def take_a_turn() -> None:
            nonlocal inside, most
            async with allowances.turn(body):
                inside += 1
                most = max(most, inside)
                await gate.wait()
                inside -= 1

        taking = [asyncio.create_task(take_a_turn()) for _ in range(6)]
        await asyncio.wait(taking, return_when=asyncio.FIRST_COMPLETED)
        assert isinstance(taking[-1].exception(), RateLimited)
        with pytest.raises(RateLimited):
            await allowances.spend(body, 1)
        async with allowances.turn(uuid4()):
            gate.set()
        await asyncio.gather(*taking[:-1])
        assert most == 2
        assert not allowances._turns
        # Whoever found no place has not paid for it.
        assert (await allowances.spend(body, 600)).remaining == 0


@asynccontextmanager
async def serving(
    database: MigratedDatabase, allowances: Allowances, files: Path
) -> AsyncIterator[tuple[str, Statements]]:
    """An API with these allowances: its address, and what it sends to PostgreSQL."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    engines, statements = Engines.of(database.app, pool_size=3), Statements()
    event.listen(engines.writing.sync_engine, "before_cursor_execute", statements.add)
    app = create_app(
        edge=Edge(engines=engines, clock=HandSetClock()),
        doorkeeper=Doorkeeper(engines.writing, POLICY, CHEAP_HASHER),
        store=Store(files),
        limits=allowances.limits,
        allowances=allowances,
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", statements
    server.should_exit = True
    await running


@dataclass
class Desk:
    """A front end before an API that counts, and what the API asks of PostgreSQL."""

    client: Client
    allowances: Allowances
    statements: Statements
    wall: Wall


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    migrated_database: MigratedDatabase, redis: OwnRedis, wall: Wall, world: World, tmp_path: Path
) -> AsyncIterator[Desk]:
    allowances = Allowances(LIMITS, redis.url, now=wall, patience=SECONDS)
    async with (
        serving(migrated_database, allowances, tmp_path) as (url, statements),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http,
    ):
        yield Desk(Client(http, world, {"Accept-Language": "en"}), allowances, statements, wall)


async def use_up(desk: Desk, key: str) -> None:
    """Ask until nothing is left of the allowance of this person's body."""
    somebody = desk.client.as_(key)
    answer = await somebody.ask("{ unreadCount }")
    await desk.allowances.spend(
        desk.client.world.bodies[desk.client.world[key].body],
        answer.body["extensions"]["cost"]["allowance"]["remaining"],
    )


class TestAnApi:
    async def test_says_what_is_left(self, desk: Desk) -> None:
        xu = desk.client.as_("xu")
        for left in (579, 558):
            answer = await xu.ask("{ unreadCount }")
            assert answer.body["extensions"]["cost"] == {
                "requested": 21,
                "limit": 600,
                "allowance": {"limit": 600, "remaining": left, "secondsUntilReset": (600 - left + 9) // 10},
            }

    async def test_refuses_without_asking_the_database_and_says_when_to_come_back(self, desk: Desk) -> None:
        await use_up(desk, "xu")
        sent = desk.statements.count
        xu = desk.client.as_("xu")
        newer = xu.with_headers(accept="application/graphql-response+json")
        for front_end, status in ((xu, 200), (newer, 429), (newer, 429), (xu, 200)):
            answer = await front_end.ask("{ unreadCount }")
            assert answer.status == status
            (error,) = answer.body["errors"]
            assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3}
            assert answer.headers["retry-after"] == "3"
            assert "data" not in answer.body
        answer = await xu.ask("mutation { signOut(input: {}) { clientMutationId } }")
        assert answer.codes == ["RATE_LIMITED"]
        assert desk.statements.count == sent
        desk.wall.seconds += 3
        assert (await xu.ask("{ unreadCount }")).data

    async def test_does_not_even_read_the_request_of_whoever_rests(self, desk: Desk) -> None:
        await use_up(desk, "xu")
        xu = desk.client.as_("xu")
        await xu.ask("{ unreadCount }")
        assert (await xu.ask("{ this is no document")).codes == ["RATE_LIMITED"]
        desk.wall.seconds += LONGEST_REST
        assert (await xu.ask("{ viewer { name } }")).codes == [
            "RATE_LIMITED"
        ]  # read, and too dear to be answered
        desk.wall.seconds += 10
        assert (await xu.ask("{ this is no document")).codes == ["BAD_REQUEST"]

    @pytest.mark.parametrize(
        "query", ["{ unheardOf }", "{ viewer {", "{" + " ".join(f"a{n}:id" for n in range(61)) + "}"]
    )
    async def test_lets_nobody_send_for_nothing_what_is_refused(self, desk: Desk, query: str) -> None:
        xu = desk.client.as_("xu")
        assert (await xu.ask("{ unreadCount }")).data
        codes = [code for _ in range(40) for code in (await xu.ask(query)).codes]
        assert codes[0] in ("BAD_REQUEST", "DOCUMENT_TOO_LARGE")
        assert codes[-1] == "RATE_LIMITED"
        assert (await desk.client.as_("ye").ask("{ unreadCount }")).data

    async def test_asks_once_who_somebody_is_for_all_acts_of_a_document(self, desk: Desk) -> None:
        stranger = desk.client.with_headers(authorization="Bearer made-up")
        acts = " ".join(
            f'a{n}: markNotificationRead(input: {{notificationId: "x"}}) {{ __typename }}' for n in range(5)
        )
        assert (await stranger.ask(f"mutation {{ {acts} }}")).codes == ["UNAUTHENTICATED"]

    async def test_lets_neighbours_and_colleagues_elsewhere_go_on(self, desk: Desk) -> None:
        await use_up(desk, "gao")
        assert (await desk.client.as_("gao").ask("{ unreadCount }")).codes == ["RATE_LIMITED"]
        assert (await desk.client.as_("chen").ask("{ unreadCount }")).codes == ["RATE_LIMITED"]
        assert (await desk.client.as_("ye").ask("{ unreadCount }")).data
        # Zhou pays as whoever he acts for.
        assert (await desk.client.as_("zhou").ask("{ unreadCount }")).data
        assert (await desk.client.as_("zhou", "kunyang").ask("{ unreadCount }")).codes == ["RATE_LIMITED"]

    async def test_lets_nobody_spend_a_body_s_allowance_with_a_token_that_ended(
        self, desk: Desk, owner_engine: AsyncEngine
    ) -> None:
        world, xu = desk.client.world, desk.client.as_("xu")
        act = 'mutation { markNotificationRead(input: { notificationId: "x" }) { clientMutationId } }'
        for ask in ("{ unreadCount }", act):
            assert (await xu.ask("{ unreadCount }")).data
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text("update sessions set revoked_at = issued_at where token_hash = :hash"),
                    {"hash": token_hash(world["xu"].token)},
                )
            for _ in range(3):
                assert (await xu.ask(ask)).codes
            assert desk.allowances.payer(world["xu"].credentials) is None
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text("update sessions set revoked_at = null where token_hash = :hash"),
                    {"hash": token_hash(world["xu"].token)},
                )

    async def test_lets_strangers_share_one_allowance_and_clerks_it_knows_go_on(self, desk: Desk) -> None:
        assert (await desk.client.as_("xu").ask("{ unreadCount }")).data
        stranger = desk.client.with_headers(authorization="Bearer made-up")
        codes = []
        for _ in range(40):
            codes += (await stranger.ask("{ unreadCount }")).codes
        assert set(codes) == {"UNAUTHENTICATED", "RATE_LIMITED"}
        sent = desk.statements.count
        assert (await stranger.ask("{ unreadCount }")).codes == ["RATE_LIMITED"]
        assert desk.statements.count == sent
        assert (await desk.client.as_("xu").ask("{ unreadCount }")).data

    async def test_goes_on_while_redis_is_gone(self, desk: Desk, redis: OwnRedis) -> None:
        xu = desk.client.as_("xu")
        assert (await xu.ask("{ unreadCount }")).data
        redis.kill()
        assert (await xu.ask("{ unreadCount }")).body["extensions"]["cost"]["allowance"]["remaining"] == 558
        await use_up(desk, "xu")
        assert (await xu.ask("{ unreadCount }")).codes == ["RATE_LIMITED"]
