"""How lists are narrowed and ordered over GraphQL: one grammar for every capability.

A list takes from which side it is seen (`box`, `side`), a `filter` of its own and, where there is more than one order,
a `sort` of its own; then what every connection takes. Nothing else.

    @strawberry.input(description="By what …")
    class ReferralFilter:
        states: list[ReferralState] | None = among("In one of these states. 状态")
        senders: list[strawberry.ID] | None = among("From one of these bodies. 移送单位", ids_of="Organisation")
        sent_at: Days | None = narrowing("Sent within these days. 移送日期")

An input has the same fields as the capability's `Filter` in the domain, and `narrowed` makes the one of the other: words
for enums, identifiers for ids, sets for lists. All fields are combined by AND, the values of a list by OR; what is left
out, or null, narrows nothing. `tied_to` is what cursors are bound to, so that a page never goes on under another filter.
"""

from collections.abc import Mapping
from dataclasses import Field, fields
from datetime import date
from enum import Enum
from typing import Any, TypeVar

import strawberry

from api.batching import Taken
from api.identifiers import identifier_of
from api.mutations import optional, said
from domain import filters

IDS_OF = "gongguan.ids_of"
FILTER = "By what the list is narrowed; all fields are combined by AND. 筛选条件（各项同时满足）"
SORT = "The order. 排序"

Filter = TypeVar("Filter")


@strawberry.input(
    description="From one day to another, both counting, in the county's time. 日期范围（含首尾）"
)
class Days:
    """Either end may be left open."""

    since: date | None = optional("The first day. 起")
    until: date | None = optional("The last day. 止")


def orders_by_age(name: str, description: str) -> Any:
    """The `sort` of a list that is ordered by age alone: an enum of its own, for one day it may have more orders."""

    class Orders(Enum):
        NEWEST = strawberry.enum_value("newest", description="The latest made first. 最新在前")
        OLDEST = strawberry.enum_value("oldest", description="The first made first. 最早在前")

    return strawberry.enum(Orders, name=name, description=description)


def filtered(by: Any) -> Mapping[str, Taken]:
    """The argument `filter`."""
    return {"filter": Taken(by | None, FILTER)}


def sorted_by(orders: Any) -> Mapping[str, Taken]:
    """The argument `sort`; what an enum says first is how the list comes by itself."""
    return {"sort": Taken(orders, SORT, next(iter(orders)))}


def narrowing(description: str) -> Any:
    """A field of a filter, which may be left out."""
    return optional(description)


def among(description: str, *, ids_of: str | None = None) -> Any:
    """A field of a filter that lists values, any of which will do; `ids_of` where they are global ids of a kind."""
    return strawberry.field(default=strawberry.UNSET, description=description, metadata={IDS_OF: ids_of})


def narrowed(given: Any, by: type[Filter]) -> Filter:
    """The domain's filter as the input says it. Raises `BadId`."""
    if said(given) is None:
        return by()
    return by(**{part.name: _plain(getattr(given, part.name), part) for part in fields(given)})


def tied_to(narrowed_by: Any) -> Mapping[str, Any]:
    """Everything that a filter says, by name."""
    return {part.name: getattr(narrowed_by, part.name) for part in fields(narrowed_by)}


def _plain(value: Any, part: Field[Any]) -> Any:
    match said(value):
        case list(values):
            return frozenset(_plain(one, part) for one in values)
        case Enum(value=word):
            return word
        case Days(since=since, until=until):
            return filters.Days(since=said(since), until=said(until))
        case str(text) if kind := part.metadata.get(IDS_OF):
            return identifier_of(kind, text, field=part.name)
        case plain:
            return plain
