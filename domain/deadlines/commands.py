"""Starting, extending, suspending and ending deadlines: steps of the acts of a matter.

Each of these is called from a command that has locked its matter and asked the permission for its act; nobody moves a
clock by right. So they go by the matter and not by a role's filter; the tenants' walls hold all the same. The calling
command leaves the audit line and the announcement; what changed in a running deadline is kept here, with its reason.
The recount, which nobody's act causes, is `recounting.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from domain.deadlines import rules
from domain.deadlines.counting import (
    Changed,
    History,
    Standing,
    histories_of,
    keep,
    limit_of,
    plan_again,
    plan_first,
    silence,
)
from domain.deadlines.models import OPEN, Deadline
from domain.deadlines.rules import Change, Suspension
from domain.deadlines.terms import Terms
from domain.rulebooks.rules import Limit, Rulebook
from domain.work import Work
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
        suspended_since=None,
        met_at=None,
        cancelled_at=None,
    )
    plan_first(
        deadline,
        terms,
        calendar=work.calendar,
        calendar_version=work.actor.calendar_version,
        known_at=work.now,
    )
    work.session.add(deadline)
    await work.session.flush()
    return deadline


async def extend(
    work: Work, *, subject_id: UUID, kind: str, by: int, at_most: Limit | None, because: str | None = None
) -> Deadline:
    """Lengthen a running limit by so many of its own unit, up to `at_most` in all.

    Raises `ExtensionOfNothing`, `ExtensionTooLate`, `ExtensionBeyondCap`; LookupError when no such clock runs.
    """
    deadline = await _the_running(work, subject_id=subject_id, kind=kind)
    longer = rules.extended(
        limit=limit_of(deadline),
        by=by,
        at_most=at_most,
        due_at=deadline.due_at,
        # A limit that stands still does not run out meanwhile.
        decided_at=deadline.suspended_since or work.now,
    )
    was = Standing.of(deadline)
    deadline.amount = longer.amount
    history = (await histories_of(work, [deadline]))[deadline.id]
    await _replan(work, deadline, history, change="extended", was=was, because=because, at=work.now)
    return deadline


async def suspend(work: Work, *, subject_id: UUID, kind: str, because: str) -> Deadline:
    """Stop the clock: nothing rings, and what is left of the limit now is left when it is resumed.

    No news where it stands still already: the first ground holds. LookupError when no such clock runs.
    """
    deadline = await _the_running(work, subject_id=subject_id, kind=kind)
    if deadline.suspended_since is not None:
        return deadline
    deadline.suspended_since = work.now
    silence(deadline)
    await work.session.flush()
    unmoved = Standing.of(deadline)
    await keep(work, [Changed(deadline, "suspended", unmoved, because, work.now)])
    return deadline


async def resume(work: Work, *, subject_id: UUID, kind: str, because: str | None = None) -> Deadline:
    """Let the clock go on with what was left of the limit when it was suspended.

    No news where it runs already. LookupError when no such clock runs.
    """
    deadline = await _the_running(work, subject_id=subject_id, kind=kind)
    await _go_on(work, deadline, at=work.now, because=because)
    return deadline


async def meet(work: Work, *, subject_id: UUID, kind: str, at: datetime | None = None) -> Deadline | None:
    """What was owed is done, now or at the instant `at`: the clock rings no more. None when no such clock runs.

    A matter may be older than a clock of its kind; its acts go on without one. A clock that stands still goes on in
    that instant: whether what was owed is late is measured by what was left.
    """
    for deadline in await _running(work, subject_id=subject_id, kind=kind):
        await _met(work, deadline, at=at or work.now)
        return deadline
    return None


async def answer(work: Work, *, subject_id: UUID, by: UUID, but: str | None = None) -> None:
    """A body answers in a matter: all that it owed there is done, and of the others nothing is owed any more.

    All but the clock of this kind, which is not about this answer: it runs, and goes on if it stood still.
    """
    for deadline in await _running(work, subject_id=subject_id):
        if deadline.kind == but:
            await _go_on(work, deadline, at=work.now)
        elif deadline.obligor_id == by:
            await _met(work, deadline, at=work.now)
        else:
            await _cancelled(work, deadline)


async def cancel(work: Work, *, subject_id: UUID, kind: str | None = None) -> Sequence[Deadline]:
    """Nothing is owed any more: this clock, or every clock of the matter, rings no more."""
    running = await _running(work, subject_id=subject_id, kind=kind)
    for deadline in running:
        await _cancelled(work, deadline)
    return running


async def _met(work: Work, deadline: Deadline, *, at: datetime) -> None:
    await _go_on(work, deadline, at=at)
    deadline.met_at = at
    silence(deadline)
    await work.session.flush()


async def _cancelled(work: Work, deadline: Deadline) -> None:
    await _go_on(work, deadline, at=work.now)
    deadline.cancelled_at = work.now
    silence(deadline)
    await work.session.flush()


async def _go_on(work: Work, deadline: Deadline, *, at: datetime, because: str | None = None) -> None:
    """End a suspension, if there is one, at that instant, or where it began if that is later."""
    if deadline.suspended_since is None:
        return
    was, history = Standing.of(deadline), (await histories_of(work, [deadline]))[deadline.id]
    stood_still = Suspension(deadline.suspended_since, max(at, deadline.suspended_since))
    deadline.suspended_since = None
    await _replan(
        work,
        deadline,
        History(history.reached, [*history.suspensions, stood_still]),
        change="resumed",
        was=was,
        because=because,
        at=stood_still.until,
    )


async def _replan(
    work: Work,
    deadline: Deadline,
    history: History,
    *,
    change: Change,
    was: Standing,
    because: str | None,
    at: datetime,
) -> None:
    """Count it again after an act, and keep what that changed."""
    plan_again(
        deadline,
        Terms.of(work.rulebook_on(deadline.ruled_on), kind=deadline.kind, zone=work.actor.zone),
        calendar=work.calendar,
        calendar_version=work.actor.calendar_version,
        now=work.now,
        history=history,
    )
    await work.session.flush()
    await keep(work, [Changed(deadline, change, was, because, at)])


async def _the_running(work: Work, *, subject_id: UUID, kind: str) -> Deadline:
    running = await _running(work, subject_id=subject_id, kind=kind)
    if not running:
        raise LookupError(f"no deadline {kind} is running for {subject_id}")
    return running[0]


async def _running(work: Work, *, subject_id: UUID, kind: str | None = None) -> Sequence[Deadline]:
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
