"""Completing values: what the values of a field become in the answer, for all objects of a level at once.

One kind for each shape of type: leaf, object, interface or union, list, not null. What goes wrong with one value stays in
its place as `Broken` until the whole answer is there (`nulls.py`). What each value becomes, graphql-core's own functions
say; here they are only called less often.
"""

from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from itertools import chain, repeat
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLString,
    GraphQLUnionType,
)
from graphql.execution import Executor
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import Undefined, is_iterable

from api.execution.levels import Level, Spot, settled
from api.execution.ways import InstancesOf, TypeByValue, way_of

if TYPE_CHECKING:
    from api.execution.plans import Selected

AS_THEY_ARE: Final[Mapping[GraphQLLeafType, type]] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
}
"""Leaf types whose values of exactly this class are sent as they are."""

UNDEFINED = type(Undefined)

Infos = Callable[[], Sequence[GraphQLResolveInfo[Any]]]
"""What graphql-core tells of each of some values, worked out when somebody asks."""


class Kind:
    """How values of one type are completed."""

    is_at_once = False
    """Whether nothing of it has to be waited for: then `written` completes them too."""

    async def completed(self, values: Sequence[Any], spot: Spot, infos: Infos) -> Sequence[Any]:
        """For each value what stands in the answer: None for what is not there, `Broken` for an exception."""
        if not _holds_none(values):
            return await self.complete(values, spot, infos)
        return await _only_where(
            [not _is_none(value) for value in values],
            [spot.broken(value) if isinstance(value, Exception) else None for value in values],
            self.complete,
            values,
            spot,
            infos,
        )

    async def complete(self, values: Sequence[Any], spot: Spot, infos: Infos) -> list[Any]:
        """The same, for values that are there and no exceptions."""
        raise NotImplementedError

    def written(self, values: Sequence[Any], spot: Spot) -> Sequence[Any]:
        """The same as `completed`, where it is at once."""
        raise NotImplementedError


class Leaf(Kind):
    """A scalar or an enum."""

    is_at_once = True

    def __init__(self, type_: GraphQLLeafType) -> None:
        self._type = type_
        self._as_it_is = AS_THEY_ARE.get(type_)
        # Of an enum there are few values, and each is always the same word.
        self._words: dict[Any, Any] | None = {None: None} if isinstance(type_, GraphQLEnumType) else None

    async def completed(
        self,
        values: Sequence[Any],
        spot: Spot,
        infos: Infos,  # noqa: ARG002  # nobody is told anything of a leaf
    ) -> Sequence[Any]:
        """Serialised."""
        return self.written(values, spot)

    def written(self, values: Sequence[Any], spot: Spot) -> Sequence[Any]:
        """Serialised, without waiting for anything."""
        classes = set(map(type, values))
        if self._as_it_is is not None and classes <= {self._as_it_is, NoneType}:
            return values
        if self._type is GraphQLInt and classes == {int} and _are_small(values):
            return values
        if not any(map(_is_none_or_wrong, classes - {NoneType})):
            written = self._all(values)
            if written is not None and (
                {NoneType, UNDEFINED}.isdisjoint(map(type, written)) or _nothing_lost(values, written)
            ):
                return written
        return [self._one(value, spot) for value in values]

    def _all(self, values: Sequence[Any]) -> list[Any] | None:
        write, words = self._type.coerce_output_value, self._words
        try:
            if words is not None:
                words.update((value, write(value)) for value in {*values}.difference(words))
                return [words[value] for value in values]
            return [None if value is None else write(value) for value in values]
        except Exception:  # which of them it was is found one by one
            return None

    def _one(self, value: Any, spot: Spot) -> Any:
        if isinstance(value, Exception):
            return spot.broken(value)
        if _is_none(value):
            return None
        try:
            return Executor.complete_leaf_value(self._type, value)
        except Exception as error:  # whatever it is, it is this value's
            return spot.broken(error)


