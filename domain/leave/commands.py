"""What is done with requests for leave: one verb per function, each in the transaction that the edge opened.

Whoever asks withdraws and cancels; the head of the body that decides on that officer's leave decides, or whoever stands in.
The body that does not decide hears of an absence, and of nothing before there is one.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.leave import queries, rules
from domain.leave.models import LeaveRequest
from domain.leave.queries import REQUEST
from domain.leave.rules import Act, Parties, State, Stretch
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.texts import reasoned
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

WHO_PLANS = ("head", "registrar", "personnel")
"""Of each body, whoever must know that somebody is away."""


async def ask(
    work: Work, *, kind: str, stretch: Stretch, reason: str, host_id: UUID | None = None
) -> LeaveRequest:
    """Ask for leave for oneself; whoever decides on it owes that from now on.

    Raises `NotPermitted`, `NotInService`, `WhichHost`, `NotFound` (host), `NoTime`, `TooFar`, `NoWorkingDay`, `TooLate`,
    `Overlaps`, `ReasonNeeded`, `FieldTooLong`.
    """
    rulebook = work.rulebook_on(work.today)
    # First of all, because no calendar reaches back to any day that somebody may write.
    rules.in_time(
        stretch.first_day,
        today=work.today,
        calendar=work.calendar,
        most=rulebook.number("leave.asked_afterwards"),
        source=rulebook.cited("leave.asked_afterwards"),
    )
    rules.lasts(stretch, calendar=work.calendar, today=work.today)
    parties = await queries.parties(work, on=max(stretch.first_day, work.today), host_id=host_id)
    request = LeaveRequest(
        county_id=work.county_id,
        id=new_id(),
        person_id=work.actor.person_id,
        home_id=parties.home_id,
        host_id=parties.host_id,
        kind=kind,
        state="asked",
        version=1,
        first_day=stretch.first_day,
        from_noon=stretch.from_noon,
        last_day=stretch.last_day,
        until_noon=stretch.until_noon,
        reason=reasoned(reason, field="reason"),
        asked_at=work.now,
    )
    work.require("ask", REQUEST, request)
    await queries.hold(work, [request.person_id])
    rules.free(stretch, held=await queries.held(work, request.person_id, asked=stretch))
    work.session.add(request)
    await work.session.flush()
    decider = queries.decided_by(work, parties)
    await deadlines.start(
        work,
        kind="leave.decide",
        obligor_id=decider,
        waiting_id=_other(parties, decider),
        subject_kind="leave_request",
        subject_id=request.id,
        rulebook=rulebook,
        started_at=work.now,
    )
    await _tell(work, request, "asked", [ToTenant(decider, ("head",))])
    return request


async def approve(work: Work, *, request_id: UUID, expected_version: int) -> LeaveRequest:
    """Approve a request: whoever asked is absent on these days, and all who plan their days hear of it."""
    request = await _decided(work, request_id, expected_version, "approve")
    # Whoever plans these days at the same time sees this, or is seen.
    await queries.hold(work, [request.person_id])
    await _tell(work, request, "approved", _the_officer(request))
    await _announce(work, request, "announced", [ToTenant(body, WHO_PLANS) for body in _bodies(request)])
    return request


async def refuse(work: Work, *, request_id: UUID, expected_version: int, reason: str) -> LeaveRequest:
    """Refuse a request, with a reason. Raises `ReasonNeeded`, `FieldTooLong`."""
    said = reasoned(reason, field="reason")
    request = await _decided(work, request_id, expected_version, "refuse", reason=said)
    await _tell(work, request, "refused", _the_officer(request))
    return request


async def withdraw(work: Work, *, request_id: UUID, expected_version: int) -> LeaveRequest:
    """Take one's own request back that was not decided. Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`."""
    request = await queries.to_change(work, request_id)
    work.require("withdraw", REQUEST, request)
    _close(work, request, "withdraw", expected_version)
    await deadlines.cancel(work, subject_id=request.id)
    (now,) = await queries.as_of_now(work, [request])
    await _tell(work, request, "withdrawn", [ToTenant(queries.decided_by(work, now), ("head",))])
    return request


