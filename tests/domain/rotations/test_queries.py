"""Who reaches the years at the front: the list against a count by hand, what acts write, and who is told."""

from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filters import Days
from domain.rotations import queries
from domain.rotations.queries import Filter, Wanted
from domain.secondments.models import Secondment
from domain.spans import Span
from domain.staff.pinyin import pinyin
from tenancy.models import Capacity
from tests.places import the_demo_county_that_admits_more
from tests.registered import TODAY, Office, keeps_a_register
from tests.worlds import a_county

A_DAY = timedelta(days=1)
YEARS = {"may": 3, "must": 6}
SIDES = {"home": "lin", "host": "gao", "overseen": "wu"}


@pytest.fixture
async def ruled(owner_engine):
    """A county that wants officers exchanged after years at the front."""
    world = await a_county(owner_engine, rulebook=the_demo_county_that_admits_more())
    await keeps_a_register(owner_engine, world)
    return world


def a_stretch(world, who, since, until, *, host="kunyang", counted_since=None, mode="stationed"):
    return {
        "county_id": world.county_id,
        "id": uuid4(),
        "person_id": world[who].person_id,
        "pinyin": pinyin(world[who].name),
        "home_id": world.bodies[world[who].body],
        "home_unit_id": world.units[world[who].body],
        "host_id": world.bodies[host],
        "mode": mode,
        "post": "队员",
        "order_id": uuid4(),
        "since": since,
        "until": until,
        "counted_since": counted_since,
        "version": 1,
    }


async def put(owner_engine, *rows):
    async with owner_engine.begin() as connection:
        await connection.execute(insert(Secondment), list(rows))


async def lying(owner_engine, world):
    async with AsyncSession(owner_engine) as session:
        return (
            await session.scalars(select(Secondment).where(Secondment.county_id == world.county_id))
        ).all()


async def listed(edge, world, who, body=None, in_force_on=None, **wanted):
    person = world[who]
    async with edge.reading(person.acting_for(body) if body else person.credentials) as work:
        stage, days = wanted.pop("stage", "must"), wanted.pop("days", Days())
        wanted = Wanted(**wanted, filter=Filter(in_force_on=in_force_on, **{f"{stage}_on": days}))
        found = [each.id for each in await queries.page(work, wanted=wanted, span=Span(most=1000))]
        assert await queries.count(work, wanted=wanted) == len(found)
        return found


def reaches(row, years):
    """The first day, from the first of the secondment on, on which so many years are full: day by day."""
    day = row.since
    while row.until is None or day <= row.until:
        full = (
            day.year
            - row.counted_since.year
            - ((day.month, day.day) < (row.counted_since.month, row.counted_since.day))
        )
        if full >= years:
            return day
        day += A_DAY
        if day > date(2040, 1, 1):
            break
    return None


@pytest.mark.parametrize("seed", range(4))
async def test_the_list_is_what_is_counted_by_hand(owner_engine, edge, ruled, seed) -> None:
    random, rows = Random(seed), []
    for _ in range(40):
        since = TODAY - timedelta(days=random.randrange(-300, 2600))
        before = timedelta(days=random.choice((0, 0, random.randrange(2500))))
        until = random.choice((None, since + timedelta(days=random.randrange(2000))))
        who = random.choice(("zhou", "lin", "guan", "huang"))
        host = random.choice(("kunyang", "aojiang"))
        rows.append(a_stretch(ruled, who, since, until, host=host, counted_since=since - before))
    await put(owner_engine, *rows)
    there = [each for each in await lying(owner_engine, ruled) if each.counted_since]
    bodies = {"home": ruled.bodies["transport"], "host": ruled.bodies["kunyang"]}
    some_days = [None, TODAY - timedelta(days=400), TODAY, TODAY + timedelta(days=200)]
    told = 0
    for stage, years in YEARS.items():
        reached = {each.id: reaches(each, years) for each in there}
        for since in some_days:
            for until in some_days:
                for side, who in SIDES.items():
                    expected = [
                        each.id
                        for each in sorted(there, key=lambda each: (each.counted_since, each.id))
                        if reached[each.id] is not None
                        and (since is None or since <= reached[each.id])
                        and (until is None or reached[each.id] <= until)
                        and (side == "overseen" or bodies[side] in (each.home_id, each.host_id))
                    ]
                    days = Days(since=since, until=until)
                    assert await listed(edge, ruled, who, side=side, stage=stage, days=days) == expected
                    told += len(expected)
    assert told > 50


async def test_nobody_is_listed_where_no_document_rules_it(owner_engine, edge, world) -> None:
    long_ago = date(2010, 1, 1)
    await put(owner_engine, a_stretch(world, "lin", long_ago, None, counted_since=long_ago))
    assert await listed(edge, world, "lin", side="home") == []
    assert await listed(edge, world, "wu", side="overseen", stage="may") == []


