"""Rosters on a real database: whom a body may plan, who is there, swaps, and what happens at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.audit.models import AuditLine
from domain.leave import commands as leave
from domain.night_duty import commands, rules, swapping
from domain.outbox.models import Announcement
from domain.texts import ReasonNeeded
from tenancy.models import Capacity
from tenancy.refusals import NotFound, NotPermitted, Stale
from tests.domain.leave.desk import MONDAY, TUESDAY, WEDNESDAY, behind
from tests.domain.night_duty.desk import NightDesk
from tests.domain.substitutions.test_commands import appoint
from tests.worlds import NOW, a_county, place_text

A_DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def desk(edge, world):
    return NightDesk(edge, world)


async def place(owner_engine, edge, name):
    return NightDesk(
        edge, await a_county(owner_engine, rulebook=place_text(name, county=name.partition(".")[0]))
    )


async def gone(owner_engine, world, who="zhou", body="kunyang"):
    """Take a post back from now on, as ending a secondment does."""
    async with owner_engine.begin() as connection:
        await connection.execute(
            update(Capacity).where(Capacity.id == world[who].capacities[body]).values(until=NOW)
        )


async def two_at_once(*acts):
    done = await asyncio.gather(*acts, return_exceptions=True)
    return sorted(type(each).__name__ for each in done)


class TestPlanning:
    async def test_puts_a_body_s_own_and_seconded_people_on_its_roster(self, desk, owner_engine):
        planned = await desk.plan("chen", "zhou", day=MONDAY)
        assert [each.home_id for each in planned] == [
            desk.world.bodies["kunyang"],
            desk.world.bodies["transport"],
        ]
        assert await desk.roster("chen") == [(MONDAY, each, "planned") for each in _in_order(planned, desk)]
        async with owner_engine.connect() as connection:
            told = await connection.execute(
                select(Announcement.audience).where(
                    Announcement.subject_id.in_([each.id for each in planned]),
                    Announcement.kind == "night_duty.planned",
                )
            )
            assert {row.audience[0]["person"] for row in told} == {
                str(each) for each in desk.people("chen", "zhou")
            }

    async def test_is_the_head_s_and_the_registrar_s(self, desk):
        await desk.plan("chen", day=MONDAY, by="xu")
        for by, body in (("chen", None), ("zhou", "kunyang"), ("wu", None), ("shen", None)):
            with pytest.raises(NotPermitted):
                await desk.plan("chen", day=TUESDAY, by=by, body=body)

    async def test_refuses_whoever_is_seconded_away(self, desk):
        with pytest.raises(rules.PlannedElsewhere) as refused:
            await desk.plan("zhou", day=MONDAY, by="lin")
        assert "周交" in refused.value.sentence("zh")
        assert "昆阳镇" in refused.value.sentence("zh")

    @pytest.mark.parametrize("name", ["fuling.toml", "yangxin.toml"])
    async def test_leaves_the_seconded_to_their_home_where_nothing_is_said(self, owner_engine, edge, name):
        desk = await place(owner_engine, edge, name)
        with pytest.raises(rules.PlannedElsewhere):
            await desk.plan("zhou", day=MONDAY, by="gao")
        await desk.plan("zhou", day=MONDAY, by="lin")
        # Its own people every body plans.
        await desk.plan("chen", day=MONDAY, by="gao")

    async def test_refuses_whoever_works_elsewhere(self, desk):
        with pytest.raises(rules.NotInPost):
            await desk.plan("ye", day=MONDAY)

    async def test_refuses_whoever_is_on_leave_by_name_and_days(self, desk):
        await desk.approved(last=TUESDAY)
        with pytest.raises(rules.OnLeave) as refused:
            await desk.plan("chen", "zhou", day=TUESDAY)
        assert refused.value.facts["name"] == "周交"
        # All or none.
        assert await desk.roster() == []
        await desk.plan("zhou", day=WEDNESDAY)

    async def test_refuses_the_same_night_twice(self, desk):
        await desk.plan("zhou", day=MONDAY)
        with pytest.raises(rules.TwiceThatNight):
            await desk.plan("zhou", day=MONDAY, by="xu")

    async def test_of_two_planners_at_once_lets_one_through(self, desk):
        async with desk.as_("gao") as work:
            await commands.plan(work, day=MONDAY, people=desk.people("zhou"))
            second = await behind(work, desk.plan("zhou", day=MONDAY, by="xu"))
        with pytest.raises(rules.TwiceThatNight):
            await second

    async def test_behind_an_approval_is_refused(self, desk):
        request = await desk.ask()
        async with desk.as_("gao") as work:
            await leave.approve(work, request_id=request.id, expected_version=request.version)
            second = await behind(work, desk.plan("zhou", day=MONDAY, by="xu"))
        with pytest.raises(rules.OnLeave):
            await second

    async def test_before_an_approval_leaves_a_gap(self, desk):
        request = await desk.ask()
        async with desk.as_("xu") as work:
            await commands.plan(work, day=MONDAY, people=desk.people("zhou"))
            second = await behind(work, desk.do("approve", request))
        await second
        assert await desk.roster() == [(MONDAY, "zhou", "on_leave")]

    async def test_may_be_done_in_the_head_s_place(self, desk):
        await appoint(desk, by="gao", absent="gao", substitute="chen")
        (planned,) = await desk.plan("zhou", day=MONDAY, by="chen")
        assert (planned.planned_by, planned.planned_for) == tuple(desk.people("chen", "gao"))


def _in_order(planned, desk):
    names = {each.person_id: key for key, each in desk.world.people.items()}
    return [names[each.person_id] for each in sorted(planned, key=lambda each: each.id)]


class TestGaps:
    async def test_show_as_soon_as_a_post_has_ended(self, desk, owner_engine):
        await desk.plan("zhou", day=MONDAY)
        await gone(owner_engine, desk.world)
        assert await desk.roster() == [(MONDAY, "zhou", "gone")]

    async def test_show_leave_that_was_approved_later(self, desk):
        await desk.plan("zhou", day=MONDAY)
        await desk.plan("zhou", day=WEDNESDAY)
        approved = await desk.approved(last=TUESDAY)
        assert await desk.roster("xu") == [(MONDAY, "zhou", "on_leave"), (WEDNESDAY, "zhou", "planned")]
        await desk.do("cancel", approved, by="zhou", body="kunyang")
        assert (await desk.roster("xu"))[0] == (MONDAY, "zhou", "planned")


class TestReading:
    async def test_is_everybody_s_in_the_body_and_nobody_else_s(self, desk):
        await desk.plan("chen", day=MONDAY)
        for who in ("chen", "xu", "gao"):
            assert len(await desk.roster(who)) == 1
        assert len(await desk.roster("zhou", "kunyang")) == 1
        for who in ("lin", "ye", "wu"):
            assert await desk.roster(who) == []

    async def test_shows_the_home_where_its_people_are_on_duty(self, desk):
        await desk.plan("chen", "zhou", day=MONDAY)
        assert await desk.roster("lin", side="elsewhere") == [(MONDAY, "zhou", "planned")]
        assert await desk.roster("huang", side="elsewhere") == []
        assert await desk.roster("zhou", "transport", side="mine") == [(MONDAY, "zhou", "planned")]


class TestTakingOff:
    async def test_is_for_whoever_plans_with_a_reason_and_frees_the_night(self, desk):
        (duty,) = await desk.plan("zhou", day=MONDAY)
        with pytest.raises(ReasonNeeded):
            await desk.of_night("take_off", duty, reason=" ")
        with pytest.raises(NotPermitted):
            await desk.of_night("take_off", duty, by="chen", reason="调整")
        with pytest.raises(NotFound):
            await desk.of_night("take_off", duty, by="lin", reason="调整")
        await desk.of_night("take_off", duty, reason="调整")
        await desk.plan("zhou", day=MONDAY)


class TestRecording:
    async def test_is_from_the_day_after_on(self, desk, clock):
        (duty,) = await desk.plan("zhou", day=TODAY)
        with pytest.raises(rules.NotOverYet):
            await desk.of_night("record_attended", duty, attended=True)
        clock.advance(A_DAY)
        assert await desk.roster() == [(TODAY, "zhou", "unrecorded")]
        recorded = await desk.of_night("record_attended", duty, by="xu", attended=False)
        assert await desk.roster() == [(TODAY, "zhou", "missed")]
        with pytest.raises(Stale):
            await desk.of_night("record_attended", duty, attended=True)
        # Another word on it takes a reason.
        with pytest.raises(ReasonNeeded):
            await desk.of_night("record_attended", recorded, attended=True)
        await desk.of_night("record_attended", recorded, attended=True, note="登记有误")
        assert await desk.roster() == [(TODAY, "zhou", "attended")]

    async def test_is_not_for_whoever_was_on_duty(self, desk, clock):
        (duty,) = await desk.plan("chen", day=TODAY)
        clock.advance(A_DAY)
        with pytest.raises(NotPermitted):
            await desk.of_night("record_attended", duty, by="chen", attended=True)


class TestSwapping:
    @pytest.fixture
    async def two(self, desk):
        """Chen's Monday and Zhou's Tuesday."""
        (monday,) = await desk.plan("chen", day=MONDAY)
        (tuesday,) = await desk.plan("zhou", day=TUESDAY)
        return monday, tuesday

    async def agreed(self, desk, two):
        return await desk.of_swap("accept", await desk.propose(*two), "zhou", "kunyang")

    async def test_holds_once_both_agreed_and_the_planner_confirmed(self, desk, two, owner_engine):
        swap = await desk.propose(*two)
        assert (await desk.roster())[0] == (MONDAY, "chen", "planned")
        agreed = await desk.of_swap("accept", swap, "zhou", "kunyang")
        assert agreed.state == "agreed"
        assert (await desk.roster())[0] == (MONDAY, "chen", "planned")
        swapped = await desk.of_swap("confirm", agreed, "xu")
        assert (swapped.state, swapped.confirmed_by) == ("swapped", desk.world["xu"].person_id)
        assert await desk.roster() == [(MONDAY, "zhou", "planned"), (TUESDAY, "chen", "planned")]
        async with owner_engine.connect() as connection:
            lines = await connection.execute(
                select(AuditLine.action).where(AuditLine.subject_id == swap.id).order_by(AuditLine.id)
            )
            assert [each.action for each in lines] == [
                "night_duty.swap_proposed",
                "night_duty.swap_accepted",
                "night_duty.swapped",
            ]

    async def test_needs_no_planner_where_the_rulebook_says_so(self, owner_engine, edge):
        rules_of_it = place_text("pingyang.toml", county="pingyang") + (
            '\n[night_duty.swap_confirmed]\nvalue = false\ndocument = "KY-A2"\narticle = "8"\nadopted_from = "kunyang"\n'
        )
        desk = NightDesk(edge, await a_county(owner_engine, rulebook=rules_of_it))
        (monday,) = await desk.plan("chen", day=MONDAY)
        (tuesday,) = await desk.plan("zhou", day=TUESDAY)
        swapped = await desk.of_swap("accept", await desk.propose(monday, tuesday), "zhou", "kunyang")
        assert swapped.state == "swapped"
        assert await desk.roster() == [(MONDAY, "zhou", "planned"), (TUESDAY, "chen", "planned")]

    async def test_is_between_whose_nights_they_are(self, desk, two):
        with pytest.raises(NotPermitted):
            await desk.propose(*two, by="gao")
        with pytest.raises(NotPermitted):
            await desk.propose(*two, by="zhou", body="kunyang")
        swap = await desk.propose(*two)
        for by in ("chen", "gao"):
            with pytest.raises(NotPermitted):
                await desk.of_swap("accept", swap, by)
        with pytest.raises(NotPermitted):
            await desk.of_swap("withdraw", swap, "zhou", "kunyang")
        agreed = await desk.of_swap("accept", swap, "zhou", "kunyang")
        for by, body in (("chen", None), ("zhou", "kunyang")):
            with pytest.raises(NotPermitted):
                await desk.of_swap("confirm", agreed, by, body)

    async def test_of_nothing_is_refused(self, desk, two):
        with pytest.raises(rules.NothingToSwap):
            await desk.propose(two[0], two[0])
        (same_night,) = await desk.plan("zhou", day=MONDAY)
        with pytest.raises(rules.NothingToSwap):
            await desk.propose(two[0], same_night)

    async def test_comes_to_nothing_by_a_word_of_either_or_the_planner(self, desk, two):
        assert (
            await desk.of_swap("decline", await desk.propose(*two), "zhou", "kunyang")
        ).state == "declined"
        assert (await desk.of_swap("withdraw", await desk.propose(*two), "chen")).state == "withdrawn"
        assert (await desk.of_swap("decline", await self.agreed(desk, two), "gao")).state == "declined"
        assert await desk.roster() == [(MONDAY, "chen", "planned"), (TUESDAY, "zhou", "planned")]

    async def test_is_accepted_once(self, desk, two):
        swap = await desk.propose(*two)
        assert await two_at_once(
            desk.of_swap("accept", swap, "zhou", "kunyang"), desk.of_swap("accept", swap, "zhou", "kunyang")
        ) == ["NightDutySwap", "Stale"]

    async def test_gives_nobody_a_night_on_which_they_are_away(self, desk, two):
        swap = await desk.propose(*two)
        await desk.approved(first=MONDAY, last=MONDAY)
        with pytest.raises(rules.OnLeave):
            await desk.of_swap("accept", swap, "zhou", "kunyang")

    async def test_is_asked_once_more_when_it_is_confirmed(self, desk, two, owner_engine):
        agreed = await self.agreed(desk, two)
        await desk.approved(first=MONDAY, last=MONDAY)
        with pytest.raises(rules.OnLeave):
            await desk.of_swap("confirm", agreed, "gao")

    async def test_behind_an_approval_is_refused(self, desk, two):
        swap, request = await desk.propose(*two), await desk.ask(first=MONDAY, last=MONDAY)
        async with desk.as_("gao") as work:
            await leave.approve(work, request_id=request.id, expected_version=request.version)
            second = await behind(work, desk.of_swap("accept", swap, "zhou", "kunyang"))
        with pytest.raises(rules.OnLeave):
            await second

    async def test_before_an_approval_leaves_a_gap(self, desk, two):
        agreed = await self.agreed(desk, two)
        request = await desk.ask(first=MONDAY, last=MONDAY)
        async with desk.as_("xu") as work:
            await swapping.confirm(work, swap_id=agreed.id, expected_version=agreed.version)
            second = await behind(work, desk.do("approve", request))
        await second
        assert await desk.roster() == [(MONDAY, "zhou", "on_leave"), (TUESDAY, "chen", "planned")]

    async def test_behind_the_same_word_comes_too_late(self, desk, two):
        swap = await desk.propose(*two)
        async with desk.as_("zhou", "kunyang") as work:
            await swapping.accept(work, swap_id=swap.id, expected_version=swap.version)
            second = await behind(work, desk.of_swap("accept", swap, "zhou", "kunyang"))
        with pytest.raises(Stale):
            await second

    async def test_gives_nobody_two_nights_at_once(self, desk, two):
        swap = await desk.propose(*two)
        await desk.plan("zhou", day=MONDAY)
        with pytest.raises(rules.TwiceThatNight):
            await desk.of_swap("accept", swap, "zhou", "kunyang")

    async def test_is_outdated_when_a_night_has_gone_another_way(self, desk, two):
        first, second = await desk.propose(*two), await desk.propose(*two)
        await desk.of_swap("confirm", await desk.of_swap("accept", first, "zhou", "kunyang"), "gao")
        # The night that Zhou had is Chen's now, who may no more accept for Zhou than Zhou for Chen.
        with pytest.raises(rules.SwapOutdated):
            await desk.of_swap("accept", second, "chen")

    async def test_is_the_body_s_own(self, desk, two):
        swap = await desk.propose(*two)
        for by in ("lin", "ye", "wu"):
            with pytest.raises(NotFound):
                await desk.of_swap("accept", swap, by)
