"""The register of a body's people on a real database: who comes, changes, leaves, and what is gone with that."""

import asyncio
from datetime import date, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from domain.audit.models import AuditLine
from domain.certificates.models import Certificate, CertificateChange
from domain.personnel import commands as personnel
from domain.personnel import rules
from domain.secondments.models import Secondment
from domain.staff import queries as staff
from domain.staff import register
from domain.staff.models import Person, StaffEntry
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tenancy.transactions import CapacityRefused
from tests.domain.leave.desk import behind
from tests.registered import A_DAY, BEFORE, TODAY, Office, keeps_a_register
from tests.rosters import endings_astray


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world, owner_engine):
    await keeps_a_register(owner_engine, world)
    return Office(edge, world)


async def entries_of(owner_engine, person_id):
    async with owner_engine.connect() as connection:
        found = await connection.execute(
            select(StaffEntry.since, StaffEntry.until, StaffEntry.post, StaffEntry.establishment)
            .where(StaffEntry.person_id == person_id)
            .order_by(StaffEntry.since)
        )
        return [tuple(each) for each in found]


async def posts_of(owner_engine, person_id, *, at):
    async with owner_engine.connect() as connection:
        found = await connection.scalars(
            select(Capacity.id).where(
                Capacity.person_id == person_id, (Capacity.until.is_(None)) | (Capacity.until > at)
            )
        )
        return len(found.all())


class TestEntering:
    async def test_makes_a_person_of_the_county_who_is_found_by_name(self, office, owner_engine):
        entry = await office.enter("钱新甲")
        async with office.as_("gao") as work:
            assert (await staff.of_ids(work, [entry.person_id]))[entry.person_id].name == "钱新甲"
        async with owner_engine.connect() as connection:
            home = await connection.scalar(select(Person.home_id).where(Person.id == entry.person_id))
        assert home == office.world.bodies["transport"]
        assert await endings_astray(owner_engine, office.world.county_id) == 0

    async def test_is_the_own_personnels(self, office):
        for who in ("lin", "zhou", "wu", "shen", "gao"):
            with pytest.raises(NotPermitted):
                await office.enter(by=who)

    async def test_knows_only_units_of_the_body(self, office):
        with pytest.raises(NotFound):
            await office.enter(unit_id=office.world.units["agriculture"])

    async def test_takes_a_name_or_a_person(self, office):
        with pytest.raises(rules.NewOrKnown):
            await office.enter(None)

    async def test_refuses_who_stands_there_and_knows_who_comes_back(self, office, owner_engine):
        zhou = office.world["zhou"].person_id
        with pytest.raises(rules.OnTheRegisterAlready):
            await office.enter(person_id=zhou)
        await office.leave(zhou)
        await office.enter(person_id=zhou, post="返聘", establishment="none")
        assert await entries_of(owner_engine, zhou) == [
            (BEFORE, TODAY - A_DAY, "执法人员", "enforcement"),
            (TODAY, None, "返聘", "none"),
        ]

    async def test_knows_nobody_elses_people(self, office):
        with pytest.raises(NotFound):
            await office.enter(person_id=office.world["guan"].person_id)


