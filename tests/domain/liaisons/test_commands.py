"""Liaison officers on a real database: naming, succeeding and ending, what ends with a post, who sees it, and races.

Rights are printed as a matrix in `tests/policies`; walls between tenants are the business of `tests/isolation`.
"""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text

from domain.audit.models import AuditLine
from domain.liaisons import commands, queries, rules
from domain.liaisons.models import Liaison
from domain.lineage.rules import Dissolved
from domain.organisations.models import Unit
from domain.outbox.models import Announcement
from domain.spans import Span
from tenancy.ids import new_id
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.liaisons.desk import TODAY, Desk, end_the_post
from tests.domain.lineage.office import MERGED, on_record
from tests.worlds import IN_POST_SINCE, NOW, a_county, shipped

TOMORROW = date(2026, 3, 11)
APRIL = date(2026, 4, 1)
ALL = Span(most=100)


@pytest.fixture
def desk(edge, world):
    return Desk(edge, world)


async def _code(owner_engine, desk):
    """That of transport's unit."""
    async with owner_engine.connect() as connection:
        return await connection.scalar(select(Unit.code).where(Unit.id == desk.world.units["transport"]))


@pytest.fixture
async def huancui(owner_engine, edge):
    """A county by Huancui's rules, where transport stands for the emergency bureau."""
    return Desk(
        edge, await a_county(owner_engine, rulebook=shipped("huancui.toml").replace("yingji", "transport"))
    )


class TestWhoIsCalled:
    async def test_is_whoever_was_named_from_the_day_on(self, desk, clock):
        await desk.name(since=TOMORROW)
        assert await desk.called() == []
        clock.advance(timedelta(days=1))
        assert await desk.called() == ["zhou"]

    async def test_is_named_by_each_side_for_itself(self, desk):
        await desk.name()
        await desk.name("chen", by="gao", for_="transport")
        assert await desk.called("xu") == ["zhou"]
        assert await desk.called("tang", body="kunyang") == ["chen"]

    async def test_may_be_several_in_the_order_in_which_they_were_named(self, desk):
        await desk.name("tang")
        await desk.name("zhou")
        assert await desk.called() == ["tang", "zhou"]

    async def test_is_the_successor_from_the_day_on_and_the_earlier_before(self, desk, clock):
        first = await desk.name()
        second = await desk.replace(first, since=TOMORROW)
        assert await desk.called() == ["zhou"]
        clock.advance(timedelta(days=1))
        assert await desk.called() == ["tang"]
        assert (second.succeeds_id, second.handover[:3]) == (first.id, "渣土案")
        assert await desk.state(first) == "ended"

    async def test_is_nobody_for_third_bodies(self, desk):
        entry = await desk.name()
        for who in ("huang", "pan", "ye", "zheng"):
            assert await desk.called(who) == []
            async with desk.as_(who) as work:
                assert await queries.page(work, by=queries.Filter(), age="newest", span=ALL) == []
                with pytest.raises(NotFound):
                    await queries.the(work, entry.id)

    async def test_is_read_by_everybody_of_both_bodies_and_by_oversight(self, desk):
        entry = await desk.name()
        for who in ("zhou", "tang", "lin", "chen", "gao", "xu", "wu", "shen"):
            async with desk.as_(who) as work:
                assert (await queries.the(work, entry.id)).person_id == desk.world["zhou"].person_id


class TestWithThePost:
    async def test_an_entry_ends_with_the_next_request_for_either_body(self, desk, owner_engine):
        entry = await desk.name()
        assert ("transport", "kunyang") not in await desk.gaps("gao")
        await end_the_post(owner_engine, desk.world, "zhou")
        assert await desk.called() == []
        for who in ("gao", "lin", "wu"):
            assert await desk.state(entry, who) == "lapsed"
            assert ("transport", "kunyang") in await desk.gaps(who)

    async def test_that_ends_later_it_ends_then(self, desk, owner_engine, clock):
        await desk.name()
        await end_the_post(owner_engine, desk.world, "zhou", at=NOW + timedelta(hours=1))
        assert await desk.called() == ["zhou"]
        clock.advance(timedelta(hours=1))
        assert await desk.called() == []

    async def test_of_another_body_it_does_not_end(self, desk, owner_engine):
        await desk.name()
        await end_the_post(owner_engine, desk.world, "zhou", "kunyang")
        assert await desk.called() == ["zhou"]

    async def test_that_has_ended_nobody_is_named(self, desk, owner_engine):
        await end_the_post(owner_engine, desk.world, "zhou")
        with pytest.raises(rules.NotInPost):
            await desk.name()

    async def test_that_has_ended_it_is_replaced_or_cleared_away(self, desk, owner_engine):
        lapsed = [await desk.name(), await desk.name(for_="aojiang")]
        await end_the_post(owner_engine, desk.world, "zhou")
        await desk.replace(lapsed[0])
        assert await desk.called() == ["tang"]
        assert (await desk.end(lapsed[1])).ends_on == TODAY


