"""Statements that are kept: one text for all who have the same rights, and everybody's own rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import Text, Uuid

from domain import statements
from domain.columns import NotRead, ReadOnly
from domain.deadlines.models import Deadline
from domain.edge import Edge
from domain.organisations.models import Organisation
from domain.referrals.models import Referral, ReferralEvent
from domain.staff.models import Person
from domain.statements import Asks, NotAsItComes, Statement, ValueKept
from domain.work import Work
from policies.authority import Authority
from tenancy.ids import new_id
from tenancy.models import Capacity
from tests.domain.referrals.crowd import a_crowd
from tests.worlds import NOW, World


@pytest.fixture
async def crowded(world: World, owner_engine: AsyncEngine, edge: Edge) -> World:
    await a_crowd(world, owner_engine, edge, size=60, seed=11)
    return world


@asynccontextmanager
async def reading(edge: Edge, world: World, who: str) -> AsyncIterator[Work]:
    async with edge.reading(world[who].credentials) as work:
        yield work


async def something_happened(world: World, owner_engine: AsyncEngine) -> None:
    async with owner_engine.begin() as connection:
        of = (Referral.county_id == world.county_id) & (Referral.to_id == world.bodies["kunyang"])
        letter = (await connection.execute(select(Referral.__table__).where(of).limit(1))).one()
        event = {
            "county_id": world.county_id,
            "id": new_id(),
            "referral_id": letter.id,
            "number": 1,
            "from_id": letter.from_id,
            "to_id": letter.to_id,
            "overseen_id": letter.overseen_id,
            "kind": "send",
            "at": NOW,
            "by_tenant_id": letter.from_id,
            "by_person_id": letter.drafted_by,
            "by_capacity_id": new_id(),
            "facts": {"late": True, "reasons": ["台风", None, 3]},
        }
        await connection.execute(insert(ReferralEvent), event)


def letters() -> Statement[Referral]:
    @Statement
    def write(asks: Asks) -> Select[Referral]:
        return select(Referral).where(asks.visible(Referral, "referral.letter")).order_by(Referral.id)

    return write


class Unfiltered(Authority):
    """Leaves the walls of the database alone."""

    def visible(self, model: Any, aspect: str, action: str = "read") -> Any:
        """The whole table."""
        return model.county_id.is_not(None)


class TestAKeptStatement:
    async def test_gives_everybody_what_they_may_see(self, edge: Edge, crowded: World) -> None:
        asked = letters()
        for who in ("zhou", "chen", "ye", "wu", "zhou", "guan", "chen"):
            async with reading(edge, crowded, who) as work:
                seen = await work.session.scalars(
                    select(Referral.id).where(work.visible(Referral, "referral.letter")).order_by(Referral.id)
                )
                assert [row.id for row in await asked(work)] == list(seen)

    async def test_is_made_once_for_all_who_have_the_same_rights(self, edge: Edge, crowded: World) -> None:
        asked, found = letters(), set()
        for who in ("zhou", "chen", "ye"):
            async with reading(edge, crowded, who) as work:
                found.add(tuple(row.id for row in await asked(work)))
        assert len(found) == 3
        assert len(asked._kept) == 1

    async def test_is_made_anew_for_who_lost_a_right(
        self, edge: Edge, crowded: World, owner_engine: AsyncEngine
    ) -> None:
        asked = letters()
        async with reading(edge, crowded, "chen") as work:
            assert await asked(work) != []
        async with owner_engine.begin() as connection:
            roleless = update(Capacity).where(Capacity.id == crowded["chen"].capacities["kunyang"])
            await connection.execute(roleless.values(roles=[]))
        async with reading(edge, crowded, "chen") as work:
            assert await asked(work) == []
        async with reading(edge, crowded, "gao") as work:
            assert await asked(work) != []

    async def test_goes_by_the_authority_that_asks(self, edge: Edge, crowded: World) -> None:
        asked = letters()
        async with reading(edge, crowded, "chen") as work:
            first = len(await asked(work))
            work.authority = Unfiltered(work.authority.actor, work.authority.snapshot)
            await asked(work)
            assert len(asked._kept) == 2
            work.authority = Authority(work.authority.actor, work.authority.snapshot)
            assert len(await asked(work)) == first

    async def test_is_no_longer_kept_where_there_are_too_many(
        self, edge: Edge, crowded: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statements, "KEPT", 2)
        asked = letters()
        async with reading(edge, crowded, "chen") as work:
            for columns in ({"id"}, {"party"}, {"id", "party"}, {"place"}):
                rows = await asked(work, columns=columns)
                assert [set(row.__dict__) for row in rows] == [columns] * len(rows)
                assert len(asked._kept) <= 2

    async def test_that_was_asked_last_is_kept_longest(
        self, edge: Edge, crowded: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statements, "KEPT", 2)
        asked = letters()
        async with reading(edge, crowded, "chen") as work:
            for name in ("id", "party", "id", "place"):
                await asked(work, columns={name})
        assert [key[1] for key in asked._kept] == [{"id"}, {"place"}]

    async def test_leaves_the_actors_own_decisions_alone(self, edge: Edge, crowded: World) -> None:
        async with reading(edge, crowded, "chen") as work:
            [row, *_] = await letters()(work)
            assert not work.authority.of_anybody().may("read", "referral.letter", row)
            assert work.may("read", "referral.letter", row)

    async def test_takes_no_value_for_the_actors_own(self, edge: Edge, crowded: World) -> None:
        @Statement
        def write(asks: Asks) -> Select[Person]:
            return select(Person).where(Person.id == asks.given("actor_person_id", Uuid()))

        async with reading(edge, crowded, "chen") as work:
            with pytest.raises(ValueError, match="actor_person_id"):
                await write(work, actor_person_id=crowded["gao"].person_id)

    async def test_must_not_hold_anybodys_value(self, edge: Edge, crowded: World) -> None:
        @Statement
        def write(asks: Asks, somebody: UUID) -> Select[Person]:
            return select(Person).where(Person.county_id == asks.county_id, Person.id == somebody)

        async with reading(edge, crowded, "chen") as work:
            with pytest.raises(ValueKept):
                await write(work, work.actor.person_id)

    async def test_takes_what_comes_with_the_question(self, edge: Edge, crowded: World) -> None:
        @Statement
        def write(asks: Asks, falling: bool) -> Select[Organisation]:
            known = asks.visible(Organisation, "organisation.entry")
            bodies = select(Organisation).where(known, Organisation.code > asks.given("after", Text()))
            return bodies.order_by(Organisation.code.desc() if falling else Organisation.code)

        async with reading(edge, crowded, "chen") as work:
            every = [body.code for body in await write(work, False, after="")]
            assert every == sorted(crowded.bodies)
            assert [body.code for body in await write(work, False, after=every[1])] == every[2:]
            for _ in range(2):
                assert [body.code for body in await write(work, True, after=every[1])] == every[:1:-1]
                assert [body.code for body in await write(work, False, after=every[1])] == every[2:]

    async def test_finds_nothing_by_a_function_that_the_actor_has_not(
        self, edge: Edge, crowded: World
    ) -> None:
        asked, seen = letters(), []
        async with reading(edge, crowded, "wu") as work:
            snapshot, overseer = work.authority.snapshot, work.actor
            for actor in (replace(overseer, overseen=None), overseer, replace(overseer, overseen=None)):
                work.actor, work.authority = actor, Authority(actor, snapshot)
                seen.append(len(await asked(work)))
        assert seen[0] == seen[2] == 0
        assert seen[1] > 0

    async def test_refuses_what_the_driver_does_not_give_as_it_is(self, edge: Edge, crowded: World) -> None:
        @Statement
        def write(asks: Asks) -> Select[Capacity]:
            return select(Capacity).where(Capacity.county_id == asks.county_id)

        async with reading(edge, crowded, "chen") as work:
            with pytest.raises(NotAsItComes, match=r"Capacity\.roles"):
                await write(work)


class TestARow:
    @pytest.mark.parametrize("model", [Person, Organisation, Referral, ReferralEvent, Deadline])
    async def test_says_what_sqlalchemys_own_says(
        self, edge: Edge, crowded: World, owner_engine: AsyncEngine, model: Any
    ) -> None:
        @Statement
        def write(asks: Asks) -> Select[Any]:
            return select(model).where(model.county_id == asks.county_id)

        await something_happened(crowded, owner_engine)
        async with reading(edge, crowded, "gao") as work:
            own = {row.id: row for row in await work.session.scalars(select(model))}
            rows = await write(work)
            assert {row.id for row in rows} == set(own)
            assert rows != []
            for row in rows:
                for name in model.__mapper__.column_attrs.keys():  # noqa: SIM118  # no mapping
                    said, expected = getattr(row, name), getattr(own[row.id], name)
                    assert (said, type(said)) == (expected, type(expected))

    async def test_is_one_of_its_kind_and_can_be_decided_about(self, edge: Edge, crowded: World) -> None:
        async with reading(edge, crowded, "chen") as work:
            [row, *_] = await letters()(work, columns={"id", "to_id", "from_id", "overseen_id"})
            assert isinstance(row, Referral)
            assert work.may("read", "referral.letter", row)
            assert not work.may("approve", "referral.letter", row)

    async def test_raises_for_what_was_not_read(self, edge: Edge, crowded: World) -> None:
        async with reading(edge, crowded, "chen") as work:
            [row, *_] = await letters()(work, columns={"id", "state"})
            assert row.state
            with pytest.raises(NotRead, match=r"Referral\.party"):
                _ = row.party
            with pytest.raises(NotRead):
                getattr(row, "place", None)

    @pytest.mark.parametrize("name", ["state", "party", "whatever"])
    async def test_cannot_be_changed(self, edge: Edge, crowded: World, name: str) -> None:
        async with reading(edge, crowded, "chen") as work:
            [row, *_] = await letters()(work, columns={"id", "state"})
            before = dict(row.__dict__)
            with pytest.raises(ReadOnly):
                setattr(row, name, "别的")
            with pytest.raises(ReadOnly):
                delattr(row, name)
            assert row.__dict__ == before

    async def test_is_whole_where_more_is_named_than_columns(self, edge: Edge, crowded: World) -> None:
        async with reading(edge, crowded, "chen") as work:
            [row, *_] = await letters()(work, columns={"id", "whatever_is_no_column"})
            assert row.party

    async def test_that_is_gone_is_not_given(
        self, edge: Edge, crowded: World, owner_engine: AsyncEngine
    ) -> None:
        asked = letters()
        async with reading(edge, crowded, "chen") as work:
            before = [row.id for row in await asked(work)]
        async with owner_engine.begin() as connection:
            await connection.execute(delete(Deadline).where(Deadline.county_id == crowded.county_id))
            await connection.execute(delete(Referral).where(Referral.id == before[0]))
        async with reading(edge, crowded, "chen") as work:
            assert [row.id for row in await asked(work)] == before[1:]
