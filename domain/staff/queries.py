"""Reading the roster of a county: officers by id, and by name a short look first, then conditions that a list adds.

How common a part of a name is, a plan for any part cannot know. So the look at its endings stops at `filters.FEW`: if there
are fewer, these officers are where the list begins; if there are more, a list that is read in its own order comes upon
them soon.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.columns import Columns, also
from domain.filters import any_of, begins, if_few
from domain.staff.models import Person, PersonNameEnding
from domain.staff.rules import folded_name
from domain.statements import Asks, Statement
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


async def named(work: Work, holder: InstrumentedAttribute[UUID], part: str) -> list[ColumnElement[bool]]:
    """The conditions under which an officer is one in whose name this occurs. Blanks and dots alone narrow nothing.

    Where it occurs, an ending of the name begins with it.
    """
    beginning = folded_name(part)
    if not beginning:
        return []
    persons = select(PersonNameEnding.person_id).where(
        PersonNameEnding.county_id == work.county_id,
        work.visible(PersonNameEnding, "organisation.entry"),
        begins(PersonNameEnding.ending, beginning),
    )
    # In the order of the index, or a plan for any part would gather a whole range before it stops.
    found = await if_few(work.session, persons.order_by(PersonNameEnding.ending))
    return [holder.in_(persons) if found is None else holder == any_of(found)]
