"""What departments let townships do in their names, by agreements that were reviewed and approved, and how that ends.

Each runs in the transaction that the edge opened. Nothing is changed: an end before the last day is a row of its own. Of the
same powers of one item a township holds one agreement of a department at a time.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from domain.catalogue import grants, queries, rules
from domain.catalogue.adding import added, in_turn, on_record, the_township, values_of
from domain.catalogue.empowering import WHO_ENFORCES
from domain.catalogue.models import Entrustment, EntrustmentEnd
from domain.catalogue.rules import FIELDS
from domain.outbox.commands import announce
from domain.outbox.rules import ToTenant
from domain.texts import reasoned, written
from domain.work import Work
from tenancy.ids import new_id


async def entrust(
    work: Work,
    *,
    item_id: UUID,
    township_id: UUID,
    powers: Collection[str],
    since: date,
    until: date,
    basis: str,
    duties: str,
    number: str,
) -> Entrustment:
    """Let a township use powers of an item in the acting department's name. `number` is that of the approved agreement.

    It holds from today on at the earliest. Raises `NotFound`, `NotPermitted`, `Backwards`, `BeforeSigning`, `NotATownship`,
    `NotListed`, `OfAnotherDepartment`, `CompulsionNotEntrusted`, `NoPower`, `EntrustedAlready`, `FieldEmpty`, `FieldTooLong`.
    """
    item = await queries.the_item(work, item_id)
    row = Entrustment(
        county_id=work.county_id,
        id=new_id(),
        department_id=work.actor.tenant_id,
        township_id=township_id,
        item_id=item_id,
        penalty="penalty" in powers,
        inspection="inspection" in powers,
        since=since,
        until=rules.lasting(since, until),
        basis=written("basis", basis, FIELDS),
        duties=written("duties", duties, FIELDS),
        number=written("number", number, FIELDS),
        signed_by=work.actor.person_id,
        signed_at=work.now,
    )
    work.require("entrust", queries.AGREEMENT, row)
    rules.entrusted_from(since, today=work.today)
    known = (await queries.versions_of(work, [item.id]))[item.id]
    version = rules.listed(known, since, item=item.code, field="since")
    if version.department_id != work.actor.tenant_id:
        raise rules.OfAnotherDepartment(field="item_id", item=item.code)
    rules.entrustable(powers, carried=queries.powers_in(version), item=item.code)
    row.signed_for = work.intended_id
    await the_township(work, township_id)
    await in_turn(work.session, work.county_id)
    others = await grants.entrusted_likewise(work, row)
    rules.entrusted_once(since, until, others, item=item.code)
    work.session.add(row)
    await work.session.flush()
    await on_record(work, "entrustment.signed", "entrustment", row.id, values_of(row))
    await _tell(work, row, "signed")
    return row


async def end(work: Work, *, entrustment_id: UUID, ends_on: date, reasons: str) -> Entrustment:
    """End an entrustment of the acting department before its last day, tomorrow at the earliest.

    What arose before is the township's to finish. Raises `NotFound`, `NotPermitted`, `TooEarly`, `NotSooner`, `EndedAlready`,
    `ReasonNeeded`, `FieldTooLong`.
    """
    agreement = await grants.the_entrustment(work, entrustment_id)
    work.require("end", queries.AGREEMENT, agreement)
    row = EntrustmentEnd(
        county_id=work.county_id,
        entrustment_id=agreement.id,
        department_id=agreement.department_id,
        ends_on=rules.ended_from(ends_on, agreed=agreement.until, today=work.today),
        reasons=reasoned(reasons, field="reasons"),
        ended_by=work.actor.person_id,
        ended_for=work.intended_id,
        ended_at=work.now,
    )
    if not await added(work, EntrustmentEnd, values_of(row)):
        known = (await grants.ends_of(work, [agreement.id]))[agreement.id]
        raise rules.EndedAlready(ends_on=known.ends_on.isoformat())
    await on_record(work, "entrustment.ended", "entrustment", agreement.id, values_of(row))
    await _tell(work, agreement, "ended")
    return agreement


async def _tell(work: Work, agreement: Entrustment, event: str) -> None:
    await announce(
        work,
        kind=f"entrustment.{event}",
        subject_kind="entrustment",
        subject_id=agreement.id,
        audience=[ToTenant(agreement.township_id, WHO_ENFORCES)],
        facts={"sender": str(agreement.department_id), "receiver": str(agreement.township_id)},
    )
