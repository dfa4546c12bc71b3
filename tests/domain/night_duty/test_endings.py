"""What becomes of leave and nights when a secondment ends or somebody leaves, by the very acts that end them."""

import pytest

from domain.night_duty import rules
from tenancy.refusals import NotFound
from tests.domain.leave.desk import MONDAY, TUESDAY
from tests.domain.night_duty.desk import NightDesk
from tests.registered import Office, keeps_a_register


@pytest.fixture
async def desk(edge, world, owner_engine):
    await keeps_a_register(owner_engine, world)
    return NightDesk(edge, world)


@pytest.fixture
def office(edge, world):
    return Office(edge, world)


class TestEndingASecondment:
    async def test_takes_an_open_request_to_the_home_and_leaves_a_gap_in_the_roster(self, desk, office):
        request = await desk.ask()
        await desk.plan("zhou", "chen", day=MONDAY)
        await office.end(desk.world.secondments["zhou"])
        assert await desk.seen("gao") == []
        with pytest.raises(NotFound):
            await desk.do("approve", request)
        assert {each[1:] for each in await desk.roster()} == {("zhou", "gone"), ("chen", "planned")}
        with pytest.raises(rules.NotInPost):
            await desk.plan("zhou", day=TUESDAY)
        approved = await desk.do("approve", request, by="lin")
        assert approved.decided_in_id == desk.world.bodies["transport"]

    async def test_lets_the_home_plan_again(self, desk, office):
        with pytest.raises(rules.PlannedElsewhere):
            await desk.plan("zhou", day=MONDAY, by="lin")
        await office.end(desk.world.secondments["zhou"])
        await desk.plan("zhou", day=MONDAY, by="lin")
        assert await desk.roster("lin") == [(MONDAY, "zhou", "planned")]


class TestLeaving:
    async def test_leaves_a_gap_in_every_roster(self, desk, office):
        await desk.plan("zhou", day=MONDAY)
        await desk.plan("tang", day=MONDAY, by="lin")
        await office.leave(desk.world["zhou"].person_id)
        assert await desk.roster() == [(MONDAY, "zhou", "gone")]
        with pytest.raises(rules.NotInPost):
            await desk.plan("zhou", day=TUESDAY, by="lin")
        assert await desk.roster("lin") == [(MONDAY, "tang", "planned")]
