"""Loading rulebooks into a database: versions, what rises with them, what stays on record, and who reads them.

Loads of a county are committed, each test having a county of its own; loads of the layers below, which every county
stands on, are rolled back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.models import AuditContent, AuditLine
from domain.edge import Edge
from domain.rulebooks.commands import Loaded, UnknownCounty, UnknownTownship, load
from domain.rulebooks.models import CountyRulebook
from domain.rulebooks.queries import shelf_of
from domain.rulebooks.rules import RulebookRefused
from domain.rulebooks.shipped import BELOW, shipped_text
from tenancy.models import CountyRow
from tests.domain.rulebooks.texts import limit, rulebook
from tests.worlds import NOW, World, place_text

POWERS = '\n[powers.register]\nread = "{side}"\nroles = ["head"]\ndocument = "D"\narticle = "6"\n'
LATER = date(2030, 1, 1)


def text_of(
    world: World,
    amount: int,
    *,
    valid_from: str = "2030-01-01",
    valid_until: str | None = None,
    side: str = "both",
) -> str:
    """A text of the world's county that sets the limit for sending, in force from 2030."""
    return rulebook(
        place=world.code,
        valid_from=valid_from,
        valid_until=valid_until,
        body=limit("referral.send", amount) + POWERS.format(side=side),
    )


class Versions(NamedTuple):
    """What a county counts."""

    rulebook: int
    policy: int


class Clerk:
    """Loads into the world's county and looks what came of it."""

    def __init__(self, owner: AsyncEngine, world: World) -> None:
        self.owner, self.world = owner, world

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.owner) as session, session.begin():
            yield session

    async def load(self, text: str, *, name: str = "county.toml") -> Loaded:
        async with self.session() as session:
            return await load(session, text=text, name=name, now=NOW)

    async def sending_on(self, day: date, *, inside: str | None = None) -> int:
        async with self.session() as session:
            shelf = await shelf_of(session, self.world.county_id)
        return shelf.on(day, inside=inside).limit("referral.send").amount

    async def versions(self) -> Versions:
        async with self.session() as session:
            return await self.versions_in(session, self.world.county_id)

    @staticmethod
    async def versions_in(session: AsyncSession, county_id: UUID) -> Versions:
        row = await session.execute(
            select(CountyRow.rulebook_version, CountyRow.policy_version).where(
                CountyRow.county_id == county_id
            )
        )
        return Versions(*row.one())

    async def lines(self) -> list[dict[str, object]]:
        async with self.session() as session:
            return await self.lines_in(session, self.world.county_id)

    @staticmethod
    async def lines_in(session: AsyncSession, county_id: UUID) -> list[dict[str, object]]:
        return list(
            await session.scalars(
                select(AuditContent.content)
                .join(
                    AuditLine,
                    (AuditLine.county_id == AuditContent.county_id) & (AuditLine.id == AuditContent.line_id),
                )
                .where(AuditLine.county_id == county_id, AuditLine.action == "rulebook.loaded")
                .order_by(AuditLine.id)
            )
        )


@pytest.fixture
def clerk(owner_engine: AsyncEngine, world: World) -> Clerk:
    return Clerk(owner_engine, world)


class TestLoad:
    async def test_makes_a_version_that_answers_from_its_first_day(self, clerk: Clerk, world: World) -> None:
        loaded = await clerk.load(text_of(world, 4))
        assert loaded == Loaded("county", world.code, 2, is_new=True, policies_changed=True)
        assert await clerk.sending_on(LATER) == 4
        assert await clerk.sending_on(date(2029, 12, 31)) == 3

    async def test_leaves_a_line_with_the_texts_hash(self, clerk: Clerk, world: World) -> None:
        await clerk.load(text_of(world, 4))
        (line,) = await clerk.lines()
        async with clerk.session() as session:
            digest = await session.scalar(
                select(CountyRulebook.digest).where(
                    CountyRulebook.county_id == world.county_id, CountyRulebook.version == 2
                )
            )
        assert digest is not None
        assert (line["sha256"], line["version"], line["valid_from"]) == (digest.hex(), 2, "2030-01-01")

    async def test_of_the_same_text_again_changes_nothing(self, clerk: Clerk, world: World) -> None:
        await clerk.load(text_of(world, 4))
        before = await clerk.versions(), await clerk.lines()
        assert await clerk.load(text_of(world, 4)) == Loaded("county", world.code, 2, is_new=False)
        assert (await clerk.versions(), await clerk.lines()) == before

    async def test_of_what_the_county_began_with_changes_nothing(self, clerk: Clerk, world: World) -> None:
        before = await clerk.versions()
        assert not (await clerk.load(place_text("pingyang.toml", county=world.code))).is_new
        assert await clerk.versions() == before

    async def test_of_a_changed_text_corrects_it_in_a_new_version(self, clerk: Clerk, world: World) -> None:
        await clerk.load(text_of(world, 4))
        assert (await clerk.load(text_of(world, 6))).version == 3
        assert await clerk.sending_on(LATER) == 6

    async def test_of_an_earlier_text_after_its_correction_is_a_version_again(
        self, clerk: Clerk, world: World
    ) -> None:
        for amount in (4, 6, 4):
            await clerk.load(text_of(world, amount))
        assert await clerk.sending_on(LATER) == 4

    async def test_of_texts_for_two_days_in_turn_changes_nothing_the_second_time(
        self, clerk: Clerk, world: World
    ) -> None:
        texts = [text_of(world, 4), text_of(world, 6, valid_from="2031-01-01")]
        assert [(await clerk.load(text)).is_new for text in texts] == [True, True]
        assert [(await clerk.load(text)).is_new for text in texts] == [False, False]

    async def test_raises_the_policy_version_only_when_the_split_of_powers_changes(
        self, clerk: Clerk, world: World
    ) -> None:
        await clerk.load(text_of(world, 4))
        first = await clerk.versions()
        await clerk.load(text_of(world, 6))
        assert await clerk.versions() == Versions(first.rulebook + 1, first.policy)
        await clerk.load(text_of(world, 6, side="home"))
        assert await clerk.versions() == Versions(first.rulebook + 2, first.policy + 1)

    async def test_sees_that_a_shorter_validity_ends_the_split_of_powers_earlier(
        self, clerk: Clerk, world: World
    ) -> None:
        await clerk.load(text_of(world, 4))
        assert (await clerk.load(text_of(world, 4, valid_until="2030-06-30"))).policies_changed

    async def test_of_a_faulty_text_leaves_everything_as_it_was(self, clerk: Clerk, world: World) -> None:
        before = await clerk.versions()
        with pytest.raises(RulebookRefused):
            await clerk.load(text_of(world, 0))
        assert await clerk.versions() == before

    async def test_of_a_county_that_is_not_served_is_refused(self, clerk: Clerk) -> None:
        with pytest.raises(UnknownCounty):
            await clerk.load(rulebook(place="nowhere"))

    async def test_two_at_once_are_numbered_one_after_the_other(self, clerk: Clerk, world: World) -> None:
        loads = await asyncio.gather(*(clerk.load(text_of(world, amount)) for amount in (4, 5, 6, 7)))
        assert sorted(loaded.version for loaded in loads) == [2, 3, 4, 5]
        assert len(await clerk.lines()) == 4


