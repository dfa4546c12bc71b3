"""What the record of a letter keeps, and from whom."""

from datetime import timedelta

from domain.deadlines import queries as deadlines
from domain.referrals import queries
from tests.domain.referrals.desk import Desk
from tests.worlds import NOW, a_county, shipped


async def test_a_violation_ordered_to_stop_and_then_stopped_is_recorded_as_both(desk, clock):
    referral = await desk.do(
        "zhou", "record_stop", await desk.taken_in(), stop="ordered", at=NOW, note="责改〔2026〕7号"
    )
    clock.advance(timedelta(hours=2))
    referral = await desk.do(
        "zhou", "record_stop", referral, stop="stopped", at=NOW + timedelta(hours=1), note="现场已停止"
    )
    assert (referral.stop, referral.stop_note) == ("stopped", "现场已停止")
    for who in ("lin", "chen"):
        async with desk.as_(who) as work:
            first, last = (await queries.last_events_of(work, [referral.id], 2))[referral.id][::-1]
        assert (first.facts["stop"], first.facts["reason"]) == ("ordered", "责改〔2026〕7号")
        assert (last.facts["stop"], last.facts["reason"]) == ("stopped", "现场已停止")


async def test_why_a_letter_takes_longer_is_told_to_nobody_but_its_own_body(edge, owner_engine):
    desk = Desk(edge, await a_county(owner_engine, rulebook=shipped("xx.toml")))
    referral = await desk.do("lin", "extend_sending", await desk.draft(), by=1, reason="等待当事人血样检测")
    for who in ("wu", "shen"):
        async with desk.as_(who) as work:
            [clock] = (await deadlines.of_subjects(work, [referral.id]))[referral.id]
            [change] = (await deadlines.changes_of(work, [clock.id]))[clock.id]
            assert (change.kind, change.because) == ("extended", None)
    async with desk.as_("zhou") as work:
        [last] = (await queries.last_events_of(work, [referral.id], 1))[referral.id]
        assert last.facts["reason"] == "等待当事人血样检测"
