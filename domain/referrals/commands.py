"""What is done with referrals: one verb per function, each in the transaction that the edge opened.

Every act raises the version by one and leaves exactly one event, whose number is that version; clocks and notices
raise nothing. The matter is locked first, its deadlines next, the counter of numbers last. The steps that several
acts share stand in `steps.py`.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.deadlines import queries as running
from domain.documents import commands as documents
from domain.outbox.rules import ToTenant
from domain.referrals import queries, rules, steps
from domain.referrals.models import Referral, ReferralEvent, ReferralMaterial
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
    work.require("draft", "referral.letter", referral)
    await steps.check_the_parties(work, addressee_id)
    work.session.add(referral)
    await work.session.flush()
    await keep_findable(work, referral)
    await steps.start_the_clock_for_sending(work, referral)
    await steps.tell(work, referral, "drafted", audience=[])
    return referral


async def revise(work: Work, *, referral_id: UUID, expected_version: int, **changed: Any) -> Referral:
    """Change parts of a draft: `addressee_id`, `found_on`, `party`, `place`, `facts`, `item_code`, `legal_basis`."""
    referral = await steps.take_up(work, referral_id, expected_version, "revise")
    if "addressee_id" in changed:
        await steps.check_the_parties(work, changed["addressee_id"])
        referral.addressee_id = changed["addressee_id"]
    for name in ("party", "place", "facts", "item_code", "legal_basis"):
        if name in changed:
            setattr(referral, name, rules.written(name, changed[name]))
    if "found_on" in changed:
        referral.found_on = rules.found(changed["found_on"], today=work.today)
        await deadlines.cancel(work, subject_id=referral.id, kind="referral.send")
        await steps.start_the_clock_for_sending(work, referral)
    await keep_findable(work, referral)
    await steps.close(work, referral, "revise", "revised", audience=[], facts={"changed": sorted(changed)})
    return referral


async def attach(
    work: Work, *, referral_id: UUID, expected_version: int, file_id: UUID, kind: str, title: str
) -> Referral:
    """Add an uploaded file of the acting body to a draft's materials."""
    referral = await steps.take_up(work, referral_id, expected_version, "attach")
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
    """Take a material out of a draft again; its file is left to the sweeper."""
    referral = await steps.take_up(work, referral_id, expected_version, "attach")
    material = await queries.material(work, material_id)
    if material.referral_id != referral.id:
        raise NotFound(field="material")
    await documents.mark_detached(work, file_id=material.file_id)
    await work.session.delete(material)
    await steps.close(
        work, referral, "attach", "material_detached", audience=[], facts={"kind": material.kind}
    )
    return referral


async def submit(
    work: Work, *, referral_id: UUID, expected_version: int, missing_reason: str | None = None
) -> Referral:
    """Put a draft before the head: complete, or saying why material is missing. Raises `MaterialsMissing`."""
    referral = await steps.take_up(work, referral_id, expected_version, "submit")
    referral.missing_reason = rules.reasoned(missing_reason, field="missing_reason", needed=False)
    await steps.check_completeness(work, referral)
    await steps.close(
        work,
        referral,
        "submit",
        "submitted",
        audience=[ToTenant(referral.from_id, ["head"])],
        facts={"missing_reason": referral.missing_reason},
    )
    return referral


async def approve(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Sign the letter as head (附件5 第8条第1项)."""
    referral = await steps.take_up(work, referral_id, expected_version, "approve")
    referral.approved_by = work.actor.person_id
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
    referral.approved_by = referral.approved_at = None
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

    Raises `MaterialsMissing`, `LateReasonNeeded`, `LateSendingForbidden`.
    """
    referral = await steps.take_up(work, referral_id, expected_version, "send")
    await steps.check_completeness(work, referral)
    rulebook = work.rulebook_on(referral.began_on)
    due_at = await running.due_at(work, subject_id=referral.id, kind="referral.send")
    reason = rules.sent_late(
        now=work.now,
        due_at=due_at,
        shown=steps.in_the_county(work, due_at),
        reason=late_reason,
        allowed=rulebook.flag("referral.late_sending_allowed"),
        reason_needed=rulebook.flag("referral.late_sending_needs_reason"),
    )
    await deadlines.meet(work, subject_id=referral.id, kind="referral.send")
    await steps.start_a_clock(
        work, referral, "referral.take_in", owed_by=referral.addressee_id, to=referral.from_id
    )
    await steps.share_materials(work, referral)
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


async def take_in(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Take the referral in, before any judgement, with a numbered receipt; verifying begins (附件5 第8条)."""
    referral = await steps.take_up(work, referral_id, expected_version, "take_in")
    rulebook = work.rulebook_on(referral.began_on)
    await deadlines.meet(work, subject_id=referral.id, kind="referral.take_in")
    await steps.start_a_clock(
        work, referral, "referral.verify", owed_by=steps.receiver(referral), to=referral.from_id
    )
    if rulebook.choice("referral.file_opens") == "taken_in":
        await steps.open_the_file(work, referral)
    referral.taken_in_at = work.now
    await steps.close(
        work,
        referral,
        "take_in",
        "taken_in",
        audience=[steps.drafter(referral), ToTenant(steps.receiver(referral), ["head", "officer"])],
        number=("receipt_number", "referral.receipt", rulebook.number_format("referral.receipt_number")),
    )
    return referral


async def accept(work: Work, *, referral_id: UUID, expected_version: int) -> Referral:
    """Accept the matter: the receiver is answerable from here on, and the sender is told by this very act."""
    referral = await steps.take_up(work, referral_id, expected_version, "accept")
    await deadlines.meet(work, subject_id=referral.id, kind="referral.verify")
    await steps.open_the_file(work, referral)
    referral.decided_at = work.now
    await steps.close(
        work,
        referral,
        "accept",
        "accepted",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head"])],
    )
    return referral


async def return_(work: Work, *, referral_id: UUID, expected_version: int, reasons: str | None) -> Referral:
    """Return the matter with reasons and all its materials (附件5 第8条). Raises `ReturnForbidden`, `ReasonNeeded`."""
    referral = await steps.take_up(work, referral_id, expected_version, "return")
    rulebook = work.rulebook_on(referral.began_on)
    if not rulebook.flag("referral.return_allowed"):
        raise rules.ReturnForbidden
    kept = rules.reasoned(reasons, field="reasons", needed=rulebook.flag("referral.return_needs_reason"))
    await deadlines.meet(work, subject_id=referral.id, kind="referral.verify")
    await steps.shut_the_file(work, referral)
    referral.return_reasons, referral.decided_at = kept, work.now
    await steps.close(
        work,
        referral,
        "return",
        "returned",
        audience=[steps.drafter(referral), ToTenant(referral.from_id, ["head", "registrar"])],
        facts={"reasons": referral.return_reasons},
    )
    return referral


async def withdraw(work: Work, *, referral_id: UUID, expected_version: int, reason: str) -> Referral:
    """Take the referral back before it is accepted, with a reason; what it asked of the receiver is owed no more."""
    referral = await steps.take_up(work, referral_id, expected_version, "withdraw")
    kept = rules.reasoned(reason, field="reason")
    await deadlines.cancel(work, subject_id=referral.id)
    await steps.shut_the_file(work, referral)
    referral.withdrawn_reason = kept
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
        content=steps.content_of(referral),
    )
    return referral