class TestActs:
    """What changes a secondment writes from when the time of all of that person's counts."""

    async def counted(self, owner_engine, world, who="zhou"):
        person = world[who].person_id
        rows = [each for each in await lying(owner_engine, world) if each.person_id == person]
        return {each.since: each.counted_since for each in rows}

    async def test_an_order_adds_what_was_before_and_leaves_gaps_out(self, owner_engine, edge, ruled) -> None:
        two_years = (date(2020, 3, 1), date(2022, 2, 28))
        await put(owner_engine, a_stretch(ruled, "lin", *two_years))
        await Office(edge, ruled).order("lin")
        assert await self.counted(owner_engine, ruled, "lin") == {
            two_years[0]: two_years[0],
            TODAY: TODAY - timedelta(days=730),
        }

    async def test_of_an_area_team_counts_once_for_all_hosts(self, owner_engine, edge, ruled) -> None:
        hosts = (("aojiang", "lin", ("tang",)), ("shuitou", "lin", ("tang",)))
        since = TODAY - timedelta(days=400)
        entries = await Office(edge, ruled).order("lin", "tang", mode="area_team", hosts=hosts, since=since)
        assert [each.counted_since for each in entries] == [since] * 4
        later = await Office(edge, ruled).order("lin", hosts=("kunyang",))
        assert [each.counted_since for each in later] == [since]

    async def test_an_order_of_days_before_changes_the_later_ones(self, owner_engine, edge, ruled) -> None:
        office = Office(edge, ruled)
        await office.order("lin")
        await office.order("lin", hosts=("shuitou",), since=TODAY - timedelta(days=100), until=TODAY)
        assert await self.counted(owner_engine, ruled, "lin") == {
            TODAY: TODAY - timedelta(days=100),
            TODAY - timedelta(days=100): TODAY - timedelta(days=100),
        }

    async def test_an_end_and_an_extension_change_the_later_ones(self, owner_engine, edge, ruled) -> None:
        office = Office(edge, ruled)
        (first,) = await office.order("lin", until=TODAY + timedelta(days=9))
        later = TODAY + timedelta(days=30)
        await office.order("lin", hosts=("shuitou",), since=later)
        assert (await self.counted(owner_engine, ruled, "lin"))[later] == later - timedelta(days=10)
        await office.extend(first, TODAY + timedelta(days=19))
        assert (await self.counted(owner_engine, ruled, "lin"))[later] == later - timedelta(days=20)
        await office.end(first.id, ends_on=TODAY + timedelta(days=5), expected_version=2)
        assert (await self.counted(owner_engine, ruled, "lin"))[later] == later - timedelta(days=5)

    async def test_what_is_called_off_counts_for_nothing(self, owner_engine, edge, ruled) -> None:
        office = Office(edge, ruled)
        (entry,) = await office.order("lin", since=TODAY + timedelta(days=30))
        await office.end(entry.id)
        assert await self.counted(owner_engine, ruled, "lin") == {TODAY + timedelta(days=30): None}
        assert await listed(edge, ruled, "lin", side="home", stage="may") == []

    async def test_leaving_ends_it(self, owner_engine, edge, ruled) -> None:
        office = Office(edge, ruled)
        await office.order("lin", since=date(2023, 1, 1))
        assert len(await listed(edge, ruled, "tang", side="home", stage="may")) == 1
        await office.leave(ruled["lin"].person_id)
        # It was reached while it lasted, and is no more to come.
        (entry,) = [
            each for each in await lying(owner_engine, ruled) if each.person_id == ruled["lin"].person_id
        ]
        assert entry.until == TODAY - A_DAY
        assert await listed(edge, ruled, "tang", side="home", stage="must") == []

    async def test_who_is_not_there_any_more_is_left_out_where_that_is_asked(
        self, owner_engine, edge, ruled
    ) -> None:
        long_ago, over = date(2015, 1, 1), TODAY - A_DAY
        there = a_stretch(ruled, "lin", long_ago, TODAY, counted_since=long_ago)
        gone = a_stretch(ruled, "zhou", long_ago, over, counted_since=long_ago)
        await put(owner_engine, there, gone)
        assert await listed(edge, ruled, "wu", side="overseen", in_force_on=TODAY) == [there["id"]]
        on_both = await listed(edge, ruled, "wu", side="overseen", in_force_on=over)
        assert set(on_both) == {there["id"], gone["id"]}

    async def test_in_a_mode_that_is_none_of_the_front_counts_for_nothing(self, owner_engine, edge) -> None:
        only_stationed = '[staff.front_modes]\nvalue = ["stationed"]\ndocument = "KY-A2"\narticle = "6"\nadopted_from = "kunyang"\n'
        world = await a_county(
            owner_engine, rulebook=f"{the_demo_county_that_admits_more()}\n{only_stationed}"
        )
        await keeps_a_register(owner_engine, world)
        hosts = (("aojiang", "lin", ("tang",)), ("shuitou", "lin", ("tang",)))
        entries = await Office(edge, world).order("lin", "tang", mode="area_team", hosts=hosts)
        assert {each.counted_since for each in entries} == {None}


class TestWhoAsks:
    async def test_is_told_of_their_own_side_alone(self, owner_engine, edge, ruled) -> None:
        long_ago = date(2010, 1, 1)
        await put(owner_engine, a_stretch(ruled, "lin", long_ago, None, counted_since=long_ago))
        for who, side, seen in (
            ("lin", "home", 1),
            ("gao", "host", 1),
            ("wu", "overseen", 1),
            ("huang", "home", 0),
            ("huang", "overseen", 0),
            ("pan", "host", 0),
            ("pan", "overseen", 0),
        ):
            assert len(await listed(edge, ruled, who, side=side)) == seen, (who, side)

    async def test_is_told_nothing_once_the_right_is_taken_away(self, owner_engine, edge, ruled) -> None:
        long_ago = date(2010, 1, 1)
        await put(owner_engine, a_stretch(ruled, "lin", long_ago, None, counted_since=long_ago))
        async with owner_engine.begin() as connection:
            of_wu = Capacity.person_id == ruled["wu"].person_id
            await connection.execute(update(Capacity).where(of_wu).values(roles=["officer"]))
        assert await listed(edge, ruled, "wu", side="overseen") == []

    async def test_is_told_nothing_of_another_county(self, owner_engine, edge, ruled) -> None:
        other = await a_county(owner_engine, rulebook=the_demo_county_that_admits_more())
        long_ago = date(2010, 1, 1)
        await put(owner_engine, a_stretch(other, "lin", long_ago, None, counted_since=long_ago))
        assert await listed(edge, ruled, "wu", side="overseen") == []