class TestTownships:
    async def test_have_rules_that_bind_inside_only(self, clerk: Clerk, world: World) -> None:
        text = place_text("kunyang.toml", county=world.code).replace("value = 3", "value = 1", 1)
        assert (await clerk.load(text)).layer == "township"
        assert await clerk.sending_on(LATER, inside="kunyang") == 1
        assert await clerk.sending_on(LATER, inside="aojiang") == 3
        assert await clerk.sending_on(LATER) == 3

    @pytest.mark.parametrize("place", ["lingxi", "transport"])
    async def test_must_be_townships_of_the_county(self, clerk: Clerk, world: World, place: str) -> None:
        with pytest.raises(UnknownTownship):
            await clerk.load(rulebook(layer="township", place=place, county=world.code))


class TestTheLayersBelow:
    async def test_are_loaded_once_however_often_they_are_loaded(self, clerk: Clerk) -> None:
        for name in BELOW:
            assert not (await clerk.load(shipped_text(name), name=name)).is_new

    async def test_change_every_countys_rules_and_leave_a_line_in_each(
        self, clerk: Clerk, world: World, owner_engine: AsyncEngine
    ) -> None:
        async with AsyncSession(owner_engine) as session:
            counties = list(await session.scalars(select(CountyRow.county_id)))
            before = {county: await clerk.versions_in(session, county) for county in counties}
            lines = {county: len(await clerk.lines_in(session, county)) for county in counties}
            text = rulebook(layer="platform", valid_from="2040-01-01", body=limit("referral.take_in", 9))
            loaded = await load(session, text=text, name="platform.toml", now=NOW)
            assert loaded.is_new
            for county in counties:
                # The default's split of powers answers where a county is silent: everybody's rights are looked up anew.
                assert await clerk.versions_in(session, county) == Versions(
                    before[county].rulebook + 1, before[county].policy + 1
                )
                assert len(await clerk.lines_in(session, county)) == lines[county] + 1
            shelf = await shelf_of(session, world.county_id)
            assert shelf.on(date(2040, 1, 1)).limit("referral.take_in").amount == 9
            await session.rollback()

    async def test_of_a_refused_load_nothing_stays(self, clerk: Clerk, owner_engine: AsyncEngine) -> None:
        async with AsyncSession(owner_engine) as session:
            count = await session.scalar(select(func.count()).select_from(CountyRulebook))
            with pytest.raises(RulebookRefused):
                await load(session, text="", name="empty.toml", now=NOW)
            assert await session.scalar(select(func.count()).select_from(CountyRulebook)) == count


class TestReading:
    async def test_the_next_transaction_of_an_officer_has_the_new_rule(
        self, clerk: Clerk, world: World, edge: Edge
    ) -> None:
        async with edge.reading(world["zhou"].credentials) as work:
            assert work.rulebook_on(LATER).limit("referral.send").amount == 3
        await clerk.load(text_of(world, 4))
        async with edge.reading(world["zhou"].credentials) as work:
            assert work.rulebook_on(LATER).limit("referral.send").amount == 4

    async def test_another_countys_rules_are_not_on_the_shelf(
        self, clerk: Clerk, world: World, edge: Edge, owner_engine: AsyncEngine
    ) -> None:
        from tests.worlds import a_county

        other = await a_county(owner_engine)
        await clerk.load(text_of(other, 8))
        async with edge.reading(world["zhou"].credentials) as work:
            seen = await work.session.scalars(select(CountyRulebook.place).distinct())
            assert set(seen) == {world.code}
            assert work.rulebook_on(LATER).limit("referral.send").amount == 3