class TestABodyThatIsNoMore:
    async def test_owes_nobody_and_is_owed_nobody(self, desk, owner_engine, clock):
        await on_record(owner_engine, desk.world, MERGED)
        assert ("transport", "kunyang") in await desk.gaps("wu")
        clock.advance(timedelta(days=30))
        towns = ("aojiang", "kunyang", "shuitou")
        expected = {(town, "agriculture") for town in towns} | {("agriculture", town) for town in towns}
        assert await desk.gaps("wu") == expected

    async def test_is_taken_leave_of_without_a_successor(self, desk, owner_engine, clock):
        entry = await desk.name("chen", by="gao", for_="transport")
        await on_record(owner_engine, desk.world, MERGED)
        clock.advance(timedelta(days=30))
        today = TODAY + timedelta(days=30)
        with pytest.raises(Dissolved) as refused:
            await desk.replace(entry, "xu", by="gao", since=today)
        assert "县农业农村局" in refused.value.sentence("zh")
        assert (await desk.end(entry, by="gao", ends_on=today)).ends_on == today

    async def test_lends_no_unit_either(self, desk, owner_engine):
        split = f'''body = "transport"\nchange = "split"\nfrom = ["{await _code(owner_engine, desk)}"]
to = ["first", "second"]\nheir = "first"
[[new]]\ncode = "first"\nname = "第一中队"
[[new]]\ncode = "second"\nname = "第二中队"\n'''
        await on_record(owner_engine, desk.world, split, since=TODAY)
        with pytest.raises(Dissolved) as refused:
            await desk.name()
        assert "第一中队" in refused.value.sentence("zh")


class TestTheLastOne:
    async def test_is_not_ended_but_replaced(self, desk):
        last = await desk.name()
        with pytest.raises(rules.SuccessorNeeded, match="12"):
            await desk.end(last)
        await desk.replace(last)
        assert await desk.called() == ["tang"]

    async def test_is_whoever_is_left_when_the_others_posts_have_ended(self, desk, owner_engine):
        await desk.name("tang")
        last = await desk.name()
        await end_the_post(owner_engine, desk.world, "tang")
        with pytest.raises(rules.SuccessorNeeded):
            await desk.end(last)

    async def test_is_ended_once_another_is_named(self, desk):
        first = await desk.name()
        await desk.name("tang")
        await desk.end(first)
        assert await desk.called() == ["tang"]

    async def test_is_not_left_to_somebody_who_begins_only_later(self, desk):
        first = await desk.name()
        await desk.name("tang", since=APRIL)
        with pytest.raises(rules.SuccessorNeeded):
            await desk.end(first, ends_on=TOMORROW)
        await desk.end(first, ends_on=APRIL)

    async def test_is_ended_freely_where_the_rules_ask_for_nobody(self, huancui, desk):
        await huancui.end(await huancui.name(unit=None))
        assert await huancui.called() == []
        await desk.end(await desk.name(for_="agriculture", unit=None))

    async def test_of_two_ended_at_once_stays(self, desk):
        for town in ("kunyang", "aojiang", "shuitou"):
            both = [await desk.name(officer, for_=town) for officer in ("zhou", "tang")]
            outcomes = await asyncio.gather(*map(desk.end, both), return_exceptions=True)
            assert sorted(type(each).__name__ for each in outcomes) == ["Liaison", "SuccessorNeeded"]


