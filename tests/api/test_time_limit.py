"""What takes too long is broken off, in PostgreSQL too; what was committed is never said to have failed.

Somebody else's transaction holds a lock, so an operation waits for as long as the test wants. That its time is over is
known from another operation, begun later, that was broken off.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.allowances import Allowances
from api.asked import Asked
from api.hub import Hub
from api.limits import Limits
from api.time_limit import TimedOut
from domain.edge import Edge
from domain.work import Work
from tenancy.ids import new_id
from tenancy.sign_in import Doorkeeper, SignInPolicy
from tests.api.conftest import Answer, Client
from tests.api.letters import PDF, letter, uploaded
from tests.databases import MigratedDatabase
from tests.live.listeners import NOTIFICATIONS, WAYS, brought, over_a_stream, wire
from tests.live.platform import OFTEN, Api, api
from tests.live.test_sockets import INIT, closed, said
from tests.loopback import LOOPBACK
from tests.workers.workshop import eventually
from tests.worlds import CHEAP_HASHER, HandSetClock, World

COUNT = "{ unreadCount }"

FrontEnd = Callable[..., Coroutine[Any, Any, Answer]]

DRAFT = """mutation($input: DraftReferralInput!) { draftReferral(input: $input) {
  userErrors { code message } clientMutationId referral { id notes { id } } } }"""

WAITING = "select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'"

COMMITS_WAIT = (
    """create function wait_for_the_test() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock(20261121); return null; end $$""",
    """create constraint trigger wait_for_the_test after insert on referrals deferrable initially deferred
       for each row execute function wait_for_the_test()""",
)


@pytest.fixture(scope="module")
def patient(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """An API that gives an operation an hour."""
    files = tmp_path_factory.mktemp("files")
    with api(migrated_database, redis_server, HandSetClock(), files, seconds=3600) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def clerk(hurried: Api, world: World) -> AsyncIterator[Client]:
    """Zhou's front end."""
    async with httpx.AsyncClient(base_url=hurried.url, **LOOPBACK, timeout=30) as http:
        yield Client(http, world).as_("zhou")


@asynccontextmanager
async def locked(owner: AsyncEngine, *tables: str) -> AsyncIterator[None]:
    """Nobody else reads or writes these tables within the block."""
    async with owner.begin() as connection:
        await connection.execute(text(f"lock table {', '.join(tables)} in access exclusive mode"))
        yield


async def draft(client: Client, key: str) -> Answer:
    return await client.ask(DRAFT, input=letter(client, clientMutationId=key))


async def drafts(owner: AsyncEngine, client: Client) -> int:
    async with owner.connect() as connection:
        found = text("select count(*) from referrals where county_id = :county")
        return int(await connection.scalar(found, {"county": client.world.county_id}) or 0)


@dataclass
class Watch:
    """Sees what everybody's statements wait for, which only an administrator may."""

    administrator: asyncpg.Connection
    database: str

    async def sees(self, how_many: int) -> None:
        """Until so many statements wait for a lock."""

        async def so_many() -> bool:
            """so many statements wait for a lock"""
            return bool(await self.administrator.fetchval(WAITING, self.database) == how_many)

        await eventually(so_many)


@pytest_asyncio.fixture(loop_scope="session")
async def watch(postgres_server: str, owner_engine: AsyncEngine) -> AsyncIterator[Watch]:
    """Somebody who looks at the server."""
    administrator = await asyncpg.connect(postgres_server)
    yield Watch(administrator, str(owner_engine.url.database))
    await administrator.close()


class TestReading:
    async def test_for_too_long_is_cancelled_in_the_database(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "notifications", "inboxes"):
            asking = asyncio.create_task(clerk.ask(COUNT))
            await watch.sees(1)
            answer = await asking
            assert answer.codes == ["TIMED_OUT"]
            assert answer.status == 200
            assert answer.body["data"] is None
            # The lock is still held: whoever waits no more was cancelled.
            await watch.sees(0)
        assert (await clerk.ask(COUNT)).data == {"unreadCount": 0}

    async def test_leaves_no_connection_unusable(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "notifications", "inboxes"):
            # More than there are connections, so that some wait for one.
            answers = await asyncio.gather(*(clerk.ask(COUNT) for _ in range(25)))
            assert {code for answer in answers for code in answer.codes} == {"TIMED_OUT"}
            await watch.sees(0)
        for _ in range(25):
            assert (await clerk.ask(COUNT)).data == {"unreadCount": 0}

    async def test_tells_nothing_of_what_was_read_before(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "notifications", "inboxes"):
            answer = await clerk.ask("{ organisations(first: 1) { totalCount } unreadCount }")
            assert (answer.body["data"], answer.codes) == (None, ["TIMED_OUT"])

    async def test_counts_for_who_one_is(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "sessions"):
            assert (await clerk.ask("{ viewer { name } }")).codes == ["TIMED_OUT"]
            assert (await clerk.ask(COUNT)).codes == ["TIMED_OUT"]

    async def test_counts_for_files(self, clerk: Client, owner_engine: AsyncEngine) -> None:
        async with locked(owner_engine, "files"):
            content = {"file": ("a.pdf", PDF, "application/pdf")}
            answer = await clerk.http.post("/files", files=content, headers=clerk.headers)
            codes = [error["extensions"]["code"] for error in answer.json()["errors"]]
            assert (answer.status_code, codes) == (503, ["TIMED_OUT"])
        assert await uploaded(clerk)

    async def test_ends_when_nobody_waits_for_it(
        self, patient: Api, world: World, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "notifications", "inboxes"):
            async with httpx.AsyncClient(base_url=patient.url, **LOOPBACK, timeout=600) as http:
                asking = asyncio.create_task(Client(http, world).as_("zhou").ask(COUNT))
                await watch.sees(1)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
            await watch.sees(0)


