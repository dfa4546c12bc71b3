"""Asking for an export and cancelling it, which is the clerk's part; making it, which is the machinery's.

What the machinery writes, it writes for one `attempt` only: whoever was taken for dead and replaced finds nothing to
write to. Finishing is done in the clerk's own post (`OnBehalf`), so that a right that ends in the last moment still
keeps the file from them; everything before it leaves nothing behind that anybody could read.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.commands import record
from domain.documents.store import Made, Store
from domain.exports import queries, rules
from domain.exports.ledger import as_json, from_json, said
from domain.exports.ledgers import LEDGERS
from domain.exports.models import UNDER_WAY, Export
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import ToPerson
from domain.work import Errand, Work
from policies.authority import not_permitted
from tenancy.ids import new_id
from tenancy.refusals import Language
from tenancy.transactions import OnBehalf

SUBJECT = "export"


async def request(
    work: Work, *, ledger: str, wanted: Any, sort: str, shown: str, language: Language
) -> Export:
    """Ask for a ledger as the acting post's register shows it. `shown` is what was asked, in words.

    Raises `NotPermitted`, `TooManyExports`, and what the register itself refuses to be asked.
    """
    export = Export(
        county_id=work.county_id,
        id=new_id(),
        owner_id=work.actor.tenant_id,
        capacity_id=work.actor.capacity_id,
        person_id=work.actor.person_id,
        session_id=work.actor.session_id,
        ledger=ledger,
        wanted=as_json(LEDGERS[ledger], wanted),
        sort=sort,
        shown=shown,
        language=language,
        state="waiting",
        attempt=0,
        rows_done=0,
        requested_at=work.now,
    )
    work.require("request", queries.ENTRY, export)
    if not queries.grounds(work, LEDGERS[ledger]).show_anything:
        raise not_permitted("read", LEDGERS[ledger].aspects[0])
    # To be read later, when nobody is there to be told: what the register refuses is refused now.
    await LEDGERS[ledger].read(work, wanted, ())
    await _find_room(work)
    work.session.add(export)
    await work.session.flush()
    await record(
        work,
        action="export.requested",
        subject_kind=SUBJECT,
        subject_id=export.id,
        content={"ledger": ledger, "wanted": export.wanted, "sort": sort, "shown": shown},
    )
    return export


async def cancel(work: Work, *, export_id: UUID) -> Export:
    """Let nothing more become of an export that is under way. Raises `NotFound`, `NotPermitted`, `ExportEnded`."""
    export = await queries.the(work, export_id, to_change=True)
    work.require("cancel", queries.ENTRY, export)
    export.state = rules.after("cancel", queries.state(export))
    export.held_until = None
    export.finished_at = export.expires_at = work.now
    await work.session.flush()
    await record(
        work,
        action="export.cancelled",
        subject_kind=SUBJECT,
        subject_id=export.id,
        content={"rows": export.rows_done},
    )
    return export


async def finish(work: Work, *, taken: "Taken", store: Store, made: Made, rows: int) -> None:
    """Keep the whole file, and say so to whoever asked for it. Raises `NotFound` for another's or an ended export.

    The entry is locked before the file gets its place, so that there is never a second one.
    """
    export = await queries.the(work, taken.id, to_change=True)
    if export.attempt != taken.attempt:
        raise rules.ExportEnded(state=export.state, state_zh=rules.STATES_ZH["running"])
    export.state = rules.after("finish", queries.state(export))
    await asyncio.to_thread(store.settle, made, export.id)
    body = await organisations.the(work, export.owner_id)
    export.held_until = None
    export.finished_at = work.now
    export.expires_at = rules.kept_until(
        work.now, days=work.rulebook_on(work.today).number("exports.kept_for")
    )
    export.rows_done = export.rows_total = rows
    export.size, export.sha256 = made.size, made.sha256
    export.file_name = rules.file_name(
        said(LEDGERS[export.ledger].title, taken.language),
        body.name,
        at=export.started_at or work.now,
        zone=work.actor.zone,
    )
    await work.session.flush()
    await record(
        work,
        action="export.finished",
        subject_kind=SUBJECT,
        subject_id=export.id,
        content={
            "ledger": export.ledger,
            "wanted": export.wanted,
            "sort": export.sort,
            "shown": export.shown,
            "rows": rows,
            "sha256": made.sha256,
        },
    )
    await announce(
        work,
        kind="export.finished",
        subject_kind=SUBJECT,
        subject_id=export.id,
        audience=[ToPerson(export.owner_id, export.person_id)],
        facts={"due_at": export.expires_at.isoformat()},
    )


async def _find_room(work: Work) -> None:
    # Two requests at once would each count without the other.
    await work.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"exports {work.actor.tenant_id}", 0)))
    )
    of_person, of_body = await queries.under_way(work)
    rulebook = work.rulebook_on(work.today)
    rules.room_for_another(
        of_person=of_person,
        of_body=of_body,
        person_most=rulebook.number("exports.under_way_of_person"),
        body_most=rulebook.number("exports.under_way_of_body"),
    )


# --- The machinery's part --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """An export that one worker is at: what to read, as whom, and which attempt this is."""

    county_id: UUID
    id: UUID
    attempt: int
    ledger: str
    wanted: Any
    sort: str
    shown: str
    language: Language
    started_at: datetime

    @property
    def acting(self) -> OnBehalf:
        """In whose shoes it is read and finished."""
        return OnBehalf(self.county_id, self.id, self.attempt)


async def take(errand: Errand, export_id: UUID, *, wall: datetime, lasts: timedelta) -> Taken | None:
    """Begin on an export that nobody is at, and hold it for `lasts`. None: somebody else is, or it was given up."""
    export = await errand.session.scalar(
        select(Export)
        .where(
            Export.county_id == errand.county_id,
            Export.id == export_id,
            text(UNDER_WAY),
            or_(Export.held_until.is_(None), Export.held_until < wall),
        )
        .with_for_update(skip_locked=True)
    )
    if export is None:
        return None
    if export.attempt >= rules.ATTEMPTS_AT_MOST:
        await _fail(errand, export, rules.GivenUp.code)
        return None
    export.state = rules.after("take", queries.state(export))
    export.attempt += 1
    export.held_until = wall + lasts
    export.started_at = errand.now
    export.rows_done, export.rows_total = 0, None
    try:
        wanted = from_json(LEDGERS[export.ledger], export.wanted)
    except ValueError:
        wanted = None
    if wanted is None or export.sort not in LEDGERS[export.ledger].sorts:
        await _fail(errand, export, rules.RegisterChanged.code)
        return None
    return Taken(
        county_id=export.county_id,
        id=export.id,
        attempt=export.attempt,
        ledger=export.ledger,
        wanted=wanted,
        sort=export.sort,
        shown=export.shown,
        language="en" if export.language == "en" else "zh",
        started_at=errand.now,
    )


async def report(
    errand: Errand, taken: Taken, *, rows_done: int, rows_total: int, wall: datetime, lasts: timedelta
) -> bool:
    """Say how far it is, and go on holding it. False: it was cancelled, or is another's by now."""
    told = await errand.session.execute(
        update(Export)
        .where(
            Export.county_id == taken.county_id,
            Export.id == taken.id,
            Export.attempt == taken.attempt,
            Export.state == "running",
        )
        .values(rows_done=rows_done, rows_total=max(rows_done, rows_total), held_until=wall + lasts)
        .execution_options(synchronize_session=False)
    )
    return bool(told.rowcount)  # type: ignore[attr-defined]  # an update's result counts its rows