class TestNaming:
    async def test_is_told_to_the_other_side_and_to_the_officer(self, desk, owner_engine):
        first = await desk.name()
        await desk.replace(first)
        await desk.name("lin", for_="kunyang")
        transport, kunyang = desk.world.bodies["transport"], desk.world.bodies["kunyang"]
        other_side = {"tenant": str(kunyang), "roles": ["coordinator", "head", "officer", "registrar"]}
        async with owner_engine.connect() as connection:
            told = (
                await connection.execute(
                    select(Announcement.kind, Announcement.audience)
                    .where(Announcement.county_id == desk.world.county_id)
                    .order_by(Announcement.seq)
                )
            ).all()
            lines = await connection.scalars(
                select(AuditLine.action).where(AuditLine.subject_id == first.id).order_by(AuditLine.id)
            )
            assert [(row.kind, row.audience) for row in told] == [
                (
                    f"liaison.{event}",
                    [other_side, {"tenant": str(transport), "person": str(desk.world[who].person_id)}],
                )
                for event, who in (("named", "zhou"), ("replaced", "tang"), ("named", "lin"))
            ]
            assert lines.all() == ["liaison.named", "liaison.ended"]

    @pytest.mark.parametrize("by", ["zhou", "tang", "wu", "shen"])
    async def test_is_the_heads(self, desk, by):
        with pytest.raises(NotPermitted):
            await desk.name("zhou", by=by)

    async def test_is_of_ones_own_people_and_units(self, desk):
        with pytest.raises(rules.NotInPost):
            await desk.name("chen")
        with pytest.raises(NotFound):
            await desk.name(unit=desk.world.units["kunyang"])
        # Zhou works in Kunyang too, and can be named there, in that post.
        entry = await desk.name("zhou", by="gao", for_="transport")
        assert entry.capacity_id == desk.world["zhou"].capacities["kunyang"]

    async def test_is_of_people_of_the_county_for_bodies_of_the_county(self, desk, owner_engine, edge):
        elsewhere = Desk(edge, await a_county(owner_engine))
        for given in (
            {"person_id": elsewhere.world["zhou"].person_id},
            {"counterpart_id": elsewhere.world.bodies["kunyang"]},
        ):
            async with desk.as_("lin") as work:
                with pytest.raises(NotFound):
                    await commands.name(
                        work,
                        **{
                            "counterpart_id": desk.world.bodies["kunyang"],
                            "person_id": desk.world["zhou"].person_id,
                            "since": TODAY,
                            "unit_id": desk.world.units["transport"],
                        }
                        | given,
                    )

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"for_": "transport"}, rules.WithOneself),
            ({"unit": None}, rules.UnitNeeded),
            ({"since": date(2026, 3, 9)}, rules.TooEarly),
        ],
    )
    async def test_is_refused_with_what_to_do(self, desk, given, refusal):
        with pytest.raises(refusal):
            await desk.name(**given)

    async def test_of_the_same_officer_twice_is_refused_also_at_once(self, desk):
        outcomes = await asyncio.gather(desk.name(), desk.name(), return_exceptions=True)
        assert sorted(type(each).__name__ for each in outcomes) == ["Liaison", "NamedAlready"]
        (entry,) = [each for each in outcomes if not isinstance(each, Exception)]
        with pytest.raises(rules.NamedAlready):
            await desk.replace(entry, officer="zhou")

    async def test_of_an_officer_whose_naming_ends_only_later_begins_with_that_day(self, desk):
        first = await desk.name()
        await desk.name("tang")
        await desk.end(first, ends_on=APRIL)
        with pytest.raises(rules.NamedAlready):
            await desk.name()
        assert (await desk.name(since=APRIL)).since == APRIL
        assert await desk.called() == ["zhou", "tang"]

    async def test_for_the_platform_takes_a_leader_in_huancui(self, huancui):
        assert await huancui.gaps("wu") == {("transport", "coordination")}
        with pytest.raises(rules.NotALeader, match="二"):
            await huancui.name("zhou", for_="coordination", unit=None)
        last = await huancui.name("lin", for_="coordination", unit=None)
        assert await huancui.called("wu") == ["lin"]
        assert await huancui.gaps("wu") == set()
        with pytest.raises(rules.SuccessorNeeded):
            await huancui.end(last)

    async def test_can_be_of_those_who_are_offered_for_it(self, huancui, desk, owner_engine):
        async def offered(desk, who, for_, part=""):
            async with desk.as_(who) as work:
                demand = await queries.demand_of(work, work.actor.tenant_id, desk.world.bodies[for_])
                found = await queries.candidates(work, demand=demand, part=part, most=100)
                keys = {each.person_id: key for key, each in desk.world.people.items()}
                return {keys[each] for each in found}

        assert await offered(desk, "gao", "transport") == {"chen", "gao", "xu", "zhou", "guan"}
        assert await offered(desk, "gao", "transport", "周") == {"zhou"}
        assert await offered(desk, "chen", "transport") == set()
        assert await offered(huancui, "lin", "coordination") == {"lin"}
        await end_the_post(owner_engine, desk.world, "zhou", "kunyang")
        assert await offered(desk, "gao", "transport", "周") == set()


