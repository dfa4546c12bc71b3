"""What people have in hand in the acting body: the open referrals that they claimed in posts that live.

Each body counts what is its own. What somebody has in hand elsewhere, nobody there tells (`assignments`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Row, Select, TextClause, and_, func, literal, select, text

from domain.assignments import queries as assignments
from domain.assignments.models import Assignment
from domain.filters import Age
from domain.referrals.models import OPEN, Referral
from domain.spans import Order, Span, spanned
from domain.statements import Asks, Lines
from domain.work import Work

MATTER = and_(Referral.county_id == Assignment.county_id, Referral.id == Assignment.subject_id)


@Lines
def _counted(asks: Asks) -> Select[*tuple[Any, ...]]:
    return (
        select(Assignment.person_id.label("person_id"), func.count().label("number"))
        .join(Referral, MATTER)
        .where(
            *_claims(asks, asks.given("now", DateTime(timezone=True))),
            Assignment.person_id == asks.any_of("people"),
        )
        .group_by(Assignment.person_id)
    )


async def of_people(work: Work, people: Collection[UUID]) -> dict[UUID, int] | None:
    """How many each of them has in hand, by person; who has nothing is absent. None: it is not the actor's to see."""
    if not work.authority.may_at_all("read", assignments.ENTRY):
        return None
    lines = await _counted(work, people=list(people), now=work.now)
    return {line["person_id"]: line["number"] for line in lines}


async def of_mine(
    work: Work, *, age: Age, span: Span[tuple[datetime, UUID]]
) -> Sequence[Row[UUID, datetime | None, UUID, str | None, str]]:
    """A part of what is in hand in the acting post, by when it was claimed. The place of one is that instant, and the
    assignment's id."""
    claimed = (
        select(
            Assignment.id,
            Assignment.claimed_at,
            Assignment.subject_id,
            Referral.letter_number,
            Referral.party,
        )
        .join(Referral, MATTER)
        .where(*_mine(work))
    )
    order = Order((Assignment.claimed_at, Assignment.id), falling=age == "newest")
    return (await work.session.execute(spanned(claimed, order, span))).all()


async def count_of_mine(work: Work) -> int:
    """How much is in hand in the acting post."""
    counted = select(func.count()).select_from(Assignment).join(Referral, MATTER).where(*_mine(work))
    return (await work.session.scalar(counted)) or 0


def _mine(work: Work) -> list[ColumnElement[bool] | TextClause]:
    return [*_claims(work, literal(work.now)), Assignment.capacity_id == work.actor.capacity_id]


def _claims(asks: Work | Asks, now: ColumnElement[datetime]) -> list[ColumnElement[bool] | TextClause]:
    return [*assignments.claims(asks, now), asks.visible(Referral, "referral.letter"), text(OPEN)]
