"""Who goes on supervising what a township was empowered with, by which article, and whether it held it on a day.

The same facts as whose a matter is (`competence.py`), asked of what is published; the rulebook is that of the day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.catalogue import competence, queries, routing, rules
from domain.catalogue.routing import Reason
from domain.lineage import queries as lineage
from domain.work import Work


@dataclass(frozen=True, slots=True)
class SupervisingDepartment:
    """The department that goes on supervising an item, and where that is said."""

    department_id: UUID
    article: str


async def supervised_by(
    work: Work, item_ids: Collection[UUID], *, on: date
) -> dict[UUID, SupervisingDepartment]:
    """Who goes on supervising each of these items on a day, by item.

    None where it is in no catalogue on that day, or where the place's rules leave no supervision behind. Of a department
    that is no more, whichever goes on with what was its own.
    """
    article = competence.ruled(work, on).supervision
    if article is None:
        return {}
    versions = await queries.versions_of(work, item_ids)
    bodies = await lineage.of_bodies(work)
    holding = {item_id: rules.in_force(versions.get(item_id, []), on) for item_id in item_ids}
    return {
        item_id: SupervisingDepartment(bodies.heir(version.department_id, work.today), article)
        for item_id, version in holding.items()
        if version is not None
    }


async def why_not_held(
    work: Work, *, empowerment_id: UUID, item_id: UUID, township_id: UUID, on: date
) -> Reason | None:
    """Why a township held no power of an item by an empowerment on a day; None where it held one."""
    grants = await competence.grants_by(
        work, empowerment_id=empowerment_id, item_id=item_id, township_id=township_id
    )
    return routing.why_not_held(grants, on, signing_needed=competence.ruled(work, on).signing_needed)
