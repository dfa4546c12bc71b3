"""The register of staff as a list: in every order from page to page, narrowed by all that people ask for, and by nothing unseen."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, update

from domain.filters import Days
from domain.personnel import view
from domain.personnel.view import Filter, Wanted
from domain.secondments.models import Secondment
from domain.spans import Span
from domain.staff import commands as staff
from domain.staff import register
from domain.staff.models import Person, StaffEntry
from domain.staff.pinyin import pinyin
from policies.authority import Authority
from policies.book import Book
from policies.rows import platform_rows
from policies.snapshot import Snapshot
from tenancy.ids import new_id
from tenancy.models import Capacity
from tests.registered import A_DAY, BEFORE, TODAY, Office, keeps_a_register
from tests.worlds import NOW, a_county, shipped

UNTIL = date(2026, 6, 1)


@pytest_asyncio.fixture(loop_scope="session")
async def office(edge, world, owner_engine):
    """Zhou, Lin and Tang are transport's; Zhou works in Kunyang and has a certificate, Lin's is withheld, Tang has none."""
    await keeps_a_register(owner_engine, world)
    office = Office(edge, world)
    await office.issue("zhou", valid_until=UNTIL)
    withheld = await office.issue("lin", number="2", valid_until=UNTIL + A_DAY)
    await office.of_certificate("withhold", withheld)
    return office


async def listed(work, side, sort="newest", most=20, after=None, **by):
    wanted = Wanted(side=side, filter=Filter(**by))
    return await view.page(work, wanted=wanted, sort=sort, span=Span(most=most, after=after))


async def found(office, who="tang", side="home", **by):
    """The people whom somebody finds by a filter, which the count says as well."""
    names = {each.person_id: key for key, each in office.world.people.items()}
    async with office.as_(who) as work:
        entries = await listed(work, side, **by)
        assert await view.count(work, wanted=Wanted(side=side, filter=Filter(**by))) == len(entries)
        return {names[each.person_id] for each in entries}


def _without_certificates(work):
    """The same work by policies that give nobody a certificate to read."""
    snapshot = Snapshot.of_county(
        county_id=work.county_id,
        version=work.actor.policy_version,
        platform=Book([row for row in platform_rows() if row.aspect != "certificate.entry"]),
        rows=[],
        origin="a rulebook",
    )
    return replace(work, authority=Authority(work.actor, snapshot))


BY = {
    "newest": lambda entry, _: -entry.id.int,
    "oldest": lambda entry, _: entry.id.int,
    "name": lambda entry, name: (pinyin(name), entry.id),
    "since": lambda entry, _: (entry.since, entry.id),
    "until": lambda entry, _: (entry.until or date.max, entry.id),
}


class TestTheOrder:
    @pytest_asyncio.fixture(loop_scope="session")
    async def crowd(self, edge, world, owner_engine):
        """People of transport and agriculture, some of one name, some of the same days, some gone."""
        random = Random(7)
        await keeps_a_register(owner_engine, world)
        async with owner_engine.begin() as connection:
            for number in range(24):
                home = ("transport", "transport", "agriculture")[number % 3]
                name, person = random.choice(("周一", "周瑜", "曾国藩", "单雄信", "林冲", "林冲之")), new_id()
                officer = staff.Officer(name, home_id=world.bodies[home])
                await staff.enter(connection, county_id=world.county_id, officers={person: officer})
                since = TODAY - timedelta(days=random.randrange(4))
                await connection.execute(
                    insert(StaffEntry).values(
                        county_id=world.county_id,
                        id=new_id(),
                        person_id=person,
                        pinyin=pinyin(name),
                        home_id=world.bodies[home],
                        unit_id=world.units[home],
                        register="enforcement",
                        establishment="enforcement",
                        post="执法人员",
                        since=since,
                        until=random.choice((None, since + timedelta(days=random.randrange(5)))),
                        version=1,
                        entered_at=NOW,
                    )
                )
        return Office(edge, world)

    @pytest.mark.parametrize("sort", BY)
    @pytest.mark.parametrize(("who", "side"), [("lin", "home"), ("wu", "overseen")])
    async def test_is_kept_from_page_to_page(self, crowd, owner_engine, who, side, sort):
        async with owner_engine.connect() as connection:
            rows = await connection.execute(
                select(StaffEntry.__table__, Person.name)
                .join(Person, Person.id == StaffEntry.person_id)
                .where(StaffEntry.county_id == crowd.world.county_id)
            )
            mine = crowd.world.bodies["transport"]
            kept = [row for row in rows if side == "overseen" or row.home_id == mine]
        expected = [row.id for row in sorted(kept, key=lambda row: BY[sort](row, row.name))]
        assert len(expected) == {"home": 19, "overseen": 27}[side]
        walked, after = [], None
        async with crowd.as_(who) as work:
            while part := await listed(work, side, sort, most=5, after=after):
                walked += [each.id for each in part]
                values = [getattr(part[-1], each.key) for each in view.order(sort).columns]
                after = tuple(values) if len(values) > 1 else values[0]
            all_at_once = [each async for each in view.ids(work, wanted=Wanted(side=side), sort=sort)]
        assert walked == expected == all_at_once

    async def test_by_name_cannot_differ_from_the_roster(self, office, owner_engine):
        with pytest.raises(Exception, match="fk_staff_entries_county_id_home_id_person_id_pinyin"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    update(StaffEntry)
                    .where(StaffEntry.county_id == office.world.county_id)
                    .values(pinyin="zhou1周 ")
                )

    async def test_by_name_has_whoever_is_entered_or_changed(self, office):
        """Every way onto the register says where the name stands; the key would refuse another."""
        entry = await office.enter("单新")
        await office.change(entry.person_id, since=TODAY + A_DAY, post="科长")
        async with office.as_("tang") as work:
            assert [each.pinyin for each in await listed(work, "home", "name", person="单新")] == [
                "shan4单 xin1新 "
            ] * 2


class TestNarrowed:
    @pytest.mark.parametrize(
        ("by", "names"),
        [
            ({"posts": frozenset({"执法人员"})}, {"zhou", "lin", "tang"}),
            ({"posts": frozenset({"科长"})}, set()),
            ({"certificates": frozenset({"held"})}, {"zhou"}),
            ({"certificates": frozenset({"withheld"})}, {"lin"}),
            ({"certificates": frozenset({"none"})}, {"tang"}),
            ({"certificates": frozenset({"held", "none"})}, {"zhou", "tang"}),
            ({"certificates": frozenset()}, set()),
            ({"certificate_until": Days(until=UNTIL)}, {"zhou"}),
            ({"certificate_until": Days(since=UNTIL)}, {"zhou", "lin"}),
            ({"certificates": frozenset({"withheld"}), "certificate_until": Days(until=UNTIL)}, set()),
        ],
    )
    @pytest.mark.parametrize(("who", "side"), [("tang", "home"), ("lin", "home"), ("wu", "overseen")])
    async def test_by_what_they_are_and_hold(self, office, who, side, by, names):
        assert await found(office, who, side, **by) == names

    async def test_by_rank(self, office):
        await office.change(office.world["lin"].person_id, since=TODAY, rank="一级科员")
        assert await found(office, ranks=frozenset({"一级科员"})) == {"lin"}
        assert await found(office, "wu", "overseen", ranks=frozenset({"一级科员", "二级科员"})) == {"lin"}

    async def test_by_a_day_on_which_they_stand_there(self, office):
        """The first day and the last one count."""
        await office.leave(office.world["lin"].person_id, leaves_on=TODAY + A_DAY)
        await office.enter("钱新", since=TODAY)
        for day, number in (
            (BEFORE - A_DAY, 0),
            (BEFORE, 3),
            (TODAY - A_DAY, 3),
            (TODAY, 4),
            (TODAY + A_DAY, 3),
        ):
            async with office.as_("wu") as work:
                entries = await listed(work, "overseen", on_register_on=day)
                people = [each.person_id for each in entries]
                assert (len(people), set(await register.on(work, people, day))) == (number, set(people)), day

    async def test_by_where_they_work_on_a_day(self, office, owner_engine):
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Secondment)
                .where(Secondment.id == office.world.secondments["zhou"])
                .values(until=TODAY)
            )
        kunyang, aojiang = (frozenset({office.world.bodies[each]}) for each in ("kunyang", "aojiang"))
        for who, side in (("tang", "home"), ("lin", "home"), ("wu", "overseen")):
            assert await found(office, who, side, hosts=kunyang) == {"zhou"}
            assert await found(office, who, side, hosts=kunyang, on_register_on=TODAY) == {"zhou"}
            assert await found(office, who, side, hosts=kunyang, on_register_on=TODAY + A_DAY) == set()
            assert await found(office, who, side, hosts=aojiang) == set()

    async def test_by_where_they_work_finds_nobody_where_secondments_are_not_read(self, owner_engine, edge):
        """Yangxin's rules let a home's head read none."""
        world = await a_county(owner_engine, rulebook=shipped("yangxin.toml"))
        await keeps_a_register(owner_engine, world)
        office, kunyang = Office(edge, world), frozenset({world.bodies["kunyang"]})
        assert await found(office, "tang", hosts=kunyang) == {"zhou"}
        assert await found(office, "lin", hosts=kunyang) == set()

    async def test_by_the_lack_of_a_certificate_tells_nobody_who_may_not_read_them(self, office, edge):
        """Without the right to certificates, that somebody has none is told of nobody, and not of everybody."""
        async with office.as_("tang") as work:
            asking = _without_certificates(work)
            for standing in ("none", "held"):
                assert await listed(asking, "home", certificates=frozenset({standing})) == []
            assert len(await listed(asking, "home")) == 3


class TestWhoAsks:
    @pytest.mark.parametrize("who", ["zhou", "gao", "huang"])
    @pytest.mark.parametrize("side", ["home", "overseen"])
    async def test_finds_nobody_by_any_filter_without_the_right(self, office, who, side):
        for by in (
            {},
            {"hosts": frozenset({office.world.bodies["kunyang"]})},
            {"certificates": frozenset({"none", "held"})},
        ):
            assert await found(office, who, side, **by) == set()

    async def test_finds_nobody_once_the_right_is_taken_away(self, office, owner_engine):
        assert await found(office, certificates=frozenset({"none"})) == {"tang"}
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity)
                .where(Capacity.id == office.world["tang"].capacities["transport"])
                .values(roles=["registrar"])
            )
        assert await found(office) == set()
        assert await found(office, certificates=frozenset({"none"})) == set()
