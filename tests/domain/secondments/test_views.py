"""What the three views show of those seconded: their certificates to whoever may know, what they have in hand, and in which order."""

from datetime import date, timedelta
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, text, update

from domain.certificates import queries as certificates
from domain.certificates.models import Certificate
from domain.filters import Days
from domain.referrals import handling, workload
from domain.secondments import certified, queries
from domain.secondments.models import Secondment
from domain.secondments.queries import Filter, Wanted
from domain.spans import Span
from domain.staff import commands as staff
from domain.staff.models import Person
from domain.staff.pinyin import pinyin
from tenancy.ids import new_id
from tenancy.models import Capacity
from tests.domain.referrals.desk import Desk
from tests.registered import A_DAY, TODAY, Office, keeps_a_register
from tests.worlds import a_county

UNTIL = date(2031, 3, 9)


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world, owner_engine):
    """Zhou, of transport, works in Kunyang and has a certificate of the justice bureau's."""
    await keeps_a_register(owner_engine, world)
    office = Office(edge, world)
    office.certificate = await office.issue("zhou", valid_until=UNTIL)
    return office


async def certificate_of(office, who, entry="zhou", body=None):
    """What somebody is shown of the certificate behind an entry: None where it is nothing."""
    async with office.as_(who, body) as work:
        rows = await queries.of_ids(work, [office.world.secondments[entry]])
        found = await certified.of_entries(work, list(rows.values()))
        return next(((each.state, each.valid_until) for each in found.values()), None)


async def change(owner_engine, office, entry="zhou", **values):
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Secondment).where(Secondment.id == office.world.secondments[entry]).values(**values)
        )


async def told_by_the_database(office, who, entry="zhou"):
    """What the function of the schema says, asked without any filter before it."""
    async with office.as_(who) as work:
        told = func.certificates_of_stationed([office.world.secondments[entry]], TODAY)
        return (await work.session.execute(select(func.count()).select_from(told))).scalar()


async def listed(work, side, sort="newest", most=20, after=None, **by):
    wanted = Wanted(side=side, filter=Filter(**by))
    return await queries.page(work, wanted=wanted, sort=sort, span=Span(most=most, after=after))


class TestACertificate:
    @pytest.mark.parametrize(
        ("who", "body"),
        [("lin", None), ("tang", None), ("gao", None), ("wu", None), ("zhou", None), ("zhou", "kunyang")],
    )
    async def test_is_known_to_home_host_county_and_holder(self, office, who, body):
        assert await certificate_of(office, who, body=body) == ("held", UNTIL)

    async def test_is_what_it_is_now_and_not_what_it_was(self, office):
        await office.of_certificate("withhold", office.certificate)
        assert await certificate_of(office, "gao") == ("withheld", UNTIL)

    async def test_that_was_cancelled_is_none(self, office):
        await office.of_certificate("cancel", office.certificate)
        assert await certificate_of(office, "gao") is None

    @pytest.mark.parametrize(("who", "body"), [("guan", "kunyang"), ("xu", None), ("chen", None)])
    async def test_is_not_every_colleagues_to_know(self, office, who, body):
        assert await certificate_of(office, who, body=body) is None

    @pytest.mark.parametrize("who", ["pan", "wen", "huang"])
    async def test_is_no_other_bodys_to_know_even_without_the_filter(self, office, who):
        assert await certificate_of(office, who) is None
        assert await told_by_the_database(office, who) == 0

    async def test_is_no_other_countys(self, office, owner_engine, edge):
        elsewhere = await a_county(owner_engine)
        async with edge.writing(elsewhere["gao"].credentials) as work:
            told = func.certificates_of_stationed([office.world.secondments["zhou"]], TODAY)
            assert (await work.session.execute(select(func.count()).select_from(told))).scalar() == 0

    async def test_goes_with_the_last_day_of_the_secondment(self, office, owner_engine):
        await change(owner_engine, office, until=TODAY)
        assert await certificate_of(office, "gao") == ("held", UNTIL)
        await change(owner_engine, office, until=TODAY - A_DAY)
        assert await certificate_of(office, "gao") is None
        assert await told_by_the_database(office, "gao") == 0
        assert await certificate_of(office, "lin") == ("held", UNTIL)

    async def test_is_not_known_before_the_first_day(self, office, owner_engine):
        await change(owner_engine, office, since=TODAY + A_DAY)
        assert await certificate_of(office, "gao") is None

    @pytest.mark.parametrize(
        ("who", "body", "side"), [("gao", "kunyang", "host"), ("lin", "transport", "home")]
    )
    async def test_goes_with_the_role(self, office, owner_engine, who, body, side):
        assert await certificate_of(office, who) == ("held", UNTIL)
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world[who].capacities[body])
                .values(roles=["officer"])
            )
        assert await certificate_of(office, who) is None
        async with office.as_(who) as work:
            assert await listed(work, side)
            assert await listed(work, side, certificate_until=Days()) == []


