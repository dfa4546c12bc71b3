"""Ratios against a count by hand over what lies in the tables, in random worlds of past, running and later secondments."""

from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.ratios.queries import ratios
from domain.secondments.models import Secondment
from domain.staff import commands as staff
from domain.staff.models import StaffEntry
from domain.staff.pinyin import pinyin
from tenancy.models import Capacity
from tests.registered import keeps_a_register
from tests.worlds import NOW, a_county, shipped

TODAY = NOW.date()
FRONT = {"stationed", "area_team", "itinerant"}
DEPARTMENTS, TOWNSHIPS = ("transport", "agriculture"), ("kunyang", "aojiang", "shuitou")
DAYS = [
    date(2024, 12, 31),
    date(2025, 6, 30),
    date(2026, 1, 31),
    date(2026, 2, 28),
    TODAY,
    date(2026, 9, 30),
]


async def a_force(owner_engine, world, random) -> None:
    """Some people in each body with what they were and are, and secondments of past, present and future."""
    entries, secondments, people = [], [], {}
    for number in range(40):
        home = random.choice((*DEPARTMENTS, *DEPARTMENTS, *TOWNSHIPS))
        person = uuid4()
        people[person] = staff.Officer(f"人{number}", home_id=world.bodies[home])
        entries += _career(random, world, home, person)
        if home in DEPARTMENTS or random.random() < 0.3:
            secondments += _orders(random, world, home, person)
    async with owner_engine.begin() as connection:
        await staff.enter(connection, county_id=world.county_id, officers=people)
        for model, rows in ((StaffEntry, entries), (Secondment, secondments)):
            named = [each | {"pinyin": pinyin(people[each["person_id"]].name)} for each in rows]
            await connection.execute(insert(model), named)


def _career(random, world, home, person):
    since = random.choice((TODAY - timedelta(days=random.randrange(900)), random.choice(DAYS)))
    for last in (random.random() < 0.5, True):
        is_open = last and random.random() < 0.7
        until = None if is_open else since + timedelta(days=random.randrange(500))
        yield {
            "county_id": world.county_id,
            "id": uuid4(),
            "person_id": person,
            "home_id": world.bodies[home],
            "unit_id": world.units[home],
            "register": random.choice(("enforcement", "enforcement", "enforcement", "auxiliary", "other")),
            "establishment": random.choice(("enforcement", "institution", "none")),
            "post": random.choice(("队员", "法制审核员", "队员兼法制审核", "副中队长", "办公室主任（中层）")),
            "since": since,
            "until": until,
            "version": 1,
            "entered_at": NOW,
        }
        if last or until is None:
            return
        since = until + timedelta(days=random.randrange(1, 60))


def _orders(random, world, home, person):
    since = random.choice((TODAY - timedelta(days=random.randrange(-200, 800)), random.choice(DAYS)))
    for _ in range(random.randrange(3)):
        until = since + timedelta(days=random.randrange(-1, 300))
        mode = random.choice(("stationed", "stationed", "area_team", "itinerant"))
        hosts = [each for each in TOWNSHIPS if each != home]
        for host in random.sample(hosts, 1 if mode == "stationed" else 2):
            yield {
                "county_id": world.county_id,
                "id": uuid4(),
                "person_id": person,
                "home_id": world.bodies[home],
                "home_unit_id": world.units[home],
                "host_id": world.bodies[host],
                "mode": mode,
                "post": random.choice(("队员", "成员兼法制审核员", "派驻队伍队长")),
                "order_id": uuid4(),
                "since": since,
                "until": random.choice((until, None)),
                "version": 1,
            }
        since = until + timedelta(days=random.randrange(1, 100))


