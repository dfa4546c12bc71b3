"""Reading certificates and legal qualifications: as issuer, as home, or through oversight."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from domain.certificates import rules
from domain.certificates.models import LIVING, Certificate, CertificateChange, Qualification
from domain.certificates.rules import Review, Standing, State
from domain.columns import Columns, also
from domain.filters import Age, Conditions, Days, among, any_of, if_few, on
from domain.spans import Span, by_age, spanned
from domain.staff import queries as staff
from domain.staff import register
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.refusals import NotFound

ENTRY = "certificate.entry"
QUALIFICATION = "qualification.entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """By what the list can be narrowed. `valid_until` is between two days; `person` a part of the name.

    Blanks and dots alone narrow nothing.
    """

    homes: frozenset[UUID] | None = None
    states: frozenset[State] | None = None
    valid_until: Days | None = None
    person: str | None = None


@Statement
def _of_ids(asks: Asks) -> Select[Certificate]:
    return select(Certificate).where(
        Certificate.county_id == asks.county_id,
        asks.visible(Certificate, ENTRY),
        Certificate.id == asks.any_of("ids"),
    )


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Certificate]:
    """The certificates with these ids, by id; those that are not visible are absent."""
    return {each.id: each for each in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


async def to_change(work: Work, certificate_id: UUID) -> Certificate:
    """One certificate, locked. Raises `NotFound`."""
    found = await work.session.scalar(
        select(Certificate).where(*_visible(work), Certificate.id == certificate_id).with_for_update()
    )
    if found is None:
        raise NotFound
    return found


async def living(work: Work, person_id: UUID) -> Certificate | None:
    """The certificate that one of the acting body's people has, held or withheld, locked."""
    found: Certificate | None = await work.session.scalar(
        select(Certificate)
        .where(
            *_visible(work),
            Certificate.home_id == work.actor.tenant_id,
            Certificate.person_id == person_id,
            Certificate.state.in_(sorted(rules.LIVING)),
        )
        .with_for_update()
    )
    return found


