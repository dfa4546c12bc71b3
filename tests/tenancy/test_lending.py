"""What an absent colleague's post lends, and how that ends: with the next request, whatever was taken away.

Rows are put in by the schema's owner as they are: what the opening call lends must not depend on what the commands let
through. How capacities themselves end is in `test_endings.py`.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.edge import Edge
from domain.referrals import commands
from domain.referrals.models import Referral
from tenancy.actor import Lent
from tenancy.ids import new_id
from tenancy.refusals import NotPermitted
from tenancy.transactions import CapacityRefused, Credentials, token_hash
from tests.databases import MigratedDatabase
from tests.tenancy.conftest import for_asyncpg
from tests.tenancy.test_endings import LETTER, held_up
from tests.worlds import NOW, World, a_county

A_DAY, A_MOMENT = timedelta(days=1), timedelta(microseconds=1)

END = "update substitutions set ended_at = $2, ended_by = id where county_id = $1"


@pytest_asyncio.fixture(loop_scope="session")
async def ender(migrated_database: MigratedDatabase) -> Any:
    """The connection of whoever ends things."""
    connection = await asyncpg.connect(for_asyncpg(migrated_database.owner))
    yield connection
    await connection.close()


async def lend(owner: asyncpg.Connection, world: World, **said: Any) -> UUID:
    """Zhou stands in for Lin, from yesterday until tomorrow, unless something else is said."""
    row = {
        "county_id": world.county_id,
        "id": new_id(),
        "owner_id": world.bodies["transport"],
        "absent_id": world["lin"].capacities["transport"],
        "substitute_id": world["zhou"].capacities["transport"],
        "roles": ["head"],
        "since": NOW - A_DAY,
        "until": NOW + A_DAY,
        "reason": "外出",
        "version": 1,
        "appointed_by": world["lin"].person_id,
        "appointed_at": NOW - A_DAY,
    } | said
    columns, places = ", ".join(row), ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await owner.execute(f"insert into substitutions ({columns}) values ({places})", *row.values())
    identifier = row["id"]
    assert isinstance(identifier, UUID)
    return identifier


async def a_draft(edge: Edge, world: World) -> Referral:
    """A letter of Zhou's."""
    async with edge.writing(world["zhou"].credentials) as work:
        return await commands.draft(work, addressee_id=world.bodies["kunyang"], **LETTER)


async def as_head(edge: Edge, world: World, draft: Referral, who: str = "zhou") -> Referral:
    """What only a head may do. Whether the letter's state admits it is asked afterwards, and not here."""
    async with edge.writing(world[who].credentials) as work:
        work.require("approve", "referral.letter", draft)
        return draft


async def lent_to(edge: Edge, credentials: Credentials) -> Lent | None:
    """What is lent to whoever reads, who has nothing else lent when they write."""
    async with edge.reading(credentials) as work:
        read = work.actor.lent
    async with edge.writing(credentials) as work:
        assert work.actor.lent == read
    return read


async def until_waiting(watcher: asyncpg.Connection, blocker: asyncpg.Connection, waiting: int) -> None:
    """As soon as so many wait for this one."""
    async with asyncio.timeout(10):
        while (  # noqa: ASYNC110  the condition lies in the server
            await watcher.fetchval(
                "select count(*) from pg_stat_activity where $1 = any(pg_blocking_pids(pid))",
                blocker.get_server_pid(),
            )
            < waiting
        ):
            await asyncio.sleep(0)


