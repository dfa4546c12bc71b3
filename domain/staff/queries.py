"""Reading the roster of a county: officers by id, and by name a short look first, then conditions that a list adds.

How common a part of a name is, a plan for any part cannot know. So the look at its endings stops at `filters.FEW`: if there
are fewer, these officers are where the list begins; if there are more, a list that is read in its own order comes upon
them soon.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Text, select
from sqlalchemy.orm import InstrumentedAttribute

from domain import filters
from domain.columns import Columns, also
from domain.staff.models import Person, PersonNameEnding
from domain.staff.rules import folded_name
from domain.statements import Asks, Lines, Statement
from domain.work import Work


@Statement
def _of_ids(asks: Asks) -> Select[Person]:
    return select(Person).where(
        Person.county_id == asks.county_id,
        asks.visible(Person, "organisation.entry"),
        Person.id == asks.any_of("ids"),
    )


async def of_ids(work: Work, ids: Collection[UUID], columns: Columns = None) -> dict[UUID, Person]:
    """The persons with these ids, by id; those of other counties are absent."""
    return {person.id: person for person in await _of_ids(work, columns=also(columns, "id"), ids=list(ids))}


Bearers = Sequence[UUID] | Select[UUID]
"""People in whose name something occurs: a few by their ids, or how they are found where there are more."""


@Lines
def _bearing(asks: Asks) -> Select[*tuple[Any, ...]]:
    ending = PersonNameEnding.ending
    return (
        _of_endings(asks)
        .where(ending >= asks.given("beginning", Text()), ending <= asks.given("end", Text()))
        # In the order of the index, or a plan for any part would gather a whole range before it stops.
        .order_by(ending)
        .limit(asks.given("most", Integer()))
    )


async def bearing(work: Work, part: str) -> Bearers | None:
    """The people in whose name this occurs; None for blanks and dots alone, which narrow nothing.

    Where it occurs, an ending of the name begins with it.
    """
    beginning = folded_name(part)
    if not beginning:
        return None
    lines = await _bearing(work, beginning=beginning, end=beginning + filters.HIGHEST, most=filters.FEW)
    found = filters.few([line["person_id"] for line in lines])
    return (
        _of_endings(work).where(filters.begins(PersonNameEnding.ending, beginning))
        if found is None
        else found
    )


async def named(work: Work, holder: InstrumentedAttribute[UUID], part: str) -> list[ColumnElement[bool]]:
    """The conditions under which an officer is one in whose name this occurs."""
    return one_of(holder, await bearing(work, part))


def one_of(holder: InstrumentedAttribute[UUID], bearers: Bearers | None) -> list[ColumnElement[bool]]:
    """The conditions under which an officer is one of these."""
    if bearers is None:
        return []
    return [holder.in_(bearers) if isinstance(bearers, Select) else holder == filters.any_of(bearers)]


def _of_endings(asks: Work | Asks) -> Select[UUID]:
    return select(PersonNameEnding.person_id).where(
        PersonNameEnding.county_id == asks.county_id, asks.visible(PersonNameEnding, "organisation.entry")
    )
