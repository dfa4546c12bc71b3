"""Starting, extending and ending deadlines: steps of the acts of a matter, and the recount after a calendar's change.

Each of these is called from a command that has locked its matter and asked the permission for its act; nobody moves a
clock by right. So they go by the matter and not by a role's filter; the tenants' walls hold all the same. The calling
command leaves the audit line and the announcement. Only the recount, which nobody's act causes, leaves its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from domain.audit.commands import record_all
from domain.audit.rules import Act
from domain.calendars.rules import WorkingCalendar
from domain.deadlines import rules
from domain.deadlines.firing import WHO_WORKS
from domain.deadlines.models import OPEN, Deadline, DeadlineRung
from domain.deadlines.rules import Plan, Terms
from domain.outbox.commands import announce_all
from domain.outbox.rules import Announcing, ToTenant
from domain.rulebooks.rules import Limit, Rulebook, Shelf
from domain.rulebooks.values import Unit
from domain.work import Errand, Work
from tenancy.ids import new_id


async def start(
    work: Work,
    *,
    kind: str,
    obligor_id: UUID,
    waiting_id: UUID | None,
    subject_kind: str,
    subject_id: UUID,
    rulebook: Rulebook,
    started_at: datetime,
) -> Deadline:
    """Start the clock of `kind` ("referral.verify", which is the key of its limit) in a matter.

    `rulebook` is the one that governs the matter. At most one clock of a kind runs in a matter at a time.
    """
    terms = Terms.of(rulebook, kind=kind, zone=work.actor.zone)
    deadline = Deadline(
        county_id=work.county_id,
        id=new_id(),
        kind=kind,
        obligor_id=obligor_id,
        waiting_id=waiting_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        started_at=started_at,
        amount=terms.limit.amount,
        unit=terms.limit.unit,
        source=terms.source,
        ruled_on=terms.ruled_on,
        escalates_to=terms.escalates_to,
        met_at=None,
        cancelled_at=None,
    )
    plan = terms.plan(started_at=started_at, calendar=work.calendar, known_at=work.now)
    deadline.warn_at, deadline.due_day_at = plan.at("warn"), plan.at("due")
    _set(deadline, plan, reached=())
    work.session.add(deadline)
    await work.session.flush()
    return deadline


async def extend(work: Work, *, subject_id: UUID, kind: str, by: int, at_most: int | None) -> Deadline:
    """Lengthen a running limit by so many of its own unit, up to `at_most` in all.

    Raises `ExtensionTooLate`, `ExtensionBeyondCap`; LookupError when no such clock runs.
    """
    running = await _running(work, subject_id=subject_id, kind=kind)
    if not running:
        raise LookupError(f"no deadline {kind} is running for {subject_id}")
    (deadline,) = running
    longer = rules.extended(
        limit=_limit_of(deadline), by=by, at_most=at_most, due_at=deadline.due_at, decided_at=work.now
    )
    deadline.amount = longer.amount
    terms = Terms.of(work.rulebook_on(deadline.ruled_on), kind=kind, zone=work.actor.zone)
    _count_again(
        deadline, terms, calendar=work.calendar, now=work.now, reached=await _reached(work, [deadline])
    )
    await work.session.flush()
    return deadline


async def meet(work: Work, *, subject_id: UUID, kind: str, at: datetime | None = None) -> Deadline | None:
    """What was owed is done, now or at the instant `at`: the clock rings no more. None when no such clock runs.

    A matter may be older than a clock of its kind; its acts go on without one.
    """
    for deadline in await _running(work, subject_id=subject_id, kind=kind):
        deadline.met_at = at or work.now
        _silence(deadline)
        await work.session.flush()
        return deadline
    return None


async def cancel(work: Work, *, subject_id: UUID, kind: str | None = None) -> Sequence[Deadline]:
    """Nothing is owed any more: this clock, or every clock of the matter, rings no more."""
    running = await _running(work, subject_id=subject_id, kind=kind)
    for deadline in running:
        deadline.cancelled_at = work.now
        _silence(deadline)
    await work.session.flush()
    return running


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline whose recount came out with another due instant."""

    deadline_id: UUID
    was_due_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Recounted:
    """One batch of a recount: what moved, and the deadline after which to go on (None: there are no more)."""

    moved: Sequence[Moved]
    go_on_after: UUID | None