async def of_actor(work: Work) -> Certificate | None:
    """The last certificate of whoever acts, whichever body they act for: their own, so that no role is asked."""
    found: Certificate | None = await work.session.scalar(
        select(Certificate)
        .where(Certificate.county_id == work.county_id, Certificate.person_id == work.actor.person_id)
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return found


@Statement
def _living_of(asks: Asks) -> Select[Certificate]:
    return select(Certificate).where(
        Certificate.county_id == asks.county_id,
        asks.visible(Certificate, ENTRY),
        Certificate.person_id == asks.any_of("people"),
        text(LIVING),
    )


async def living_of(
    work: Work, people: Collection[UUID], columns: Columns = frozenset({"state", "valid_until"})
) -> dict[UUID, Certificate]:
    """The certificates that these people have, held or withheld, by person; those that are not visible are absent."""
    found = await _living_of(work, columns=also(columns, "person_id"), people=list(people))
    return {each.person_id: each for each in found}


async def running_out(
    work: Work, holder: InstrumentedAttribute[UUID], days: Days | None
) -> list[ColumnElement[bool]]:
    """The conditions under which somebody's certificate, held or withheld, runs out within these days, as far as it is seen."""
    if days is None:
        return []
    holders = _holders(work).where(*on(Certificate.valid_until, days))
    few = await if_few(work.session, holders)
    return [holder.in_(holders) if few is None else holder == any_of(few)]


def standing(
    work: Work,
    holder: InstrumentedAttribute[UUID],
    standings: Collection[Standing] | None,
    *,
    home_id: UUID | None,
) -> Conditions:
    """The condition under which somebody stands so with certificates, of the people of a body, or of the county (None).

    That somebody has none, is told to whoever may read those of all whom it is asked of.
    """
    if standings is None:
        return
    states = {*standings} - {"none"}
    having = _holders(work).where(*among(Certificate.state, states))
    found = [holder.in_(having)] if states else []
    asked_of = Certificate(county_id=work.county_id, home_id=home_id)
    if "none" in standings and work.may("read", ENTRY, asked_of):
        found.append(holder.not_in(_holders(work)))
    yield or_(false(), *found)


def _holders(work: Work) -> Select[UUID]:
    """The people who have a certificate, held or withheld, as far as it is seen."""
    return select(Certificate.person_id).where(*_visible(work), text(LIVING))


async def page(work: Work, *, by: Filter, age: Age, span: Span[UUID]) -> Sequence[Certificate]:
    """A part of the certificates in this order. A certificate's place is its id."""
    found = select(Certificate).where(*await _narrowed(work, by))
    return (await work.session.scalars(spanned(found, by_age(Certificate.id, age), span))).all()


async def count(work: Work, *, by: Filter) -> int:
    """How many certificates there are."""
    counted = select(func.count()).select_from(Certificate).where(*await _narrowed(work, by))
    return (await work.session.scalar(counted)) or 0


async def changes_of(work: Work, ids: Collection[UUID]) -> Mapping[UUID, Sequence[CertificateChange]]:
    """What became of these certificates, the latest last."""
    found = await work.session.scalars(
        select(CertificateChange)
        .where(
            CertificateChange.county_id == work.county_id,
            work.visible(CertificateChange, ENTRY),
            CertificateChange.certificate_id == any_of(ids),
        )
        .order_by(CertificateChange.id)
    )
    changes: dict[UUID, list[CertificateChange]] = {each: [] for each in ids}
    for each in found:
        changes[each.certificate_id].append(each)
    return changes


@Statement
def _qualifications(asks: Asks) -> Select[Qualification]:
    return select(Qualification).where(
        Qualification.county_id == asks.county_id,
        asks.visible(Qualification, QUALIFICATION),
        Qualification.id == asks.any_of("ids"),
    )


async def qualifications_of_ids(
    work: Work, ids: Collection[UUID], columns: Columns = None
) -> dict[UUID, Qualification]:
    """The entries on legal qualification with these ids, by id."""
    return {each.id: each for each in await _qualifications(work, columns=also(columns, "id"), ids=list(ids))}


async def qualifications_of(work: Work, people: Collection[UUID]) -> dict[UUID, Qualification]:
    """What is entered on these people's legal qualification, by person; those of whom nothing is, are absent."""
    found = await work.session.scalars(
        select(Qualification)
        .where(
            Qualification.county_id == work.county_id,
            work.visible(Qualification, QUALIFICATION),
            Qualification.person_id == any_of(people),
        )
        # The latest is what stays.
        .order_by(Qualification.id)
    )
    return {each.person_id: each for each in found}


async def entered_of(work: Work, person_id: UUID) -> Sequence[Qualification]:
    """All that was entered on somebody's legal qualification, the latest first."""
    found = select(Qualification).where(
        Qualification.county_id == work.county_id,
        work.visible(Qualification, QUALIFICATION),
        Qualification.person_id == person_id,
    )
    return (await work.session.scalars(found.order_by(Qualification.id.desc()))).all()


async def reviews(work: Work, people: Collection[UUID], on: date) -> dict[UUID, Review]:
    """Whether these people may complete a legal review on a day, by person, as far as their entries are visible."""
    entries = await register.on(work, people, on)
    known = await qualifications_of(work, people)
    exempt_before = work.rulebook_on(on).day_of("staff.review_exempt_before")
    return {
        each: rules.may_complete_a_legal_review(
            register=entries[each].register if each in entries else None,
            qualified_on=known[each].qualified_on if each in known else None,
            reviewing_since=known[each].reviewing_since if each in known else None,
            on=on,
            exempt_before=exempt_before,
        )
        for each in people
    }


async def _narrowed(work: Work, by: Filter) -> Conditions:
    named = [] if by.person is None else await staff.named(work, Certificate.person_id, by.person)
    return iter(
        [
            *_visible(work),
            *among(Certificate.home_id, by.homes),
            *among(Certificate.state, by.states),
            *on(Certificate.valid_until, by.valid_until),
            *named,
        ]
    )


def _visible(work: Work) -> Conditions:
    yield Certificate.county_id == work.county_id
    yield work.visible(Certificate, ENTRY)