class Object(Kind):
    """Objects of one type. Each becomes an answer that the next level fills."""

    def __init__(self, type_: GraphQLObjectType, selected: "Selected") -> None:
        self._type = type_
        self._selected = selected
        way = way_of(type_)
        self._class: type[Any] | None = way.kind if isinstance(way, InstancesOf) else None

    async def complete(self, values: Sequence[Any], spot: Spot, infos: Infos) -> list[Any]:
        """Answers, empty as yet."""
        ours = await self._are_ours(values, spot, infos)
        if ours is True:
            return self._begun(values, spot)
        return await _only_where(
            [each is True for each in ours],
            [None if each is True else spot.broken(each) for each in ours],
            self._begin,
            values,
            spot,
            infos,
        )

    async def _begin(self, values: Sequence[Any], spot: Spot, _infos: Infos) -> list[Any]:
        return self._begun(values, spot)

    def _begun(self, values: Sequence[Any], spot: Spot) -> list[Any]:
        try:
            selection = self._selected.selection_on(self._type)
        except GraphQLError as error:
            return [spot.broken(error) for _ in values]
        answers = [selection.blank.copy() for _ in values]
        spot.run.next.append(Level(selection, values, answers, spot))
        return answers

    async def _are_ours(self, values: Sequence[Any], spot: Spot, infos: Infos) -> Any:
        """True, if all are objects of this type; otherwise for each True, or why not."""
        if self._class is not None:
            strangers = {each for each in set(map(type, values)) if not issubclass(each, self._class)}
            if not strangers:
                return True
            return [type(value) not in strangers or self._wrong(value) for value in values]
        asks = self._type.is_type_of
        if asks is None:
            return True
        said = await settled(
            spot.run.executor,
            [_tried(asks, value, info) for value, info in zip(values, infos(), strict=True)],
        )
        return [
            each if isinstance(each, Exception) else bool(each) or self._wrong(value)
            for each, value in zip(said, values, strict=True)
        ]

    def _wrong(self, value: Any) -> GraphQLError:
        return invalid_return_type_error(self._type, value, self._selected.details)


class OneOfSeveral(Kind):
    """Objects of an interface or a union: each is completed as its own type says."""

    def __init__(self, type_: GraphQLAbstractType, selected: "Selected") -> None:
        self._type = type_
        self._selected = selected
        way = way_of(type_)
        self._name_of = way.name_of if isinstance(way, TypeByValue) else None
        self._kinds: dict[GraphQLObjectType, Object] = {}

    async def complete(self, values: Sequence[Any], spot: Spot, infos: Infos) -> list[Any]:
        """Answers of whatever type, empty as yet."""
        completed: list[Any] = [None] * len(values)
        of_types: dict[GraphQLObjectType, list[int]] = {}
        for index, found in enumerate(await self._types_of(values, spot, infos)):
            if isinstance(found, Exception):
                completed[index] = spot.broken(found)
            else:
                of_types.setdefault(found, []).append(index)
        for type_, indices in of_types.items():
            kind = self._kinds.get(type_)
            if kind is None:
                kind = self._kinds[type_] = Object(type_, self._selected)
            some = await kind.complete([values[index] for index in indices], spot, _some_of(infos, indices))
            for index, each in zip(indices, some, strict=True):
                completed[index] = each
        return completed

    async def _types_of(
        self, values: Sequence[Any], spot: Spot, infos: Infos
    ) -> list[GraphQLObjectType | Exception]:
        executor = spot.run.executor
        told = infos()
        if self._name_of is not None:
            names: Sequence[Any] = [_tried(self._name_of, value) for value in values]
        else:
            resolve = self._type.resolve_type or executor.type_resolver
            names = await settled(
                executor,
                [_tried(resolve, value, info, self._type) for value, info in zip(values, told, strict=True)],
            )
        return [
            name
            if isinstance(name, Exception)
            else _tried(
                executor.ensure_valid_runtime_type, name, self._type, self._selected.details, info, value
            )
            for name, info, value in zip(names, told, values, strict=True)
        ]