class ByHand:
    """The same counts, made one person after the other over rows as they lie there."""

    def __init__(self, entries, secondments) -> None:
        self.entries, self.secondments = entries, secondments

    @classmethod
    async def of(cls, owner_engine, world):
        async with AsyncSession(owner_engine) as session:
            entries = (
                await session.scalars(select(StaffEntry).where(StaffEntry.county_id == world.county_id))
            ).all()
            secondments = (
                await session.scalars(select(Secondment).where(Secondment.county_id == world.county_id))
            ).all()
        return cls(entries, secondments)

    def below(self, homes, day):
        force = {
            each.person_id
            for each in self.entries
            if each.home_id in homes and each.register == "enforcement" and holds(each, day)
        }
        sent = {each.person_id for each in self.secondments if each.mode in FRONT and holds(each, day)}
        return len(force & sent), len(force)

    def township(self, towns, day):
        """How many permanent people are there, how many review, and how many there are."""
        stationed = [each for each in self.secondments if each.mode == "stationed" and holds(each, day)]
        away = {each.person_id for each in stationed}
        own = [
            each
            for each in self.entries
            if each.home_id in towns
            and each.register == "enforcement"
            and holds(each, day)
            and each.person_id not in away
        ]
        come = [each for each in stationed if each.host_id in towns]
        permanent = {each.person_id for each in own if each.establishment != "none"}
        permanent |= {each.person_id for each in come}
        reviewing = {each.person_id for each in [*own, *come] if "法制审核" in each.post}
        return len(permanent), len(reviewing), len({each.person_id for each in [*own, *come]})

    def leaders(self, towns, day):
        """The township's own middle leaders who are there and the leaders of those stationed with it, each once."""
        stationed = [each for each in self.secondments if each.mode == "stationed" and holds(each, day)]
        away = {each.person_id for each in stationed}
        there = [each for each in stationed if each.host_id in towns]
        for each in self.entries:
            is_theirs = each.home_id in towns and each.register != "auxiliary" and holds(each, day)
            if is_theirs and each.person_id not in away:
                there.append(each)
        return len({each.person_id for each in there if "中层" in each.post or "队长" in each.post})

    def of_a_township(self, town, day):
        permanent, reviewing, everybody = self.township([town], day)
        return {
            ("centre", day): (permanent, None),
            ("reviewers", day): (reviewing, everybody),
            ("leaders", day): (self.leaders([town], day), None),
        }


def holds(row, day) -> bool:
    return row.since <= day and (row.until is None or day <= row.until)


def told(found):
    return {(each.kind, each.on): (each.counted, each.out_of) for each in found}


@pytest.mark.parametrize("seed", range(8))
async def test_are_what_is_counted_by_hand(owner_engine, edge, seed) -> None:
    world = await a_county(owner_engine)
    await a_force(owner_engine, world, Random(seed))
    hand = await ByHand.of(owner_engine, world)
    askers = {"transport": ["lin", "wu"], "agriculture": ["huang", "shen"]}
    askers |= {"kunyang": ["gao", "wu"], "aojiang": ["pan", "wu"], "shuitou": ["wen", "shen"]}
    for day in DAYS:
        for code, people in askers.items():
            body = world.bodies[code]
            expected = (
                {("below", day): hand.below([body], day)}
                if code in DEPARTMENTS
                else hand.of_a_township(body, day)
            )
            for who in people:
                async with edge.reading(world[who].credentials) as work:
                    assert told(await ratios(work, body_id=body, on=day)) == expected, (code, who, day)
        departments, townships = ([world.bodies[each] for each in some] for some in (DEPARTMENTS, TOWNSHIPS))
        _, reviewing, everybody = hand.township(townships, day)
        async with edge.reading(world["wu"].credentials) as work:
            assert told(await ratios(work, on=day)) == {
                ("below", day): hand.below(departments, day),
                ("reviewers", day): (reviewing, everybody),
            }
    # The worlds are not empty of what is counted.
    assert any(hand.below([world.bodies["transport"]], day)[0] for day in DAYS)
    assert any(hand.township([world.bodies["kunyang"]], day)[1] for day in DAYS)
    assert any(hand.leaders([world.bodies["kunyang"]], day) for day in DAYS)


async def test_over_month_ends_are_those_of_each_day(owner_engine, edge) -> None:
    world = await a_county(owner_engine)
    await a_force(owner_engine, world, Random(99))
    async with edge.reading(world["wu"].credentials) as work:
        for body_id in (world.bodies["transport"], world.bodies["kunyang"], None):
            together = await ratios(work, body_id=body_id, month_ends=24)
            assert len({each.on for each in together}) == 25
            one_by_one = {
                key: value
                for day in {each.on for each in together}
                for key, value in told(await ratios(work, body_id=body_id, on=day)).items()
            }
            assert told(together) == one_by_one


async def test_counts_as_below_only_what_the_rules_count_as_the_front(owner_engine, edge) -> None:
    """Zhou is stationed in Kunyang and Guan keeps the contact in an area team."""
    entry = '[staff.front_modes]\nvalue = ["stationed"]\ndocument = "KY-A2"\narticle = "6"\nadopted_from = "kunyang"\n'
    for rulebook, counted in ((None, 1), (f"{shipped('pingyang.toml')}\n{entry}", 0)):
        world = await a_county(owner_engine, rulebook=rulebook)
        for who, body in (("zhou", "transport"), ("guan", "agriculture")):
            await keeps_a_register(owner_engine, world, personnel=who, body=body, entered=(who,))
        async with edge.reading(world["wu"].credentials) as work:
            (area_team,) = await ratios(work, body_id=world.bodies["agriculture"])
            (stationed,) = await ratios(work, body_id=world.bodies["transport"])
        assert (area_team.counted, area_team.out_of) == (counted, 1)
        assert (stationed.counted, stationed.out_of) == (1, 1)


