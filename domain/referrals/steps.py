"""The steps that the acts on a referral share: taking it up, its clocks, its file, and closing the act.

None of them is an act by itself: each is called in the middle of a command of `commands.py`, in its transaction.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, select, update

from domain.audit.commands import record
from domain.deadlines import commands as deadlines
from domain.documents import commands as documents
from domain.organisations import queries as organisations
from domain.outbox.commands import announce
from domain.outbox.rules import Audience, ToPerson
from domain.referrals import queries, rules
from domain.referrals.models import Referral, ReferralEvent, ReferralMaterial
from domain.referrals.rules import Act, State
from domain.referrals.search import keep_findable
from domain.rulebooks.values import NumberFormat
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import Stale


async def take_up(work: Work, referral_id: UUID, expected_version: int, act: Act) -> Referral:
    """Lock the matter and make sure that the act is permitted, meant for what it is now, and possible."""
    referral = await queries.the(work, referral_id, to_change=True)
    work.require(act, "referral.letter", referral)
    if referral.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=referral.version)
    rules.after(act, state(referral))
    return referral


async def close(
    work: Work,
    referral: Referral,
    act: Act,
    event: str,
    *,
    audience: Sequence[Audience],
    facts: dict[str, Any] | None = None,
    number: tuple[str, str, NumberFormat] | None = None,
) -> None:
    """Bring the matter into the state that the act leads to, and tell of it.

    Where the act gives a number, that is taken last, when everything else is written: others wait for the counter.
    """
    referral.state = rules.after(act, state(referral))
    referral.owner_id = rules.owner(state(referral), sender=referral.from_id, receiver=referral.addressee_id)
    referral.version += 1
    await tell(work, referral, event, audience=audience, facts=facts)
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
) -> None:
    """Leave the event, the audit line and the announcement.

    What concerns nobody's inbox is announced all the same: whoever follows the matter hears of it.
    """
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


async def check_the_parties(work: Work, addressee_id: UUID) -> None:
    """Whether the acting body can refer to this one. Raises `NotFound`, `ToOneself`, `NotAParty`."""
    sender = await organisations.the(work, work.actor.tenant_id)
    addressee = await organisations.the(work, addressee_id)
    rules.between(
        sender_kind=sender.kind,
        addressee_kind=addressee.kind,
        same=sender.id == addressee.id,
        names=(sender.name, addressee.name),
    )


async def check_completeness(work: Work, referral: Referral) -> None:
    """Whether the materials will do by the rulebook of the matter. Raises `MaterialsMissing`."""
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


async def start_the_clock_for_sending(work: Work, referral: Referral) -> None:
    """Sending is due so long after the day of finding (附件5 第8条)."""
    found_at = datetime.combine(referral.found_on, time.min, tzinfo=work.actor.zone)
    await start_a_clock(
        work, referral, "referral.send", owed_by=referral.from_id, to=None, started_at=found_at
    )


async def start_a_clock(
    work: Work,
    referral: Referral,
    kind: str,
    *,
    owed_by: UUID,
    to: UUID | None,
    started_at: datetime | None = None,
) -> None:
    """Start one of the matter's clocks by the rulebook of the day on which it began."""
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


async def share_materials(work: Work, referral: Referral) -> None:
    """Let the receiver and oversight see the list of materials."""
    await work.session.execute(
        update(ReferralMaterial)
        .where(ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id)
        .values(to_id=referral.addressee_id, overseen_id=referral.county_id)
    )


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
        .where(ReferralMaterial.county_id == work.county_id, ReferralMaterial.referral_id == referral.id)
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
        "party": referral.party,
        "place": referral.place,
        "facts": referral.facts,
        "item_code": referral.item_code,
        "legal_basis": referral.legal_basis,
    }


def in_the_county(work: Work, instant: datetime) -> str:
    """An instant as the county's clocks show it."""
    return instant.astimezone(work.actor.zone).strftime("%Y-%m-%d %H:%M")
