"""How a part of a list is read: between two places, from either end, by keyset.

A list has one `Order`: columns in which no two of its rows are the same, so that a row's values in them are its place.
A part of it begins after a place or at the beginning, ends before a place or at the end, and is counted from the one or
from the other. Whatever is written meanwhile, what was on the list and stays is read once: a place is a value and not a
count of rows. Only a row whose own place changes between two parts may be met twice, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import gt, lt
from typing import Any, Generic, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from domain.filters import Age

Place = TypeVar("Place")
Columns = TypeVarTuple("Columns")
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Generic[Place]):
    """At most so many rows between two places, of which neither is part of it.

    Read `backward` it is counted from the end, and its rows come in that order, the last one first.
    """

    most: int | ColumnElement[int]
    after: Place | None = None
    before: Place | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns a list is ordered, all rising or, `falling`, all falling: an index has them in a row."""

    columns: tuple[Column, ...]
    falling: bool = False


def by_age(identifier: InstrumentedAttribute[UUID], age: Age) -> Order:
    """The order of their ids, which is that of their making."""
    return Order((identifier,), falling=age == "newest")


def ordered(rows: Select[*Columns], order: Order, *, backward: bool = False) -> Select[*Columns]:
    """The rows in this order, or in its reverse."""
    falling = order.falling is not backward
    return rows.order_by(*(column.desc() if falling else column.asc() for column in order.columns))


def spanned(rows: Select[*Columns], order: Order, span: Span[Any]) -> Select[*Columns]:
    """The part of the rows in this order; a place is a column's value, or a tuple of several columns' values."""
    onward, back = (lt, gt) if order.falling else (gt, lt)
    if span.after is not None:
        rows = rows.where(_compared(order, onward, span.after))
    if span.before is not None:
        rows = rows.where(_compared(order, back, span.before))
    return ordered(rows, order, backward=span.backward).limit(span.most)


def _compared(order: Order, compare: Callable[[Any, Any], Any], place: Any) -> ColumnElement[bool]:
    if len(order.columns) == 1:
        compared: ColumnElement[bool] = compare(order.columns[0], place)
    else:
        compared = compare(tuple_(*order.columns), tuple_(*place))
    return compared
