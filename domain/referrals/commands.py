"""What the sender does with a referral: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one and leaves exactly one event, whose number is that version; clocks and notices
raise nothing. The matter is locked first, its deadlines next, the counter of numbers last. What the receiver does
until it has answered stands in `receiving.py`, what either does afterwards in `following.py`, and the steps that
several acts share in `steps.py` and `clocks.py`.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from domain.assignments import commands as assignments
from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.deadlines import queries as running
from domain.documents import commands as documents
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.outbox.rules import ToTenant
from domain.referrals import clocks, queries, refusals, rules, steps
from domain.referrals.models import (
    Referral,
    ReferralArticle,
    ReferralEvent,
    ReferralMaterial,
)
from domain.referrals.search import keep_findable
from domain.search import commands as search
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound


async def draft(
    work: Work,
    *,
    addressee_id: UUID,
    found_on: date,
    party: str,
    place: str,
    facts: str,
    item_code: str,
    legal_basis: str,
    ongoing: bool = False,
    urgent_found_at: datetime | None = None,
    onward_of: UUID | None = None,
) -> Referral:
    """Begin a referral to another body; the clock for sending runs from the day of finding.

    Where it cannot wait, it runs by the hour from `urgent_found_at`. `onward_of` is the referral that is passed on.

    Raises `NotFound` (addressee), `NotPermitted`, `ToOneself`, `NotAParty`, `Dissolved`, `DirectionForbidden`, `FieldEmpty`,
    `FieldTooLong`, `FoundInTheFuture`, `UrgentOnAnotherDay`.
    """
    referral = Referral(
        county_id=work.county_id,
        id=new_id(),
        from_id=work.actor.tenant_id,
        addressee_id=addressee_id,
        owner_id=work.actor.tenant_id,
        state="draft",
        version=1,
        began_on=work.today,
        found_on=rules.found(found_on, today=work.today),
        urgent_found_at=steps.urgent(work, urgent_found_at, found_on=found_on),
        ongoing=ongoing,
        onward_of=onward_of,
        party=rules.written("party", party),
        place=rules.written("place", place),
        facts=rules.written("facts", facts),
        item_code=rules.written("item_code", item_code),
        legal_basis=rules.written("legal_basis", legal_basis),
        drafted_by=work.actor.person_id,
        sent_late=False,
        created_at=work.now,
    )
    work.require("draft", "referral.letter", referral)
    await steps.check_the_parties(work, addressee_id, on=referral.began_on)
    work.session.add(referral)
    await work.session.flush()
    await keep_findable(work, referral)
    await clocks.start_the_clock_for_sending(work, referral)
    await steps.tell(work, referral, "drafted", audience=[])
    return referral


async def revise(work: Work, *, referral_id: UUID, expected_version: int, **changed: Any) -> Referral:
    """Change parts of a draft: those that `draft` takes, but for what it is passed on from.

    Raises what `draft` raises, `PassedBack` and `PriorNoticeGiven`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "revise")
    if referral.prior_notice_at is not None and not changed.keys().isdisjoint(steps.TOLD_BEFORE):
        raise refusals.PriorNoticeGiven
    if "addressee_id" in changed:
        await steps.check_the_parties(work, changed["addressee_id"], on=referral.began_on)
        if referral.onward_of is not None:
            passed_on = await queries.the(work, referral.onward_of)
            await steps.check_onward(work, changed["addressee_id"], passed_on=passed_on)
        referral.addressee_id = changed["addressee_id"]
    for name in ("party", "place", "facts", "item_code", "legal_basis"):
        if name in changed:
            setattr(referral, name, rules.written(name, changed[name]))
    if "ongoing" in changed:
        referral.ongoing = changed["ongoing"]
    if not changed.keys().isdisjoint({"found_on", "urgent_found_at"}):
        due_at = await running.due_at(work, subject_id=referral.id, kind=clocks.clock_for_sending(referral))
        rules.still_in_time(now=work.now, due_at=due_at, shown=steps.in_the_county(work, due_at))
        await deadlines.cancel(work, subject_id=referral.id, kind=clocks.clock_for_sending(referral))
        referral.found_on = rules.found(changed.get("found_on", referral.found_on), today=work.today)
        referral.urgent_found_at = steps.urgent(
            work, changed.get("urgent_found_at", referral.urgent_found_at), found_on=referral.found_on
        )
        await clocks.start_the_clock_for_sending(work, referral)
    await keep_findable(work, referral)
    await steps.close(work, referral, "revise", "revised", audience=[], facts={"changed": sorted(changed)})
    return referral


