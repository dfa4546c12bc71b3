"""Who may use which powers: empowering townships, their signing for it, and recalling. One verb per function.

Each runs in the transaction that the edge opened. Nothing is changed, only followed: a recall holds from a later day. What
departments let townships do in their names is in `entrusting.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.catalogue import competence, grants, queries, rules
from domain.catalogue.adding import added, in_turn, on_record, the_township, values_of
from domain.catalogue.models import (
    Assessment,
    EmpoweredItem,
    Empowerment,
    EmpowermentAcceptance,
    Recall,
)
from domain.catalogue.rules import FIELDS, POWERS, Finding
from domain.outbox.commands import announce
from domain.outbox.rules import ToFunction, ToTenant
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id
from tenancy.many import insert_many
from tenancy.refusals import NotFound

# In a township: who will enforce by what is given, or no longer.
WHO_ENFORCES = ("head", "officer")


async def empower(
    work: Work,
    *,
    number: str,
    title: str,
    since: date,
    township_id: UUID | None,
    class_id: UUID | None,
    items: Mapping[UUID, Collection[str]],
) -> Empowerment:
    """Publish that a township, or a class of them, is empowered with these powers of these items from a day on.

    Raises `NotFound`, `NotPermitted`, `OneGrantee`, `NotATownship`, `NotListed`, `NoPower`, `FieldEmpty`, `FieldTooLong`.
    """
    notice = Empowerment(
        county_id=work.county_id,
        id=new_id(),
        number=written("number", number, FIELDS),
        title=written("title", title, FIELDS),
        since=since,
        township_id=township_id,
        class_id=class_id,
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    work.require("publish", queries.NOTICE, notice)
    if (township_id is None) == (class_id is None):
        raise rules.OneGrantee(field="township_id")
    given = [
        {
            "county_id": work.county_id,
            "empowerment_id": notice.id,
            "item_id": item_id,
            **{power: power in powers for power in POWERS},
            "by_id": work.actor.tenant_id,
        }
        for item_id, powers in (await _carried(work, items, on=since)).items()
    ]
    townships = await _holders(work, notice, on=max(since, work.today))
    work.session.add(notice)
    await work.session.flush()
    await insert_many(work.session, EmpoweredItem, given)
    content = values_of(notice) | {
        "items": {str(item_id): sorted(powers) for item_id, powers in items.items()}
    }
    await on_record(work, "empowerment.published", "empowerment", notice.id, content)
    for each in townships:
        await _tell(work, notice, "published", to=ToTenant(each, ("head",)), receiver=each)
    return notice


async def sign(work: Work, *, empowerment_id: UUID) -> Empowerment:
    """Sign for what the acting township was empowered with, from today on; what is recalled by now is not part of it.

    Raises `NotFound`, `NotPermitted`, `NotGranted`, `NothingToSign`, `Signed`.
    """
    notice = await grants.the_empowerment(work, empowerment_id)
    row = EmpowermentAcceptance(
        county_id=work.county_id,
        empowerment_id=notice.id,
        township_id=work.actor.tenant_id,
        signed_on=work.today,
        signed_by=work.actor.person_id,
        signed_at=work.now,
    )
    work.require("sign", queries.ACCEPTANCE, row)
    row.signed_for = work.intended_id
    if work.actor.tenant_id not in await _holders(work, notice, on=max(notice.since, work.today)):
        raise rules.NotGranted(field="empowerment_id")
    await in_turn(work.session, work.county_id)
    recalled = await grants.recalled_from(work, notice.id, row.township_id)
    if recalled.keys() >= set((await grants.items_given(work, [notice.id]))[notice.id]):
        raise rules.NothingToSign(number=notice.number, since=max(recalled.values()).isoformat())
    if not await added(work, EmpowermentAcceptance, values_of(row)):
        raise rules.Signed(day=await grants.signed_on(work, notice.id, row.township_id))
    content = values_of(row) | {"without": sorted(map(str, recalled))}
    await on_record(work, "empowerment.signed", "empowerment", notice.id, content)
    await _tell(work, notice, "signed", to=ToFunction("coordination"), receiver=row.township_id)
    return notice


async def assess(
    work: Work, *, empowerment_id: UUID, township_id: UUID, item_id: UUID, finding: Finding, report: str
) -> Empowerment:
    """Put on record what was found today about an item in one of its townships. A recall is an act of its own.

    Raises `NotFound`, `NotPermitted`, `NotGranted`, `Assessed`, `FieldEmpty`, `FieldTooLong`.
    """
    notice = await grants.the_empowerment(work, empowerment_id)
    work.require("assess", queries.NOTICE, notice)
    await _require_given(work, notice, {item_id}, township_id, on=max(notice.since, work.today))
    row = Assessment(
        county_id=work.county_id,
        empowerment_id=notice.id,
        item_id=item_id,
        township_id=township_id,
        assessed_on=work.today,
        finding=finding,
        report=written("report", report, FIELDS),
        by_id=work.actor.tenant_id,
        published_at=work.now,
    )
    if not await added(work, Assessment, values_of(row)):
        raise rules.Assessed(field="item_id", item=(await queries.the_item(work, item_id)).code)
    await on_record(work, "empowerment.assessed", "empowerment", notice.id, values_of(row))
    return notice


async def recall(
    work: Work,
    *,
    empowerment_id: UUID,
    township_id: UUID,
    item_ids: Collection[UUID],
    since: date,
    reasons: str,
    leaving_others: bool = False,
) -> Empowerment:
    """Take items of an empowerment back from a township from a day on, at the earliest tomorrow.

    What the township keeps by another notice it keeps only where that is meant (`leaving_others`). Raises `NotFound`,
    `NotPermitted`, `NotGranted`, `TooEarly`, `Recalled`, `StillEmpowered`, `ReasonNeeded`, `FieldTooLong`.
    """
    notice = await grants.the_empowerment(work, empowerment_id)
    work.require("recall", queries.NOTICE, notice)
    rules.recalled_from(since, today=work.today)
    await _require_given(work, notice, set(item_ids), township_id, on=since)
    await in_turn(work.session, work.county_id)
    rows = [
        Recall(
            county_id=work.county_id,
            empowerment_id=notice.id,
            item_id=item_id,
            township_id=township_id,
            since=since,
            reasons=reasoned(reasons, field="reasons"),
            by_id=work.actor.tenant_id,
            published_at=work.now,
        )
        for item_id in sorted(item_ids)
    ]
    if not leaving_others:
        await _refuse_what_is_kept(work, rows)
    for row in rows:
        if not await added(work, Recall, values_of(row)):
            raise await _recalled(work, notice, row)
        await on_record(work, "empowerment.recalled", "empowerment", notice.id, values_of(row))
    told = ToTenant(township_id, WHO_ENFORCES)
    await _tell(work, notice, "recalled", to=told, receiver=township_id)
    return notice


async def _carried(
    work: Work, items: Mapping[UUID, Collection[str]], *, on: date
) -> Mapping[UUID, frozenset[str]]:
    """The powers of each item, all of which it carries on that day. Raises `NotFound`, `NotListed`, `NoPower`, `FieldEmpty`."""
    if not items:
        written("items", "", FIELDS)
    rows, versions = (
        await queries.items_of_ids(work, list(items)),
        await queries.versions_of(work, list(items)),
    )
    carried = {}
    for item_id, powers in items.items():
        if item_id not in rows:
            raise NotFound(field="items")
        version = rules.listed(versions[item_id], on, item=rows[item_id].code, field="items")
        carried[item_id] = rules.powers_of(
            powers, carried=queries.powers_in(version), item=rows[item_id].code
        )
    return carried


async def _refuse_what_is_kept(work: Work, recalls: Sequence[Recall]) -> None:
    """Raises `StillEmpowered` for the first of these items that the township keeps by another notice."""
    for row, kept in zip(recalls, await competence.kept_beside(work, recalls), strict=True):
        if kept:
            item = await queries.the_item(work, row.item_id)
            numbers = "、".join(sorted({grant.source for grant in kept}))
            raise rules.StillEmpowered(field="item_ids", item=item.code, numbers=numbers)


async def _recalled(work: Work, notice: Empowerment, row: Recall) -> rules.Recalled:
    """Since when an item of an empowerment is recalled from a township already."""
    item = await queries.the_item(work, row.item_id)
    since = (await grants.recalled_from(work, notice.id, row.township_id))[item.id]
    return rules.Recalled(field="item_ids", number=notice.number, item=item.code, since=since.isoformat())


async def _holders(work: Work, notice: Empowerment, *, on: date) -> list[UUID]:
    """The townships that an empowerment is for on a day. Raises `NotFound`, `NotATownship`."""
    if notice.class_id is not None:
        joined = await queries.the_class(work, notice.class_id)
        return await queries.members_of(work, joined.id, on=on)
    assert notice.township_id is not None
    await the_township(work, notice.township_id)
    return [notice.township_id]


async def _require_given(
    work: Work, notice: Empowerment, item_ids: set[UUID], township_id: UUID, *, on: date
) -> None:
    """Raises `NotGranted` unless the empowerment gives these items to this township on that day."""
    given = set((await grants.items_given(work, [notice.id]))[notice.id])
    if not item_ids or not item_ids <= given or township_id not in await _holders(work, notice, on=on):
        raise rules.NotGranted(field="item_ids")


async def _tell(
    work: Work, notice: Empowerment, event: str, *, to: ToTenant | ToFunction, receiver: UUID
) -> None:
    await announce(
        work,
        kind=f"empowerment.{event}",
        subject_kind="empowerment",
        subject_id=notice.id,
        audience=[to],
        facts={"receiver": str(receiver)},
    )
