"""The clock of a request that nobody decides on: whom it tells, and that it tells nobody why leave was asked for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.deadlines import firing
from domain.edge import errand
from domain.notifications.commands import deliver
from domain.notifications.models import Notification
from domain.outbox.commands import begin_handling, mark_handled
from domain.outbox.models import Announcement
from tests.domain.leave.desk import LeaveDesk

LATE = datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
"""A Tuesday afternoon: the decision was due on Friday the 13th, and is brought before the coordination office since Monday."""


@pytest.fixture
def desk(edge, world):
    return LeaveDesk(edge, world)


async def ring(worker_engine, world, *, at):
    """Let ring what is due by then."""
    while True:
        async with errand(worker_engine, county_id=world.county_id, now=at) as opened:
            due = await firing.take_due(opened, most=100)
            if not due:
                return
            reached = await firing.ring(opened, due)
            await firing.move_on(opened, due)
            await firing.announce_rungs(opened, reached)


async def told(worker_engine, owner_engine, world, *, at):
    """Who is told of what."""
    async with owner_engine.connect() as connection:
        waiting = await connection.scalars(
            select(Announcement.id)
            .where(Announcement.county_id == world.county_id, Announcement.handled_at.is_(None))
            .order_by(Announcement.seq)
        )
        ids = waiting.all()
    async with errand(worker_engine, county_id=world.county_id, now=at) as opened:
        announced = await begin_handling(opened, ids, wall=at, lasts=at - at)
        await deliver(opened, announced)
        await mark_handled(opened, [each.id for each in announced], wall=at)
    names = {each.person_id: key for key, each in world.people.items()}
    async with owner_engine.connect() as connection:
        rows = await connection.execute(
            select(Notification.kind, Notification.person_id, Notification.facts).where(
                Notification.county_id == world.county_id
            )
        )
        found = rows.all()
    assert "住院" not in str(found)
    heard = {}
    for row in found:
        heard.setdefault(row.kind, set()).add(names[row.person_id])
    return heard


async def test_tells_whoever_owes_then_whoever_waits_then_the_coordination_office(
    desk, worker_engine, owner_engine
):
    await desk.ask()
    await ring(worker_engine, desk.world, at=LATE)
    heard = await told(worker_engine, owner_engine, desk.world, at=LATE)
    assert heard["leave.asked"] == {"gao"}
    assert "lin" not in heard["deadline.warned"]
    assert {"gao", "lin"} <= heard["deadline.overdue"]
    # Nobody there may read the request; they read the clock.
    assert "wu" in heard["deadline.escalated"]
    assert "wu" not in heard["deadline.overdue"]


async def test_is_silent_once_somebody_decided(desk, worker_engine, owner_engine):
    await desk.do("refuse", await desk.ask(), reason="人手不足")
    await ring(worker_engine, desk.world, at=LATE)
    heard = await told(worker_engine, owner_engine, desk.world, at=LATE)
    assert set(heard) == {"leave.asked", "leave.refused"}
    assert heard["leave.refused"] == {"zhou"}
