"""What the county publishes: items and their versions, classes of townships, duties. One verb per function.

Each runs in the transaction that the edge opened. Nothing is changed: what follows something published is a row with a later
day, and of two that would publish the same the second is refused. Empowerments are in `empowering.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.catalogue import queries, rules
from domain.catalogue.adding import add, added, in_turn, let_be_found, on_record, the_township, values_of
from domain.catalogue.lists import LENIENT, PATROL, last_patrol
from domain.catalogue.models import (
    ClassMember,
    Duty,
    Item,
    ItemVersion,
    LenientEntry,
    PatrolEntry,
    TownshipClass,
)
from domain.catalogue.rules import FIELDS, POWERS, Leniency, Period
from domain.organisations import queries as organisations
from domain.organisations.models import Organisation
from domain.patrols.rules import decides
from domain.texts import written
from domain.work import Work
from tenancy.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An item as it shall stand from a day on. `bands` are (name, least, most) in yuan."""

    code: str
    name: str
    field: str
    department_id: UUID
    powers: Collection[str]
    establishing_basis: str
    punishing_basis: str
    bands: Sequence[tuple[str, int, int]]
    since: date
    until: date | None = None
    made_up: bool = False


async def publish_item(work: Work, *, item: Published) -> Item:
    """Publish an item, or its next version.

    Raises `NotFound` (department), `NotPermitted`, `NotADepartment`, `Published`, `NoPower`, `TooManyBands`, `BandTwice`, `BandBackwards`, `Backwards`,
    `FieldEmpty`, `FieldTooLong`.
    """
    code = written("code", item.code, FIELDS)
    await in_turn(work.session, work.county_id)
    known = await queries.item_of_code(work, code)
    row = known or Item(
        county_id=work.county_id,
        id=new_id(),
        code=code,
        made_up=item.made_up,
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", queries.ITEM, row)
    body = await organisations.the(work, item.department_id)
    rules.department(body.kind, body.name, field="department_id")
    version = version_of(item, row, by_id=work.actor.tenant_id, now=work.now)
    if known is None:
        await add(work, Item, values_of(row), what=code, since=item.since)
    else:
        last = (await queries.versions_of(work, [known.id]))[known.id][-1].since
        rules.followed(item.since, last, what=code)
    await add(work, ItemVersion, version, what=code, since=item.since)
    await let_be_found(work.session, [version])
    await on_record(work, "item.published", "item", row.id, version)
    return row


async def publish_class(work: Work, *, code: str, name: str) -> TownshipClass:
    """Publish a class of townships. Raises `NotPermitted`, `CodeTaken`, `FieldEmpty`, `FieldTooLong`."""
    row = TownshipClass(
        county_id=work.county_id,
        id=new_id(),
        code=written("code", code, FIELDS),
        name=written("name", name, FIELDS),
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", queries.NOTICE, row)
    if not await added(work, TownshipClass, values_of(row)):
        raise rules.CodeTaken(field="code", taken=row.code)
    await on_record(work, "township_class.published", "township_class", row.id, values_of(row))
    return row


async def classify(work: Work, *, township_id: UUID, class_id: UUID | None, since: date) -> Organisation:
    """Put a township into a class from a day on, or into none.

    Raises `NotFound`, `NotPermitted`, `NotATownship`, `Published`.
    """
    if class_id is not None:
        await queries.the_class(work, class_id)
    row = ClassMember(
        county_id=work.county_id,
        township_id=township_id,
        since=since,
        class_id=class_id,
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", queries.NOTICE, row)
    township = await the_township(work, township_id)
    await in_turn(work.session, work.county_id)
    rules.followed(since, await queries.last_entry(work, township_id), what=township.name)
    await add(work, ClassMember, values_of(row), what=township.name, since=since)
    await on_record(work, "township.classified", "organisation", township_id, values_of(row))
    return township


async def publish_duty(
    work: Work, *, code: str, matter: str, organisation_id: UUID, basis: str, since: date, until: date | None
) -> Duty:
    """Publish whose a kind of matter is that no item covers, from a day on.

    Raises `NotFound` (body), `NotPermitted`, `DecidesNothing`, `Published`, `Backwards`, `FieldEmpty`, `FieldTooLong`.
    """
    row = Duty(
        county_id=work.county_id,
        id=new_id(),
        code=written("code", code, FIELDS),
        matter=written("matter", matter, FIELDS),
        body_id=organisation_id,
        basis=written("basis", basis, FIELDS),
        since=since,
        until=rules.lasting(since, until),
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", queries.DUTY, row)
    body = await organisations.the(work, organisation_id)
    decides(body.kind, body.name, field="organisation_id")
    await in_turn(work.session, work.county_id)
    rules.followed(since, await _last_before(work, row.code, body), what=row.code)
    await add(work, Duty, values_of(row), what=row.code, since=since)
    await on_record(work, "duty.published", "duty", row.id, values_of(row))
    return row


async def publish_leniency(
    work: Work,
    *,
    item_id: UUID,
    kind: Leniency,
    circumstances: str,
    basis: str,
    since: date,
    until: date | None,
) -> LenientEntry:
    """Publish under which circumstances an item is handled leniently, on one of the four lists.

    Raises `NotFound` (item), `NotPermitted`, `Backwards`, `FieldEmpty`, `FieldTooLong`.
    """
    row = LenientEntry(
        county_id=work.county_id,
        id=new_id(),
        item_id=item_id,
        kind=kind,
        circumstances=written("circumstances", circumstances, FIELDS),
        basis=written("basis", basis, FIELDS),
        since=since,
        until=rules.lasting(since, until),
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", LENIENT, row)
    await queries.the_item(work, item_id)
    work.session.add(row)
    await work.session.flush()
    await on_record(work, "leniency.published", "lenient_entry", row.id, values_of(row))
    return row


async def claim_patrol(
    work: Work, *, item_id: UUID, times: int, per: Period, since: date, until: date | None
) -> PatrolEntry:
    """Put an item on the acting township's own patrol list, with how often it looks.

    Raises `NotFound` (item), `NotPermitted`, `NotATownship`, `Published`, `NotSoOften`, `Backwards`.
    """
    row = PatrolEntry(
        county_id=work.county_id,
        id=new_id(),
        township_id=work.actor.tenant_id,
        item_id=item_id,
        times=rules.often(times),
        per=per,
        since=since,
        until=rules.lasting(since, until),
        claimed_by=work.actor.person_id,
        claimed_at=work.now,
    )
    work.require("claim", PATROL, row)
    await the_township(work, work.actor.tenant_id)
    item = await queries.the_item(work, item_id)
    await in_turn(work.session, work.county_id)
    rules.followed(since, await last_patrol(work, row.township_id, item.id), what=item.code)
    await add(work, PatrolEntry, values_of(row), what=item.code, since=since)
    await on_record(work, "patrol.claimed", "patrol_entry", row.id, values_of(row))
    return row


async def _last_before(work: Work, code: str, body: Organisation) -> date | None:
    """The first day of the last entry that one of this body's follows: a township's own, or whichever department's."""
    duties = await queries.duties_of_code(work, code)
    if body.kind == "township":
        return max((duty.since for duty in duties if duty.body_id == body.id), default=None)
    bodies = await organisations.of_ids(work, {duty.body_id for duty in duties})
    return max((duty.since for duty in duties if bodies[duty.body_id].kind != "township"), default=None)


def version_of(item: Published, row: Item, *, by_id: UUID, now: datetime) -> dict[str, Any]:
    """The version as a row. Raises `NoPower`, `TooManyBands`, `BandTwice`, `BandBackwards`, `Backwards`, `FieldEmpty`, `FieldTooLong`."""
    powers = rules.powers_of(item.powers, item=row.code)
    return {
        "county_id": row.county_id,
        "id": new_id(),
        "item_id": row.id,
        "since": item.since,
        "until": rules.lasting(item.since, item.until),
        "name": written("name", item.name, FIELDS),
        "field": written("field", item.field, FIELDS),
        "department_id": item.department_id,
        **{power: power in powers for power in POWERS},
        "establishing_basis": written("establishing_basis", item.establishing_basis, FIELDS),
        "punishing_basis": written("punishing_basis", item.punishing_basis, FIELDS),
        "bands": [asdict(band) for band in rules.bands(item.bands)],
        "by_id": by_id,
        "published_at": now,
    }
