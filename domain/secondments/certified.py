"""What the register shows of certificates: whether those seconded may enforce, and until when.

To the home and to oversight the certificate itself tells it, by the right to read that. A host reads no certificates of
others' people; but whether somebody stationed with it may enforce, it must know: so much and no more, a function of the
schema says while they work there (`certificates_of_stationed`). Nothing is copied, so nothing can become wrong.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, TableValuedAlias, Text, and_, column, func, null, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from domain.certificates import queries as certificates
from domain.filters import Days, any_of, if_few, on
from domain.secondments.models import Secondment
from domain.statements import Asks, Lines
from domain.work import Work

CERTIFICATE = "secondment.certificate"


@dataclass(frozen=True, slots=True)
class Certified:
    """The certificate that somebody seconded has: held or withheld, and its last day."""

    state: str
    valid_until: date


@Lines
def _of_stationed(asks: Asks) -> Select[*tuple[Any, ...]]:
    told = _told(asks.given("ids", ARRAY(Uuid)), asks.given("day", Date()))
    entry = and_(Secondment.county_id == asks.county_id, Secondment.id == told.c.secondment_id)
    return (
        select(told.c.secondment_id, told.c.state, told.c.valid_until)
        .join_from(told, Secondment, entry)
        .where(asks.visible_as(Secondment, CERTIFICATE, "host"))
    )


async def of_entries(work: Work, entries: Sequence[Secondment]) -> dict[UUID, Certified]:
    """The certificates of those seconded by entry; where there is none, or none that may be seen, the entry is absent."""
    here = [each for each in entries if each.host_id == work.actor.tenant_id]
    elsewhere = [each for each in entries if each.host_id != work.actor.tenant_id]
    return await _known_to_the_host(work, here) | await _read(work, elsewhere)


async def running_out(
    work: Work, side: Literal["home", "host", "overseen"], days: Days | None
) -> list[ColumnElement[bool]]:
    """The conditions under which the certificate of an entry's officer runs out within these days, as far as it is seen."""
    if days is None:
        return []
    if side == "host":
        told = _told(null(), work.today)
        # Of all who work there today: never more than a body can hold.
        here = await work.session.scalars(select(told.c.secondment_id).where(*on(told.c.valid_until, days)))
        return [work.visible_as(Secondment, CERTIFICATE, "host"), Secondment.id == any_of(here.all())]
    holders = certificates.holders_until(work, days)
    few = await if_few(work.session, holders)
    return [Secondment.person_id.in_(holders) if few is None else Secondment.person_id == any_of(few)]


async def _known_to_the_host(work: Work, entries: Collection[Secondment]) -> dict[UUID, Certified]:
    if not entries:
        return {}
    lines = await _of_stationed(work, ids=[each.id for each in entries], day=work.today)
    return {line["secondment_id"]: Certified(line["state"], line["valid_until"]) for line in lines}


async def _read(work: Work, entries: Iterable[Secondment]) -> dict[UUID, Certified]:
    people = {each.id: each.person_id for each in entries}
    if not people:
        return {}
    found = await certificates.living_of(work, set(people.values()))
    return {
        entry: Certified(found[person].state, found[person].valid_until)
        for entry, person in people.items()
        if person in found
    }


def _told(ids: Any, day: Any) -> TableValuedAlias:
    return func.certificates_of_stationed(ids, day).table_valued(
        column("secondment_id", Uuid), column("state", Text), column("valid_until", Date)
    )
