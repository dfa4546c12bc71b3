"""What the fields and types of this schema tell the breadth-first executor (`execution/ways.py`): how many objects are
answered at once.

A plain field is an attribute, a `derived` one is worked out from its source, a `relation` is answered by its batch, a
`question` by asking it; rows tell by their class which type they are. Whatever is not one of these, acts above all, goes
object by object. Nothing is read or decided here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, get_named_type
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from api.asked import Asked, FetchColumns
from api.batching import (
    ANSWERED_BY,
    Arguments,
    Derivation,
    Question,
    Reference,
    Relation,
    Wanted,
    arguments_of,
    refuse_unwritable,
)
from api.changes import Event
from api.costs import is_page
from api.execution import WAY, Attribute, FromSource, InstancesOf, Place, Together, TypeByValue
from api.execution.ways import Begun, Needs
from api.node import Node

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF

OF_ROWS = (Node, Event)
"""Kinds behind which rows stand as they come: the row's class says which."""


def show_the_ways(schema: strawberry.Schema) -> None:
    """Write on every field and type of the schema how it is answered for many at once."""
    types = schema._schema.type_map
    rows: dict[str, type[Any]] = {}
    for name, kind in types.items():
        if isinstance(kind, GraphQLObjectType) and DEFINITION in kind.extensions:
            row = _row_of(kind)
            if row is not None:
                rows[name] = row
                kind.extensions[WAY] = InstancesOf(row)
            for each in kind.fields.values():
                _show(each, schema.schema_converter)
    for kind in types.values():
        if isinstance(kind, GraphQLInterfaceType) and issubclass(_origin(kind), OF_ROWS):
            among = {each.name: rows[each.name] for each in schema._schema.get_possible_types(kind)}
            kind.extensions[WAY] = TypeByValue(_Names(among))


class _Names:
    """The names of the types that rows are of, by their classes."""

    def __init__(self, rows: Mapping[str, type[Any]]) -> None:
        self._rows = rows
        self._known: dict[type[Any], str | None] = {}

    def __call__(self, row: Any) -> str | None:
        kind = type(row)
        if kind not in self._known:
            self._known[kind] = next(
                (name for name, each in self._rows.items() if issubclass(kind, each)), None
            )
        return self._known[kind]


def _origin(kind: GraphQLObjectType | GraphQLInterfaceType) -> type[Any]:
    origin: type[Any] = kind.extensions[DEFINITION].origin
    return origin


def _row_of(kind: GraphQLObjectType) -> type[Any] | None:
    origin = _origin(kind)
    return origin.row_type if issubclass(origin, OF_ROWS) else None


def _show(described: GraphQLField, converter: GraphQLCoreConverter) -> None:
    asked: StrawberryField = described.extensions[DEFINITION]
    if asked.is_basic_field:
        described.extensions[WAY] = Attribute(asked.python_name)
        return
    match asked.metadata.get(ANSWERED_BY):
        case Derivation(derive, needs):
            described.extensions[WAY] = FromSource(derive, needs)
        case Relation() as relation:
            answer = _of_parents(relation, _Converted(asked, converter), _rows_below(described))
            described.extensions[WAY] = Together(answer, _all_that(relation))
        case Reference(fetch, through):
            described.extensions[WAY] = Together(_by_ids(fetch, through), frozenset({through}))
        case Question() as question:
            answer = _of_the_root(question, _Converted(asked, converter), _rows_below(described))
            described.extensions[WAY] = Together(answer)


def _all_that(relation: Relation) -> Needs:
    """What a relation looks at, that without which it does not ask among it."""
    if relation.needs is None or relation.through is None:
        return relation.needs
    return relation.needs | {relation.through}


class _Converted:
    """The arguments of a field as strawberry hands them to its resolver."""

    def __init__(self, asked: StrawberryField, converter: GraphQLCoreConverter) -> None:
        self._arguments = asked.arguments
        self._converter = converter

    def __call__(self, given: Mapping[str, Any], takes: Mapping[str, Any] | None) -> Arguments:
        """All of them by their Python names. Raises what a scalar or an enum refuses."""
        if not takes:
            return {}
        converter = self._converter
        converted = convert_arguments(
            dict(given), self._arguments, scalar_registry=converter.scalar_registry, config=converter.config
        )
        arguments = arguments_of(converted, takes)
        refuse_unwritable(arguments.values())
        return arguments


def _of_parents(relation: Relation, converted: _Converted, rows: Sequence[str]) -> Any:
    through = relation.through

    def answer(parents: Sequence[Any], given: Mapping[str, Any], place: Place) -> Sequence[Any] | Begun:
        # One parent may stand in several places, and some have nothing to ask for.
        asking = {
            id(parent): parent
            for parent in parents
            if through is None or getattr(parent, through) is not None
        }
        if not asking:
            return [None] * len(parents)
        arguments, wanted = converted(given, relation.takes), _wanted(place, rows)
        distinct = list(asking.values())
        asked: Asked = place.context

        def of_each(answers: Sequence[Any]) -> Sequence[Any]:
            if len(answers) != len(distinct):
                raise LookupError(f"{relation.batch} answered {len(answers)} of {len(distinct)} parents")
            found = dict(zip(asking, answers, strict=True))
            return [found.get(id(parent)) for parent in parents]

        return Begun(
            asked.reading.read(lambda work: relation.batch(work, distinct, arguments, wanted)), of_each
        )

    return answer


def _by_ids(fetch: FetchColumns, through: str) -> Any:
    def answer(parents: Sequence[Any], _given: Mapping[str, Any], place: Place) -> Sequence[Any] | Begun:
        ids = [getattr(parent, through) for parent in parents]
        asked: Asked = place.context
        # Fields share what was fetched, so each object is fetched with what any of them will look at.
        sought = {each for each in ids if each is not None}
        found, coming = asked.reading.seek(fetch, sought, place.needs_anywhere())

        def of_each(_there: None = None) -> Sequence[Any]:
            return [found.get(each) for each in ids]

        return of_each() if coming is None else Begun(coming, of_each)

    return answer


def _of_the_root(question: Question, converted: _Converted, rows: Sequence[str]) -> Any:
    def answer(roots: Sequence[Any], given: Mapping[str, Any], place: Place) -> Begun:
        arguments, wanted = converted(given, question.takes), _wanted(place, rows)
        asked: Asked = place.context
        return Begun(
            asked.reading.read(lambda work: question.ask(work, arguments, wanted)),
            lambda one: [one] * len(roots),
        )

    return answer


def _rows_below(described: GraphQLField) -> Sequence[str]:
    """By which fields the rows stand below what a field gives: those of a page below its edges."""
    return ("edges", "node") if is_page(get_named_type(described.type)) else ()


def _wanted(place: Place, rows: Sequence[str]) -> Wanted:
    asked: Asked = place.context
    return Wanted(place.names, asked.language, place.needs(*rows))