class TestChanging:
    async def test_leaves_what_was_before_as_it_was(self, office, owner_engine):
        lin = office.world["lin"].person_id
        await office.change(lin, post="副局长", rank="四级调研员")
        assert await entries_of(owner_engine, lin) == [
            (BEFORE, TODAY - A_DAY, "执法人员", "enforcement"),
            (TODAY, None, "副局长", "enforcement"),
        ]

    async def test_corrects_an_entry_from_its_first_day(self, office, owner_engine):
        lin = office.world["lin"].person_id
        await office.change(lin, since=BEFORE, establishment="administrative")
        assert await entries_of(owner_engine, lin) == [(BEFORE, None, "执法人员", "administrative")]

    async def test_refuses_what_is_stale_earlier_or_no_change(self, office):
        lin = office.world["lin"].person_id
        with pytest.raises(Stale):
            await office.change(lin, post="副局长", expected_version=2)
        with pytest.raises(rules.ChangedEarlier):
            await office.change(lin, post="副局长", since=BEFORE - A_DAY)
        with pytest.raises(rules.NothingChanges):
            await office.change(lin, post="执法人员")

    async def test_is_meant_for_the_entry_that_was_seen_and_not_for_the_next_one(self, office):
        lin = office.world["lin"].person_id
        assert (await office.change(lin, post="副局长")).version == 2
        for act in (office.change(lin, rank="四级调研员"), office.leave(lin)):
            with pytest.raises(Stale):
                await act
        await office.leave(lin, leaves_on=TODAY + A_DAY, expected_version=2)
        assert (await office.enter(person_id=lin, since=TODAY + A_DAY)).version == 4

    async def test_of_two_at_once_is_made_once(self, office):
        lin = office.world["lin"].person_id
        both = (office.change(lin, post="副局长"), office.change(lin, rank="四级调研员"))
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(type(each).__name__ for each in outcomes) == ["StaffEntry", "Stale"]

    async def test_lets_whoever_waited_for_it_second_somebody(self, office):
        lin = office.world["lin"].person_id
        async with office.as_("tang") as work:
            await personnel.change(
                work, person_id=lin, expected_version=1, since=TODAY + A_DAY, post="副局长"
            )
            second = await behind(work, office.order("lin"))
        assert len(await second) == 1

    async def test_ends_with_the_last_day_of_whoever_leaves(self, office, owner_engine):
        lin = office.world["lin"].person_id
        await office.leave(lin, leaves_on=date(2026, 4, 1))
        with pytest.raises(rules.LeavesBefore):
            await office.change(lin, since=date(2026, 4, 1), post="副局长", expected_version=2)
        await office.change(lin, since=date(2026, 3, 31), post="副局长", expected_version=2)
        assert await entries_of(owner_engine, lin) == [
            (BEFORE, date(2026, 3, 30), "执法人员", "enforcement"),
            (date(2026, 3, 31), date(2026, 3, 31), "副局长", "enforcement"),
        ]

    async def test_is_not_a_heads_nor_another_bodys(self, office):
        with pytest.raises(NotPermitted):
            await office.change(office.world["zhou"].person_id, by="lin", post="中队长")
        with pytest.raises(NotFound):
            await office.change(office.world["zhou"].person_id, by="xu", post="中队长")

    async def test_leaves_a_locked_establishment_alone_while_somebody_is_seconded(self, office):
        zhou = office.world["zhou"].person_id
        with pytest.raises(rules.EstablishmentLocked, match="3"):
            await office.change(zhou, establishment="none")
        await office.end(office.world.secondments["zhou"])
        await office.change(zhou, establishment="none")

    async def test_makes_nobody_an_auxiliary_who_has_an_officers_post_or_certificate(self, office):
        with pytest.raises(rules.HoldsWhatAuxiliariesMayNot):
            await office.change(office.world["zhou"].person_id, register_="auxiliary")
        fresh = await office.enter("钱乙")
        await office.issue(fresh.person_id)
        with pytest.raises(rules.HoldsWhatAuxiliariesMayNot):
            await office.change(fresh.person_id, register_="auxiliary", since=TODAY + A_DAY)
        other = await office.enter("钱丙")
        await office.change(other.person_id, register_="auxiliary", since=TODAY)


