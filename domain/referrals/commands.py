"""What is done with referrals: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one and leaves exactly one event, whose number is that version; clocks and notices
raise nothing. The matter is locked first, its deadlines next, the counter of numbers last.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.deadlines import queries as running
from domain.documents import commands as documents
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.referrals import queries, rules
from domain.referrals.models import Referral, ReferralEvent, ReferralMaterial
from domain.referrals.rules import Act, State
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale

LETTER = "referral.letter"


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
) -> Referral:
    """Begin a referral to another body; the clock for sending runs from the day of finding.

    Raises `NotFound` (addressee), `NotPermitted`, `ToOneself`, `NotAParty`, `FieldEmpty`, `FieldTooLong`,
    `FoundInTheFuture`.
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
        party=rules.written("party", party),
        place=rules.written("place", place),
        facts=rules.written("facts", facts),
        item_code=rules.written("item_code", item_code),
        legal_basis=rules.written("legal_basis", legal_basis),
        drafted_by=work.actor.person_id,
        sent_late=False,
        created_at=work.now,
    )
    work.require("draft", LETTER, referral)
    await _check_the_parties(work, addressee_id)
    work.session.add(referral)
    await work.session.flush()
    await _start_the_clock_for_sending(work, referral)
    await _tell(work, referral, "drafted", audience=[])
    return referral


async def revise(work: Work, *, referral_id: UUID, expected_version: int, **changed: Any) -> Referral:
    """Change parts of a draft: `addressee_id`, `found_on`, `party`, `place`, `facts`, `item_code`, `legal_basis`."""
    referral = await _take_up(work, referral_id, expected_version, "revise")
    if "addressee_id" in changed:
        await _check_the_parties(work, changed["addressee_id"])
        referral.addressee_id = changed["addressee_id"]
    for name in ("party", "place", "facts", "item_code", "legal_basis"):
        if name in changed:
            setattr(referral, name, rules.written(name, changed[name]))
    if "found_on" in changed:
        referral.found_on = rules.found(changed["found_on"], today=work.today)
        await deadlines.cancel(work, subject_id=referral.id, kind="referral.send")
        await _start_the_clock_for_sending(work, referral)
    await _close(work, referral, "revised", audience=[], facts={"changed": sorted(changed)})
    return referral


async def attach(
    work: Work, *, referral_id: UUID, expected_version: int, file_id: UUID, kind: str, title: str
) -> Referral:
    """Add an uploaded file of the acting body to a draft's materials."""
    referral = await _take_up(work, referral_id, expected_version, "attach")
    known = work.rulebook_on(referral.began_on).materials()
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
    await _close(
        work, referral, "material_attached", audience=[], facts={"kind": kind, "sha256": file.sha256}
    )
    return referral


async def detach(work: Work, *, referral_id: UUID, expected_version: int, material_id: UUID) -> Referral:
    """Take a material out of a draft again; its file is left to the sweeper."""
    referral = await _take_up(work, referral_id, expected_version, "attach")
    material = await queries.material(work, material_id)
    if material.referral_id != referral.id:
        raise NotFound(field="material")
    await documents.mark_detached(work, file_id=material.file_id)
    await work.session.delete(material)
    await _close(work, referral, "material_detached", audience=[], facts={"kind": material.kind})
    return referral


async def submit(
    work: Work, *, referral_id: UUID, expected_version: int, missing_reason: str | None = None
) -> Referral:
    """Put a draft before the head: complete, or saying why material is missing. Raises `MaterialsMissing`."""
    referral = await _take_up(work, referral_id, expected_version, "submit")
    referral.missing_reason = rules.reasoned(missing_reason, field="missing_reason", needed=False)
    await _check_completeness(work, referral)
    await _close(
        work,
        referral,
        "submitted",
        audience=[ToTenant(referral.from_id, ["head"])],
        facts={"missing_reason": referral.missing_reason},
    )
    return referral