class TestLeaders:
    """Middle leaders of a township and leaders of teams stationed with it, counted together (昆阳 附件2 第4条)."""

    TOTAL = '[staff.leaders_in_all]\nvalue = 1\nunit = "people"\ndocument = "KY-A2"\narticle = "4"\nadopted_from = "kunyang"\n'
    TITLE = '[staff.leader_posts]\nvalue = ["负责人"]\ndocument = "KY-A2"\narticle = "4"\nadopted_from = "kunyang"\n'

    async def leading(self, edge, world):
        async with edge.reading(world["gao"].credentials) as work:
            found = {each.kind: each for each in await ratios(work, body_id=world.bodies["kunyang"])}
        return found["leaders"]

    async def lead(self, owner_engine, world, *posts):
        """Xu of the township, on the register beside its enforcement staff, and Zhou who is stationed there."""
        await keeps_a_register(owner_engine, world, personnel="xu", body="kunyang", entered=("xu",))
        async with owner_engine.begin() as connection:
            of_the_county = StaffEntry.county_id == world.county_id
            await connection.execute(
                update(StaffEntry).where(of_the_county).values(register="other", post=posts[0])
            )
            of_zhou = Secondment.person_id == world["zhou"].person_id
            await connection.execute(update(Secondment).where(of_zhou).values(post=posts[1]))

    async def test_are_not_to_be_more_than_the_total(self, owner_engine, edge) -> None:
        for posts, counted, met in (
            (("党政办主任（中层）", "执法中队队长"), 2, False),
            (("党政办主任（中层）", "队员"), 1, True),
            (("科员", "队员"), 0, True),
        ):
            world = await a_county(owner_engine, rulebook=f"{shipped('pingyang.toml')}\n{self.TOTAL}")
            await self.lead(owner_engine, world, *posts)
            ratio = await self.leading(edge, world)
            assert (ratio.counted, ratio.out_of, ratio.demand, ratio.met) == (counted, None, 1, met), posts
            assert ratio.source == "昆阳镇执法改革下沉人员县属乡用共管制度 4"

    async def test_are_whom_the_places_words_name(self, owner_engine, edge) -> None:
        text = shipped("pingyang.toml")
        began = text.index("[staff.leader_posts]")
        renamed = text[:began] + self.TITLE + text[text.index("\n[", began) :]
        for rulebook, counted in ((None, 1), (renamed, 0)):
            world = await a_county(owner_engine, rulebook=rulebook)
            await self.lead(owner_engine, world, "科员", "执法中队队长")
            ratio = await self.leading(edge, world)
            assert (ratio.counted, ratio.demand, ratio.met) == (counted, None, None)


class TestTheDemand:
    async def demanded(self, edge, world, who, code, day=TODAY):
        async with edge.reading(world[who].credentials) as work:
            found = await ratios(work, body_id=world.bodies[code], on=day)
            return {each.kind: (each.demand, each.source) for each in found}

    async def test_is_the_places_with_its_article(self, owner_engine, edge, world) -> None:
        huancui = await a_county(owner_engine, rulebook=shipped("huancui.toml"))
        plan = "威海市环翠区赋予镇（街道）行政执法权试点增强基层行政执法能力的实施方案"
        assert await self.demanded(edge, huancui, "lin", "transport") == {"below": (90, f"{plan} 二（四）7")}
        assert await self.demanded(edge, huancui, "gao", "kunyang") == {
            "centre": (15, f"{plan} 二（二）3"),
            "reviewers": (5, f"{plan} 二（四）8"),
            "leaders": (None, None),
        }
        demanded = await self.demanded(edge, world, "lin", "transport")
        assert demanded["below"] == (65, "昆阳镇执法改革下沉人员县属乡用共管制度 3")
        assert await self.demanded(edge, world, "gao", "kunyang") == {
            "centre": (None, None),
            "reviewers": (None, None),
            "leaders": (None, None),
        }

    async def test_is_that_of_the_day(self, edge, world) -> None:
        """Before the county's text there was none; before any there was nobody to say so."""
        assert await self.demanded(edge, world, "lin", "transport", date(2022, 1, 1)) == {
            "below": (None, None)
        }
        assert await self.demanded(edge, world, "lin", "transport", date(2010, 1, 1)) == {
            "below": (None, None)
        }

    async def test_is_met_or_not_and_neither_where_nobody_is(self, owner_engine, edge, world) -> None:
        async with edge.reading(world["lin"].credentials) as work:
            (ratio,) = await ratios(work, body_id=world.bodies["transport"])
            assert (ratio.counted, ratio.out_of, ratio.met) == (0, 0, None)
        async with owner_engine.begin() as connection:
            entry = {
                "county_id": world.county_id,
                "home_id": world.bodies["transport"],
                "unit_id": world.units["transport"],
                "register": "enforcement",
                "establishment": "enforcement",
                "post": "队员",
                "since": date(2022, 1, 1),
                "version": 1,
                "entered_at": NOW,
            }
            for who in ("zhou", "lin"):
                await connection.execute(
                    insert(StaffEntry).values(
                        entry
                        | {
                            "id": uuid4(),
                            "person_id": world[who].person_id,
                            "pinyin": pinyin(world[who].name),
                        }
                    )
                )
        async with edge.reading(world["lin"].credentials) as work:
            (ratio,) = await ratios(work, body_id=world.bodies["transport"])
            assert (ratio.counted, ratio.out_of, ratio.met) == (1, 2, False)