async def recount(
    errand: Errand,
    *,
    calendar: WorkingCalendar,
    shelf: Shelf,
    zone: ZoneInfo,
    after: UUID | None = None,
    most: int = 500,
) -> Recounted:
    """Count running deadlines of the county again, after its calendar changed; in batches, so that nobody waits long.

    All are counted, not only the provisional ones: a notice may name days of the December before it, and a county
    may rest on any day. A rung that was reached stays reached. What came out differently leaves an audit line with
    old and new; both sides are told of what moved. Doing it twice changes nothing the second time.
    """
    wanted = select(Deadline).where(Deadline.county_id == errand.county_id, text(OPEN))
    if after is not None:
        wanted = wanted.where(Deadline.id > after)
    running = (await errand.session.scalars(wanted.order_by(Deadline.id).limit(most).with_for_update())).all()
    reached = await _reached(errand, running)
    known: dict[tuple[date, str], Terms] = {}
    acts: list[Act] = []
    moves: list[tuple[Moved, Announcing]] = []
    for deadline in running:
        key = (deadline.ruled_on, deadline.kind)
        if key not in known:
            known[key] = Terms.of(shelf.on(deadline.ruled_on), kind=deadline.kind, zone=zone)
        before, was_due_at = _times(deadline), deadline.due_at
        _count_again(deadline, known[key], calendar=calendar, now=errand.now, reached=reached)
        if _times(deadline) != before:
            acts.append(_recounted(deadline, before))
        if deadline.due_at != was_due_at:
            moves.append((Moved(deadline.id, was_due_at, deadline.due_at), _announcing(deadline)))
    await errand.session.flush()
    await record_all(errand, acts)
    await announce_all(errand, [announcing for _, announcing in moves])
    return Recounted(
        moved=[moved for moved, _ in moves], go_on_after=running[-1].id if len(running) == most else None
    )


def _recounted(deadline: Deadline, before: dict[str, Any]) -> Act:
    return Act(
        action="deadline.recounted",
        subject_kind=deadline.subject_kind,
        subject_id=deadline.subject_id,
        content={
            "deadline": str(deadline.id),
            "limit": deadline.kind,
            "was": before,
            "is": _times(deadline),
        },
    )


def _announcing(deadline: Deadline) -> Announcing:
    sides = [side for side in (deadline.obligor_id, deadline.waiting_id) if side is not None]
    return Announcing(
        kind="deadline.moved",
        subject_kind=deadline.subject_kind,
        subject_id=deadline.subject_id,
        audience=[ToTenant(side, WHO_WORKS) for side in sides],
        facts={
            "deadline": str(deadline.id),
            "limit": deadline.kind,
            "obligor": str(deadline.obligor_id),
            "waiting": deadline.waiting_id and str(deadline.waiting_id),
            "due_at": deadline.due_at.isoformat(),
        },
    )


async def _running(work: Work, *, subject_id: UUID, kind: str | None) -> Sequence[Deadline]:
    """The running clocks of a matter, locked, and as they are now: the clock's worker may just have rung one."""
    wanted = (
        select(Deadline)
        .where(Deadline.county_id == work.county_id, Deadline.subject_id == subject_id, text(OPEN))
        .order_by(Deadline.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kind is not None:
        wanted = wanted.where(Deadline.kind == kind)
    return (await work.session.scalars(wanted)).all()


async def _reached(work: Work | Errand, deadlines: Sequence[Deadline]) -> dict[UUID, set[str]]:
    rows = await work.session.execute(
        select(DeadlineRung.deadline_id, DeadlineRung.rung).where(
            DeadlineRung.county_id == work.county_id,
            DeadlineRung.deadline_id.in_([deadline.id for deadline in deadlines]),
        )
    )
    reached: dict[UUID, set[str]] = {deadline.id: set() for deadline in deadlines}
    for deadline_id, rung in rows:
        reached[deadline_id].add(rung)
    return reached


def _count_again(
    deadline: Deadline,
    terms: Terms,
    *,
    calendar: WorkingCalendar,
    now: datetime,
    reached: dict[UUID, set[str]],
) -> None:
    """Plan the deadline anew. A reminder that rang stays where it rang; a new one is set only if it lies ahead."""
    plan = terms.plan(
        started_at=deadline.started_at,
        calendar=calendar,
        known_at=deadline.started_at,
        limit=_limit_of(deadline),
    )

    def reminder(rung: str, stored: datetime | None, planned: datetime | None) -> datetime | None:
        if rung in reached[deadline.id] or stored == planned:
            return stored
        return planned if planned is not None and planned > now else None

    deadline.warn_at = reminder("warn", deadline.warn_at, plan.at("warn"))
    deadline.due_day_at = reminder("due", deadline.due_day_at, plan.at("due"))
    _set(deadline, plan, reached=reached[deadline.id])


def _set(deadline: Deadline, plan: Plan, *, reached: Collection[str]) -> None:
    deadline.due_at = plan.due_at
    deadline.provisional = plan.provisional
    deadline.escalate_at = plan.at("escalate")
    rungs = rules.ladder(
        warn_at=deadline.warn_at,
        due_day_at=deadline.due_day_at,
        due_at=deadline.due_at,
        escalate_at=deadline.escalate_at,
    )
    deadline.next_rung, deadline.next_rung_at = rules.next_rung(rungs, reached=reached)


def _silence(deadline: Deadline) -> None:
    deadline.next_rung = deadline.next_rung_at = None


def _limit_of(deadline: Deadline) -> Limit:
    return Limit(deadline.amount, cast("Unit", deadline.unit))


def _times(deadline: Deadline) -> dict[str, Any]:
    """What a recount may change, as the audit line has it."""
    instants = {
        "warn_at": deadline.warn_at,
        "due_day_at": deadline.due_day_at,
        "due_at": deadline.due_at,
        "escalate_at": deadline.escalate_at,
    }
    written = {name: instant and instant.isoformat() for name, instant in instants.items()}
    return {**written, "provisional": deadline.provisional}
