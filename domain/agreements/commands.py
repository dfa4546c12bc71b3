"""What is done with agreements: one verb per function, each in the transaction that the edge opened.

All are acts of a body's head. Every act raises the version by one and is told to the other side.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from domain.agreements import queries, rules
from domain.agreements.models import Agreement
from domain.agreements.rules import Act, State
from domain.audit.commands import record
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import ToTenant
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

# Of the other side: who decides, and who puts letters together by the list.
WHO_REFERS = ("head", "officer")


async def propose(
    work: Work,
    *,
    addressee_id: UUID,
    item_code: str,
    since: date,
    materials: Sequence[tuple[str, str, str]],
) -> Agreement:
    """Propose a list of (kind, need, name) to another body, to be followed from a day on.

    Raises `NotFound` (addressee), `NotPermitted`, `WithOneself`, `NotAParty`, `Dissolved`, `TooEarly`, `LetterNeeded`,
    `ListedTwice`, `FieldEmpty`, `FieldTooLong`.
    """
    one_id, other_id = rules.pair(work.actor.tenant_id, addressee_id)
    agreement = Agreement(
        county_id=work.county_id,
        id=new_id(),
        from_id=work.actor.tenant_id,
        to_id=addressee_id,
        one_id=one_id,
        other_id=other_id,
        state="proposed",
        version=1,
        item_code=written("item_code", item_code, rules.FIELDS),
        materials=queries.as_kept(rules.agreed_list(materials)),
        since=rules.proposed_from(since, today=work.today),
        proposed_by=work.actor.person_id,
        proposed_at=work.now,
    )
    work.require("propose", queries.LIST, agreement)
    agreement.proposed_for = work.intended_id
    await _check_the_parties(work, agreement)
    work.session.add(agreement)
    await work.session.flush()
    await _tell(work, agreement, "proposed", roles=("head",))
    return agreement


async def confirm(work: Work, *, agreement_id: UUID, expected_version: int) -> Agreement:
    """Confirm a list in writing: it holds from the day proposed, at the earliest from tomorrow. Raises `NotLater`."""
    agreement, others = await queries.with_its_like(work, agreement_id)
    _take_up(work, agreement, expected_version, "confirm")
    agreement.since = rules.holds_from(
        agreement.since, confirmed_on=work.today, known=[each.since for each in others if _holds(each)]
    )
    _answered(work, agreement)
    await _close(work, agreement, "confirm", "confirmed")
    return agreement


async def decline(work: Work, *, agreement_id: UUID, expected_version: int, reasons: str) -> Agreement:
    """Decline a list, with reasons. Raises `ReasonNeeded`."""
    agreement = await queries.the(work, agreement_id, to_change=True)
    _take_up(work, agreement, expected_version, "decline")
    agreement.decline_reasons = reasoned(reasons, field="reasons")
    _answered(work, agreement)
    await _close(work, agreement, "decline", "declined")
    return agreement


async def withdraw(work: Work, *, agreement_id: UUID, expected_version: int) -> Agreement:
    """Take a proposal back that was not answered."""
    agreement = await queries.the(work, agreement_id, to_change=True)
    _take_up(work, agreement, expected_version, "withdraw")
    await _close(work, agreement, "withdraw", "withdrawn")
    return agreement


async def end(work: Work, *, agreement_id: UUID, expected_version: int, ends_on: date) -> Agreement:
    """End an agreement from a day on, or bring its end forward; matters begun before keep the list.

    Raises `TooEarly`, `NotSooner`.
    """
    agreement = await queries.the(work, agreement_id, to_change=True)
    _take_up(work, agreement, expected_version, "end")
    agreement.ends_on = rules.ends_from(ends_on, today=work.today, fixed=agreement.ends_on)
    agreement.ended_by, agreement.ended_at = work.actor.tenant_id, work.now
    await _close(work, agreement, "end", "ended")
    return agreement


async def _check_the_parties(work: Work, agreement: Agreement) -> None:
    mine = await organisations.the(work, agreement.from_id)
    theirs = await organisations.the(work, agreement.to_id)
    rules.between(kinds=(mine.kind, theirs.kind), names=(mine.name, theirs.name), same=mine.id == theirs.id)
    await lineage.require_there(work, theirs, field="addressee")


def _take_up(work: Work, agreement: Agreement, expected_version: int, act: Act) -> None:
    """Make sure that the act is permitted, meant for what the agreement is now, and possible."""
    work.require(act, queries.LIST, agreement)
    if agreement.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=agreement.version)
    rules.after(act, _state(agreement))


def _answered(work: Work, agreement: Agreement) -> None:
    agreement.answered_by, agreement.answered_for = work.actor.person_id, work.intended_id
    agreement.answered_at = work.now


async def _close(work: Work, agreement: Agreement, act: Act, event: str) -> None:
    """Bring the agreement into the state that the act leads to, and tell of it."""
    agreement.state = rules.after(act, _state(agreement))
    agreement.version += 1
    await work.session.flush()
    await _tell(work, agreement, event, roles=WHO_REFERS)


async def _tell(work: Work, agreement: Agreement, event: str, *, roles: Sequence[str]) -> None:
    """Leave the audit line, and the announcement to the other side."""
    await record(
        work,
        action=f"agreement.{event}",
        subject_kind="agreement",
        subject_id=agreement.id,
        content=_content_of(agreement),
    )
    other = agreement.to_id if work.actor.tenant_id == agreement.from_id else agreement.from_id
    await announce(
        work,
        kind=f"agreement.{event}",
        subject_kind="agreement",
        subject_id=agreement.id,
        audience=[ToTenant(other, roles)],
        facts={"sender": str(agreement.from_id), "receiver": str(agreement.to_id)},
    )


def _state(agreement: Agreement) -> State:
    return cast("State", agreement.state)  # the database admits no other word


def _holds(agreement: Agreement) -> bool:
    """Whether the agreement holds on any day at all, as the index over first days sees it."""
    return agreement.state == "confirmed" or (
        agreement.ends_on is not None and agreement.ends_on > agreement.since
    )


def _content_of(agreement: Agreement) -> dict[str, Any]:
    """What the audit line commits to: the agreement as it stands after the act."""
    return {
        "state": agreement.state,
        "version": agreement.version,
        "sender": str(agreement.from_id),
        "receiver": str(agreement.to_id),
        "item_code": agreement.item_code,
        "materials": agreement.materials,
        "since": agreement.since.isoformat(),
        "ends_on": agreement.ends_on and agreement.ends_on.isoformat(),
        "decline_reasons": agreement.decline_reasons,
    }
