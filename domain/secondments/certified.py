"""What the register shows of certificates: whether those seconded may enforce, and until when.

To the home, to oversight and to whoever holds it the certificate itself tells it, by the right to read that. A host reads no certificates of
others' people; but whether somebody stationed with it may enforce, it must know: so much and no more, a function of the
schema says while they work there (`certificates_of_stationed`). Nothing is copied, so nothing can become wrong.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    TableValuedAlias,
    Text,
    and_,
    column,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from domain.certificates import queries as certificates
from domain.certificates.rules import Standing
from domain.filters import Days, any_of, on
from domain.secondments.models import Secondment
from domain.secondments.rules import Side
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
    here = (each for each in entries if each.host_id == work.actor.tenant_id)
    # Of themselves everybody reads the certificate itself, wherever they work.
    others = {each.id: each for each in here if each.person_id != work.actor.person_id}
    told = await _known_to_the_host(work, others.values())
    return told | await _read(work, (each for each in entries if each.id not in others))


async def running_out(work: Work, side: Side, days: Days | None) -> list[ColumnElement[bool]]:
    """The conditions under which the certificate of an entry's officer runs out within these days, as far as it is seen."""
    if days is None:
        return []
    if side != "host":
        return await certificates.running_out(work, Secondment.person_id, days)
    told = _told(null(), work.today)
    # Of all who work there today: never more than a body can hold.
    here = await work.session.scalars(select(told.c.secondment_id).where(*on(told.c.valid_until, days)))
    return [work.visible_as(Secondment, CERTIFICATE, "host"), Secondment.id == any_of(here.all())]


async def standing(
    work: Work, side: Side, standings: Collection[Standing] | None
) -> list[ColumnElement[bool]]:
    """The conditions under which an entry's officer stands so with certificates; a host knows it of whoever works there today."""
    if standings is None:
        return []
    if side != "host":
        home_id = work.actor.tenant_id if side == "home" else None
        return [*certificates.standing(work, Secondment.person_id, standings, home_id=home_id)]
    told = _told(null(), work.today)
    here = {row.secondment_id: row.state for row in await work.session.execute(select(told))}
    found = Secondment.id == any_of([each for each, state in here.items() if state in standings])
    if "none" in standings:
        today = and_(Secondment.since <= work.today, Secondment.last_day >= work.today)
        found = or_(found, and_(today, Secondment.id.not_in(sorted(here))))
    return [work.visible_as(Secondment, CERTIFICATE, "host"), found]


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