async def attach(
    work: Work, *, referral_id: UUID, expected_version: int, file_id: UUID, kind: str, title: str
) -> Referral:
    """Add an uploaded file of the acting body to a draft's materials, or to what the receiver asked for."""
    referral = await steps.take_up(work, referral_id, expected_version, "attach")
    known, _ = await steps.materials_asked_for(work, referral)
    kind, title = rules.known_kind(kind, known), rules.written("title", title)
    file = await documents.mark_attached(work, file_id=file_id)
    material = ReferralMaterial(
        county_id=work.county_id,
        id=new_id(),
        referral_id=referral.id,
        from_id=referral.from_id,
        kind=kind,
        title=title,
        file_id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        attached_at=work.now,
    )
    work.session.add(material)
    await steps.close(
        work,
        referral,
        "attach",
        "material_attached",
        audience=[],
        facts={"kind": kind, "sha256": file.sha256},
    )
    return referral


async def detach(work: Work, *, referral_id: UUID, expected_version: int, material_id: UUID) -> Referral:
    """Take a material out of a draft again; its file is left to the sweeper. Raises `HandedOver`."""
    referral = await steps.take_up(work, referral_id, expected_version, "attach")
    material = await queries.material(work, material_id)
    if material.referral_id != referral.id:
        raise NotFound(field="material")
    if material.to_id is not None:
        raise refusals.HandedOver(field="material")
    await documents.mark_detached(work, file_id=material.file_id)
    await work.session.delete(material)
    await steps.close(
        work, referral, "attach", "material_detached", audience=[], facts={"kind": material.kind}
    )
    return referral


async def submit(
    work: Work, *, referral_id: UUID, expected_version: int, missing_reason: str | None = None
) -> Referral:
    """Put a draft before the head: complete, or saying why material is missing.

    Where the rulebook asks for no head, it can be sent at once. Raises `MaterialsMissing`, `StopFirst`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "submit")
    referral.missing_reason = rules.reasoned(missing_reason, field="missing_reason", needed=False)
    await steps.check_completeness(work, referral)
    steps.check_stopped(work, referral)
    head_approves = work.rulebook_on(referral.began_on).flag("referral.head_approves")
    await steps.close(
        work,
        referral,
        "submit",
        "submitted",
        to="awaiting_approval" if head_approves else "approved",
        audience=[ToTenant(referral.from_id, ["head"] if head_approves else ["registrar"])],
        facts={"missing_reason": referral.missing_reason},
    )
    return referral


async def approve(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Sign the letter as head (附件5 第8条第1项)."""
    referral = await steps.take_up(work, referral_id, expected_version, "approve")
    referral.approved_by, referral.approved_for = work.actor.person_id, work.intended_id
    referral.approved_at = work.now
    await steps.close(
        work,
        referral,
        "approve",
        "approved",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["registrar"])],
    )
    return referral


async def reject(work: Work, *, referral_id: UUID, expected_version: int, reason: str) -> Referral:
    """Send the draft back to whoever wrote it, with a reason."""
    referral = await steps.take_up(work, referral_id, expected_version, "reject")
    kept = rules.reasoned(reason, field="reason")
    referral.approved_by = referral.approved_for = referral.approved_at = None
    await steps.close(
        work,
        referral,
        "reject",
        "rejected",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["officer"])],
        facts={"reason": kept},
    )
    return referral


async def send(
    work: Work, *, referral_id: UUID, expected_version: int, late_reason: str | None = None
) -> Referral:
    """Send the approved letter with its materials under the next number; from here on both bodies see it.

    Raises `Dissolved`, `MaterialsMissing`, `StopFirst`, `LateReasonNeeded`, `LateSendingForbidden`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "send")
    await lineage.require_there(work, await organisations.the(work, referral.addressee_id), field="addressee")
    await steps.check_completeness(work, referral)
    steps.check_stopped(work, referral)
    rulebook = work.rulebook_on(referral.began_on)
    due_at = await running.due_at(work, subject_id=referral.id, kind=clocks.clock_for_sending(referral))
    reason = rules.sent_late(
        now=work.now,
        due_at=due_at,
        shown=steps.in_the_county(work, due_at),
        reason=late_reason,
        allowed=rulebook.flag("referral.late_sending_allowed"),
        reason_needed=rulebook.flag("referral.late_sending_needs_reason"),
    )
    await deadlines.meet(work, subject_id=referral.id, kind=clocks.clock_for_sending(referral))
    await clocks.start_a_clock_of_the_receiver(work, referral, "referral.take_in")
    if rulebook.choice("referral.receiving") == "tell_from_arrival":
        await clocks.start_a_clock_of_the_receiver(work, referral, "referral.tell")
    await clocks.start_a_clock_of_the_receiver(work, referral, clocks.WHOLE)
    await steps.share_the_file(work, referral)
    referral.sent_late, referral.late_reason = reason is not None, reason or None
    referral.to_id, referral.overseen_id = referral.addressee_id, referral.county_id
    referral.sent_at = work.now
    await keep_findable(work, referral)
    await steps.close(
        work,
        referral,
        "send",
        "sent",
        audience=[ToTenant(referral.addressee_id, ["registrar", "head"])],
        facts={"late": referral.sent_late, "reason": referral.late_reason},
        number=("letter_number", "referral.letter", rulebook.number_format("referral.letter_number")),
    )
    return referral


async def record_stop(
    work: Work, *, referral_id: UUID, expected_version: int, stop: rules.Stop, at: datetime, note: str
) -> Referral:
    """Record what was done about a violation that goes on; the receiver reads it in the letter.

    Fuling part 2(3), the unnamed city part 2(3)2, Kunyang annex 6 article 4. Raises `StoppedInTheFuture`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "record_stop")
    referral.stop, referral.stop_note = stop, rules.written("stop", note, given_as="note")
    referral.stopped_at = rules.stopped_at(at, now=work.now)
    await steps.close(
        work,
        referral,
        "record_stop",
        "stop_recorded",
        audience=[ToTenant(referral.to_id, ["officer", "head"])] if referral.to_id else [],
        # Ordered today and stopped tomorrow: the letter has the last, the record has both.
        facts={"stop": stop, "reason": referral.stop_note},
    )
    return referral


