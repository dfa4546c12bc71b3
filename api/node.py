"""Node: what has a global id and can be found again by it. Each capability says how its kinds are found.

Finding goes through the same filter as every list: what the actor may not see is null, like what never was.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, ClassVar, NewType, TypeVar
from uuid import UUID

import strawberry

from api.asked import Asked, Fetch
from api.batching import Arguments, Taken, Wanted, derived, question
from api.identifiers import BadId, global_id, taken_apart
from domain.work import Work
from tenancy.refusals import NotFound

Row = TypeVar("Row")

_FETCHED_BY: dict[str, Fetch] = {}


@strawberry.interface(
    description="What has a global id and can be found again by it. 有全局编号、可再次取得的对象"
)
class Node:
    """As Relay defines it. `row_type` is what stands behind a kind of node: the table's rows as they come."""

    id: strawberry.ID = strawberry.field(description="The global id. 全局编号")

    row_type: ClassVar[type[Any]]

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """strawberry would look for instances of the type itself."""
        return isinstance(row, cls.row_type)


def identified(kind: str, *, by: Fetch) -> Any:
    """The field `id` of a kind of node, and how nodes of the kind are found."""
    _FETCHED_BY[kind] = by

    def write(row: Any, _asked: Asked) -> str:
        return global_id(kind, row.id)

    return derived(write, description="The global id. 全局编号", needs={"id"})


def one_by_one(the: Callable[[Work, UUID], Awaitable[Row]]) -> Fetch:
    """A fetch from a query that finds one and raises `NotFound`, for kinds that are seldom looked up in numbers."""

    async def fetch(work: Work, ids: Collection[UUID]) -> dict[UUID, Row]:
        found = {}
        for identifier in ids:
            try:
                found[identifier] = await the(work, identifier)
            except NotFound:
                continue
        return found

    return fetch


async def node_of(work: Work, given: str, *, kind: str | None = None, field: str = "id") -> Any:
    """The visible object with this global id, or None. Raises `BadId` for what is no id, or none of this `kind`."""
    try:
        found, identifier = taken_apart(given)
    except ValueError:
        raise BadId(field=field, wanted=kind or "Node") from None
    fetch = _FETCHED_BY.get(found)
    if fetch is None or (kind is not None and kind != found):
        raise BadId(field=field, wanted=kind or "Node")
    return (await fetch(work, [identifier])).get(identifier)


async def subjects(work: Work, named: Sequence[tuple[str, UUID]]) -> list[Any]:
    """The matters that rows name by the kind of the domain (`referral`) and id; None for what is not visible."""
    wanted: dict[str, set[UUID]] = {}
    for kind, identifier in named:
        wanted.setdefault(_graphql_kind(kind), set()).add(identifier)
    found = {kind: await _FETCHED_BY[kind](work, ids) for kind, ids in wanted.items() if kind in _FETCHED_BY}
    return [found.get(_graphql_kind(kind), {}).get(identifier) for kind, identifier in named]


def _graphql_kind(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))


async def _node(work: Work, arguments: Arguments, _wanted: Wanted) -> Any:
    return await node_of(work, arguments["id"])


def one(kind: str, *, description: str) -> Any:
    """The root field that finds one object of a kind by its global id: null when it is not visible."""

    async def find(work: Work, arguments: Arguments, _wanted: Wanted) -> Any:
        return await node_of(work, arguments["id"], kind=kind)

    return question(
        find, description=description, takes={"id": Taken(strawberry.ID, "Its global id. 全局编号")}
    )


@strawberry.type
class NodeQueries:
    """Finding anything by its global id."""

    node: Node | None = question(
        _node,
        description="The object with this global id; null when there is none that you may see. 按全局编号取对象",
        takes={"id": Taken(strawberry.ID, "A global id. 全局编号")},
    )


BigInt = NewType("BigInt", int)
"""A whole number that may pass 2^31, such as the size of a file; sent as a JSON number."""
