"""The steps that the acts on a referral share: taking it up, its file, and closing the act.

None of them is an act by itself: each is called in the middle of a command, in its transaction. Clocks are in `clocks.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, select, update

from domain.agreements import queries as agreements
from domain.audit.commands import record
from domain.documents import commands as documents
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson, ToTenant
from domain.patrols import rules as patrols
from domain.patrols.queries import handover_today
from domain.referrals import officers, queries, rules
from domain.referrals.models import (
    Referral,
    ReferralArticle,
    ReferralEvent,
    ReferralMaterial,
    ReferralNote,
)
from domain.referrals.rules import Act, Finding, State
from domain.referrals.search import keep_findable
from domain.rulebooks.values import Material, NumberFormat
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale

# Where a list of materials is said that no rulebook says.
AGREED = "双方书面确认的细化移送清单"


async def take_up(work: Work, referral_id: UUID, expected_version: int, act: Act) -> Referral:
    """Lock the matter and make sure that the act is permitted, meant for what it is now, and possible."""
    referral = await queries.the(work, referral_id, to_change=True)
    work.require(act, "referral.letter", referral)
    if referral.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=referral.version)
    rules.after(act, state(referral))
    if act in officers.ENFORCING:
        await officers.require_entitled(work, referral)
    return referral


async def close(
    work: Work,
    referral: Referral,
    act: Act,
    event: str,
    *,
    audience: Sequence[Audience],
    to: State | None = None,
    facts: dict[str, Any] | None = None,
    number: tuple[str, str, NumberFormat] | None = None,
) -> None:
    """Bring the matter into the state that the act leads to (`to`, where there are several), and tell of it.

    Where the act gives a number, that is taken last, when everything else is written: others wait for the counter.
    """
    referral.state = rules.after(act, state(referral), to=to)
    referral.owner_id = rules.owner(state(referral), sender=referral.from_id, receiver=referral.addressee_id)
    referral.version += 1
    shared = act not in rules.PREPARING
    await tell(work, referral, event, audience=audience, facts=facts, shared=shared)
    if number is not None:
        column, kind, number_format = number
        given = await documents.issue_number(
            work, kind=kind, number_format=number_format, subject_kind="referral", subject_id=referral.id
        )
        setattr(referral, column, given)
        await keep_findable(work, referral)
    await work.session.flush()


async def tell(
    work: Work,
    referral: Referral,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
    shared: bool = True,
) -> None:
    """Leave the event, of a letter that was sent for both bodies unless it is not `shared`; audit line and announcement.

    What concerns nobody's inbox is announced all the same: whoever follows the matter hears of it.
    """
    await work.session.execute(
        insert(ReferralEvent).values(
            county_id=work.county_id,
            id=new_id(),
            referral_id=referral.id,
            number=referral.version,
            from_id=referral.from_id,
            to_id=referral.to_id if shared else None,
            overseen_id=referral.overseen_id if shared else None,
            kind=event,
            at=work.now,
            by_tenant_id=work.actor.tenant_id,
            by_person_id=work.actor.person_id,
            by_capacity_id=work.actor.capacity_id,
            for_person_id=work.intended_id,
            facts=facts or {},
        )
    )
    await record(
        work,
        action=f"referral.{event}",
        subject_kind="referral",
        subject_id=referral.id,
        content=content_of(referral) | (facts or {}),
    )
    await announce(
        work,
        kind=f"referral.{event}",
        subject_kind="referral",
        subject_id=referral.id,
        audience=audience,
        facts={"sender": str(referral.from_id), "receiver": str(referral.addressee_id)},
    )


async def check_the_parties(work: Work, addressee_id: UUID, *, on: date) -> None:
    """Whether the acting body can refer to this one, and the place knew that direction when the matter began.

    A body that only patrols refers to the one body that is named for it, whatever directions the place knows.

    Raises `NotFound`, `ToOneself`, `NotAParty`, `Dissolved`, `DirectionForbidden`, `ReceivesNothing`,
    `HandsOverElsewhere`, `NobodyNamed`.
    """
    sender = await organisations.the(work, work.actor.tenant_id)
    addressee = await organisations.the(work, addressee_id)
    await lineage.require_there(work, addressee, field="addressee")
    names, same = (sender.name, addressee.name), sender.id == addressee.id
    if patrols.only_patrols(addressee.kind) and not same:
        raise patrols.not_to(addressee.name, await handover_today(work, addressee, on=on))
    rules.between(sender_kind=sender.kind, addressee_kind=addressee.kind, same=same, names=names)
    if patrols.only_patrols(sender.kind):
        patrols.handed_to(addressee.id, name=sender.name, handover=await handover_today(work, sender, on=on))
        return
    rulebook = work.rulebook_on(on)
    rules.directed(
        f"{sender.kind}_to_{addressee.kind}",
        known=rulebook.texts("referral.directions"),
        names=names,
        source=rulebook.cited("referral.directions"),
    )


async def check_onward(work: Work, addressee_id: UUID, *, passed_on: Referral) -> None:
    """Whether a case that is passed on can go to this body: not to its sender, nor to who goes on for it.

    Raises `PassedBack`.
    """
    sender = passed_on.from_id
    for first in (sender, (await lineage.of_bodies(work)).heir(sender, work.today)):
        rules.onward(addressee_id, first=first)


async def materials_asked_for(work: Work, referral: Referral) -> tuple[tuple[Material, ...], str]:
    """What is to go with the letter, and where that is said: what both bodies agreed on for the item, or the rulebook."""
    agreed = await agreements.in_force(
        work,
        between=(referral.from_id, referral.addressee_id),
        item_code=referral.item_code,
        on=referral.began_on,
    )
    if agreed is not None:
        return agreed, AGREED
    rulebook = work.rulebook_on(referral.began_on)
    return rulebook.materials(), rulebook.cited("referral.materials")


async def check_completeness(work: Work, referral: Referral) -> None:
    """Whether the materials will do by the rules of the matter. Raises `MaterialsMissing`."""
    materials, source = await materials_asked_for(work, referral)
    attached = await work.session.scalars(
        select(ReferralMaterial.kind).where(
            ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id
        )
    )
    rules.complete(
        frozenset(attached),
        materials,
        reason=referral.missing_reason,
        policy=work.rulebook_on(referral.began_on).choice("referral.missing_materials"),
        source=source,
    )


def check_stopped(work: Work, referral: Referral) -> None:
    """Whether a violation that goes on was stopped first, where the place wants that. Raises `StopFirst`."""
    rulebook = work.rulebook_on(referral.began_on)
    rules.stopped_first(
        ongoing=referral.ongoing,
        recorded=referral.stop is not None,
        needed=rulebook.flag("referral.stop_ongoing_first"),
        source=rulebook.cited("referral.stop_ongoing_first"),
    )


def urgent(work: Work, found_at: datetime | None, *, found_on: date) -> datetime | None:
    """The instant from which the urgent limit runs, on the day of finding. Raises `UrgentOnAnotherDay`."""
    local = None if found_at is None else day_of(work, found_at)
    return rules.urgent(found_at, found_on=found_on, local=local, now=work.now)


# What prior notice goes by: to whom, and until when.
TOLD_BEFORE = frozenset({"addressee_id", "found_on", "urgent_found_at"})


async def give_prior_notice(work: Work, referral: Referral, *, until: datetime) -> None:
    """Tell the body that is meant that a case will come to it later, and no more than that."""
    await announce(
        work,
        kind="referral.prior_notice",
        subject_kind="organisation",
        subject_id=referral.from_id,
        audience=[ToTenant(referral.addressee_id, ["registrar", "head"])],
        facts={
            "sender": str(referral.from_id),
            "receiver": str(referral.addressee_id),
            "due_at": until.isoformat(),
        },
    )


async def note(work: Work, referral: Referral, text: str, *, finding: Finding | None = None) -> None:
    """Keep a note of the acting body's own."""
    await work.session.execute(
        insert(ReferralNote).values(
            county_id=work.county_id,
            id=new_id(),
            referral_id=referral.id,
            from_id=referral.from_id,
            owner_id=work.actor.tenant_id,
            by_person_id=work.actor.person_id,
            at=work.now,
            finding=finding,
            text=text,
        )
    )


