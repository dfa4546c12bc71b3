"""The recount: running deadlines that an older calendar counted are counted again, and both sides told of what moved.

    find (counties with something stale) ─▶ for each: take ─▶ count ─▶ keep ─▶ announce ─▶ record ─▶ commit

It asks the database every second, like the clock, and nobody has to call it: a calendar that was loaded takes effect
although whoever loaded it died in the very next moment. All steps of a batch are one transaction, and a county that
fails holds up no other. What is counted, and how, stands in `domain/deadlines/recounting.py`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.calendars.queries import calendar_of
from domain.deadlines.recounting import (
    Recounted,
    Stale,
    announce_moved,
    counties_stale,
    keep_recounted,
    record_recounted,
    take_stale,
)
from domain.deadlines.recounting import recount as recount_stale
from domain.edge import errand, upkeep
from domain.outbox.queries import Backlog
from domain.rulebooks.queries import shelf_of
from domain.work import Errand
from workers import relay
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler

NAME = "recount"

TAKEN_AT_MOST = 500


@dataclass(kw_only=True)
class CountyRecount(Portion):
    """What is stale in one county, in one transaction."""

    opened: tuple[Errand, Stale] | None = None
    recounted: Sequence[Recounted] = field(default_factory=list)

    @property
    def taken(self) -> tuple[Errand, Stale]:
        """The transaction, and what it holds."""
        if self.opened is None:
            raise LookupError("the first step opens it")
        return self.opened


async def find(machinery: Machinery) -> list[CountyRecount]:
    """The counties in which something is stale, in any order, so that several workers begin with different ones."""
    async with upkeep(machinery.engines.writing) as session:
        stale = await counties_stale(session)
    random.shuffle(stale)
    return [CountyRecount(machinery=machinery, county_id=county_id) for county_id, _ in stale]


async def take(county: CountyRecount) -> None:
    """Open the county's transaction and lock what is stale; what an act or another worker holds is left to it."""
    machinery = county.machinery
    job = await county.kept.enter_async_context(
        errand(machinery.engines.writing, county_id=county.county, now=await machinery.clock.now())
    )
    stale = await take_stale(job, most=TAKEN_AT_MOST)
    county.opened = job, stale
    county.done = not stale.deadlines
    county.more = len(stale.deadlines) == TAKEN_AT_MOST


async def count(county: CountyRecount) -> None:
    """Plan each anew by the county's calendar."""
    job, stale = county.taken
    county.recounted = await recount_stale(
        job,
        stale,
        calendar=await calendar_of(job.session, county.county),
        shelf=await shelf_of(job.session, county.county),
    )


async def keep(county: CountyRecount) -> None:
    """Keep old and new."""
    job, _ = county.taken
    await keep_recounted(job, county.recounted)


async def announce(county: CountyRecount) -> None:
    """Leave the news for the relay."""
    job, _ = county.taken
    await announce_moved(job, county.recounted)


async def record(county: CountyRecount) -> None:
    """Leave the audit lines."""
    job, _ = county.taken
    await record_recounted(job, county.recounted)


async def commit(county: CountyRecount) -> None:
    """Make it so, all at once, and let the relay look."""
    await county.kept.aclose()
    county.did = len(county.recounted)
    county.machinery.nudge(relay.NAME)


async def left(machinery: Machinery) -> Backlog:
    """Since when the longest something has been stale."""
    async with upkeep(machinery.engines.writing) as session:
        stale = await counties_stale(session)
    return Backlog(waiting_since=min((at for _, at in stale if at is not None), default=None), given_up=0)


RECOUNT = Reconciler(
    name=NAME,
    find=find,
    steps=(take, count, keep, announce, record, commit),
    seconds=1.0,
    left=left,
)
