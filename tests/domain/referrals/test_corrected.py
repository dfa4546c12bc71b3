"""Rules and letters that are corrected while a referral is on its way."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.deadlines.models import Deadline
from domain.referrals import queries, refusals
from domain.rulebooks import commands as rulebooks
from tests.domain.referrals.desk import Desk
from tests.worlds import NOW, a_county, place_text, shipped

FIRST, THEN = 'value = "verify_then_tell"', 'value = "tell_from_arrival"'


async def running(owner_engine, referral):
    async with owner_engine.connect() as connection:
        kinds = await connection.scalars(
            select(Deadline.kind).where(
                Deadline.subject_id == referral.id, Deadline.met_at.is_(None), Deadline.cancelled_at.is_(None)
            )
        )
        return set(kinds)


async def corrected(owner_engine, world, *changes, place="pingyang"):
    """The county's rulebook for the same day, with other words."""
    text = place_text(f"{place}.toml", county=world.code)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    async with AsyncSession(owner_engine) as session, session.begin():
        loaded = await rulebooks.load(session, text=text, name="corrected.toml", now=NOW)
    assert loaded.is_new


class TestAClockRuns:
    """In every open referral, also where the way of receiving was corrected since it was sent."""

    async def test_when_it_is_taken_in(self, desk, owner_engine):
        referral = await desk.sent()
        await corrected(owner_engine, desk.world, (FIRST, THEN))
        referral = await desk.do("xu", "take_in", referral)
        assert await running(owner_engine, referral) == {"referral.whole", "referral.tell"}

    async def test_when_it_is_verified(self, desk, owner_engine):
        referral = await desk.taken_in()
        await corrected(owner_engine, desk.world, (FIRST, THEN))
        referral = await desk.do("chen", "verify", referral, finding="fit", note="属实")
        assert await running(owner_engine, referral) == {"referral.whole", "referral.tell"}

    async def test_the_other_way_round(self, edge, owner_engine):
        text = shipped("pingyang.toml").replace(FIRST, THEN)
        desk = Desk(edge, await a_county(owner_engine, rulebook=text))
        referral = await desk.sent()
        await corrected(owner_engine, desk.world)
        referral = await desk.do("xu", "take_in", referral)
        assert await running(owner_engine, referral) == {"referral.whole", "referral.tell", "referral.verify"}
        referral = await desk.do("chen", "verify", referral, finding="unfit", note="不属实")
        assert await running(owner_engine, referral) == {"referral.whole", "referral.tell"}


class TestAnotherBody:
    async def test_that_sent_the_case_first_is_none_to_which_it_is_passed_on(self, desk):
        bodies = desk.world.bodies
        taken_in = await desk.taken_in()
        await desk.do("gao", "pass_on", taken_in, addressee_id=bodies["agriculture"])
        async with desk.as_("gao") as work:
            [onward] = (await queries.onward_of(work, [taken_in.id]))[taken_in.id]
        with pytest.raises(refusals.PassedBack):
            await desk.do("gao", "revise", onward, addressee_id=bodies["transport"])
        onward = await desk.do("gao", "revise", onward, addressee_id=bodies["aojiang"])
        assert onward.addressee_id == bodies["aojiang"]

    async def test_is_meant_by_the_rules_of_the_day_on_which_the_letter_began(
        self, edge, owner_engine, clock
    ):
        desk = Desk(edge, await a_county(owner_engine))
        draft = await desk.draft("chen", to="transport")
        day = (NOW + timedelta(days=5)).date()
        later = place_text("pingyang.toml", county=desk.world.code).replace(
            "valid_from = 2022-11-08", f"valid_from = {day}"
        ) + (
            '\n[referral.directions]\nvalue = ["township_to_department"]\ndocument = "KY-A5"\narticle = "8"\nadopted_from = "kunyang"\n'
        )
        async with AsyncSession(owner_engine) as session, session.begin():
            await rulebooks.load(session, text=later, name="later.toml", now=NOW)
        clock.advance(timedelta(days=6))
        with pytest.raises(refusals.DirectionForbidden):
            await desk.draft("chen", to="aojiang")
        draft = await desk.do("chen", "revise", draft, addressee_id=desk.world.bodies["aojiang"])
        assert draft.addressee_id == desk.world.bodies["aojiang"]