async def share_the_file(work: Work, referral: Referral) -> None:
    """Let the receiver and oversight see the lists of materials and of articles; contents as far as it is admitted."""
    for part in (ReferralMaterial, ReferralArticle):
        await work.session.execute(
            update(part)
            .where(part.county_id == work.county_id, part.referral_id == referral.id)
            .values(to_id=referral.addressee_id, overseen_id=referral.county_id)
        )
    await _admit(work, referral, referral.admitted_id)


async def open_the_file(work: Work, referral: Referral) -> None:
    """Admit the receiver to the contents of the materials."""
    await _admit(work, referral, referral.to_id)


async def shut_the_file(work: Work, referral: Referral) -> None:
    """Admit nobody but the sender any more."""
    await _admit(work, referral, None)


async def _admit(work: Work, referral: Referral, reader: UUID | None) -> None:
    referral.admitted_id = reader
    await work.session.execute(
        update(ReferralMaterial)
        .where(
            ReferralMaterial.county_id == work.county_id,
            ReferralMaterial.referral_id == referral.id,
            # What was attached and not handed over stays the sender's own.
            ReferralMaterial.to_id.is_not(None),
        )
        .values(admitted_id=reader)
    )


def state(referral: Referral) -> State:
    """The referral's state."""
    return cast("State", referral.state)  # the database admits no other word


def receiver(referral: Referral) -> UUID:
    """The body it was sent to. Raises LookupError for one that was not sent."""
    if referral.to_id is None:
        raise LookupError("a referral in this state has been sent, and so has a receiver")
    return referral.to_id


def answered_at(referral: Referral) -> datetime:
    """When the receiver made it its own. Raises LookupError for one that it did not."""
    if referral.answered_at is None:
        raise LookupError("a referral in this state was answered")
    return referral.answered_at


def drafter(referral: Referral) -> ToPerson:
    """Whoever wrote the letter."""
    return ToPerson(referral.from_id, referral.drafted_by)


def content_of(referral: Referral) -> dict[str, Any]:
    """What the audit line commits to: the letter as it stands after the act."""
    return {
        "state": referral.state,
        "version": referral.version,
        "owner": str(referral.owner_id),
        "sender": str(referral.from_id),
        "addressee": str(referral.addressee_id),
        "found_on": referral.found_on.isoformat(),
        "ongoing": referral.ongoing,
        "stop": referral.stop_note,
        "decision": referral.decision,
        "outcome": referral.outcome,
        "party": referral.party,
        "place": referral.place,
        "facts": referral.facts,
        "item_code": referral.item_code,
        "legal_basis": referral.legal_basis,
    }


def day_of(work: Work, instant: datetime) -> date:
    """The county's day at an instant."""
    return instant.astimezone(work.actor.zone).date()


def in_the_county(work: Work, instant: datetime) -> str:
    """An instant as the county's clocks show it."""
    return instant.astimezone(work.actor.zone).strftime("%Y-%m-%d %H:%M")
