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

from sqlalchemy import ColumnElement, Integer, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

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


Shape = tuple[bool, bool, bool]
"""What the text of a statement hangs on that reads a part: whether it has a beginning and an end, and whether backward."""


def shape_of(span: Span[Any]) -> Shape:
    """The shape of a part."""
    return span.after is not None, span.before is not None, span.backward


def in_names(
    order: Order, shape: Shape, given: Callable[[str, TypeEngine[Any]], ColumnElement[Any]]
) -> Span[Any]:
    """A part of this shape with names where values would be, such as `after_pinyin`."""
    after, before, backward = shape
    return Span(
        most=given("most", Integer()),
        after=_place_in_names(order, "after", given) if after else None,
        before=_place_in_names(order, "before", given) if before else None,
        backward=backward,
    )


def values_of(order: Order, span: Span[Any]) -> dict[str, Any]:
    """The values of these names."""
    return {"most": span.most} | _values(order, "after", span.after) | _values(order, "before", span.before)


def _place_in_names(
    order: Order, end: str, given: Callable[[str, TypeEngine[Any]], ColumnElement[Any]]
) -> Any:
    parts = tuple(given(f"{end}_{column.key}", column.type) for column in order.columns)
    return parts if len(parts) > 1 else parts[0]


def _values(order: Order, end: str, place: Any) -> dict[str, Any]:
    if place is None:
        return {}
    values = place if isinstance(place, tuple) else (place,)
    return {f"{end}_{column.key}": value for column, value in zip(order.columns, values, strict=True)}


def _compared(order: Order, compare: Callable[[Any, Any], Any], place: Any) -> ColumnElement[bool]:
    if len(order.columns) == 1:
        compared: ColumnElement[bool] = compare(order.columns[0], place)
    else:
        compared = compare(tuple_(*order.columns), tuple_(*place))
    return compared