async def approve(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Sign the letter as head (附件5 第8条第1项)."""
    referral = await _take_up(work, referral_id, expected_version, "approve")
    referral.approved_by = work.actor.person_id
    referral.approved_at = work.now
    await _close(
        work,
        referral,
        "approved",
        audience=[_drafter(referral), ToTenant(referral.from_id, ["registrar"])],
    )
    return referral


async def reject(work: Work, *, referral_id: UUID, expected_version: int, reason: str) -> Referral:
    """Send the draft back to whoever wrote it, with a reason."""
    referral = await _take_up(work, referral_id, expected_version, "reject")
    kept = rules.reasoned(reason, field="reason")
    referral.approved_by = referral.approved_at = None
    await _close(work, referral, "rejected", audience=[_drafter(referral)], facts={"reason": kept})
    return referral


async def send(
    work: Work, *, referral_id: UUID, expected_version: int, late_reason: str | None = None
) -> Referral:
    """Send the approved letter with its materials under the next number; from here on both bodies see it.

    Raises `MaterialsMissing`, `LateReasonNeeded`, `LateSendingForbidden`.
    """
    referral = await _take_up(work, referral_id, expected_version, "send")
    await _check_completeness(work, referral)
    rulebook = work.rulebook_on(referral.began_on)
    due_at = await running.due_at(work, subject_id=referral.id, kind="referral.send")
    reason = rules.sent_late(
        now=work.now,
        due_at=due_at,
        shown=_in_the_county(work, due_at),
        reason=late_reason,
        allowed=rulebook.flag("referral.late_sending_allowed"),
        reason_needed=rulebook.flag("referral.late_sending_needs_reason"),
    )
    referral.sent_late, referral.late_reason = reason is not None, reason or None
    referral.to_id, referral.overseen_id = referral.addressee_id, referral.county_id
    referral.sent_at = work.now
    await _share_materials(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.send")
    await _start_a_clock(
        work, referral, "referral.take_in", owed_by=referral.addressee_id, to=referral.from_id
    )
    await _close(
        work,
        referral,
        "sent",
        audience=[ToTenant(referral.addressee_id, ["registrar", "head"])],
        facts={"late": referral.sent_late, "reason": referral.late_reason},
        number=("letter_number", "referral.letter", rulebook.number_format("referral.letter_number")),
    )
    return referral


async def take_in(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Take the referral in, before any judgement, with a numbered receipt; verifying begins (附件5 第8条)."""
    referral = await _take_up(work, referral_id, expected_version, "take_in")
    rulebook = work.rulebook_on(referral.began_on)
    referral.taken_in_at = work.now
    if rulebook.choice("referral.file_opens") == "taken_in":
        await _open_the_file(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.take_in")
    await _start_a_clock(work, referral, "referral.verify", owed_by=_receiver(referral), to=referral.from_id)
    await _close(
        work,
        referral,
        "taken_in",
        audience=[_drafter(referral), ToTenant(_receiver(referral), ["head", "officer"])],
        number=("receipt_number", "referral.receipt", rulebook.number_format("referral.receipt_number")),
    )
    return referral


async def accept(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Accept the matter: the receiver is answerable from here on, and the sender is told by this very act."""
    referral = await _take_up(work, referral_id, expected_version, "accept")
    referral.decided_at = work.now
    await _open_the_file(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.verify")
    await _close(
        work, referral, "accepted", audience=[_drafter(referral), ToTenant(referral.from_id, ["head"])]
    )
    return referral


async def return_(work: Work, *, referral_id: UUID, expected_version: int, reasons: str | None) -> Referral:
    """Return the matter with reasons and all its materials (附件5 第8条). Raises `ReturnForbidden`, `ReasonNeeded`."""
    referral = await _take_up(work, referral_id, expected_version, "return")
    rulebook = work.rulebook_on(referral.began_on)
    if not rulebook.flag("referral.return_allowed"):
        raise rules.ReturnForbidden
    referral.return_reasons = rules.reasoned(
        reasons, field="reasons", needed=rulebook.flag("referral.return_needs_reason")
    )
    referral.decided_at = work.now
    await _shut_the_file(work, referral)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.verify")
    await _close(
        work,
        referral,
        "returned",
        audience=[_drafter(referral), ToTenant(referral.from_id, ["head", "registrar"])],
        facts={"reasons": referral.return_reasons},
    )
    return referral


async def withdraw(work: Work, *, referral_id: UUID, expected_version: int, reason: str) -> Referral:
    """Take the referral back before it is accepted, with a reason; what it asked of the receiver is owed no more."""
    referral = await _take_up(work, referral_id, expected_version, "withdraw")
    referral.withdrawn_reason = rules.reasoned(reason, field="reason")
    await _shut_the_file(work, referral)
    await deadlines.cancel(work, subject_id=referral.id)
    await _close(
        work,
        referral,
        "withdrawn",
        audience=[ToTenant(_receiver(referral), ["registrar", "head"])],
        facts={"reason": referral.withdrawn_reason},
    )
    return referral


async def discard(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Delete a referral that was never sent, with its materials and events; the audit trail keeps that it was."""
    referral = await _take_up(work, referral_id, expected_version, "discard")
    materials = (await queries.materials_of(work, [referral.id]))[referral.id]
    for material in materials:
        await documents.mark_detached(work, file_id=material.file_id)
    await work.session.flush()
    await deadlines.cancel(work, subject_id=referral.id)
    for part in (ReferralMaterial, ReferralEvent):
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
        content=_content(referral),
    )
    return referral


async def _take_up(work: Work, referral_id: UUID, expected_version: int, act: Act) -> Referral:
    """Lock the matter and make sure that the act is permitted, meant for what it is now, and possible.

    On return the referral is in the state that the act leads to, with the owner of that state.
    """
    referral = await queries.the(work, referral_id, to_change=True)
    work.require(act, LETTER, referral)
    if referral.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=referral.version)
    state = rules.after(act, cast("State", referral.state))
    referral.state = state
    referral.owner_id = rules.owner(state, sender=referral.from_id, receiver=referral.addressee_id)
    referral.version += 1
    return referral


async def _close(
    work: Work,
    referral: Referral,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
    number: tuple[str, str, Any] | None = None,
) -> None:
    """Leave the event, the audit line and the announcement, then take a number if the act gives one, then write."""
    if number is None:
        await work.session.flush()
    await _tell(work, referral, event, audience=audience, facts=facts)
    if number is not None:
        column, kind, number_format = number
        given = await documents.issue_number(
            work, kind=kind, number_format=number_format, subject_kind="referral", subject_id=referral.id
        )
        setattr(referral, column, given)
        await work.session.flush()


async def _tell(
    work: Work,
    referral: Referral,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
) -> None:
    await work.session.execute(
        insert(ReferralEvent).values(
            county_id=work.county_id,
            id=new_id(),
            referral_id=referral.id,
            number=referral.version,
            from_id=referral.from_id,
            to_id=referral.to_id,
            overseen_id=referral.overseen_id,
            kind=event,
            at=work.now,
            by_tenant_id=work.actor.tenant_id,
            by_person_id=work.actor.person_id,
            by_capacity_id=work.actor.capacity_id,
            facts=facts or {},
        )
    )
    await record(
        work,
        action=f"referral.{event}",
        subject_kind="referral",
        subject_id=referral.id,
        content=_content(referral) | (facts or {}),
    )
    if audience:
        await announce(
            work,
            kind=f"referral.{event}",
            subject_kind="referral",
            subject_id=referral.id,
            audience=audience,
            facts={"sender": str(referral.from_id), "receiver": str(referral.addressee_id)},
        )


async def _check_the_parties(work: Work, addressee_id: UUID) -> None:
    sender = await organisations.the(work, work.actor.tenant_id)
    addressee = await organisations.the(work, addressee_id)
    rules.between(
        sender_kind=sender.kind,
        addressee_kind=addressee.kind,
        same=sender.id == addressee.id,
        names=(sender.name, addressee.name),
    )


async def _check_completeness(work: Work, referral: Referral) -> None:
    rulebook = work.rulebook_on(referral.began_on)
    entry = rulebook.entry("referral.materials")
    attached = await work.session.scalars(
        select(ReferralMaterial.kind).where(
            ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id
        )
    )
    rules.complete(
        frozenset(attached),
        rulebook.materials(),
        reason=referral.missing_reason,
        policy=rulebook.choice("referral.missing_materials"),
        source=f"{entry.document.title} {entry.article}",
    )


async def _start_the_clock_for_sending(work: Work, referral: Referral) -> None:
    found_at = datetime.combine(referral.found_on, time.min, tzinfo=work.actor.zone)
    await _start_a_clock(
        work, referral, "referral.send", owed_by=referral.from_id, to=None, started_at=found_at
    )


async def _start_a_clock(
    work: Work,
    referral: Referral,
    kind: str,
    *,
    owed_by: UUID,
    to: UUID | None,
    started_at: datetime | None = None,
) -> None:
    await deadlines.start(
        work,
        kind=kind,
        obligor_id=owed_by,
        waiting_id=to,
        subject_kind="referral",
        subject_id=referral.id,
        rulebook=work.rulebook_on(referral.began_on),
        started_at=started_at or work.now,
    )


async def _share_materials(work: Work, referral: Referral) -> None:
    await work.session.execute(
        update(ReferralMaterial)
        .where(ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id)
        .values(to_id=referral.to_id, overseen_id=referral.overseen_id)
    )


async def _open_the_file(work: Work, referral: Referral) -> None:
    await _admit(work, referral, referral.to_id)


async def _shut_the_file(work: Work, referral: Referral) -> None:
    await _admit(work, referral, None)


async def _admit(work: Work, referral: Referral, reader: UUID | None) -> None:
    referral.admitted_id = reader
    await work.session.execute(
        update(ReferralMaterial)
        .where(ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id)
        .values(admitted_id=reader)
    )


def _receiver(referral: Referral) -> UUID:
    if referral.to_id is None:
        raise LookupError("a referral in this state has been sent, and so has a receiver")
    return referral.to_id


def _drafter(referral: Referral) -> ToPerson:
    return ToPerson(referral.from_id, referral.drafted_by)


def _content(referral: Referral) -> dict[str, Any]:
    """What the audit line commits to: the letter as it stands after the act."""
    return {
        "state": referral.state,
        "version": referral.version,
        "owner": str(referral.owner_id),
        "sender": str(referral.from_id),
        "addressee": str(referral.addressee_id),
        "found_on": referral.found_on.isoformat(),
        "party": referral.party,
        "place": referral.place,
        "facts": referral.facts,
        "item_code": referral.item_code,
        "legal_basis": referral.legal_basis,
    }


def _in_the_county(work: Work, instant: datetime) -> str:
    return instant.astimezone(work.actor.zone).strftime("%Y-%m-%d %H:%M")