class TestAnAct:
    async def test_that_takes_too_long_is_not_done(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "referrals"):
            asking = asyncio.create_task(draft(clerk, "waits"))
            await watch.sees(1)
            answer = await asking
            payload = answer.data["draftReferral"]
            assert [error["code"] for error in payload["userErrors"]] == ["TIMED_OUT"]
            assert payload["referral"] is None
            await watch.sees(0)
        assert await drafts(owner_engine, clerk) == 0
        # Its key was not claimed either: the same again is done now.
        payload = (await draft(clerk, "waits")).data["draftReferral"]
        assert payload["userErrors"] == []
        assert payload["referral"]["id"]

    async def test_that_was_done_is_not_said_to_have_failed_when_its_payload_takes_too_long(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "referral_notes"):
            answer = await draft(clerk, "done")
        assert set(answer.codes) == {"TIMED_OUT"}
        assert answer.body["data"]["draftReferral"]["userErrors"] == []
        assert answer.body["data"]["draftReferral"]["clientMutationId"] == "done"
        assert (await draft(clerk, "done")).data["draftReferral"]["referral"]["id"]

    async def test_is_done_although_nobody_waits_for_it(
        self, patient: Api, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with (
            locked(owner_engine, "referrals"),
            httpx.AsyncClient(base_url=patient.url, **LOOPBACK, timeout=600) as http,
        ):
            asking = asyncio.create_task(draft(Client(http, clerk.world, clerk.headers), "left alone"))
            await watch.sees(1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

        async def is_done() -> bool:
            """the act was carried out"""
            return await drafts(owner_engine, clerk) == 1

        await eventually(is_done)

    async def test_is_let_finish_once_it_commits(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with owner_engine.begin() as connection:
            for statement in COMMITS_WAIT:
                await connection.execute(text(statement))
        try:
            async with owner_engine.begin() as connection:
                await connection.execute(text("select pg_advisory_xact_lock(20261121)"))
                asking = asyncio.create_task(draft(clerk, "commits"))
                await watch.sees(1)
                async with locked(owner_engine, "notifications", "inboxes"):
                    assert (await clerk.ask(COUNT)).codes == ["TIMED_OUT"]
                assert not asking.done()
            payload = (await asking).body["data"]["draftReferral"]
            assert payload["userErrors"] == []
            assert (await draft(clerk, "commits")).data["draftReferral"]["referral"]["id"]
        finally:
            async with owner_engine.begin() as connection:
                await connection.execute(text("drop function wait_for_the_test() cascade"))


class TestWhoeverHangsUp:
    """While their operation waits for a turn of their body: others ask at the same time, and one has the only turn."""

    @pytest_asyncio.fixture(loop_scope="session")
    async def allowances(self) -> Allowances:
        return Allowances(Limits(at_once=1, waiting=2))

    @pytest_asyncio.fixture(loop_scope="session")
    async def front_end(
        self,
        migrated_database: MigratedDatabase,
        redis_server: str,
        world: World,
        allowances: Allowances,
        tmp_path: Path,
    ) -> AsyncIterator[FrontEnd]:
        """Asks as Zhou, each time over a connection of its own, an API that gives an hour, and a body one turn."""
        zhou = Client(httpx.AsyncClient(**LOOPBACK), world).as_("zhou")

        async def ask(query: str, **variables: Any) -> Answer:
            async with httpx.AsyncClient(base_url=running.url, **LOOPBACK, timeout=600) as http:
                return await Client(http, world, zhou.headers).ask(query, **variables)

        with api(
            migrated_database,
            redis_server,
            HandSetClock(),
            tmp_path,
            seconds=3600,
            limits=allowances.limits,
            allowances=allowances,
        ) as running:
            await ask(COUNT)
            yield ask

    async def test_leaves_the_place_of_a_read_to_others_and_an_act_goes_on(
        self,
        front_end: FrontEnd,
        allowances: Allowances,
        world: World,
        clerk: Client,
        owner_engine: AsyncEngine,
        watch: Watch,
    ) -> None:
        def waits(how_many: int) -> Callable[[], Awaitable[bool]]:
            async def so_many() -> bool:
                """so many have a turn or wait for one"""
                turns = allowances._turns.get(world.bodies["transport"])
                return turns is not None and turns.taken == how_many

            return so_many

        async with locked(owner_engine, "notifications", "inboxes"):
            first = asyncio.create_task(front_end(COUNT))
            await watch.sees(1)
            act = asyncio.create_task(front_end(DRAFT, input=letter(clerk, clientMutationId="left waiting")))
            await eventually(waits(2))
            read = asyncio.create_task(front_end(COUNT))
            await eventually(waits(3))
            assert (await front_end(COUNT)).codes == ["RATE_LIMITED"]
            for leaving in (act, read):
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)
            await eventually(waits(2))
            another = asyncio.create_task(front_end(COUNT))
            await eventually(waits(3))
            assert await drafts(owner_engine, clerk) == 0
        assert (await first).data == (await another).data == {"unreadCount": 0}
        await self._done(owner_engine, clerk)

    async def test_is_let_in_for_an_act_although_nobody_knows_them_yet(
        self,
        front_end: FrontEnd,
        allowances: Allowances,
        world: World,
        clerk: Client,
        owner_engine: AsyncEngine,
        watch: Watch,
    ) -> None:
        async with locked(owner_engine, "sessions"):
            read = asyncio.create_task(front_end(COUNT))
            await watch.sees(1)
            allowances.forget(world["zhou"].credentials)
            act = asyncio.create_task(front_end(DRAFT, input=letter(clerk, clientMutationId="a stranger's")))
            await watch.sees(2)
            for leaving in (act, read):
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)
            await watch.sees(1)
        await self._done(owner_engine, clerk)

    @staticmethod
    async def _done(owner: AsyncEngine, clerk: Client) -> None:
        async def is_done() -> bool:
            """the act was carried out"""
            return await drafts(owner, clerk) == 1

        await eventually(is_done)


class TestASnapshot:
    """Of what an answer is read in: how it ends decides what may be told."""

    @pytest_asyncio.fixture(loop_scope="session")
    async def asked(self, edge: Edge, world: World) -> Asked:
        """What overseers bring along who have two seconds."""
        doorkeeper = Doorkeeper(edge.engines.writing, SignInPolicy(), CHEAP_HASHER)
        return Asked(edge, doorkeeper, world["wu"].credentials, "en", Hub(), seconds=2)

    async def test_keeps_in_mind_what_was_opened_and_could_not_be_put_on_record(
        self, asked: Asked, owner_engine: AsyncEngine
    ) -> None:
        async def open_a_file(work: Work) -> None:
            work.openings.append(("referral", new_id()))

        await asked.reading.read(open_a_file)
        async with locked(owner_engine, "audit_lines"):
            with pytest.raises(TimedOut):
                await asked.read_afresh()
        assert isinstance(asked.unrecorded, TimedOut)

    async def test_may_end_as_it_likes_where_nothing_was_opened(self, asked: Asked, watch: Watch) -> None:
        async def its_backend(work: Work) -> int:
            return int(await work.session.scalar(text("select pg_backend_pid()")) or 0)

        backend = await asked.reading.read(its_backend)
        await watch.administrator.fetchval("select pg_terminate_backend($1, 5000)", backend)
        await asked.leave()
        assert asked.unrecorded is None


class TestASocket:
    async def test_that_opens_too_slowly_may_come_again(
        self, hurried: Api, world: World, owner_engine: AsyncEngine
    ) -> None:
        async with locked(owner_engine, "sessions"), wire(hurried) as opened:
            await said(opened, INIT | {"payload": brought(world["xu"].credentials)})
            assert await closed(opened) == (1013, "TIMED_OUT")


class TestAFeed:
    @pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
    async def test_ends_when_a_look_takes_too_long_and_holds_nothing(
        self, hurried: Api, clerk: Client, owner_engine: AsyncEngine, watch: Watch, way: Any
    ) -> None:
        xu = clerk.world["xu"].credentials
        async with way(hurried, xu, NOTIFICATIONS) as listening:
            place = (await listening.next())["cursor"]
        async with locked(owner_engine, "notifications"):
            async with way(hurried, xu, NOTIFICATIONS, after=place) as listening:
                assert (await listening.ended()).codes == ["TIMED_OUT"]
            await watch.sees(0)
        # Its place is as good as before.
        async with way(hurried, xu, NOTIFICATIONS, after=place) as listening:
            assert listening.is_silent
        assert (await clerk.ask(COUNT)).data == {"unreadCount": 0}

    async def test_goes_on_for_longer_than_any_look_may_take(
        self, hurried: Api, clerk: Client, owner_engine: AsyncEngine
    ) -> None:
        hurried.hub.seconds_between_looks = OFTEN
        async with over_a_stream(hurried, clerk.world["xu"].credentials, NOTIFICATIONS) as listening:
            await listening.next()
            async with locked(owner_engine, "referrals"):
                slow = await clerk.ask("{ referrals(first: 1, box: SENT) { totalCount } }")
                assert slow.codes == ["TIMED_OUT"]
            assert listening.is_silent
