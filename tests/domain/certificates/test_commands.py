"""Certificates and legal qualifications on a real database: issued, withheld, given back, cancelled, handed in."""

from datetime import date

import pytest
import pytest_asyncio
from sqlalchemy import update

from domain.certificates import commands, queries, rules
from domain.certificates.queries import Filter
from domain.filters import Days
from domain.spans import Span
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.registered import A_DAY, TODAY, Office, keeps_a_register


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world, owner_engine):
    await keeps_a_register(owner_engine, world)
    return Office(edge, world)


async def listed(office, who, **by):
    async with office.as_(who) as work:
        found = await queries.page(work, by=Filter(**by), age="newest", span=Span(most=20))
        assert await queries.count(work, by=Filter(**by)) == len(found)
        return {each.number for each in found}


class TestIssuing:
    async def test_is_the_supervisions(self, office):
        certificate = await office.issue()
        assert certificate.state == "held"
        assert certificate.home_id == office.world.bodies["transport"]
        for who in ("tang", "lin", "wu"):
            with pytest.raises(NotPermitted):
                await office.issue("lin", by=who, number="2")

    async def test_is_of_whoever_the_rules_name(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["lin"].capacities["transport"])
                .values(roles=["supervisor"])
            )
        with pytest.raises(rules.NotTheIssuer):
            await office.issue("zhou", by="lin")

    async def test_ends_with_the_role(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["shen"].capacities["justice"])
                .values(roles=["officer"])
            )
        with pytest.raises(NotPermitted):
            await office.issue()

    async def test_needs_an_establishment_and_refuses_auxiliaries(self, office):
        without = await office.enter("钱甲", establishment="none")
        with pytest.raises(rules.NotEstablished):
            await office.issue(without.person_id)
        helper = await office.enter("钱乙", register="auxiliary")
        with pytest.raises(rules.OnlyAssists):
            await office.issue(helper.person_id)
        with pytest.raises(rules.NotOnTheRegister):
            await office.issue("guan")

    async def test_gives_nobody_two_at_once_and_no_number_twice(self, office):
        first = await office.issue("zhou")
        with pytest.raises(rules.HasOne):
            await office.issue("zhou", number="2")
        with pytest.raises(rules.HasOne):
            await office.issue("lin")
        await office.of_certificate("cancel", first)
        await office.issue("zhou", number="2")

    async def test_refuses_days_to_come_and_ends_before_the_beginning(self, office):
        with pytest.raises(rules.WrongDays):
            await office.issue(issued_on=TODAY + A_DAY)
        with pytest.raises(rules.WrongDays):
            await office.issue(valid_until=TODAY)


class TestACertificate:
    async def test_is_withheld_given_back_and_cancelled_by_its_issuer(self, office):
        certificate = await office.issue()
        for verb, state in (("withhold", "withheld"), ("restore", "held"), ("cancel", "cancelled")):
            certificate = await office.of_certificate(verb, certificate)
            assert certificate.state == state
        with pytest.raises(rules.WrongState):
            await office.of_certificate("restore", certificate)
        async with office.as_("lin") as work:
            changes = await queries.changes_of(work, [certificate.id])
        assert [each.state for each in changes[certificate.id]] == ["withheld", "held", "cancelled"]

    async def test_is_handed_in_by_its_home(self, office):
        certificate = await office.issue()
        with pytest.raises(NotPermitted):
            await office.of_certificate("hand_in", certificate)
        assert (await office.of_certificate("hand_in", certificate, by="tang")).state == "handed_in"

    async def test_is_nobody_elses_to_take(self, office):
        certificate = await office.issue()
        # Its holder reads it, and takes nothing.
        for who in ("tang", "lin", "zhou"):
            with pytest.raises(NotPermitted):
                await office.of_certificate("withhold", certificate, by=who)
        # Whoever only oversees cannot lock it, and whoever is nobody to it does not see it.
        for who in ("wu", "gao", "chen"):
            with pytest.raises(NotFound):
                await office.of_certificate("withhold", certificate, by=who)

    async def test_changes_as_it_was_seen(self, office):
        certificate = await office.issue()
        certificate.version += 1
        with pytest.raises(Stale):
            await office.of_certificate("withhold", certificate)


class TestTheList:
    async def test_shows_home_issuer_oversight_and_the_holder(self, office):
        await office.issue()
        for who in ("lin", "tang", "shen", "wu", "zhou"):
            assert await listed(office, who) == {"浙平2026-001"}, who
        for who in ("guan", "gao", "huang"):
            assert await listed(office, who) == set(), who

    async def test_is_narrowed_by_what_runs_out_soon(self, office):
        await office.issue("zhou", number="soon", valid_until=date(2026, 4, 30))
        await office.issue("lin", number="late")
        soon = Days(until=date(2026, 5, 31))
        assert await listed(office, "shen", valid_until=soon) == {"soon"}
        assert await listed(office, "shen", valid_until=soon, states=frozenset({"withheld"})) == set()
        assert await listed(office, "tang", person="林") == {"late"}


class TestALegalQualification:
    async def qualify(self, office, who="zhou", *, by="tang", **said):
        async with office.as_(by) as work:
            return await commands.qualify(
                work,
                person_id=office.world[who].person_id,
                **{"qualified_on": None, "reviewing_since": None, **said},
            )

    async def reviews(self, office, who, asking="lin"):
        person = office.world[who].person_id
        async with office.as_(asking) as work:
            return (await queries.reviews(work, [person], TODAY))[person]

    async def test_decides_who_may_complete_a_review(self, office):
        assert await self.reviews(office, "zhou") == "first_review_only"
        await self.qualify(office, qualified_on=date(2024, 3, 1))
        assert await self.reviews(office, "zhou") == "qualified"
        await self.qualify(office, reviewing_since=date(2017, 12, 31))
        assert await self.reviews(office, "zhou") == "exempt"
        await self.qualify(office, reviewing_since=date(2018, 1, 1))
        assert await self.reviews(office, "zhou") == "first_review_only"
        await office.leave(office.world["zhou"].person_id)
        assert await self.reviews(office, "zhou") == "not_an_officer"

    async def test_is_the_homes_personnels_word(self, office):
        for who in ("lin", "shen", "wu"):
            with pytest.raises(NotPermitted):
                await self.qualify(office, by=who, qualified_on=date(2024, 3, 1))
        with pytest.raises(NotFound):
            await self.qualify(office, "guan", qualified_on=date(2024, 3, 1))
        with pytest.raises(rules.SaysNothing):
            await self.qualify(office)
        with pytest.raises(rules.SaysNothing):
            await self.qualify(office, qualified_on=TODAY + A_DAY)
