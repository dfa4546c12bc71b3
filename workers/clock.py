"""The clock: rungs of deadlines whose time has come are recorded once, announced, and followed by the next ones.

    find (counties with something due) ─▶ for each: take ─▶ ring ─▶ move ─▶ announce ─▶ record ─▶ commit

All steps of a county are one transaction: a rung that is recorded was announced. It asks the database every second and
needs neither Redis nor anybody's call; it counts no days and knows no limit (the rungs' times were planned when the
deadline began).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.deadlines.firing import (
    Due,
    announce_rungs,
    counties_ringing,
    move_on,
    record_rungs,
    take_due,
)
from domain.deadlines.firing import ring as ring_rungs
from domain.edge import errand, upkeep
from domain.outbox.queries import VITAL, Backlog
from domain.work import Errand
from workers import relay
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler

NAME = VITAL

TAKEN_AT_MOST = 1000


@dataclass(kw_only=True)
class CountyRings(Portion):
    """What is due in one county, in one transaction."""

    opened: Errand | None = None
    due: Sequence[Due] = field(default_factory=list)
    reached: Sequence[Due] = field(default_factory=list)

    @property
    def errand(self) -> Errand:
        """The transaction, once it is open."""
        if self.opened is None:
            raise LookupError("the first step opens it")
        return self.opened


async def find(machinery: Machinery) -> list[CountyRings]:
    """The counties in which something is due, in any order, so that several workers begin with different ones."""
    async with upkeep(machinery.engines.writing) as session:
        ringing = await counties_ringing(session, now=await machinery.clock.now())
    random.shuffle(ringing)
    return [CountyRings(machinery=machinery, county_id=county_id) for county_id, _ in ringing]


async def take(county: CountyRings) -> None:
    """Open the county's transaction and lock what is due; what another worker holds is left to it."""
    machinery = county.machinery
    county.opened = await county.kept.enter_async_context(
        errand(machinery.engines.writing, county_id=county.county, now=await machinery.clock.now())
    )
    county.due = await take_due(county.errand, most=TAKEN_AT_MOST)
    county.done = not county.due
    # A deadline may have several rungs behind it when the clock was away, so look again after any.
    county.more = bool(county.due)


async def ring(county: CountyRings) -> None:
    """Record the rungs; this is what makes each happen once."""
    county.reached = await ring_rungs(county.errand, county.due)


async def move(county: CountyRings) -> None:
    """Set the deadlines to their next rungs."""
    await move_on(county.errand, county.due)


async def announce(county: CountyRings) -> None:
    """Leave the news for the relay."""
    await announce_rungs(county.errand, county.reached)


async def record(county: CountyRings) -> None:
    """Leave the audit lines of what ran out."""
    await record_rungs(county.errand, county.reached)


async def commit(county: CountyRings) -> None:
    """Make it so, all at once, and let the relay look."""
    await county.kept.aclose()
    county.did = len(county.reached)
    county.machinery.nudge(relay.NAME)


async def left(machinery: Machinery) -> Backlog:
    """Since when the longest due rung has been waiting."""
    async with upkeep(machinery.engines.writing) as session:
        ringing = await counties_ringing(session, now=await machinery.clock.now())
    return Backlog(waiting_since=min((since for _, since in ringing), default=None), given_up=0)


CLOCK = Reconciler(
    name=NAME,
    find=find,
    steps=(take, ring, move, announce, record, commit),
    seconds=1.0,
    side_by_side=2,
    left=left,
)
