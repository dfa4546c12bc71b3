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
        assert await running(owner_engine, referral) == {"referral.tell"}

    async def test_when_it_is_verified(self, desk, owner_engine):
        referral = await desk.taken_in()
        await corrected(owner_engine, desk.world, (FIRST, THEN))
        referral = await desk.do("chen", "verify", referral, finding="fit", note="属实")
        assert await running(owner_engine, referral) == {"referral.tell"}

    async def test_the_other_way_round(self, edge, owner_engine):
        text = shipped("pingyang.toml").replace(FIRST, THEN)
        desk = Desk(edge, await a_county(owner_engine, rulebook=text))
        referral = await desk.sent()
        await corrected(owner_engine, desk.world)
        referral = await desk.do("xu", "take_in", referral)
        assert await running(owner_engine, referral) == {"referral.tell", "referral.verify"}
        referral = await desk.do("chen", "verify", referral, finding="unfit", note="不属实")
        assert await running(owner_engine, referral) == {"referral.tell"}