async def cancel(
    work: Work, *, request_id: UUID, expected_version: int, back_on: date | None = None, at_noon: bool = False
) -> LeaveRequest:
    """Report back from one's own leave before its end; by itself today, or on the first day of what has not begun.

    Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`, `OverAlready`, `BackTooEarly`.
    """
    request = await queries.to_change(work, request_id)
    work.require("cancel", REQUEST, request)
    _close(work, request, "cancel", expected_version)
    await queries.hold(work, [request.person_id])
    taken = rules.taken(
        request.stretch,
        back_on=back_on or max(work.today, request.first_day),
        at_noon=at_noon,
        today=work.today,
    )
    request.granted_until = request.last_day
    request.last_day, request.from_noon, request.until_noon = (
        taken.last_day,
        taken.from_noon,
        taken.until_noon,
    )
    await _tell(work, request, "cancelled", [ToTenant(body, WHO_PLANS) for body in _bodies(request)])
    return request


async def _decided(
    work: Work, request_id: UUID, expected_version: int, act: Act, *, reason: str | None = None
) -> LeaveRequest:
    """A request on which its body decides now, in whose place anybody does it being on record.

    Raises `NotFound`, `NotPermitted`, `OwnRequest`, `Stale`, `WrongState`.
    """
    request = await queries.to_change(work, request_id)
    (now,) = await queries.as_of_now(work, [request])
    work.require("decide", REQUEST, queries.standing(request, now))
    rules.by_another(asked_by=request.person_id, deciding=work.actor.person_id)
    _bring(request, act, expected_version)
    request.decided_in_id, request.decided_at = work.actor.tenant_id, work.now
    request.decided_by, request.decided_for = work.actor.person_id, work.intended_id
    request.decision_reason = reason
    await work.session.flush()
    # Whoever it was first owed by: it is done.
    await deadlines.meet(work, subject_id=request.id, kind="leave.decide")
    return request


def _bring(request: LeaveRequest, act: Act, expected_version: int) -> None:
    """Bring a request into the state that an act leads to, if it was meant for what it is now. Raises `Stale`, `WrongState`."""
    if request.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=request.version)
    request.state = rules.after(act, _state(request))
    request.version += 1


def _close(work: Work, request: LeaveRequest, act: Act, expected_version: int) -> None:
    _bring(request, act, expected_version)
    request.closed_at = work.now


def _other(parties: Parties, decider: UUID) -> UUID | None:
    """The body that does not decide; None where there is only one."""
    return next((each for each in (parties.home_id, parties.host_id) if each != decider), None)


def _bodies(request: LeaveRequest) -> list[UUID]:
    return sorted({request.home_id, request.host_id})


def _the_officer(request: LeaveRequest) -> list[Audience]:
    return [ToPerson(body, request.person_id) for body in _bodies(request)]


async def _tell(work: Work, request: LeaveRequest, event: str, audience: Sequence[Audience]) -> None:
    """Leave the audit line, and the announcement."""
    await work.session.flush()
    await record(
        work,
        action=f"leave.{event}",
        subject_kind="leave_request",
        subject_id=request.id,
        content=_content_of(request),
    )
    await _announce(work, request, event, audience)


async def _announce(work: Work, request: LeaveRequest, event: str, audience: Sequence[Audience]) -> None:
    await announce(
        work,
        kind=f"leave.{event}",
        subject_kind="leave_request",
        subject_id=request.id,
        audience=audience,
        facts={"sender": str(request.home_id), "receiver": str(request.host_id)},
    )


def _state(request: LeaveRequest) -> State:
    return cast("State", request.state)  # the database admits no other word


def _content_of(request: LeaveRequest) -> dict[str, Any]:
    """What the audit line commits to: the request after the act. Kind and reasons are the officer's own and stay out."""
    return {
        "person": str(request.person_id),
        "home": str(request.home_id),
        "host": str(request.host_id),
        "state": request.state,
        "version": request.version,
        "first_day": request.first_day.isoformat(),
        "from_noon": request.from_noon,
        "last_day": request.last_day.isoformat(),
        "until_noon": request.until_noon,
        "granted_until": request.granted_until and request.granted_until.isoformat(),
        "decided_in": request.decided_in_id and str(request.decided_in_id),
    }