async def extend_sending(
    work: Work, *, referral_id: UUID, expected_version: int, by: int, reason: str
) -> Referral:
    """Lengthen the limit for sending by so many of its own unit; the body that is meant hears of it by this very act.

    It is told of no particulars: the letter is not its own yet (the unnamed city, part 2(3)2).

    Raises `ExtensionForbidden`, `NotUrgentlyExtended`, `ExtensionOfNothing`, `ExtensionTooLate`, `ExtensionBeyondCap`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "extend_sending")
    ruled = rules.ADMITTED_BY["extend_sending"]
    rulebook = work.rulebook_on(referral.began_on)
    extension = rulebook.extension(ruled)
    if not extension.allowed:
        raise refusals.ExtensionForbidden(source=rulebook.cited(ruled))
    if referral.urgent_found_at is not None:
        raise refusals.NotUrgentlyExtended
    kept = rules.reasoned(reason, field="reason", needed=extension.needs_reason)
    deadline = await deadlines.extend(
        work,
        subject_id=referral.id,
        kind="referral.send",
        by=by,
        # Why stands in the letter's own record: oversight reads the clock of a letter that it does not see yet.
        at_most=extension.at_most,
    )
    if extension.prior_notice:
        await steps.give_prior_notice(work, referral, until=deadline.due_at)
        referral.prior_notice_at = work.now
    await steps.close(
        work,
        referral,
        "extend_sending",
        "sending_extended",
        audience=[steps.drafter(referral)],
        facts={"reason": kept},
    )
    return referral


async def supply(
    work: Work, *, referral_id: UUID, expected_version: int, note: str | None = None
) -> Referral:
    """Hand over the material that was asked for, or say why there is none; verifying goes on.

    Raises `NothingSupplied`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "supply")
    kept = rules.reasoned(note, field="note", needed=False)
    if kept is None and not await queries.anything_new(work, referral.id):
        raise refusals.NothingSupplied(field="note")
    await deadlines.meet(work, subject_id=referral.id, kind="referral.supply_material")
    await steps.share_the_file(work, referral)
    await clocks.let_the_receiver_go_on(work, referral)
    await steps.close(
        work,
        referral,
        "supply",
        "material_supplied",
        audience=[ToTenant(steps.receiver(referral), ["officer", "head"])],
        facts={"reason": kept},
    )
    return referral


async def withdraw(work: Work, *, referral_id: UUID, expected_version: int, reason: str) -> Referral:
    """Take the referral back before it is accepted, with a reason; what it asked of the receiver is owed no more."""
    referral = await steps.take_up(work, referral_id, expected_version, "withdraw")
    kept = rules.reasoned(reason, field="reason")
    await deadlines.cancel(work, subject_id=referral.id)
    await steps.shut_the_file(work, referral)
    referral.withdrawn_reason, referral.suspension = kept, None
    await steps.close(
        work,
        referral,
        "withdraw",
        "withdrawn",
        audience=[ToTenant(steps.receiver(referral), ["registrar", "head"])],
        facts={"reason": referral.withdrawn_reason},
    )
    return referral


async def discard(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Delete a referral that was never sent, with its materials and events; the audit trail keeps that it was."""
    referral = await steps.take_up(work, referral_id, expected_version, "discard")
    materials = (await queries.materials_of(work, [referral.id]))[referral.id]
    for material in materials:
        await documents.mark_detached(work, file_id=material.file_id)
    await work.session.flush()
    await deadlines.cancel(work, subject_id=referral.id)
    await search.forget(work, subject_id=referral.id)
    await assignments.forget(work, subject_id=referral.id)
    for part in (ReferralMaterial, ReferralArticle, ReferralEvent):
        await work.session.execute(
            delete(part).where(part.county_id == work.county_id, part.referral_id == referral.id)
        )
    await work.session.execute(
        delete(Referral).where(Referral.county_id == work.county_id, Referral.id == referral.id)
    )
    await record(
        work,
        action="referral.discarded",
        subject_kind="referral",
        subject_id=referral.id,
        content=steps.content_of(referral),
    )
    return referral
