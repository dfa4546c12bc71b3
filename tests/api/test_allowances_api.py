"""Allowances before an API: who is refused, how that is said, and that refusing costs next to nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.allowances import LONGEST_REST, Allowances
from api.app import create_app
from domain.documents.store import Store
from domain.edge import Edge
from tenancy.sign_in import Doorkeeper
from tenancy.transactions import Engines, token_hash
from tests.api.conftest import POLICY, Client, Statements, Wall
from tests.api.test_allowances import LIMITS, SECONDS
from tests.databases import MigratedDatabase
from tests.loopback import LOOPBACK
from tests.workers.redis_of_its_own import OwnRedis
from tests.worlds import CHEAP_HASHER, HandSetClock, World


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
        httpx.AsyncClient(base_url=url, **LOOPBACK, timeout=60) as http,
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
