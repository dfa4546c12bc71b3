"""What people have in hand in the acting body: the open referrals that they claimed in posts that live.

Each body counts what is its own. What somebody has in hand elsewhere, nobody there tells (`assignments`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, TextClause, and_, func, select, text
from sqlalchemy.types import Uuid

from domain.assignments import queries as assignments
from domain.assignments.models import Assignment
from domain.filters import Age
from domain.referrals.models import OPEN, Referral
from domain.spans import Order, Shape, Span, in_names, shape_of, spanned, values_of
from domain.statements import Asks, Lines
from domain.work import Work

MATTER = and_(Referral.county_id == Assignment.county_id, Referral.id == Assignment.subject_id)


@Lines
def _counted(asks: Asks) -> Select[*tuple[Any, ...]]:
    return (
        select(Assignment.person_id.label("person_id"), func.count().label("number"))
        .join(Referral, MATTER)
        .where(
            *_claims(asks),
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


@Lines
def _in_hand(asks: Asks, age: Age, shape: Shape) -> Select[*tuple[Any, ...]]:
    claimed = (
        select(
            Assignment.id,
            Assignment.claimed_at,
            Assignment.subject_id,
            Referral.letter_number,
            Referral.party,
        )
        .join(Referral, MATTER)
        .where(*_mine(asks))
    )
    return spanned(claimed, _by_claim(age), in_names(_by_claim(age), shape, asks.given))


async def of_mine(work: Work, *, age: Age, span: Span[tuple[datetime, UUID]]) -> Sequence[Mapping[str, Any]]:
    """A part of what is in hand in the acting post, by when it was claimed. The place of one is that instant, and the
    assignment's id. Lines of `id`, `claimed_at`, `subject_id`, `letter_number` and `party`."""
    given = _now_in_post(work) | values_of(_by_claim(age), span)
    return await _in_hand(work, age, shape_of(span), **given)


@Lines
def _number_in_hand(asks: Asks) -> Select[*tuple[Any, ...]]:
    number = select(func.count().label("number")).select_from(Assignment).join(Referral, MATTER)
    return number.where(*_mine(asks))


async def count_of_mine(work: Work) -> int:
    """How much is in hand in the acting post."""
    (line,) = await _number_in_hand(work, **_now_in_post(work))
    number: int = line["number"]
    return number


def _by_claim(age: Age) -> Order:
    return Order((Assignment.claimed_at, Assignment.id), falling=age == "newest")


def _now_in_post(work: Work) -> dict[str, Any]:
    return {"now": work.now, "post": work.actor.capacity_id}


def _mine(asks: Asks) -> list[ColumnElement[bool] | TextClause]:
    return [*_claims(asks), Assignment.capacity_id == asks.given("post", Uuid())]


def _claims(asks: Asks) -> list[ColumnElement[bool] | TextClause]:
    now = asks.given("now", DateTime(timezone=True))
    return [*assignments.claims(asks, now), asks.visible(Referral, "referral.letter"), text(OPEN)]
