"""Random worlds on a real PostgreSQL: the decision about each row, the filter of the list, and the oracle agree.

The mutants at the end are mistakes that somebody could make in the algebra of relations; if one of them agreed with
the oracle too, these worlds would prove nothing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import InstrumentedAttribute

from ops.addresses import for_sqlalchemy
from policies import relations
from policies.authority import Authority
from policies.book import Book
from policies.rows import Row
from policies.snapshot import Plan, Snapshot
from tenancy.actor import Actor
from tests.policies import tables
from tests.policies.oracle import World, allowed, random_world, stands

ASPECT = "referral.letter"
WORLDS = tuple(random_world(number) for number in range(700))
MODELS = {"Letter": tables.Letter, "Post": tables.Post, "Matter": tables.Matter}
KIND_OF_COLUMN = {"a": "tenant", "b": "tenant", "c": "tenant", "shown": "county"}

MakeAuthority = Callable[[Actor, Snapshot], Authority]


def an_id(kind: str, number: int | None) -> UUID | None:
    return None if number is None else tables.named(kind, number)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def worlds(postgres_server: str) -> AsyncIterator[AsyncSession]:
    """A session that sees the rows of all worlds, in a temporary table that ends with its connection."""
    engine = create_async_engine(for_sqlalchemy(postgres_server))
    async with engine.connect() as connection, AsyncSession(connection) as session:
        await connection.run_sync(tables.worlds.create)
        await connection.execute(
            tables.worlds.insert(),
            [
                {"world": world.number, "number": number}
                | {column: an_id(KIND_OF_COLUMN.get(column, column), value) for column, value in row.items()}
                for world in WORLDS
                for number, row in enumerate(world.rows)
            ],
        )
        yield session
    await engine.dispose()


def in_words_of_the_platform(world: World) -> tuple[Actor, Snapshot]:
    county = tables.named("county", world.actor["county"])
    actor = tables.acting(
        *world.roles,
        county_id=county,
        tenant=tables.named("tenant", world.actor["tenant"]),
        person_id=tables.named("person", world.actor["person"]),
        capacity_id=tables.named("capacity", world.actor["capacity"]),
        overseen=an_id("county", world.actor["overseen"]),
    )
    platform = [
        Row("*", role, relation, ASPECT, action, effect, f"platform:{line}")  # type: ignore[arg-type]  # a plain str
        for line, (whose, role, relation, action, effect) in enumerate(world.policy)
        if whose == "*"
    ]
    own = [
        (str(county), role, relation, ASPECT, action, effect)
        for whose, role, relation, action, effect in world.policy
        if whose == "own"
    ]
    snapshot = Snapshot.of_county(
        county_id=county, version=1, platform=Book(platform), rows=own, origin="a rulebook"
    )
    return actor, snapshot


async def disagreements(
    session: AsyncSession, among: Iterable[World], make: MakeAuthority = Authority
) -> list[str]:
    """Every row of every world on which decision, list and oracle are not of one mind, in words."""
    found = []
    for world in among:
        model = MODELS[world.table]
        authority = make(*in_words_of_the_platform(world))
        listed = authority.visible(model, ASPECT, world.action)
        answers = await session.execute(
            select(model, listed)
            .where(tables.worlds.c.world == world.number)
            .order_by(tables.worlds.c.number)
        )
        for oracle_row, (row, in_list) in zip(world.rows, answers, strict=True):
            expected = allowed(world, oracle_row)
            decision = authority.may(world.action, ASPECT, row)
            # `in_list` must be true or false, so None (a NULL) disagrees with both.
            if not (decision is expected and in_list is expected):
                found.append(f"world {world.number}: {oracle_row}: {expected=}, {decision=}, {in_list=}")
        session.expunge_all()
    return found


async def strays(session: AsyncSession, among: Iterable[World], make: MakeAuthority = Authority) -> list[str]:
    """Every row that one side's list has and should not, or should have and has not, in words."""
    found = []
    for world in among:
        model = MODELS[world.table]
        authority = make(*in_words_of_the_platform(world))
        sides = {name: authority.visible_as(model, ASPECT, name, world.action) for name in model.relations}
        answers = await session.execute(
            select(*(side.label(name) for name, side in sides.items()))
            .where(tables.worlds.c.world == world.number)
            .order_by(tables.worlds.c.number)
        )
        for oracle_row, in_lists in zip(world.rows, answers, strict=True):
            for relation in sides:
                expected = allowed(world, oracle_row) and stands(world, relation, oracle_row)
                if getattr(in_lists, relation) is not expected:
                    found.append(f"world {world.number}: {oracle_row} as {relation}: {expected=}")
    return found


