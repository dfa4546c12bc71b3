"""The snapshot behind an operation: one for all fields, unharmed by those that fail, gone when the answer is."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.asked import Reading, SnapshotClosed
from api.time_limit import TimedOut, TimeLimit
from domain.columns import Columns
from domain.edge import Edge
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound
from tenancy.transactions import Engines
from tests.api.conftest import STATEMENTS, Client
from tests.api.letters import done, letter, which
from tests.databases import MigratedDatabase
from tests.workers.workshop import eventually
from tests.worlds import NOW, HandSetClock, World


async def open_transactions(owner_engine: AsyncEngine) -> int:
    """Of the app's login on this database, as PostgreSQL sees it."""
    async with owner_engine.connect() as connection:
        return int(
            await connection.scalar(
                text(
                    "select count(*) from pg_stat_activity where datname = current_database()"
                    " and usename like 'gongguan_app%' and state like 'idle in transaction%'"
                )
            )
            or 0
        )


class TestAFailingField:
    async def test_does_no_harm_to_its_siblings_transaction(
        self, client: Client, owner_engine: AsyncEngine
    ) -> None:
        zhou = client.as_("zhou")
        for _ in range(10):
            answer = await zhou.ask(
                """{ organisations(first: 101) { totalCount } unreadCount
                     notifications { totalCount } referrals(box: SENT) { totalCount } }"""
            )
            assert answer.codes == ["PAGE_TOO_LARGE"]
            assert answer.body["data"] is None

        async def none_is_open() -> bool:
            """no transaction is left open"""
            return await open_transactions(owner_engine) == 0

        await eventually(none_is_open)

    async def test_leaves_nullable_siblings_their_answers(self, client: Client) -> None:
        answer = await client.as_("zhou").ask('{ a: node(id: "nonsense") { id } unreadCount }')
        assert answer.body["data"] == {"a": None, "unreadCount": 0}
        assert answer.codes == ["BAD_ID"]


