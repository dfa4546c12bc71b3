"""What is done with certificates and legal qualifications: one verb per function, each in the edge's transaction.

The issuer's supervisors issue, withhold, give back and cancel; the home's personnel has one handed in and says who is
qualified. The other side and the officer are told.
"""

from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from domain.audit.commands import record
from domain.certificates import queries, rules
from domain.certificates.models import Certificate, CertificateChange, Qualification
from domain.certificates.queries import ENTRY, QUALIFICATION
from domain.certificates.rules import Act, State
from domain.outbox.commands import announce
from domain.outbox.rules import ToPerson, ToTenant
from domain.rulebooks.registry import FUNCTIONS
from domain.staff import queries as staff
from domain.staff import register
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound, Stale

WHO_HEARS = ("head", "personnel")
"""In the home, of what became of a certificate."""


async def issue(
    work: Work, *, person_id: UUID, number: str, issued_on: date, valid_until: date
) -> Certificate:
    """Put on record that a certificate was issued to somebody of the county.

    Raises `NotPermitted`, `NotTheIssuer`, `NotFound`, `NotOnTheRegister`, `OnlyAssists`, `NotEstablished`, `WrongDays`,
    `HasOne`, `FieldEmpty`, `FieldTooLong`.
    """
    work.require("issue", ENTRY, Certificate(county_id=work.county_id, issuer_id=work.actor.tenant_id))
    _refuse_unless_issuer(work)
    person = (await staff.of_ids(work, [person_id])).get(person_id)
    if person is None:
        raise NotFound(field="person_id")
    entry = (await register.on(work, [person_id], work.today)).get(person_id)
    rulebook = work.rulebook_on(work.today)
    rules.holdable(
        None if entry is None else entry.register,
        "none" if entry is None else entry.establishment,
        needs_establishment=rulebook.flag("staff.certificate_needs_establishment"),
        name=person.name,
        source=rulebook.cited("staff.certificate_needs_establishment"),
    )
    rules.lasts(issued_on, valid_until, today=work.today)
    row = {
        "county_id": work.county_id,
        "id": new_id(),
        "issuer_id": work.actor.tenant_id,
        "home_id": person.home_id,
        "person_id": person.id,
        "number": written("number", number, rules.FIELDS),
        "issued_on": issued_on,
        "valid_until": valid_until,
        "state": "held",
        "version": 1,
        "issued_by": work.actor.person_id,
        "issued_at": work.now,
    }
    # The table and not the model, to which the session would bind values of its own.
    added = await work.session.execute(
        insert(cast("Table", Certificate.__table__)).values(row).on_conflict_do_nothing()
    )
    if not getattr(added, "rowcount", 0):
        raise rules.HasOne(field="number", name=person.name, number=row["number"])
    certificate = await queries.to_change(work, cast("UUID", row["id"]))
    await _tell(work, certificate, "issued", reason=None)
    return certificate


async def withhold(work: Work, *, certificate_id: UUID, expected_version: int, reason: str) -> Certificate:
    """Withhold a certificate for a time. Raises `NotFound`, `NotPermitted`, `Stale`, `WrongState`, `ReasonNeeded`."""
    return await _carry_out(work, "withhold", certificate_id, expected_version, reason)


async def restore(work: Work, *, certificate_id: UUID, expected_version: int, reason: str) -> Certificate:
    """Give a certificate back that was withheld. Raises what `withhold` raises."""
    return await _carry_out(work, "restore", certificate_id, expected_version, reason)


async def cancel(work: Work, *, certificate_id: UUID, expected_version: int, reason: str) -> Certificate:
    """Cancel a certificate for good. Raises what `withhold` raises."""
    return await _carry_out(work, "cancel", certificate_id, expected_version, reason)


async def hand_in(work: Work, *, certificate_id: UUID, expected_version: int, reason: str) -> Certificate:
    """Put on record that somebody of the acting body handed theirs in. Raises what `withhold` raises."""
    return await _carry_out(work, "hand_in", certificate_id, expected_version, reason)


async def give_up(work: Work, person_id: UUID, *, last_day: date, reason: str) -> None:
    """Let the certificate of somebody who leaves be valid until their last day at most, and be handed in once it is over.

    Why they leave is the register's to say: the holder, who reads what becomes of the certificate, reads there that they left.
    Raises `NotPermitted` where the acting body may not have it handed in.
    """
    certificate = await queries.living(work, person_id)
    if certificate is None:
        return
    work.require("hand_in", ENTRY, certificate)
    valid_until = min(certificate.valid_until, max(last_day, certificate.issued_on))
    is_shorter, certificate.valid_until = valid_until < certificate.valid_until, valid_until
    if last_day < work.today:
        await _become(work, certificate, "hand_in", rules.LEFT)
    elif is_shorter:
        certificate.version += 1
        await _leave_a_line(work, certificate, "shortened", reason=reason)


