"""Exports: ledgers become spreadsheets, a portion of each at a time, in the post of whoever asked for them.

    find (what waits, and what is under way here) ─▶ for each: take ─▶ read ─▶ write ─▶ report ─┬▶ close ─▶ finish
                                                                                              ╰▶ the next portion

Each portion is read in a transaction of its own that opens the post of whoever asked: once that is refused, or the post
may read something else than before, nothing is kept. A short export is not held up by a long one, because all that are
under way get a portion in turn. A worker that dies lets go by its silence, and another begins again.

Which rows, in which columns, stands in `domain/exports`; nothing of it is decided here.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from domain.documents.store import Store
from domain.edge import errand, upkeep
from domain.exports import commands, queries, rules
from domain.exports.ledger import Ledger, said
from domain.exports.ledgers import LEDGERS
from domain.exports.workbook import Cell, Workbook
from domain.organisations import queries as organisations
from domain.outbox.queries import Backlog
from domain.work import Work
from tenancy.refusals import NotFound, Refusal
from workers import relay
from workers.desk import Desk, HalfMade
from workers.machinery import Machinery
from workers.reconciler import Portion, Reconciler, Step
from workers.sweeper import Sweep

NAME = "exports"

AT_ONCE = 2
"""Exports under way in one process; each has an open spreadsheet."""

SECONDS_HELD = 60.0
"""Whoever makes an export and says nothing for so long counts as dead."""

CLEARED_AT_MOST = 500


@dataclass(kw_only=True)
class Making(Portion):
    """A portion of one export."""

    export_id: UUID
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    is_last: bool = False

    @property
    def desk(self) -> Desk:
        """Where it is made."""
        if self.machinery.desk is None:
            raise LookupError("without a desk nothing is found")
        return self.machinery.desk

    @property
    def half(self) -> HalfMade:
        """What there is of it, once it was taken."""
        return self.desk.under_way[self.export_id]

    @property
    def ledger(self) -> Ledger:
        """The ledger it is made from."""
        return LEDGERS[self.half.taken.ledger]

    async def drop(self) -> None:
        """Leave nothing half made, and nothing to the other steps."""
        await self.desk.drop(self.export_id)
        self.done = True


async def find(machinery: Machinery) -> list[Making]:
    """What is under way here, and what waits, as far as there is room."""
    desk = machinery.desk
    if desk is None:
        return []
    found = [(half.taken.county_id, half.taken.id) for half in desk.under_way.values()]
    if len(found) < AT_ONCE:
        async with upkeep(machinery.engines.writing) as session:
            waiting = await queries.waiting(session, wall=await machinery.wall.now(), most=2 * AT_ONCE)
        found += [each for each in waiting if each not in found][: AT_ONCE - len(found)]
    return [
        Making(machinery=machinery, county_id=county_id, export_id=export_id)
        for county_id, export_id in found
    ]


async def take(making: Making) -> None:
    """Begin on an export, unless it is under way here; what another worker holds is left to it."""
    if making.export_id in making.desk.under_way:
        return
    machinery = making.machinery
    async with errand(
        machinery.engines.writing, county_id=making.county, now=await machinery.clock.now()
    ) as opened:
        taken = await commands.take(
            opened, making.export_id, wall=await machinery.wall.now(), lasts=_lasts(machinery)
        )
    if taken is None:
        making.done = True
    else:
        await making.desk.begin(taken)


async def read(making: Making) -> None:
    """Read the next portion in the post of whoever asked."""
    half, desk = making.half, making.desk
    try:
        async with desk.edge.reading(half.taken.acting) as work:
            await _stand_on_the_same_grounds(making, work)
            ids = half.ids_of_the_next(desk.rows_at_a_time)
            lines = await making.ledger.read(work, half.taken.wanted, ids)
            making.rows = [making.ledger.cells(line, half.taken.language) for line in lines]
            half.read += len(ids)
            making.is_last = half.read == half.total
    except Refusal as refusal:
        await _fail(making, refusal)
    except Exception:
        await making.drop()
        raise


async def write(making: Making) -> None:
    """Add the portion to the spreadsheet."""
    half = making.half
    assert half.workbook is not None
    await _or_drop(making, partial(half.workbook.add, making.rows))
    half.rows += len(making.rows)


async def report(making: Making) -> None:
    """Say how far it is. One that was cancelled meanwhile, or taken over, goes no further."""
    if not await _still_held(making):
        await making.drop()
    elif not making.is_last:
        making.done = making.more = True


async def close(making: Making) -> None:
    """Put the file together, and go on holding it for as long as that takes."""
    closing = asyncio.ensure_future(_or_drop(making, partial(_put_together, making.half, making.desk.store)))
    seconds = _lasts(making.machinery).total_seconds() / 3
    held = True
    while not (await asyncio.wait({closing}, timeout=seconds))[0]:
        held = held and await _still_held(making)
    await closing
    if not held:
        await making.drop()


async def finish(making: Making) -> None:
    """Keep the file, in the post of whoever asked, and tell them."""
    half, desk = making.half, making.desk
    assert half.made is not None
    try:
        async with desk.edge.writing(half.taken.acting) as work:
            await _stand_on_the_same_grounds(making, work)
            await commands.finish(work, taken=half.taken, store=desk.store, made=half.made, rows=half.rows)
    except (NotFound, rules.ExportEnded):
        pass
    except Refusal as refusal:
        await _fail(making, refusal)
    else:
        making.did = 1
    finally:
        await making.drop()
    making.more = True
    making.machinery.nudge(relay.NAME)


async def left(machinery: Machinery) -> Backlog:
    """Since when the longest export has been waiting that nobody began on."""
    async with upkeep(machinery.engines.writing) as session:
        return Backlog(waiting_since=await queries.waiting_since(session), given_up=0)


EXPORTS = Reconciler(
    name=NAME,
    find=find,
    steps=(take, read, write, report, close, finish),
    seconds=1.0,
    side_by_side=AT_ONCE,
    left=left,
)


def sweeps_of(store: Store) -> tuple[Step[Sweep], ...]:
    """The sweeper's steps over this store."""

    async def expired_exports(sweep: Sweep) -> None:
        """Files that were kept long enough, and whatever was left of exports that came to nothing."""
        machinery = sweep.machinery
        async with upkeep(machinery.engines.writing) as session:
            expired = await commands.expire(session, now=await machinery.clock.now(), most=CLEARED_AT_MOST)
        for _, export_id in expired:
            await asyncio.to_thread(store.remove, export_id)
            await asyncio.to_thread(store.clear_away, export_id)
        async with upkeep(machinery.engines.writing) as session:
            await commands.mark_cleared(session, expired, now=await machinery.clock.now())
        sweep.more = sweep.more or len(expired) == CLEARED_AT_MOST

    return (expired_exports,)