class TestAPayload:
    async def test_is_not_waited_for_forever_when_it_cannot_be_read(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))

        def broken(*_given: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(Edge, "reading", broken)
        answer = await zhou.ask(
            """mutation($input: ReviseReferralInput!) { reviseReferral(input: $input) {
                 userErrors { code } clientMutationId referral { id } } }""",
            input=which(draft) | {"party": "另一公司", "clientMutationId": "a"},
        )
        assert answer.body["data"]["reviseReferral"] == {
            "userErrors": [],
            "clientMutationId": "a",
            "referral": None,
        }
        assert answer.codes == ["INTERNAL"]

    async def test_that_shows_nothing_of_the_object_reads_nothing(self, client: Client) -> None:
        zhou = client.as_("zhou")
        draft = await done(zhou, "draftReferral", **letter(client))
        before = STATEMENTS.count
        await zhou.do("reviseReferral", **which(draft), party="另一公司")
        without = STATEMENTS.count - before
        before = STATEMENTS.count
        await zhou.do(
            "reviseReferral", "referral { id }", **which(draft) | {"expectedVersion": 2}, party="又一公司"
        )
        # The opening call and the object itself.
        assert STATEMENTS.count - before == without + 2


class TestAViewer:
    async def test_costs_no_snapshot_until_the_post_is_asked_for(self, client: Client) -> None:
        zhou = client.as_("zhou").with_headers(x_acting_as=None)
        before = STATEMENTS.count
        assert (await zhou.ask("{ __typename viewer { name capacities { post } } }")).data
        assert STATEMENTS.count - before == 1


class TestWhatIsSoughtById:
    async def test_is_one_statement_for_all_fields_of_a_level_and_none_for_what_was_found(
        self, client: Client, pytestconfig: pytest.Config
    ) -> None:
        zhou = client.as_("zhou")
        await done(zhou, "draftReferral", **letter(client))
        before = STATEMENTS.count
        answer = await zhou.ask(
            """{ referrals(box: SENT) { edges { node {
                 sender { code } receiver { code } owner { code } lastEvents(n: 1) { byOrganisation { code } } } } } }"""
        )
        (edge,) = answer.data["referrals"]["edges"]
        assert edge["node"] == {
            "sender": {"code": "transport"},
            "receiver": {"code": "kunyang"},
            "owner": {"code": "transport"},
            "lastEvents": [{"byOrganisation": {"code": "transport"}}],
        }
        # The opening call, the list, the bodies, the events; graphql-core asks for bodies field by field.
        assert STATEMENTS.count - before == (7 if pytestconfig.getoption("--graphql-core") else 4)

    async def test_of_one_fails_for_that_one_alone(self, edge: Edge, world: World) -> None:
        good, bad = new_id(), new_id()

        async def fetch(_work: Work, ids: Collection[UUID], _columns: Columns = None) -> Mapping[UUID, str]:
            if bad in ids:
                raise NotFound
            return dict.fromkeys(ids, "found")

        reading = Reading(edge, world["zhou"].credentials, TimeLimit())
        try:
            found, refused = reading.seek(fetch, [bad], None)
            _, there = reading.seek(fetch, [good], None)
            assert refused is not None
            assert there is not None
            with pytest.raises(NotFound):
                await refused
            await there
            assert found == {good: "found"}
            assert reading.seek(fetch, [good], None) == (found, None)
            _, there = reading.seek(fetch, [good, (late := new_id())], None)
            assert there is not None
            await there
            assert found == {good: "found", late: "found"}
        finally:
            await reading.close()


async def _who(work: Work) -> UUID:
    return work.actor.person_id


class TestTheEndOfASnapshot:
    async def test_is_not_waited_for_where_nothing_is_owed(self, edge: Edge, world: World) -> None:
        await edge.engines.rest()
        lent = edge.engines.in_use
        reading = Reading(edge, world["zhou"].credentials, TimeLimit())
        assert await reading.read(_who) == world["zhou"].person_id
        await reading.close()
        assert edge.engines.in_use == lent + 1
        await edge.engines.rest()
        assert edge.engines.in_use == lent

    async def test_is_waited_for_where_it_must_be_put_on_record(self, edge: Edge, world: World) -> None:
        async def open_a_file(work: Work) -> None:
            work.openings.append(("referral", new_id()))

        await edge.engines.rest()
        lent = edge.engines.in_use
        reading = Reading(edge, world["wu"].credentials, TimeLimit())
        await reading.read(open_a_file)
        await reading.close()
        assert edge.engines.in_use == lent

    async def test_comes_once_and_before_the_end_of_the_turn(self, edge: Edge, world: World) -> None:
        lent_at_its_end: list[int] = []

        @asynccontextmanager
        async def turn() -> AsyncIterator[None]:
            yield
            lent_at_its_end.append(edge.engines.in_use)

        await edge.engines.rest()
        lent = edge.engines.in_use
        reading = Reading(edge, world["zhou"].credentials, TimeLimit())
        await reading.hold(turn())
        await reading.read(_who)
        await reading.close()
        await reading.close()
        await edge.engines.rest()
        assert lent_at_its_end == [lent]

    async def test_comes_before_the_pool_is_closed(
        self, migrated_database: MigratedDatabase, owner_engine: AsyncEngine, world: World
    ) -> None:
        async def its_backend(work: Work) -> int:
            return int(await work.session.scalar(text("select pg_backend_pid()")) or 0)

        async def is_gone() -> bool:
            """its connection is closed"""
            there = text("select count(*) from pg_stat_activity where pid = :pid")
            async with owner_engine.connect() as connection:
                return not await connection.scalar(there, {"pid": backend})

        engines = Engines.of(migrated_database.app)
        reading = Reading(
            Edge(engines=engines, clock=HandSetClock(NOW)), world["zhou"].credentials, TimeLimit()
        )
        backend = await reading.read(its_backend)
        await reading.close()
        await engines.dispose()
        await eventually(is_gone)

    async def test_refuses_what_was_to_be_read_after_it(self, edge: Edge, world: World) -> None:
        reading = Reading(edge, world["zhou"].credentials, TimeLimit())
        await reading.read(_who)
        waits_for_its_turn = reading.read(_who)
        await reading.close()
        with pytest.raises(SnapshotClosed):
            await waits_for_its_turn
        with pytest.raises(SnapshotClosed):
            await reading.read(_who)


class TestTime:
    async def test_that_is_over_while_nothing_is_read_refuses_only_what_comes_then(
        self, edge: Edge, world: World
    ) -> None:
        reading = Reading(edge, world["zhou"].credentials, TimeLimit())
        try:
            await reading.read(_who)
            reading.abandon()
            assert reading.timed_out is None
            with pytest.raises(TimedOut):
                await reading.read(_who)
            assert reading.timed_out is not None
        finally:
            await reading.close()
