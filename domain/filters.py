"""How lists are narrowed, in the same way for every capability. How they are ordered and read is in `spans.py`.

A capability declares what its list can be narrowed by as a frozen dataclass, its `Filter`, with fields named like those
of what it lists. All fields are combined by AND; the values of one field by OR. A field that is None narrows nothing, and
one without values leaves nothing. Days are the county's, and both ends count.

These are the building stones; which columns they are asked of, and from which side, stands in each capability's queries.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CollectionAggregate, ColumnElement, Select, and_, any_, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Uuid

Age = Literal["newest", "oldest"]
"""The order in which a list is read by default, and its reverse."""

# Beyond them nothing is on record, and not every zone can tell a year.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(8999, 12, 30)

IDS_AT_A_TIME = 1000

FEW = 2000
"""So many ids may be looked up before a list is read: a look of some milliseconds, at any size of the county."""

HIGHEST = "\U0010ffff"

Conditions = Iterator[ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From one day to another, either of which may be left open."""

    since: date | None = None
    until: date | None = None


def among(column: InstrumentedAttribute[Any], values: Collection[Any] | None) -> Conditions:
    """Rows with one of the values. Sorted, so that the same filter is the same statement."""
    if values is not None:
        yield column.in_(sorted(values))


async def streamed(session: AsyncSession, ids: Select[UUID]) -> AsyncIterator[UUID]:
    """All these ids as they come, so that nobody need hold them at once."""
    async for each in await session.stream_scalars(ids, execution_options={"yield_per": IDS_AT_A_TIME}):
        yield each


async def if_few(session: AsyncSession, ids: Select[UUID]) -> Sequence[UUID] | None:
    """All these ids, each once, or None if there may be as many as `FEW`: no more than that are looked at."""
    return few((await session.scalars(ids.limit(FEW))).all())


def few(found: Sequence[UUID]) -> Sequence[UUID] | None:
    """Each of these ids once, or None if there are `FEW`, after which nobody looked on."""
    return sorted(set(found)) if len(found) < FEW else None


def any_of(ids: Collection[UUID]) -> CollectionAggregate[Any]:
    """Any of these, to compare an id with: one array, so that the statement is the same for any number of them."""
    return any_(cast(list(ids), ARRAY(Uuid)))


def begins(column: InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    """Rows whose text begins with this: a range of texts that are kept by code points, so that an index serves it."""
    return and_(column >= part, column <= part + HIGHEST)


def on(column: InstrumentedAttribute[Any] | ColumnElement[Any], days: Days | None) -> Conditions:
    """Rows whose day lies within."""
    if days is not None and days.since is not None:
        yield column >= days.since
    if days is not None and days.until is not None:
        yield column <= days.until


def during(column: InstrumentedAttribute[Any], days: Days | None, zone: tzinfo) -> Conditions:
    """Rows whose instant lies within these days of the county."""
    if days is not None and days.since is not None:
        yield column >= beginning(days.since, zone)
    if days is not None and days.until is not None:
        yield column < beginning(_known(days.until) + timedelta(days=1), zone)


def beginning(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in the county."""
    return datetime.combine(_known(day), time.min, tzinfo=zone).astimezone(UTC)


def _known(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)
