"""What takes too long is broken off, in PostgreSQL too; what was committed is never said to have failed.

Somebody else's transaction holds a lock, so an operation waits for as long as the test wants. That its time is over is
known from another operation, begun later, that was broken off.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.conftest import Answer, Client
from tests.api.letters import letter
from tests.databases import MigratedDatabase
from tests.live.platform import Api, api
from tests.workers.workshop import eventually
from tests.worlds import HandSetClock, World

SECONDS = 1.0

COUNT = "{ unreadCount }"

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
def hurried(
    migrated_database: MigratedDatabase, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """An API that gives an operation a second."""
    files = tmp_path_factory.mktemp("files")
    with api(migrated_database, redis_server, HandSetClock(), files, seconds=SECONDS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def clerk(hurried: Api, world: World) -> AsyncIterator[Client]:
    """Zhou's front end."""
    async with httpx.AsyncClient(base_url=hurried.url, trust_env=False, timeout=30) as http:
        yield Client(http, world).as_("zhou")


@asynccontextmanager
async def locked(owner: AsyncEngine, *tables: str) -> AsyncIterator[None]:
    """Nobody else reads or writes these tables within the block."""
    async with owner.begin() as connection:
        await connection.execute(text(f"lock table {', '.join(tables)} in access exclusive mode"))
        yield


async def draft(client: Client, key: str) -> Answer:
    return await client.ask(DRAFT, input=letter(client, clientMutationId=key))


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
        async with locked(owner_engine, "inboxes", "notifications"):
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
        async with locked(owner_engine, "inboxes", "notifications"):
            # More than there are connections, so that some wait for one.
            answers = await asyncio.gather(*(clerk.ask(COUNT) for _ in range(25)))
            assert {code for answer in answers for code in answer.codes} == {"TIMED_OUT"}
            await watch.sees(0)
        answers = await asyncio.gather(*(clerk.ask(COUNT) for _ in range(25)))
        assert all(answer.data == {"unreadCount": 0} for answer in answers)

    async def test_tells_nothing_of_what_was_read_before(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "inboxes", "notifications"):
            answer = await clerk.ask("{ organisations(first: 1) { totalCount } unreadCount }")
            assert (answer.body["data"], answer.codes) == (None, ["TIMED_OUT"])

    async def test_counts_for_who_one_is(
        self, clerk: Client, owner_engine: AsyncEngine, watch: Watch
    ) -> None:
        async with locked(owner_engine, "sessions"):
            assert (await clerk.ask("{ viewer { name } }")).codes == ["TIMED_OUT"]
            assert (await clerk.ask(COUNT)).codes == ["TIMED_OUT"]


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
        async with owner_engine.connect() as connection:
            found = text("select count(*) from referrals where county_id = :county")
            assert await connection.scalar(found, {"county": clerk.world.county_id}) == 0
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
                async with locked(owner_engine, "inboxes", "notifications"):
                    assert (await clerk.ask(COUNT)).codes == ["TIMED_OUT"]
                assert not asking.done()
            payload = (await asking).body["data"]["draftReferral"]
            assert payload["userErrors"] == []
            assert (await draft(clerk, "commits")).data["draftReferral"]["referral"]["id"]
        finally:
            async with owner_engine.begin() as connection:
                await connection.execute(text("drop function wait_for_the_test() cascade"))
