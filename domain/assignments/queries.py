"""Reading who handles what in the acting body. Whether a claim still counts is asked of the post, each time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, exists, literal, or_, select

from domain.assignments.models import Assignment
from domain.assignments.rules import Claim
from domain.columns import Columns, also
from domain.filters import any_of
from domain.statements import Asks, Statement
from domain.work import Work
from tenancy.models import Capacity

ENTRY = "assignment.entry"


async def to_change(work: Work, subject_id: UUID) -> Assignment | None:
    """The acting body's assignment of a matter, locked; None as long as nobody gave or claimed it."""
    found: Assignment | None = await work.session.scalar(
        select(Assignment).where(*_own(work), Assignment.subject_id == subject_id).with_for_update()
    )
    return found


async def holder(work: Work, assignment: Assignment) -> UUID | None:
    """The post in whose hands it is now; None where nobody claimed it, or whoever did holds the post no more."""
    found: UUID | None = await work.session.scalar(
        select(Capacity.id).where(
            Capacity.county_id == work.county_id,
            Capacity.id == assignment.capacity_id,
            *_lives(literal(work.now)),
        )
    )
    return found


@Statement
def _of_subjects(asks: Asks) -> Select[Assignment]:
    return select(Assignment).where(*_own(asks), Assignment.subject_id == asks.any_of("ids"))


async def of_subjects(
    work: Work, subject_ids: Collection[UUID], columns: Columns = None
) -> dict[UUID, Assignment]:
    """How these matters are assigned in the acting body, by matter; those in its common queue are absent."""
    found = await _of_subjects(work, columns=also(columns, "subject_id"), ids=list(subject_ids))
    return {each.subject_id: each for each in found}


@Statement
def _of_ids(asks: Asks) -> Select[Assignment]:
    return select(Assignment).where(*_own(asks), Assignment.id == asks.any_of("ids"))


async def of_ids(work: Work, ids: Collection[UUID]) -> dict[UUID, Assignment]:
    """The acting body's assignments with these ids, by id."""
    return {each.id: each for each in await _of_ids(work, ids=list(ids))}


@Statement
def _in_hand(asks: Asks) -> Select[Assignment]:
    now = asks.given("now", DateTime(timezone=True))
    return select(Assignment).where(*_own(asks), Assignment.id == asks.any_of("ids"), _is_live(now))


async def in_hand(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Which of these assignments somebody has in hand: claimed, in a post that lives."""
    found = await _in_hand(work, columns={"id"}, ids=list(ids), now=work.now)
    return {each.id for each in found}


def claims(asks: Work | Asks, now: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    """The acting body's assignments that somebody has in hand."""
    return [*_own(asks), _is_live(now)]


def matters_of_units(work: Work, units: Collection[UUID]) -> Select[UUID]:
    """The matters that were given to one of these units."""
    return select(Assignment.subject_id).where(*_at_home(work), Assignment.unit_id == any_of(units))


def matters_claimed(work: Work, by: Claim) -> Select[UUID]:
    """The matters that somebody has in hand: I, or others. Those in `nobody`'s hands are all but both."""
    claimed = select(Assignment.subject_id).where(*_at_home(work), _is_live(literal(work.now)))
    mine = Assignment.capacity_id == work.actor.capacity_id
    match by:
        case "mine":
            return claimed.where(mine)
        case "others":
            return claimed.where(~mine)
    return claimed


def _own(asks: Work | Asks) -> list[ColumnElement[bool]]:
    return [Assignment.county_id == asks.county_id, asks.visible(Assignment, ENTRY)]


def _at_home(work: Work) -> list[ColumnElement[bool]]:
    # Said once more than the filter says it, for those who may read none: so the indexes serve them as well.
    return [*_own(work), Assignment.owner_id == work.actor.tenant_id]


def _is_live(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return exists().where(
        Capacity.county_id == Assignment.county_id, Capacity.id == Assignment.capacity_id, *_lives(now)
    )


def _lives(now: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    return [Capacity.since <= now, or_(Capacity.until.is_(None), Capacity.until > now)]