async def qualify(
    work: Work, *, person_id: UUID, qualified_on: date | None, reviewing_since: date | None
) -> Qualification:
    """Say since when somebody of the acting body has the legal qualification, or has been reviewing.

    Raises `NotPermitted`, `NotFound`, `SaysNothing`.
    """
    entry = Qualification(
        county_id=work.county_id,
        id=new_id(),
        home_id=work.actor.tenant_id,
        person_id=person_id,
        qualified_on=qualified_on,
        reviewing_since=reviewing_since,
        entered_by=work.actor.person_id,
        entered_at=work.now,
    )
    work.require("enter", QUALIFICATION, entry)
    await register.the_own(work, person_id)
    rules.says_something(qualified_on, reviewing_since, today=work.today)
    work.session.add(entry)
    await work.session.flush()
    await record(
        work,
        action="qualification.entered",
        subject_kind="qualification",
        subject_id=entry.id,
        content={
            "person": str(person_id),
            "qualified_on": qualified_on and qualified_on.isoformat(),
            "reviewing_since": reviewing_since and reviewing_since.isoformat(),
        },
    )
    return entry


def _refuse_unless_issuer(work: Work) -> None:
    rulebook = work.rulebook_on(work.today)
    function = rulebook.choice("staff.certificate_issued_by")
    if function not in work.actor.functions:
        called = FUNCTIONS[function]
        raise rules.NotTheIssuer(
            function=called.en, function_zh=called.zh, source=rulebook.cited("staff.certificate_issued_by")
        )


async def _carry_out(
    work: Work, act: Act, certificate_id: UUID, expected_version: int, reason: str
) -> Certificate:
    certificate = await queries.to_change(work, certificate_id)
    work.require(act, ENTRY, certificate)
    if certificate.version != expected_version:
        raise Stale(field="expectedVersion", expected=expected_version, actual=certificate.version)
    await _become(work, certificate, act, reasoned(reason, field="reason"))
    return certificate


async def _become(work: Work, certificate: Certificate, act: Act, reason: str) -> None:
    # The database holds no other word.
    certificate.state = rules.became(cast("State", certificate.state), act)
    certificate.version += 1
    work.session.add(
        CertificateChange(
            county_id=work.county_id,
            id=new_id(),
            certificate_id=certificate.id,
            issuer_id=certificate.issuer_id,
            home_id=certificate.home_id,
            person_id=certificate.person_id,
            state=certificate.state,
            reason=reason,
            by_person_id=work.actor.person_id,
            at=work.now,
        )
    )
    await _tell(work, certificate, EVENTS[act], reason=reason)


EVENTS: dict[Act, str] = {
    "withhold": "withheld",
    "restore": "restored",
    "cancel": "cancelled",
    "hand_in": "handed_in",
}


async def _tell(work: Work, certificate: Certificate, event: str, *, reason: str | None) -> None:
    """Leave the audit line, and the announcement to the home, the issuer and the officer."""
    await _leave_a_line(work, certificate, event, reason=reason)
    await announce(
        work,
        kind=f"certificate.{event}",
        subject_kind="certificate",
        subject_id=certificate.id,
        audience=[
            ToTenant(certificate.home_id, WHO_HEARS),
            ToTenant(certificate.issuer_id, ("supervisor",)),
            ToPerson(certificate.home_id, certificate.person_id),
        ],
        facts={"sender": str(certificate.issuer_id), "receiver": str(certificate.home_id)},
    )


async def _leave_a_line(work: Work, certificate: Certificate, event: str, *, reason: str | None) -> None:
    await work.session.flush()
    await record(
        work,
        action=f"certificate.{event}",
        subject_kind="certificate",
        subject_id=certificate.id,
        content=_content_of(certificate) | {"reason": reason},
    )


def _content_of(certificate: Certificate) -> dict[str, Any]:
    """What the audit line commits to: the certificate as it stands after the act."""
    return {
        "issuer": str(certificate.issuer_id),
        "home": str(certificate.home_id),
        "person": str(certificate.person_id),
        "number": certificate.number,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "state": certificate.state,
        "version": certificate.version,
    }
