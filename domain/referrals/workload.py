"""How much people have in hand in the acting body: the open referrals that they claimed in posts that live.

Each body counts what is its own. What somebody has in hand elsewhere, nobody there tells (`assignments`).
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, and_, func, select, text

from domain.assignments import queries as assignments
from domain.assignments.models import Assignment
from domain.referrals.models import OPEN, Referral
from domain.statements import Asks, Lines
from domain.work import Work


@Lines
def _counted(asks: Asks) -> Select[*tuple[Any, ...]]:
    matter = and_(Referral.county_id == Assignment.county_id, Referral.id == Assignment.subject_id)
    return (
        select(Assignment.person_id.label("person_id"), func.count().label("number"))
        .join(Referral, matter)
        .where(
            *assignments.claims(asks, asks.given("now", DateTime(timezone=True))),
            Assignment.person_id == asks.any_of("people"),
            asks.visible(Referral, "referral.letter"),
            text(OPEN),
        )
        .group_by(Assignment.person_id)
    )


async def of_people(work: Work, people: Collection[UUID]) -> dict[UUID, int] | None:
    """How many each of them has in hand, by person; who has nothing is absent. None: it is not the actor's to see."""
    if not work.authority.may_at_all("read", assignments.ENTRY):
        return None
    lines = await _counted(work, people=list(people), now=work.now)
    return {line["person_id"]: line["number"] for line in lines}
