"""Nights of an area team, whose officers stand on the rosters of several townships that do not see each other's."""

import pytest

from domain.night_duty import rules, swapping
from tenancy.transactions import Credentials
from tests.domain.leave.desk import MONDAY, TUESDAY
from tests.domain.night_duty.desk import NightDesk
from tests.registered import Office, keeps_a_register


@pytest.fixture
async def desk(edge, world, owner_engine):
    """Lin of transport works with Aojiang and with Shuitou."""
    await keeps_a_register(owner_engine, world)
    hosts = (("aojiang", "lin", ["tang"]), ("shuitou", "lin", ["tang"]))
    await Office(edge, world).order("lin", "tang", mode="area_team", hosts=hosts)
    return NightDesk(edge, world)


async def test_nobody_is_planned_twice_the_same_night_by_two_hosts(desk):
    await desk.plan("lin", day=MONDAY, by="wen")
    with pytest.raises(rules.TwiceThatNight):
        await desk.plan("lin", day=MONDAY, by="pan")


async def test_nobody_swaps_into_a_night_on_the_roster_of_another_host(desk):
    (his,) = await desk.plan("ye", day=MONDAY, by="pan")
    (hers,) = await desk.plan("lin", day=TUESDAY, by="pan")
    at_aojiang = Credentials(token=desk.world["lin"].token, acting_as="aojiang")
    async with desk.edge.writing(at_aojiang) as work:
        swap = await swapping.propose(work, duty_id=hers.id, other_duty_id=his.id)
    agreed = await desk.of_swap("accept", swap, "ye")
    await desk.plan("lin", day=MONDAY, by="wen")
    with pytest.raises(rules.TwiceThatNight):
        await desk.of_swap("confirm", agreed, "pan")
    assert await desk.roster("pan") == [(MONDAY, "ye", "planned"), (TUESDAY, "lin", "planned")]