class TestWhatIsLent:
    async def test_is_the_absent_post_s_and_says_whose(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        lin = world["lin"]
        assert await lent_to(edge, world["zhou"].credentials) is None
        substitution = await lend(migrated, world)
        assert await lent_to(edge, world["zhou"].credentials) == Lent(
            substitution_id=substitution,
            capacity_id=lin.capacities["transport"],
            person_id=lin.person_id,
            roles=frozenset({"head"}),
            until=NOW + A_DAY,
        )
        async with edge.reading(world["zhou"].credentials) as work:
            assert work.actor.roles == {"officer", "head"}
            assert work.actor.own_roles == {"officer"}

    async def test_is_no_role_that_the_substitute_has_anyway(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await migrated.execute(
            "update capacities set roles = '{head,officer}' where county_id = $1 and person_id = $2 and secondment_id is null",
            world.county_id,
            world["zhou"].person_id,
        )
        await lend(migrated, world)
        async with edge.writing(world["zhou"].credentials) as work:
            assert work.actor.own_roles == {"head", "officer"}
            letter = Referral(county_id=world.county_id, id=new_id(), from_id=world.bodies["transport"])
            work.require("approve", "referral.letter", letter)
            assert work.in_place_of is None

    async def test_is_for_one_post_of_the_person_and_for_nobody_else(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, world)
        assert await lent_to(edge, world["zhou"].acting_for("kunyang")) is None
        for other in ("lin", "tang", "guan", "chen", "gao"):
            assert await lent_to(edge, world[other].credentials) is None

    async def test_leaves_the_absent_one_what_is_theirs(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, world)
        await as_head(edge, world, await a_draft(edge, world), who="lin")

    async def test_of_two_is_the_earlier_and_never_both(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, world, absent_id=world["tang"].capacities["transport"], roles=["registrar"])
        earlier = await lend(migrated, world, since=NOW - 2 * A_DAY)
        found = await lent_to(edge, world["zhou"].credentials)
        assert found is not None
        assert (found.substitution_id, found.roles) == (earlier, {"head"})


class TestTakingAway:
    """Each thing that lends, taken away: the request before it is served, the next one is not."""

    @pytest.mark.parametrize(
        "statement",
        [
            END,
            "update substitutions set until = $2 where county_id = $1",
            "update substitutions set since = $2::timestamptz + interval '1 hour' where county_id = $1",
            "update substitutions set roles = '{officer}' where county_id = $1 and $2::timestamptz is not null",
            "update capacities set until = $2 from persons p where p.id = person_id and p.name = '林局'"
            " and capacities.county_id = $1",
            "update capacities set since = $2::timestamptz + interval '1 hour' from persons p where p.id = person_id"
            " and p.name = '林局' and capacities.county_id = $1",
            "update capacities set roles = '{officer}' from persons p where p.id = person_id and p.name = '林局'"
            " and capacities.county_id = $1 and $2::timestamptz is not null",
            "delete from substitutions where county_id = $1 and $2::timestamptz is not null",
        ],
        ids=[
            "ended",
            "its last day over",
            "its first day to come",
            "what it lends",
            "the absent post ended",
            "the absent post to come",
            "the absent post's role",
            "the row",
        ],
    )
    async def test_takes_the_right_with_the_next_request(
        self, edge: Edge, world: World, migrated: asyncpg.Connection, statement: str
    ) -> None:
        draft = await a_draft(edge, world)
        await lend(migrated, world)
        await as_head(edge, world, draft)
        await migrated.execute(statement, world.county_id, NOW)
        with pytest.raises(NotPermitted):
            await as_head(edge, world, draft)
        async with edge.reading(world["zhou"].credentials) as work:
            assert work.actor.roles == {"officer"}

    async def test_takes_it_with_the_substitute_s_own_post(
        self, edge: Edge, world: World, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, world)
        await migrated.execute(
            "update capacities set until = $2 where county_id = $1 and id = $3",
            world.county_id,
            NOW,
            world["zhou"].capacities["transport"],
        )
        with pytest.raises(CapacityRefused):
            await lent_to(edge, world["zhou"].credentials)
        assert await lent_to(edge, world["zhou"].acting_for("kunyang")) is None

    async def test_is_noticed_by_whoever_waits(self, world: World, migrated: asyncpg.Connection) -> None:
        """A socket asks now and then whether anything of its rights changed: it did."""

        async def mark() -> Any:
            zhou = world["zhou"]
            return await migrated.fetchval(
                "select mark from standing($1, $2, $3, $4)",
                [token_hash(zhou.token)],
                [str(zhou.capacities["transport"])],
                [None],
                NOW,
            )

        marks = [await mark()]
        await lend(migrated, world)
        marks.append(await mark())
        await migrated.execute(END, world.county_id, NOW)
        marks.append(await mark())
        assert marks[0] == marks[2] != marks[1]


class TestRowsThatShouldNotBe:
    """The keys of the table refuse them; without the keys they still lend nothing."""

    @pytest.mark.parametrize(
        "which",
        [
            "absent of another body",
            "substitute of another body",
            "of another body",
            "both elsewhere",
            "of oneself",
        ],
    )
    async def test_lend_nothing(self, world: World, migrated: asyncpg.Connection, which: str) -> None:
        transport, kunyang = world.bodies["transport"], world.bodies["kunyang"]
        said: dict[str, Any] = {
            "absent of another body": {"absent_id": world["gao"].capacities["kunyang"]},
            "substitute of another body": {"substitute_id": world["zhou"].capacities["kunyang"]},
            "of another body": {"owner_id": kunyang},
            "both elsewhere": {
                "owner_id": transport,
                "absent_id": world["gao"].capacities["kunyang"],
                "substitute_id": world["zhou"].capacities["kunyang"],
            },
            "of oneself": {"absent_id": world["zhou"].capacities["transport"]},
        }[which]
        refused = (asyncpg.ForeignKeyViolationError, asyncpg.CheckViolationError)
        with pytest.raises(refused):
            async with migrated.transaction():
                await lend(migrated, world, **said)
        transaction = migrated.transaction()
        await transaction.start()
        try:
            for key in ("absent_id", "substitute_id"):
                await migrated.execute(
                    f"alter table substitutions drop constraint fk_substitutions_county_id_owner_id_{key}"
                )
            await migrated.execute("alter table substitutions drop constraint ck_substitutions_two_posts")
            await lend(migrated, world, **said)
            for body in ("transport", "kunyang"):
                assert await self._lent(migrated, world, body) is None
        finally:
            await transaction.rollback()

    async def test_of_the_same_person_in_another_post_lend_nothing(
        self, world: World, migrated: asyncpg.Connection
    ) -> None:
        second = new_id()
        await migrated.execute(
            "insert into capacities (county_id, id, person_id, tenant_id, post, roles, since)"
            " values ($1, $2, $3, $4, '兼任', '{head}', $5)",
            world.county_id,
            second,
            world["zhou"].person_id,
            world.bodies["transport"],
            NOW - A_DAY,
        )
        await lend(migrated, world, absent_id=second)
        assert await self._lent(migrated, world, "transport") is None

    async def test_of_another_county_lend_nothing(
        self, world: World, owner_engine: AsyncEngine, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, await a_county(owner_engine))
        assert await self._lent(migrated, world, "transport") is None

    async def test_cannot_lend_oversight(self, world: World, migrated: asyncpg.Connection) -> None:
        for roles in (["coordinator"], ["head", "supervisor"], []):
            with pytest.raises(asyncpg.CheckViolationError):
                async with migrated.transaction():
                    await lend(migrated, world, roles=roles)

    async def _lent(self, connection: asyncpg.Connection, world: World, body: str) -> Any:
        zhou = world["zhou"]
        opened = await connection.fetchrow(
            "select problem, substitution_id, lent_roles from open_scope($1, $2, $3, false)",
            token_hash(zhou.token),
            str(zhou.capacities[body]),
            NOW,
        )
        assert opened["problem"] is None
        return opened["lent_roles"] or opened["substitution_id"]


class TestEnding:
    @pytest.mark.parametrize(
        "statement",
        [END, "update capacities set until = $2 where county_id = $1 and 'head' = any(roles)"],
        ids=["the substitution", "the absent post"],
    )
    async def test_waits_for_the_act_that_is_under_way(
        self,
        edge: Edge,
        world: World,
        ender: asyncpg.Connection,
        migrated: asyncpg.Connection,
        statement: str,
    ) -> None:
        draft = await a_draft(edge, world)
        await lend(migrated, world)
        async with edge.writing(world["zhou"].credentials) as work:
            work.require("approve", "referral.letter", draft)
            ending = asyncio.ensure_future(ender.execute(statement, world.county_id, NOW))
            assert await held_up(migrated, ender.get_server_pid())
            assert not ending.done()
        await ending
        with pytest.raises(NotPermitted):
            await as_head(edge, world, draft)

    @pytest.mark.parametrize(
        ("statement", "at"),
        [
            (END, NOW),
            (END, NOW + A_MOMENT),
            ("update substitutions set until = $2 where county_id = $1", NOW + A_MOMENT),
            ("update capacities set until = $2 where county_id = $1 and 'head' = any(roles)", NOW + A_MOMENT),
        ],
        ids=[
            "ended",
            "ended a moment later",
            "its days over a moment later",
            "the absent post, a moment later",
        ],
    )
    async def test_takes_the_right_of_every_act_that_waited_for_it(
        self,
        edge: Edge,
        world: World,
        ender: asyncpg.Connection,
        migrated: asyncpg.Connection,
        statement: str,
        at: datetime,
    ) -> None:
        """Also where the end is later than what the act read of the clock, and earlier than when it gets its turn."""
        draft = await a_draft(edge, world)
        await lend(migrated, world)
        ending = ender.transaction()
        await ending.start()
        await ender.execute(statement, world.county_id, at)
        acts = [asyncio.ensure_future(as_head(edge, world, draft)) for _ in range(3)]
        await until_waiting(migrated, ender, len(acts))
        await ending.commit()
        outcomes = await asyncio.gather(*acts, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [NotPermitted] * len(acts)

    async def test_that_was_called_off_lets_them_through(
        self, edge: Edge, world: World, ender: asyncpg.Connection, migrated: asyncpg.Connection
    ) -> None:
        draft = await a_draft(edge, world)
        await lend(migrated, world)
        ending = ender.transaction()
        await ending.start()
        await ender.execute(END, world.county_id, NOW)
        act = asyncio.ensure_future(as_head(edge, world, draft))
        await until_waiting(migrated, ender, 1)
        await ending.rollback()
        assert await act is draft

    async def test_leaves_an_act_by_one_s_own_right_alone(
        self, edge: Edge, world: World, ender: asyncpg.Connection, migrated: asyncpg.Connection
    ) -> None:
        await lend(migrated, world)
        await migrated.execute(END, world.county_id, NOW)
        assert (await a_draft(edge, world)).state == "draft"