async def _stand_on_the_same_grounds(making: Making, work: Work) -> None:
    """Remember by what rights the first portion is read, and refuse to go on by others. Raises `RightsChanged`."""
    half, ledger = making.half, making.ledger
    grounds = queries.grounds(work, ledger)
    if not grounds.show_anything or grounds != (half.grounds or grounds):
        raise rules.RightsChanged
    if half.grounds is None:
        async for each in ledger.ids(work, half.taken.wanted, half.taken.sort):
            half.ids += each.bytes
        half.workbook = await _begun(making, work)
        half.grounds = grounds


async def _begun(making: Making, work: Work) -> Workbook:
    """The spreadsheet with nothing in it but its head."""
    taken, ledger, folder = making.half.taken, making.ledger, making.half.folder
    body = await organisations.the(work, work.actor.tenant_id)
    return Workbook(
        path=folder / "ledger.xlsx",
        scratch=folder,
        title=rules.title_line(
            said(ledger.title, taken.language),
            body=body.name,
            shown=taken.shown,
            at=taken.started_at,
            zone=work.actor.zone,
            language=taken.language,
        ),
        headings=ledger.headings(taken.language),
        widths=[column.width for column in ledger.columns],
        zone=work.actor.zone,
    )


def _put_together(half: HalfMade, store: Store) -> None:
    assert half.workbook is not None
    half.workbook.close()
    half.made = store.measured(half.workbook.path)


async def _still_held(making: Making) -> bool:
    machinery, half = making.machinery, making.half
    async with errand(
        machinery.engines.writing, county_id=making.county, now=await machinery.clock.now()
    ) as opened:
        return await commands.report(
            opened,
            half.taken,
            rows_done=half.rows,
            rows_total=half.total,
            wall=await machinery.wall.now(),
            lasts=_lasts(machinery),
        )


async def _fail(making: Making, refusal: Refusal) -> None:
    """End it, with the reason for whoever asked, and leave nothing of it."""
    machinery, taken = making.machinery, making.half.taken
    problem = refusal.code if refusal.code in rules.PROBLEMS else rules.RightsEnded.code
    await making.drop()
    async with errand(
        machinery.engines.writing, county_id=making.county, now=await machinery.clock.now()
    ) as opened:
        await commands.fail(opened, taken, problem=problem)
    machinery.nudge(relay.NAME)


async def _or_drop(making: Making, slow: Callable[[], None]) -> None:
    """Do what takes a while beside the event loop; if it fails, leave nothing half made."""
    try:
        await asyncio.to_thread(slow)
    except Exception:
        await making.drop()
        raise


def _lasts(machinery: Machinery) -> timedelta:
    return machinery.pace.patience(SECONDS_HELD)
