"""The receiver's limits stand still while an appraisal is out, and the limit of the whole runs beside every step.

On a real database, under the rules of the demo county and of counties that rule otherwise. Days are worked out by hand:
`NOW` is Tuesday, 10 March 2026, and no holiday lies near.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.deadlines.models import Deadline, DeadlineChange
from domain.referrals import queries, refusals
from domain.texts import ReasonNeeded
from tenancy.refusals import NotFound, NotPermitted
from tests.domain.referrals.desk import Desk
from tests.domain.referrals.test_answers import clocks
from tests.worlds import a_county, shipped

NOTE = "委托市检测中心检测（平综执检〔2026〕3号）"


@pytest.fixture
async def desk(edge, world):
    return Desk(edge, world)


async def under(edge, owner_engine, **ruled):
    """A desk in a county that rules something otherwise."""
    lines = "".join(
        f'\n[{key}]\nvalue = {value}\ndocument = "KY-A5"\narticle = "8"\nadopted_from = "kunyang"\n'
        for key, value in ruled.items()
    )
    text = shipped("pingyang.toml") + lines
    return Desk(edge, await a_county(owner_engine, rulebook=text))


async def due(owner_engine, referral, kind):
    """The last day of a limit, in the county."""
    async with owner_engine.connect() as connection:
        due_at = await connection.scalar(
            select(Deadline.due_at).where(
                Deadline.subject_id == referral.id, Deadline.kind == f"referral.{kind}"
            )
        )
        return (due_at + timedelta(hours=8)).strftime("%m-%d")


class TestSuspending:
    async def test_gives_the_step_and_the_whole_back_exactly_what_stood_still(
        self, desk, owner_engine, clock
    ):
        referral = await desk.taken_in()
        # Five working days: 11, 12, 13, 16 and 17 March. 120 days end on Wednesday, 8 July.
        assert await due(owner_engine, referral, "verify") == "03-17"
        assert await due(owner_engine, referral, "whole") == "07-08"
        clock.advance(timedelta(days=1))
        referral = await desk.do("chen", "suspend", referral, ground="testing", note=NOTE)
        assert referral.suspension == "testing"
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("still", "still")
        clock.advance(timedelta(days=7))
        referral = await desk.do("chen", "resume", referral)
        assert referral.suspension is None
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("running", "running")
        # From Wednesday to Wednesday: five working days, and seven days.
        assert await due(owner_engine, referral, "verify") == "03-24"
        assert await due(owner_engine, referral, "whole") == "07-15"

    async def test_brings_nothing_back_that_has_run_out(self, desk, owner_engine, clock):
        referral = await desk.taken_in()
        clock.advance(timedelta(days=10))  # the 20th; what was to be verified by the 17th is late
        referral = await desk.do("chen", "suspend", referral, ground="testing", note=NOTE)
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("running", "still")
        clock.advance(timedelta(days=7))
        await desk.do("chen", "resume", referral)
        assert await due(owner_engine, referral, "verify") == "03-17"
        assert await due(owner_engine, referral, "whole") == "07-15"

    async def test_does_nothing_where_all_has_run_out(self, desk, clock):
        referral = await desk.taken_in()
        clock.advance(timedelta(days=121))
        with pytest.raises(refusals.NothingStandsStill):
            await desk.do("chen", "suspend", referral, ground="testing", note=NOTE)

    async def test_keeps_its_ground_where_both_sides_read_it_and_the_words_in_the_record(
        self, desk, owner_engine
    ):
        referral = await desk.do("chen", "suspend", await desk.taken_in(), ground="appraisal", note=NOTE)
        async with owner_engine.connect() as connection:
            grounds = await connection.scalars(
                select(DeadlineChange.because)
                .join(Deadline, Deadline.id == DeadlineChange.deadline_id)
                .where(Deadline.subject_id == referral.id)
            )
            assert set(grounds) == {"技术鉴定"}
        async with desk.as_("zhou") as work:
            event = (await queries.last_events_of(work, [referral.id], 1))[referral.id][0]
        assert (event.kind, event.facts) == ("suspended", {"ground": "appraisal", "reason": NOTE})

    @pytest.mark.parametrize("note", ["", "  "])
    async def test_needs_words(self, desk, note):
        with pytest.raises(ReasonNeeded):
            await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=note)

    async def test_is_done_once(self, desk):
        referral = await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)
        with pytest.raises(refusals.SuspendedAlready) as refused:
            await desk.do("chen", "suspend", referral, ground="appraisal", note=NOTE)
        assert "检测" in refused.value.sentence("zh")

    async def test_what_was_not_suspended_cannot_be_resumed(self, desk):
        with pytest.raises(refusals.NotSuspended):
            await desk.do("chen", "resume", await desk.taken_in())

    async def test_what_stands_still_for_missing_material_is_not_resumed_by_the_receiver(self, desk):
        referral = await desk.do("chen", "ask_for_material", await desk.taken_in(), asked="照片")
        with pytest.raises(refusals.WrongState):
            await desk.do("chen", "resume", referral)

    @pytest.mark.parametrize(
        ("act", "given"),
        [
            ("verify", {"finding": "fit", "note": "属实"}),
            ("ask_for_material", {"asked": "照片"}),
            ("accept", {}),
            ("doubt", {"reasons": "不属于本镇"}),
        ],
    )
    async def test_ends_with_whatever_the_receiver_does_next(self, desk, owner_engine, act, given):
        referral = await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)
        referral = await desk.do("gao", act, referral, **given)
        assert referral.suspension is None
        # While material is awaited, the whole waits too.
        expected = "still" if act == "ask_for_material" else "running"
        assert (await clocks(owner_engine, referral))["whole"] == expected

    async def test_ends_with_a_withdrawal(self, desk, owner_engine):
        referral = await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)
        referral = await desk.do("lin", "withdraw", referral, reason="另案处理")
        assert referral.suspension is None
        assert (await clocks(owner_engine, referral))["whole"] == "cancelled"

    async def test_of_what_was_accepted_stops_the_limit_for_deciding(self, desk, owner_engine):
        referral = await desk.do("gao", "accept", await desk.taken_in())
        referral = await desk.do("chen", "suspend", referral, ground="appraisal", note=NOTE)
        found = await clocks(owner_engine, referral)
        assert (found["decide"], found["whole"]) == ("still", "still")


class TestAskingForMaterial:
    async def test_brings_nothing_back_that_has_run_out(self, desk, owner_engine, clock):
        referral = await desk.taken_in()
        clock.advance(timedelta(days=10))  # the 20th; what was to be verified by the 17th is late
        referral = await desk.do("chen", "ask_for_material", referral, asked="照片")
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("running", "still")
        clock.advance(timedelta(days=7))
        await desk.do("zhou", "supply", referral, note="照片无法取得")
        assert await due(owner_engine, referral, "verify") == "03-17"
        assert await due(owner_engine, referral, "whole") == "07-15"


class TestThePlace:
    async def test_may_know_no_standing_still(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.suspension_allowed": "false"})
        with pytest.raises(refusals.SuspensionForbidden):
            await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)

    async def test_may_know_it_on_some_grounds_only(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.suspension_grounds": '["appraisal"]'})
        referral = await desk.taken_in()
        with pytest.raises(refusals.SuspensionForbidden):
            await desk.do("chen", "suspend", referral, ground="testing", note=NOTE)
        assert (
            await desk.do("chen", "suspend", referral, ground="appraisal", note=NOTE)
        ).suspension == "appraisal"

    async def test_may_let_some_limits_stand_still_and_others_not(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.suspended_limits": '["referral.verify"]'})
        referral = await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("still", "running")

    async def test_that_stops_nothing_which_runs_refuses(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.suspended_limits": '["referral.decide"]'})
        with pytest.raises(refusals.NothingStandsStill):
            await desk.do("chen", "suspend", await desk.taken_in(), ground="testing", note=NOTE)

    async def test_may_let_the_whole_run_while_material_is_awaited(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.whole_waits_too": "false"})
        referral = await desk.do("chen", "ask_for_material", await desk.taken_in(), asked="照片")
        found = await clocks(owner_engine, referral)
        assert (found["verify"], found["whole"]) == ("still", "running")


class TestWhoMay:
    @pytest.mark.parametrize("who", ["chen", "gao"])
    async def test_whoever_handles_it_and_the_head_may(self, desk, who):
        referral = await desk.do(who, "suspend", await desk.taken_in(), ground="testing", note=NOTE)
        assert (await desk.do(who, "resume", referral)).suspension is None

    @pytest.mark.parametrize("who", ["xu", "zhou", "lin"])
    async def test_registrar_and_sender_may_not(self, desk, who):
        referral = await desk.taken_in()
        with pytest.raises(NotPermitted):
            await desk.do(who, "suspend", referral, ground="testing", note=NOTE)
        referral = await desk.do("chen", "suspend", referral, ground="testing", note=NOTE)
        with pytest.raises(NotPermitted):
            await desk.do(who, "resume", referral)

    async def test_to_a_stranger_there_is_nothing(self, desk):
        referral = await desk.taken_in()
        with pytest.raises(NotFound):
            await desk.do("ye", "suspend", referral, ground="testing", note=NOTE)


class TestTheWhole:
    async def test_runs_from_sending_beside_every_step_until_the_outcome_is_told(
        self, desk, owner_engine, clock
    ):
        referral = await desk.sent()
        steps = [
            ("xu", "take_in", {}, "verify"),
            ("chen", "verify", {"finding": "fit", "note": "属实"}, "tell"),
            ("gao", "accept", {}, "decide"),
        ]
        for who, act, given, step in steps:
            referral = await desk.do(who, act, referral, **given)
            found = await clocks(owner_engine, referral)
            assert (found["whole"], found[step]) == ("running", "running"), act
        given = {"decision": "penalty", "effective_on": clock.instant.date(), "note": "罚款"}
        referral = await desk.do("gao", "record_decision", referral, **given)
        assert (await clocks(owner_engine, referral))["whole"] == "running"
        referral = await desk.do("gao", "tell_outcome", referral, outcome="已缴清")
        assert set((await clocks(owner_engine, referral)).values()) == {"met"}

    async def test_ends_with_a_return(self, desk, owner_engine):
        referral = await desk.do("gao", "return_", await desk.taken_in(), reasons="不属于本镇")
        assert (await clocks(owner_engine, referral))["whole"] == "met"

    async def test_is_the_platforms_default_and_says_so(self, desk, owner_engine):
        referral = await desk.sent()
        async with owner_engine.connect() as connection:
            source = await connection.scalar(
                select(Deadline.source).where(
                    Deadline.subject_id == referral.id, Deadline.kind == "referral.whole"
                )
            )
        assert source == "平台默认规则（惯例，非法律规定） 38"

    async def test_has_the_number_of_the_place_that_has_one(self, edge, owner_engine):
        desk = await under(edge, owner_engine, **{"referral.whole": '30\nunit = "working_days"'})
        # The 30th working day after 10 March 2026: Tomb-sweeping Day falls on the weekend of 4 to 6 April, Monday off.
        assert await due(owner_engine, await desk.sent(), "whole") == "04-22"

    async def test_of_a_matter_that_began_without_one_is_not_missed(self, desk, owner_engine):
        referral = await desk.taken_in()
        async with owner_engine.begin() as connection:
            await connection.execute(
                update(Deadline)
                .where(Deadline.subject_id == referral.id, Deadline.kind == "referral.whole")
                .values(cancelled_at=Deadline.started_at, next_rung=None, next_rung_at=None)
            )
        referral = await desk.do("gao", "accept", referral)
        assert referral.state == "accepted"