class TestSevenHundredWorlds:
    async def test_list_for_one_side_what_is_visible_and_that_sides(self, worlds: AsyncSession) -> None:
        assert await strays(worlds, WORLDS) == []

    async def test_decide_and_list_as_the_oracle_says(self, worlds: AsyncSession) -> None:
        assert await disagreements(worlds, WORLDS) == []

    def test_hold_the_situations_that_matter(self) -> None:
        seen: Counter[str] = Counter()
        for world in WORLDS:
            for row in world.rows:
                seen["allowed" if allowed(world, row) else "denied"] += 1
                for _, role, relation, action, effect in world.policy:
                    if action != world.action or role not in world.roles:
                        continue
                    if effect == "forbid" and stands(world, relation, row):
                        seen["banned"] += 1
                    if effect == "forbid" and allowed(world, row):
                        seen["a ban on others"] += 1
                    if relation == "overseer" and world.actor["overseen"] is not None:
                        seen["overseer" if stands(world, relation, row) else "overseer's body is party"] += 1
                    if effect == "forbid" and None in row.values() and allowed(world, row):
                        seen["a ban beside an empty column"] += 1
            seen["no policy at all"] += not world.policy
        assert {situation: count for situation, count in seen.items() if count < 100} == {}


class ForgotForbids(Authority):
    def plan(self, aspect: str, action: str) -> Plan:
        return Plan(self.snapshot.plan(self.actor.roles, aspect, action).permitting, frozenset())


class SubtractsForbiddenRelations(Authority):
    def plan(self, aspect: str, action: str) -> Plan:
        plan = self.snapshot.plan(self.actor.roles, aspect, action)
        return Plan(plan.permitting - plan.forbidding, frozenset())


class ListForgotForbids(Authority):
    def visible(self, model: type, aspect: str, action: str = "read") -> ColumnElement[bool]:
        return self._any_sql(self.plan(aspect, action).permitting, model)


class AsksTheStandingOnly(Authority):
    def visible_as(
        self, model: type, aspect: str, relation: str, action: str = "read"
    ) -> ColumnElement[bool]:
        return relations.RELATIONS[relation].sql(self.actor, model)


class AsksOneRoleOnly(Authority):
    def plan(self, aspect: str, action: str) -> Plan:
        return self.snapshot.plan(frozenset(sorted(self.actor.roles)[:1]), aspect, action)


class TestAMutant:
    @pytest.mark.parametrize(
        "mutant", [ForgotForbids, SubtractsForbiddenRelations, ListForgotForbids, AsksOneRoleOnly]
    )
    async def test_in_the_algebra_is_caught(self, worlds: AsyncSession, mutant: MakeAuthority) -> None:
        assert await disagreements(worlds, WORLDS[:150], mutant)

    @pytest.mark.parametrize("mutant", [ForgotForbids, AsksTheStandingOnly])
    async def test_in_one_sides_list_is_caught(self, worlds: AsyncSession, mutant: MakeAuthority) -> None:
        assert await strays(worlds, WORLDS[:150], mutant)

    async def test_whose_relations_may_be_null_is_caught(
        self, worlds: AsyncSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def equal(column: InstrumentedAttribute[UUID | None], mine: UUID) -> ColumnElement[bool]:
            return column == mine

        monkeypatch.setattr(relations, "_equal_and_never_null", equal)
        assert await disagreements(worlds, WORLDS[:150])

    async def test_that_lets_a_party_oversee_is_caught(
        self, worlds: AsyncSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relations.Relation, "is_function", False)
        assert await disagreements(worlds, WORLDS[:150])