class ListOf(Kind):
    """Lists. The items of all of them are completed together."""

    def __init__(self, items: Kind, selected: "Selected") -> None:
        self._items = items
        self._selected = selected

    async def complete(self, values: Sequence[Any], spot: Spot, infos: Infos) -> list[Any]:
        """Lists of completed items."""
        lists = [value if type(value) is list else await self._listed(value, spot) for value in values]
        lengths = [0 if isinstance(each, Exception) else len(each) for each in lists]
        items = await settled(
            spot.run.executor,
            list(chain.from_iterable(each for each in lists if not isinstance(each, Exception))),
        )

        def infos_of_items() -> list[GraphQLResolveInfo[Any]]:
            each = zip(infos(), lengths, strict=True)
            return list(chain.from_iterable(repeat(info, length) for info, length in each))

        completed = await self._items.completed(items, spot, infos_of_items) if items else []
        ends, answers = 0, list[Any]()
        for each, length in zip(lists, lengths, strict=True):
            if isinstance(each, Exception):
                answers.append(spot.broken(each))
            else:
                answers.append(completed[ends : ends + length])
                ends += length
        return answers

    async def _listed(self, value: Any, spot: Spot) -> list[Any] | Exception:
        executor, items = spot.run.executor, list[Any]()
        try:
            if executor.is_async_iterable(value):
                iterable: AsyncIterable[Any] = value
                async for item in iterable:
                    items.append(item)  # what came before it failed is still needed
                return items
            if is_iterable(value):
                for item in value:
                    items.append(item)  # likewise
                return items
        except Exception as error:  # whatever it is, it is this list's
            executor.settle_in_background([each for each in items if executor.is_awaitable(each)])
            return error
        where = f"{self._selected.parent_type}.{self._selected.name}"
        return GraphQLError(f"Expected Iterable, but did not find one for field '{where}'.")


class NotNull(Kind):
    """Values of another kind, none of which may be null."""

    def __init__(self, kind: Kind, selected: "Selected") -> None:
        self.kind = kind
        self.is_at_once = kind.is_at_once
        self._where = f"{selected.parent_type}.{selected.name}"

    async def completed(self, values: Sequence[Any], spot: Spot, infos: Infos) -> Sequence[Any]:
        """As the other kind completes them, without nulls."""
        return self._without_nulls(await self.kind.completed(values, spot, infos), spot)

    def written(self, values: Sequence[Any], spot: Spot) -> Sequence[Any]:
        """The same, where the other kind writes them at once."""
        return self._without_nulls(self.kind.written(values, spot), spot)

    def _without_nulls(self, completed: Sequence[Any], spot: Spot) -> Sequence[Any]:
        """Each null is an error."""
        if NoneType not in set(map(type, completed)):
            return completed
        return [spot.broken(self._null()) if each is None else each for each in completed]

    def _null(self) -> TypeError:
        return TypeError(f"Cannot return null for non-nullable field {self._where}.")


def kind_of(type_: GraphQLOutputType, selected: "Selected") -> Kind:
    """How values of this type are completed where this field is selected."""
    match type_:
        case GraphQLNonNull():
            return NotNull(kind_of(type_.of_type, selected), selected)
        case GraphQLList():
            return ListOf(kind_of(type_.of_type, selected), selected)
        case GraphQLObjectType():
            return Object(type_, selected)
        case GraphQLInterfaceType() | GraphQLUnionType():
            return OneOfSeveral(type_, selected)
    return Leaf(type_)


def _is_none_or_wrong(class_: type[Any]) -> bool:
    return class_ is NoneType or class_ is UNDEFINED or issubclass(class_, Exception)


def _are_small(values: Sequence[int]) -> bool:
    return min(values) >= GRAPHQL_MIN_INT and max(values) <= GRAPHQL_MAX_INT


def _holds_none(values: Sequence[Any]) -> bool:
    return any(map(_is_none_or_wrong, set(map(type, values))))


def _is_none(value: Any) -> bool:
    return _is_none_or_wrong(type(value))


def _nothing_lost(values: Sequence[Any], written: Sequence[Any]) -> bool:
    return all(
        one is None if value is None else one is not None and one is not Undefined
        for value, one in zip(values, written, strict=True)
    )


def _tried(ask: Callable[..., Any], *given: Any) -> Any:
    try:
        return ask(*given)
    except Exception as error:  # whoever is asked for is told
        return error


def _some_of(infos: Infos, indices: Sequence[int]) -> Infos:
    def some() -> list[GraphQLResolveInfo[Any]]:
        told = infos()
        return [told[index] for index in indices]

    return some


async def _only_where(
    there: Sequence[bool],
    elsewhere: list[Any],
    complete: Callable[..., Any],
    values: Sequence[Any],
    spot: Spot,
    infos: Infos,
) -> list[Any]:
    """What is completed where it is there, and what stands elsewhere."""
    indices = [index for index, each in enumerate(there) if each]
    if indices:
        some = await complete([values[index] for index in indices], spot, _some_of(infos, indices))
        for index, each in zip(indices, some, strict=True):
            elsewhere[index] = each
    return elsewhere