class TestCertificatesThatRunOut:
    @pytest.mark.parametrize(("who", "side"), [("lin", "home"), ("gao", "host"), ("wu", "overseen")])
    async def test_are_found_from_each_side(self, office, who, side):
        async with office.as_(who) as work:
            for days, found in (
                (Days(until=UNTIL), True),
                (Days(until=UNTIL - A_DAY), False),
                (Days(since=UNTIL), True),
                (Days(since=UNTIL + A_DAY), False),
            ):
                entries = await listed(work, side, certificate_until=days)
                assert [each.id for each in entries] == [office.world.secondments["zhou"]] * found, days

    async def test_are_not_found_by_whom_it_is_no_business_of(self, office):
        async with office.as_("chen") as work:
            assert await listed(work, "host")
            assert await listed(work, "host", certificate_until=Days(until=UNTIL)) == []
        await office.issue("lin", number="2", valid_until=UNTIL)
        await office.order("lin", hosts=("kunyang",))
        # Of two at home their colleague finds their own.
        for who, found in (("tang", {"zhou", "lin"}), ("zhou", {"zhou"})):
            async with office.as_(who) as work:
                entries = await listed(work, "home", certificate_until=Days(until=UNTIL))
                people = {office.world[each].person_id for each in found}
                assert {each.person_id for each in entries} == people, who

    async def test_are_found_where_there_are_many(self, office, monkeypatch):
        monkeypatch.setattr("domain.filters.FEW", 1)
        async with office.as_("wu") as work:
            assert len(await listed(work, "overseen", certificate_until=Days(until=UNTIL))) == 1


class TestHowTheyStand:
    """With certificates: the home and the county know it of all, the host of whoever works there today."""

    @pytest_asyncio.fixture(loop_scope="session")
    async def ordered(self, office):
        """Lin and Tang of transport work in Kunyang as well: Lin's certificate is withheld, Tang has none."""
        await office.of_certificate("withhold", await office.issue("lin", number="2"))
        await office.order("lin", "tang", hosts=("kunyang",))
        return office

    async def found(self, office, who, side, *standings):
        names = {each.person_id: key for key, each in office.world.people.items()}
        async with office.as_(who) as work:
            entries = await listed(work, side, certificates=frozenset(standings))
            return {names[each.person_id] for each in entries}

    @pytest.mark.parametrize(
        ("who", "side"), [("lin", "home"), ("tang", "home"), ("gao", "host"), ("wu", "overseen")]
    )
    async def test_are_found_from_each_side(self, ordered, who, side):
        everybody = {"tang"} if side == "home" else {"tang", "guan"}
        assert await self.found(ordered, who, side, "held") == {"zhou"}
        assert await self.found(ordered, who, side, "withheld") == {"lin"}
        assert await self.found(ordered, who, side, "none") == everybody
        assert await self.found(ordered, who, side, "held", "none") == {"zhou", *everybody}
        assert await self.found(ordered, who, side) == set()

    async def test_are_known_to_everybody_of_themselves(self, ordered):
        assert await self.found(ordered, "zhou", "home", "held", "withheld", "none") == {"zhou"}
        assert await self.found(ordered, "zhou", "home", "withheld", "none") == set()

    @pytest.mark.parametrize(("who", "side"), [("chen", "host"), ("pan", "host")])
    async def test_are_not_found_by_whom_it_is_no_business_of(self, ordered, who, side):
        for standing in ("held", "withheld", "none"):
            assert await self.found(ordered, who, side, standing) == set()

    async def test_are_the_hosts_to_know_as_long_as_they_work_there(self, ordered, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Secondment)
                .where(Secondment.county_id == ordered.world.county_id)
                .values(until=TODAY - A_DAY)
                .where(Secondment.person_id == ordered.world["guan"].person_id)
            )
        assert await self.found(ordered, "gao", "host", "none") == {"tang"}
        assert await self.found(ordered, "wu", "overseen", "none") == {"tang", "guan"}


class TestWhatTheyAreAtHome:
    async def test_narrows_for_whoever_reads_the_register_there(self, office):
        await office.change(office.world["zhou"].person_id, since=TODAY, rank="一级科员")
        for who, side, sees in (
            ("lin", "home", True),
            ("tang", "home", True),
            ("wu", "overseen", True),
            ("zhou", "home", False),
            ("gao", "host", False),
        ):
            async with office.as_(who) as work:
                for by in (
                    {"ranks": frozenset({"一级科员"})},
                    {"establishments": frozenset({"enforcement"})},
                ):
                    entries = await listed(work, side, **by)
                    assert [each.id for each in entries] == [office.world.secondments["zhou"]] * sees, who
                assert await listed(work, side, ranks=frozenset({"二级科员"})) == []

    async def test_is_what_they_are_today(self, office):
        await office.change(office.world["zhou"].person_id, since=TODAY + A_DAY, rank="一级科员")
        async with office.as_("tang") as work:
            assert await listed(work, "home", ranks=frozenset({"一级科员"})) == []