class TestSomebodyElses:
    @pytest.mark.parametrize(
        ("by", "refusal"),
        [
            ("gao", NotPermitted),
            ("zhou", NotPermitted),
            ("wu", NotPermitted),
            ("shen", NotPermitted),
            ("huang", NotFound),
            ("pan", NotFound),
        ],
    )
    async def test_entry_is_neither_replaced_nor_ended(self, desk, owner_engine, by, refusal):
        entry = await desk.name()
        await desk.name("tang")
        with pytest.raises(refusal):
            await desk.end(entry, by=by)
        async with desk.as_(by) as work:
            with pytest.raises(refusal):
                await commands.replace(
                    work,
                    liaison_id=entry.id,
                    expected_version=1,
                    person_id=desk.world[by].person_id,
                    since=TODAY,
                    handover="交接",
                )
        assert await desk.called() == ["zhou", "tang"]

    async def test_version_is_told_to_be_stale_and_an_end_stays(self, desk):
        entry = await desk.name()
        await desk.name("tang")
        with pytest.raises(Stale):
            await desk.end(entry, expected_version=2)
        ended = await desk.end(entry)
        with pytest.raises(rules.Ended):
            await desk.end(ended)
        with pytest.raises(rules.Ended):
            await desk.replace(ended, officer="lin")


class TestGaps:
    async def test_are_all_pairs_for_oversight_and_ones_own_for_bodies(self, desk):
        departments, towns = {"transport", "agriculture"}, {"kunyang", "aojiang", "shuitou"}
        pairs = {(one, other) for one in departments for other in towns}
        pairs |= {(other, one) for one, other in pairs}
        assert await desk.gaps("wu") == await desk.gaps("shen") == pairs
        assert await desk.gaps("gao") == {pair for pair in pairs if "kunyang" in pair}
        assert await desk.gaps("wu", body="kunyang") == {pair for pair in pairs if pair[0] == "kunyang"}
        assert await desk.gaps("pan", body="kunyang") == {
            pair for pair in pairs if pair[0] == "kunyang" and "aojiang" in pair
        }

    async def test_close_with_a_naming_in_one_direction(self, desk):
        await desk.name()
        assert ("transport", "kunyang") not in await desk.gaps("wu")
        assert ("kunyang", "transport") in await desk.gaps("wu")

    async def test_of_a_day_to_come_are_by_who_is_named_and_who_leaves(self, desk, owner_engine):
        pair = ("transport", "kunyang")
        await desk.name(since=TOMORROW)
        assert pair in await desk.gaps("lin")
        assert pair not in await desk.gaps("lin", on=TOMORROW)
        await end_the_post(owner_engine, desk.world, "zhou", at=NOW + timedelta(days=3))
        in_a_week = TODAY + timedelta(days=7)
        assert pair not in await desk.gaps("lin", on=TOMORROW)
        assert pair in await desk.gaps("lin", on=in_a_week)
        # When somebody will leave is nobody else's to know.
        for who in ("gao", "wu"):
            assert pair not in await desk.gaps(who, on=in_a_week)


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "change",
        [
            "to_id = from_id",
            "handover = '交接'",
            "ends_on = '2026-06-01'",
            "ended_by = person_id",
            "capacity_id = '{elsewhere}'",
        ],
    )
    async def test_keeps_an_entry_whole_whoever_writes(self, desk, owner_engine, change):
        entry = await desk.name()
        elsewhere = desk.world["zhou"].capacities["kunyang"]
        with pytest.raises(Exception, match=r"violates (check|foreign key) constraint"):
            async with owner_engine.begin() as connection:
                await connection.execute(
                    text(f"update liaisons set {change.format(elsewhere=elsewhere)} where id = :id"),
                    {"id": entry.id},
                )

    async def test_tells_of_posts_of_the_county_only_whether_they_live(self, desk, owner_engine, edge):
        other = await a_county(owner_engine)
        ask = text("select post_lives(:id, :now)")
        async with desk.as_("gao") as work:
            for capacity, lives in (
                (desk.world["huang"].capacities["agriculture"], True),
                (other["huang"].capacities["agriculture"], False),
                (new_id(), False),
            ):
                assert await work.session.scalar(ask, {"id": capacity, "now": NOW}) is lives
            assert not await work.session.scalar(
                ask,
                {"id": desk.world["huang"].capacities["agriculture"], "now": IN_POST_SINCE - timedelta(1)},
            )

    async def test_lets_nobody_name_in_anothers_name(self, desk):
        async with desk.as_("gao") as work:
            with pytest.raises(Exception, match="row-level security"):
                await work.session.execute(
                    insert(Liaison).values(
                        county_id=work.county_id,
                        id=new_id(),
                        from_id=desk.world.bodies["transport"],
                        to_id=desk.world.bodies["kunyang"],
                        capacity_id=desk.world["zhou"].capacities["transport"],
                        person_id=desk.world["zhou"].person_id,
                        version=1,
                        since=TODAY,
                        named_by=desk.world["gao"].person_id,
                        named_at=NOW,
                    )
                )