async def fail(errand: Errand, taken: Taken, *, problem: str) -> None:
    """End an export for one of `rules.PROBLEMS`, unless it has ended or is another's by now."""
    export = await errand.session.scalar(
        select(Export)
        .where(
            Export.county_id == taken.county_id,
            Export.id == taken.id,
            Export.attempt == taken.attempt,
            Export.state == "running",
        )
        .with_for_update()
    )
    if export is not None:
        await _fail(errand, export, problem)


async def _fail(errand: Errand, export: Export, problem: str) -> None:
    export.state = rules.after("fail", queries.state(export))
    export.problem = problem
    export.held_until = None
    export.finished_at = export.expires_at = errand.now
    await errand.session.flush()
    await record(
        errand,
        action="export.failed",
        subject_kind=SUBJECT,
        subject_id=export.id,
        content={"problem": problem, "rows": export.rows_done},
    )
    await announce(
        errand,
        kind="export.failed",
        subject_kind=SUBJECT,
        subject_id=export.id,
        audience=[ToPerson(export.owner_id, export.person_id)],
    )


async def expire(session: AsyncSession, *, now: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """End what was kept long enough: county and id of every export of which nothing may lie in the store any more.

    They come again until they are said to be cleared (`mark_cleared`), so that a death in between loses none.
    """
    rows = (
        await session.scalars(
            select(Export)
            .where(Export.cleared_at.is_(None), Export.expires_at <= now)
            .order_by(Export.expires_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    ).all()
    for export in rows:
        if export.state == "done":
            export.state = rules.after("expire", "done")
    return [(export.county_id, export.id) for export in rows]


async def mark_cleared(session: AsyncSession, exports: list[tuple[UUID, UUID]], *, now: datetime) -> None:
    """Say that nothing of these lies in the store any more."""
    for county_id, export_id in exports:
        await session.execute(
            update(Export)
            .where(Export.county_id == county_id, Export.id == export_id)
            .values(cleared_at=now)
            .execution_options(synchronize_session=False)
        )
