"""What is done with attendance: recorded for a day, corrected with a reason; each in the transaction that the edge opened."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from domain.attendance import queries, rules
from domain.attendance.models import AttendanceEntry
from domain.attendance.queries import ENTRY, entry_of, in_service
from domain.attendance.rules import Marked
from domain.audit.commands import record as leave_a_line
from domain.leave import queries as leave
from domain.leave.rules import Parties
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.texts import reasoned
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound


async def record(work: Work, *, day: date, people: Sequence[Marked]) -> list[AttendanceEntry]:
    """Put on record whether people were in post on a day, all of them or none.

    Raises `NotPermitted`, `NotFound` (somebody), `NobodyMarked`, `InTheFuture`, `NotInPost`, `RecordedElsewhere`, `OnLeave`,
    `RecordedAlready`, `FieldTooLong`.
    """
    mine = work.actor.tenant_id
    work.require("record", ENTRY, entry_of(work, Parties(mine, mine), work.actor.person_id, day))
    ids = [each.person_id for each in people]
    rules.a_sheet(ids, day=day, today=work.today)
    known = await staff.of_ids(work, ids)
    if len(known) < len(ids):
        raise NotFound(field="people")
    # Nobody approves leave for that day meanwhile.
    await leave.hold(work, ids)
    return [await _recorded(work, each, name=known[each.person_id].name, day=day) for each in people]


async def correct(
    work: Work, *, entry_id: UUID, mark: str, reason: str, note: str | None = None
) -> AttendanceEntry:
    """Put another entry in the place of one, with a reason; the former stays to be read.

    Raises `NotFound`, `NotPermitted`, `Corrected`, `NothingToCorrect`, `ReasonNeeded`, `FieldTooLong`.
    """
    former = await queries.to_change(work, entry_id)
    work.require("record", ENTRY, former)
    rules.correctable(former.mark, mark, superseded=former.superseded_at is not None)
    said = reasoned(reason, field="reason")
    former.superseded_at = work.now
    await work.session.flush()
    entry = _entry(
        work, Marked(former.person_id, mark, note), Parties(former.home_id, former.host_id), former.day
    )
    entry.corrects_id, entry.reason = former.id, said
    work.session.add(entry)
    await work.session.flush()
    await _leave_a_line(work, entry, "corrected")
    return entry


async def _recorded(work: Work, marked: Marked, *, name: str, day: date) -> AttendanceEntry:
    parties = (await in_service(work, [marked.person_id], day=day)).get(marked.person_id)
    if parties is None:
        raise rules.NotInPost(field="people", name=name, day=day.isoformat())
    entry = _entry(work, marked, parties, day)
    if not work.may("record", ENTRY, entry):
        raise await _recorded_elsewhere(work, parties, name=name, day=day)
    away = await leave.absent(work, [marked.person_id], first=day, last=day)
    rules.typed(away[marked.person_id], day=day, name=name)
    row = {column.key: getattr(entry, column.key) for column in AttendanceEntry.__table__.columns}
    # The table and not the model, to which the session would bind values of its own.
    table = cast("Table", AttendanceEntry.__table__)
    result = await work.session.execute(insert(table).values(row).on_conflict_do_nothing())
    if not getattr(result, "rowcount", 0):
        raise rules.RecordedAlready(field="people", name=name, day=day.isoformat())
    await _leave_a_line(work, entry, "recorded")
    return entry


async def _recorded_elsewhere(
    work: Work, parties: Parties, *, name: str, day: date
) -> rules.RecordedElsewhere:
    mine = work.actor.tenant_id
    other = parties.home_id if parties.host_id == mine else parties.host_id
    power = work.rulebook_on(work.today).the_power("attendance", "record")
    return rules.RecordedElsewhere(
        field="people",
        name=name,
        day=day.isoformat(),
        body=(await organisations.the(work, other)).name,
        source=power.source,
    )


def _entry(work: Work, marked: Marked, parties: Parties, day: date) -> AttendanceEntry:
    entry = entry_of(work, parties, marked.person_id, day)
    entry.id, entry.mark = new_id(), marked.mark
    entry.note = reasoned(marked.note, field="note") if marked.note and marked.note.strip() else None
    entry.recorded_by, entry.recorded_for, entry.recorded_at = (
        work.actor.person_id,
        work.intended_id,
        work.now,
    )
    return entry


async def _leave_a_line(work: Work, entry: AttendanceEntry, event: str) -> None:
    await leave_a_line(
        work,
        action=f"attendance.{event}",
        subject_kind="attendance_entry",
        subject_id=entry.id,
        content=_content_of(entry),
    )


def _content_of(entry: AttendanceEntry) -> dict[str, Any]:
    """What the audit line commits to: the entry, which never changes."""
    return {
        "body": str(entry.body_id),
        "person": str(entry.person_id),
        "home": str(entry.home_id),
        "host": str(entry.host_id),
        "day": entry.day.isoformat(),
        "mark": entry.mark,
        "note": entry.note,
        "corrects": entry.corrects_id and str(entry.corrects_id),
        "reason": entry.reason,
    }