async def has_the_role(owner_engine, world, who, role) -> None:
    """Let somebody have this role at home and no other."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity).where(Capacity.id == world[who].capacities[world[who].body]).values(roles=[role])
        )


class TestWhoAsks:
    @pytest.mark.parametrize(
        ("who", "body"),
        [
            ("huang", "transport"),
            ("gao", "transport"),
            ("lin", "kunyang"),
            ("pan", "kunyang"),
            ("zhou", "transport"),
            ("chen", "kunyang"),
        ],
    )
    async def test_must_answer_for_the_people_of_the_body(self, edge, world, who, body) -> None:
        async with edge.reading(world[who].credentials) as work:
            assert await ratios(work, body_id=world.bodies[body]) == []

    @pytest.mark.parametrize("place", ["pingyang", "fuling", "xx", "huancui", "yangxin"])
    async def test_is_the_bodys_own_head_or_personnel_whatever_the_place_splits(
        self, owner_engine, edge, place
    ) -> None:
        """Yangxin's rules let neither home nor host read the register of secondments: its ratios are told all the same."""
        world = await a_county(owner_engine, rulebook=shipped(f"{place}.toml"))
        await a_force(owner_engine, world, Random(3))
        hand = await ByHand.of(owner_engine, world)
        for who in ("tang", "xu"):
            await has_the_role(owner_engine, world, who, "personnel")
        expected = {
            "transport": {("below", TODAY): hand.below([world.bodies["transport"]], TODAY)},
            "kunyang": hand.of_a_township(world.bodies["kunyang"], TODAY),
        }
        for who, own, foreign in (
            ("tang", "transport", "agriculture"),
            ("lin", "transport", "kunyang"),
            ("xu", "kunyang", "aojiang"),
            ("gao", "kunyang", "transport"),
        ):
            async with edge.reading(world[who].credentials) as work:
                assert told(await ratios(work, body_id=world.bodies[own])) == expected[own], (place, who)
                assert await ratios(work, body_id=world.bodies[foreign]) == []
                assert await ratios(work) == []
                over_time = await ratios(work, body_id=world.bodies[own], month_ends=3)
                assert len({each.on for each in over_time}) == 4

    @pytest.mark.parametrize("role", ["officer", "registrar"])
    async def test_is_no_other_colleague(self, owner_engine, edge, world, role) -> None:
        for who, body in (("tang", "transport"), ("xu", "kunyang")):
            await has_the_role(owner_engine, world, who, "personnel")
            async with edge.reading(world[who].credentials) as work:
                assert await ratios(work, body_id=world.bodies[body])
            await has_the_role(owner_engine, world, who, role)
            async with edge.reading(world[who].credentials) as work:
                assert await ratios(work, body_id=world.bodies[body]) == []

    @pytest.mark.parametrize("who", ["lin", "gao", "zhou"])
    async def test_must_oversee_the_county_to_ask_of_it(self, edge, world, who) -> None:
        async with edge.reading(world[who].credentials) as work:
            assert await ratios(work) == []

    @pytest.mark.parametrize(("who", "body"), [("lin", "transport"), ("gao", "kunyang"), ("wu", "transport")])
    async def test_is_answered_no_more_once_the_right_is_taken_away(
        self, owner_engine, edge, world, who, body
    ) -> None:
        async with edge.reading(world[who].credentials) as work:
            assert await ratios(work, body_id=world.bodies[body])
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Capacity).where(Capacity.person_id == world[who].person_id).values(roles=["officer"])
            )
        async with edge.reading(world[who].credentials) as work:
            assert await ratios(work, body_id=world.bodies[body]) == []

    async def test_finds_no_body_of_another_county(self, owner_engine, edge, world) -> None:
        other = await a_county(owner_engine)
        async with edge.reading(world["wu"].credentials) as work:
            assert await ratios(work, body_id=other.bodies["transport"]) == []

    async def test_is_told_nothing_of_a_body_that_has_no_force(self, edge, world) -> None:
        async with edge.reading(world["wu"].credentials) as work:
            assert await ratios(work, body_id=world.bodies["justice"]) == []
