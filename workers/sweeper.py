"""The sweeper: what nobody will ask for again is forgotten, a little at a time.

    repeats ─▶ announcements ─▶ sessions ─▶ (what the composition adds, such as files that nothing was attached to)

Each step is a transaction of its own and may be done again. What is kept for how long stands beside the tables it
concerns; the audit trail, rungs and notices are never swept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.edge import upkeep
from domain.outbox.commands import forget_handled
from tenancy import sign_in
from tenancy.repeats import KEPT_FOR, forget
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler, Step

FORGOTTEN_AT_MOST = 1000

HANDLED_KEPT_FOR = timedelta(days=7)
"""Handled announcements, for whoever looks into why a notice came. Dead letters are kept until somebody looks."""


@dataclass(kw_only=True)
class Sweep(Portion):
    """One pass over everything. A step that stopped at its most says `more`."""


async def find(machinery: Machinery) -> list[Sweep]:
    """Always one."""
    return [Sweep(machinery=machinery)]


async def repeats(sweep: Sweep) -> None:
    """Keys of mutations that nobody will send again."""
    before = await sweep.machinery.clock.now() - KEPT_FOR
    async with upkeep(sweep.machinery.engines.writing) as session:
        forgotten = await forget(session, before=before, most=FORGOTTEN_AT_MOST)
    sweep.more = sweep.more or forgotten == FORGOTTEN_AT_MOST


async def announcements(sweep: Sweep) -> None:
    """Announcements that were handled long ago, with their receipts."""
    before = await sweep.machinery.wall.now() - HANDLED_KEPT_FOR
    async with upkeep(sweep.machinery.engines.writing) as session:
        forgotten = await forget_handled(session, before=before, most=FORGOTTEN_AT_MOST)
    sweep.more = sweep.more or forgotten == FORGOTTEN_AT_MOST


async def sessions(sweep: Sweep) -> None:
    """Sessions that ended long ago."""
    before = await sweep.machinery.clock.now() - sign_in.ENDED_KEPT_FOR
    async with upkeep(sweep.machinery.engines.writing) as session:
        forgotten = await sign_in.forget(session, before=before, most=FORGOTTEN_AT_MOST)
    sweep.more = sweep.more or forgotten == FORGOTTEN_AT_MOST


SWEEPER = Reconciler(name="sweeper", find=find, steps=(repeats, announcements, sessions), seconds=600.0)


def sweeper_with(more: Sequence[Step[Sweep]]) -> Reconciler[Sweep]:
    """The sweeper with further steps, which are handed what they need by whoever composes them."""
    return replace(SWEEPER, steps=(*SWEEPER.steps, *more))