class TestTheWorkload:
    @pytest_asyncio.fixture(loop_scope="session")
    async def in_hand(self, edge, world):
        """Two letters that Kunyang has: Zhou claimed both there, and one of them at home as well."""
        desk = Desk(edge, world)
        letters = [await desk.sent(), await desk.sent()]
        for each in letters:
            async with desk.as_("zhou", "kunyang") as work:
                await handling.claim(work, referral_id=each.id)
        async with desk.as_("zhou") as work:
            await handling.claim(work, referral_id=letters[0].id)
        return desk

    async def counted(self, desk, who, body=None):
        async with desk.as_(who, body) as work:
            found = await workload.of_people(work, [desk.world["zhou"].person_id])
            return None if found is None else found.get(desk.world["zhou"].person_id, 0)

    async def test_is_what_they_have_in_hand_in_the_body_that_asks(self, in_hand):
        assert await self.counted(in_hand, "gao") == 2
        assert await self.counted(in_hand, "lin") == 1
        assert await self.counted(in_hand, "pan") == 0

    async def test_is_none_of_oversights_business(self, in_hand):
        assert await self.counted(in_hand, "wu") is None

    async def test_is_gone_with_the_post(self, in_hand, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == in_hand.world["zhou"].capacities["kunyang"])
                .values(until=in_hand.edge.clock.instant)
            )
        assert await self.counted(in_hand, "gao") == 0
        assert await self.counted(in_hand, "lin") == 1

    async def test_leaves_out_what_has_come_to_its_end(self, in_hand, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                text("update referrals set state = 'withdrawn' where county_id = :county"),
                {"county": in_hand.world.county_id},
            )
        assert await self.counted(in_hand, "gao") == 0


NAMES = (
    "周一",
    "周瑜",
    "邹衍",
    "曾国藩",
    "林冲",
    "林冲之",
    "单雄信",
    "区小明",
    "吕布",
    "欧阳修",
    "任重",
    "周一",
)

BY = {
    "name": lambda entry, name: (pinyin(name), entry.id),
    "since": lambda entry, name: (entry.since, entry.id),
    "until": lambda entry, name: (entry.until or date.max, entry.id),
}


class TestTheOrder:
    @pytest_asyncio.fixture(loop_scope="session")
    async def crowd(self, edge, world, owner_engine):
        """A dozen people of transport, seconded for days drawn at random; some for good, some for the same days."""
        random, home = Random(5), world.bodies["transport"]
        people = {new_id(): staff.Officer(name, home_id=home) for name in NAMES}
        async with owner_engine.begin() as connection:
            await staff.enter(connection, county_id=world.county_id, officers=people)
            for person, officer in people.items():
                since = TODAY - timedelta(days=random.randrange(4))
                await connection.execute(
                    insert(Secondment).values(
                        county_id=world.county_id,
                        id=new_id(),
                        person_id=person,
                        pinyin=pinyin(officer.name),
                        home_id=home,
                        home_unit_id=world.units["transport"],
                        host_id=world.bodies[random.choice(("kunyang", "aojiang"))],
                        mode="stationed",
                        post="队员",
                        order_id=new_id(),
                        since=since,
                        until=random.choice((None, since + timedelta(days=random.randrange(5)))),
                    )
                )
        return Office(edge, world)

    @pytest.mark.parametrize("sort", BY)
    @pytest.mark.parametrize(("who", "side"), [("lin", "home"), ("gao", "host"), ("wu", "overseen")])
    async def test_is_kept_from_page_to_page(self, crowd, owner_engine, who, side, sort):
        async with owner_engine.connect() as connection:
            rows = await connection.execute(
                select(Secondment.__table__, Person.name)
                .join(Person, Person.id == Secondment.person_id)
                .where(Secondment.county_id == crowd.world.county_id)
            )
            mine = {"home": "home_id", "host": "host_id"}.get(side)
            kept = [
                row
                for row in rows
                if mine is None or getattr(row, mine) == crowd.world.bodies[crowd.world[who].body]
            ]
        expected = [row.id for row in sorted(kept, key=lambda row: BY[sort](row, row.name))]
        assert len(expected) > 4
        walked, after = [], None
        async with crowd.as_(who) as work:
            while part := await listed(work, side, sort, most=3, after=after):
                walked += [each.id for each in part]
                *first, last = queries.order(sort).columns
                after = (*(getattr(part[-1], each.key) for each in first), getattr(part[-1], last.key))
        assert walked == expected

    async def test_by_name_cannot_differ_from_the_roster(self, crowd, owner_engine):
        """The database holds the place of a name in the register to that on the roster."""
        with pytest.raises(Exception, match="fk_secondments_county_id_home_id_person_id_pinyin"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(Secondment)
                    .where(Secondment.county_id == crowd.world.county_id)
                    .values(pinyin="zhou1周 ")
                )


class TestCertificatesOfOthers:
    async def test_are_shared_as_before(self, office):
        """The host still reads no certificate: what it is told has neither a number nor an id."""
        async with office.as_("gao") as work:
            assert await certificates.of_ids(work, [office.certificate.id]) == {}
            row = await work.session.scalar(
                select(Certificate).where(Certificate.id == office.certificate.id)
            )
            assert row is None