class TestLeaving:
    async def test_takes_everything_away_with_the_next_request(self, office, owner_engine):
        zhou = office.world["zhou"]
        await office.issue("zhou")
        for body in ("transport", "kunyang"):
            async with office.as_("zhou", body):
                pass
        await office.leave(zhou.person_id)
        for body in ("transport", "kunyang"):
            with pytest.raises(CapacityRefused):
                async with office.as_("zhou", body):
                    pass
        async with owner_engine.connect() as connection:
            untils = await connection.scalars(
                select(Secondment.until).where(Secondment.person_id == zhou.person_id)
            )
            state = await connection.scalar(
                select(Certificate.state).where(Certificate.person_id == zhou.person_id)
            )
            reasons = await connection.scalars(
                select(CertificateChange.reason).where(CertificateChange.person_id == zhou.person_id)
            )
        assert untils.all() == [TODAY - A_DAY]
        assert state == "handed_in"
        # Whoever held it reads this; why they left is the register's own word.
        assert reasons.all() == ["离岗"]

    async def test_of_days_to_come_waits_for_them(self, office, owner_engine, clock):
        zhou = office.world["zhou"]
        certificate = await office.issue("zhou")
        await office.leave(zhou.person_id, leaves_on=date(2026, 4, 1))
        assert await posts_of(owner_engine, zhou.person_id, at=clock.instant) == 2
        async with office.as_("zhou", "kunyang"):
            pass
        clock.advance(timedelta(days=23))
        with pytest.raises(CapacityRefused):
            async with office.as_("zhou", "kunyang"):
                pass
        async with owner_engine.connect() as connection:
            valid_until = await connection.scalar(
                select(Certificate.valid_until).where(Certificate.id == certificate.id)
            )
        assert valid_until == date(2026, 3, 31)

    async def test_of_days_to_come_leaves_a_line_of_the_shorter_certificate(self, office, owner_engine):
        certificate = await office.issue("zhou")
        await office.leave(office.world["zhou"].person_id, leaves_on=date(2026, 4, 1))
        async with owner_engine.connect() as connection:
            version = await connection.scalar(
                select(Certificate.version).where(Certificate.id == certificate.id)
            )
            lines = await connection.scalars(
                select(AuditLine.action).where(AuditLine.subject_id == certificate.id).order_by(AuditLine.id)
            )
            assert (version, lines.all()) == (2, ["certificate.issued", "certificate.shortened"])

    async def test_leaves_everybody_else_alone(self, office, owner_engine, clock):
        before = await posts_of(owner_engine, office.world["guan"].person_id, at=clock.instant)
        await office.leave(office.world["zhou"].person_id)
        assert await posts_of(owner_engine, office.world["guan"].person_id, at=clock.instant) == before == 2
        assert await posts_of(owner_engine, office.world["lin"].person_id, at=clock.instant) == 1

    async def test_is_the_own_personnels_and_not_in_the_past(self, office):
        zhou = office.world["zhou"].person_id
        with pytest.raises(NotPermitted):
            await office.leave(zhou, by="lin")
        with pytest.raises(rules.LeavesTooEarly):
            await office.leave(zhou, leaves_on=TODAY - A_DAY)
        await office.leave(zhou)
        with pytest.raises(rules.NotOnTheRegister):
            await office.leave(zhou, expected_version=2)


class TestFarAwayDays:
    @pytest.mark.parametrize(
        "day", [date(1, 1, 1), date(1899, 12, 31), date(8999, 12, 31), date(9999, 12, 31)]
    )
    async def test_are_on_no_register(self, office, day):
        lin = office.world["lin"].person_id
        with pytest.raises(rules.TooFar):
            await office.enter("钱远", since=day)
        with pytest.raises(rules.TooFar):
            await office.change(lin, since=day, post="副局长")
        with pytest.raises(rules.TooFar):
            await office.leave(lin, leaves_on=day)


class TestReading:
    async def test_is_the_heads_and_personnels_and_oversights(self, office):
        lin = office.world["lin"].person_id
        for who, sees in (
            ("lin", True),
            ("tang", True),
            ("shen", True),
            ("wu", True),
            ("zhou", False),
            ("gao", False),
            ("huang", False),
        ):
            async with office.as_(who) as work:
                assert (lin in await register.on(work, [lin], TODAY)) is sees, who

    async def test_ends_with_the_role(self, office, owner_engine):
        lin, tang = office.world["lin"].person_id, office.world["tang"]
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == tang.capacities["transport"])
                .values(roles=["registrar"])
            )
        async with office.as_("tang") as work:
            assert await register.on(work, [lin], TODAY) == {}
        with pytest.raises(NotPermitted):
            await office.enter()
