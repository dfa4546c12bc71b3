"""What is done with assignments: one verb per function, each in the transaction that the edge opened.

Whoever calls has the matter locked, so of two who claim at once the second finds it claimed. The matter itself stays as it
is, and so does its version; the other body hears of nothing.
"""

from uuid import UUID

from domain.assignments import queries, rules
from domain.assignments.models import Assignment
from domain.assignments.queries import ENTRY
from domain.assignments.rules import Act
from domain.audit.commands import record
from domain.lineage import queries as lineage
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work
from tenancy.ids import new_id
from tenancy.refusals import NotFound


async def give(work: Work, *, subject_kind: str, subject_id: UUID, unit_id: UUID) -> Assignment:
    """Give a matter to a unit of the acting body; whoever had claimed it has it no more.

    Raises `NotFound` (unit), `Dissolved`.
    """
    assignment = await _take_up(work, "give", subject_kind, subject_id)
    unit = (await organisations.units_of_ids(work, [unit_id])).get(unit_id)
    if unit is None or unit.organisation_id != work.actor.tenant_id:
        raise NotFound(field="unit_id")
    await lineage.require_unit_there(work, unit, field="unit_id")
    assignment.unit_id, assignment.since = unit.id, work.now
    _put_back(assignment)
    await _tell(work, assignment, "given")
    return assignment


async def claim(work: Work, *, subject_kind: str, subject_id: UUID) -> Assignment:
    """Take a matter in hand, in the acting post; what is in one's hands already stays there. Raises `InOtherHands`."""
    assignment = await _take_up(work, "claim", subject_kind, subject_id)
    holder = await queries.holder(work, assignment)
    if rules.claimable(holder=holder, mine=work.actor.capacity_id, name=await _name(work, assignment)):
        assignment.capacity_id, assignment.person_id = work.actor.capacity_id, work.actor.person_id
        assignment.claimed_at = work.now
        await _tell(work, assignment, "claimed")
    return assignment


async def release(work: Work, *, subject_kind: str, subject_id: UUID) -> Assignment:
    """Put a matter back into its queue: one's own, or anybody's by whoever gives matters to units.

    Raises `InNobodysHands`, `InOtherHands`.
    """
    assignment = await _take_up(work, "release", subject_kind, subject_id)
    holder = await queries.holder(work, assignment)
    rules.releasable(
        holder=holder,
        mine=work.actor.capacity_id,
        name=await _name(work, assignment),
        gives=work.may("give", ENTRY, assignment),
    )
    if holder != work.actor.capacity_id:
        # Out of a colleague's hands by the right to give it, which may be one that was only lent.
        work.require("give", ENTRY, assignment)
    _put_back(assignment)
    await _tell(work, assignment, "released")
    return assignment


async def forget(work: Work, *, subject_id: UUID) -> None:
    """A matter is no more, and so is who handled it. Whoever deletes the matter was asked for the permission."""
    found = await queries.to_change(work, subject_id)
    if found is not None:
        await work.session.delete(found)
        await work.session.flush()


async def _take_up(work: Work, act: Act, subject_kind: str, subject_id: UUID) -> Assignment:
    """The body's assignment of the matter, begun if there is none, on which the act is permitted."""
    found = await queries.to_change(work, subject_id)
    assignment = found or Assignment(
        county_id=work.county_id,
        id=new_id(),
        owner_id=work.actor.tenant_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        since=work.now,
    )
    work.require(act, ENTRY, assignment)
    if found is None:
        work.session.add(assignment)
    return assignment


def _put_back(assignment: Assignment) -> None:
    assignment.capacity_id = assignment.person_id = assignment.claimed_at = None


async def _name(work: Work, assignment: Assignment) -> str:
    """Whoever claimed it last, as refusals call them."""
    if assignment.person_id is None:
        return ""
    people = await staff.of_ids(work, [assignment.person_id])
    return people[assignment.person_id].name


async def _tell(work: Work, assignment: Assignment, event: str) -> None:
    await work.session.flush()
    await record(
        work,
        action=f"assignment.{event}",
        subject_kind=assignment.subject_kind,
        subject_id=assignment.subject_id,
        content={
            "unit": str(assignment.unit_id) if assignment.unit_id else None,
            "capacity": str(assignment.capacity_id) if assignment.capacity_id else None,
        },
    )
