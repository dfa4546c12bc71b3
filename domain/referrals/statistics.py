"""How many referrals each body sent, was sent, concluded and is late with: as it was then, or by who goes on today.

`then` counts by the bodies that the letters name, which are those of their day. `now` adds that up along the lineage: the
counts of a body that is no more are its heir's. So the sums over all bodies are the same, nothing is counted twice, and
what a body brought along when others came out of it stays with the one that the record names.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.types import Integer

from domain.deadlines import queries as deadlines
from domain.filters import Days, during
from domain.lineage import queries as lineage
from domain.referrals.models import Referral
from domain.work import Work

As = Literal["then", "now"]

ONE, NONE = literal_column("1", Integer), literal_column("0", Integer)
CONCLUDED = Referral.state == "concluded"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one body: letters that it sent, that it was sent, of these concluded; and matters in which it is late now."""

    sent: int = 0
    received: int = 0
    concluded: int = 0
    overdue: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


async def statistics(work: Work, *, sent_within: Days | None, counted: As) -> Sequence[tuple[UUID, Counts]]:
    """The counts over the letters that were sent within these days, of every body that has any; as far as one oversees.

    The bodies are in the order of their ids.
    """
    rows = await work.session.execute(_counted(work, sent_within))
    found = {row.body: Counts(row.sent, row.received, row.concluded, row.overdue) for row in rows}
    if counted == "now":
        found = (await lineage.of_bodies(work)).rolled_up(found, work.today)
    return sorted(found.items())


def _counted(work: Work, sent_within: Days | None) -> Select[tuple[UUID, int, int, int, int]]:
    letters = [
        Referral.county_id == work.county_id,
        work.visible_as(Referral, "referral.letter", "overseer"),
        *during(Referral.sent_at, sent_within, work.actor.zone),
    ]
    late = deadlines.overdue_in(work, select(Referral.id).where(*letters)).subquery("late")
    each = union_all(
        select(*_line(Referral.from_id, sent=ONE)).where(*letters),
        select(*_line(Referral.to_id, received=ONE, concluded=case((CONCLUDED, ONE), else_=NONE))).where(
            *letters
        ),
        select(*_line(late.c.obligor_id, overdue=ONE)),
    ).subquery("each")
    summed = (func.sum(each.c[part.name]).label(part.name) for part in fields(Counts))
    return select(each.c.body, *summed).group_by(each.c.body)


def _line(body: SQLColumnExpression[Any], **counted: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """What one letter, or one delay, adds to the counts of a body."""
    parts = (counted.get(part.name, NONE).label(part.name) for part in fields(Counts))
    return [body.label("body"), *parts]
