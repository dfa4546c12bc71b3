"""What GraphQL says, written down plainly: depth first, one field after the other, nothing left out.

It is slow and knows nothing of batches. Unlike graphql-core it goes on after a failure, and so it knows of every error
that an answer may hold and of the place that each of them makes null. It shares with graphql-core what coerces values.
"""

import inspect
from collections.abc import AsyncIterable, Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    OperationDefinitionNode,
    Undefined,
    located_error,
)
from graphql.execution.values import get_argument_values, get_directive_values, get_variable_values
from graphql.pyutils import Path
from graphql.pyutils import inspect as shown

from tests.execution.documents import Document

type_of_list = str | bytes | bytearray | memoryview | Mapping
Position = tuple[str | int, ...]


FIELDS_AT_MOST = 5_000
"""Of an answer. Lists within lists of objects may become larger than anybody could wait for."""


class TooLarge(BaseException):
    """The answer would have more fields. No exception that a field could have."""


class Failed(Exception):
    """A field failed, and it is not yet known what becomes null; its error is written down already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that an answer may hold, where it happened, and the place that becomes null by it."""

    error: GraphQLError
    at: Position
    nulls: Position


@dataclass(slots=True)
class Truth:
    """Everything that may be said of a request."""

    data: dict[str, Any] | None = None
    refused: list[GraphQLError] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


async def told(schema: GraphQLSchema, document: Document, root: Any, context: Any) -> Truth:
    """The truth of a request, or why it is none. Raises `TooLarge`."""
    operations = [each for each in document.parsed.definitions if isinstance(each, OperationDefinitionNode)]
    if document.operation is not None:
        operations = [each for each in operations if each.name and each.name.value == document.operation]
        if not operations:
            return Truth(refused=[GraphQLError(f"Unknown operation named '{document.operation}'.")])
    if len(operations) > 1:
        return Truth(
            refused=[GraphQLError("Must provide operation name if query contains multiple operations.")]
        )
    if not operations:
        return Truth(refused=[GraphQLError("Must provide an operation.")])
    [operation] = operations
    values = get_variable_values(
        schema, operation.variable_definitions or (), document.variables or {}, max_errors=50
    )
    if isinstance(values, list):
        return Truth(refused=values)
    return await Reference(schema, document, operation, values, root, context).operation_told()


class Reference:
    """One execution."""

    def __init__(
        self, schema: Any, document: Document, operation: Any, values: Any, root: Any, context: Any
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.values = values
        self.root = root
        self.context = context
        self.fragments = {
            each.name.value: each
            for each in document.parsed.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self.open: list[tuple[GraphQLError, Position]] = []
        self.truth = Truth()
        self.answered = 0

    async def operation_told(self) -> Truth:
        of = self.schema.get_root_type(self.operation.operation)
        try:
            fields = self.collected(of, [self.operation.selection_set])
            acts = self.operation.operation.value == "mutation"
            self.truth.data = await self.object(of, self.root, fields, None, (), acts)
        except Failed:
            self.land(())
        except GraphQLError as refused:
            self.open.append((refused, ()))
            self.land(())
        return self.truth

    # ---- errors ----

    def fail(self, fault: Exception, nodes: list[FieldNode], at: Position) -> Failed:
        """The error is written down; where it lands is known later."""
        if not isinstance(fault, Failed):
            self.open.append((located_error(fault, nodes, list(at)), at))
        return Failed()

    def land(self, at: Position) -> None:
        """Here all errors that are on their way from below stop: this becomes null."""
        below = [each for each in self.open if each[1][: len(at)] == at]
        self.open = [each for each in self.open if each[1][: len(at)] != at]
        self.truth.faults += [Fault(error, where, at) for error, where in below]

    # ---- selections ----

    def collected(self, of: GraphQLObjectType, sets: Iterable[Any]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()

        def collect(selection_set: Any) -> None:
            for each in selection_set.selections:
                if not self.included(each):
                    continue
                if isinstance(each, FieldNode):
                    found.setdefault((each.alias or each.name).value, []).append(each)
                    continue
                if isinstance(each, FragmentSpreadNode):
                    if each.name.value in spread:
                        continue
                    fragment = self.fragments[each.name.value]
                else:
                    fragment = each
                on = fragment.type_condition.name.value if fragment.type_condition else of.name
                if not self.is_a(of, on):
                    continue
                if isinstance(each, FragmentSpreadNode):
                    spread.add(each.name.value)
                collect(fragment.selection_set)

        for each in sets:
            collect(each)
        return found

    def included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.values)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.values)
        return not include or include["if"]

    def is_a(self, of: GraphQLObjectType, name: str) -> bool:
        on = self.schema.type_map[name]
        if isinstance(on, GraphQLUnionType):
            return of in on.types
        return of is on or on in of.interfaces

    # ---- values ----

    async def object(
        self,
        of: GraphQLObjectType,
        source: Any,
        fields: Any,
        path: Path | None,
        at: Position,
        acts: bool = False,
    ) -> dict[str, Any]:
        found = {}
        failed = False
        for key, nodes in fields.items():
            try:
                found[key] = await self.field(of, source, nodes, Path(path, key, of.name), (*at, key))
            except Failed:
                failed = True
                if acts:
                    break
        if failed:
            raise Failed
        return found

    async def field(
        self, parent: GraphQLObjectType, source: Any, nodes: list[FieldNode], path: Path, at: Position
    ) -> Any:
        self.answered += 1
        if self.answered > FIELDS_AT_MOST:
            raise TooLarge
        name = nodes[0].name.value
        described = self.schema.get_field(parent, name)
        info = SimpleNamespace(
            field_name=name, field_nodes=nodes, return_type=described.type, parent_type=parent, path=path,
            schema=self.schema, fragments=self.fragments, root_value=self.root, operation=self.operation,
            variable_values=self.values, context=self.context,
        )  # fmt: skip
        with_default = described.resolve or of_attribute

        async def value() -> Any:
            given = get_argument_values(described, nodes[0], self.values)
            return await settled(with_default(source, info, **given))

        return await self.guarded(described.type, value, nodes, info, path, at)

    async def guarded(self, of: Any, value: Any, nodes: Any, info: Any, path: Path, at: Position) -> Any:
        """The value of a field or of an item of a list: where a failure stops, if null is allowed."""
        try:
            try:
                return await self.completed(of, await value(), nodes, info, path, at)
            except Exception as fault:
                raise self.fail(fault, nodes, at) from fault
        except Failed:
            if isinstance(of, GraphQLNonNull):
                raise
            self.land(at)
            return None

    async def completed(self, of: Any, value: Any, nodes: Any, info: Any, path: Path, at: Position) -> Any:
        if isinstance(value, Exception):
            raise value
        if isinstance(of, GraphQLNonNull):
            found = await self.completed(of.of_type, value, nodes, info, path, at)
            if found is None:
                raise TypeError(
                    f"Cannot return null for non-nullable field {info.parent_type}.{info.field_name}."
                )
            return found
        if value is None or value is Undefined:
            return None
        if isinstance(of, GraphQLList):
            return await self.list(of.of_type, value, nodes, info, path, at)
        if isinstance(of, GraphQLScalarType | GraphQLEnumType):
            found = of.coerce_output_value(value)
            if found is None or found is Undefined:
                raise TypeError(
                    f"Expected `{of.name}.coerce_output_value({shown(value)})` to return non-nullable value,"
                    f" returned: {shown(found)}"
                )
            return found
        if isinstance(of, GraphQLInterfaceType | GraphQLUnionType):
            of = await self.runtime_type(of, value, nodes, info)
        if of.is_type_of and not await settled(of.is_type_of(value, info)):
            raise GraphQLError(f"Expected value of type '{of}' but got: {shown(value)}.", nodes)
        fields = self.collected(of, [node.selection_set for node in nodes if node.selection_set])
        return await self.object(of, value, fields, path, at)

    async def list(self, of: Any, value: Any, nodes: Any, info: Any, path: Path, at: Position) -> list[Any]:
        found: list[Any] = []
        failed = False

        async def complete(item: Any) -> bool:
            async def awaited() -> Any:
                return await settled(item)

            place = len(found)
            found.append(None)
            try:
                found[place] = await self.guarded(
                    of, awaited, nodes, info, path.add_key(place, None), (*at, place)
                )
            except Failed:
                return True
            return False

        if isinstance(value, AsyncIterable):
            async for item in value:
                failed |= await complete(item)
        elif isinstance(value, Iterable) and not isinstance(value, type_of_list):
            for item in value:
                failed |= await complete(item)
        else:
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{info.parent_type}.{info.field_name}'."
            )
        if failed:
            raise Failed
        return found

    async def runtime_type(self, of: Any, value: Any, nodes: Any, info: Any) -> GraphQLObjectType:
        field = f"{info.parent_type}.{info.field_name}"
        must = f"Abstract type '{of}' must resolve to an Object type at runtime for field '{field}'"
        if of.resolve_type:
            name = await settled(of.resolve_type(value, info, of))
        else:
            name = await self.by_itself(of, value, info)
        if name is None:
            raise GraphQLError(
                f"{must}. Either the '{of}' type should provide a 'resolve_type' function"
                " or each possible type should provide an 'is_type_of' function.",
                nodes,
            )
        if not isinstance(name, str):
            raise GraphQLError(
                f"{must} with value {shown(value)}, received '{shown(name)}',"
                " which is not a valid Object type name.",
                nodes,
            )
        found = self.schema.type_map.get(name)
        if found is None:
            raise GraphQLError(
                f"Abstract type '{of}' was resolved to a type '{name}' that does not exist inside the schema.",
                nodes,
            )
        if not isinstance(found, GraphQLObjectType):
            raise GraphQLError(f"Abstract type '{of}' was resolved to a non-object type '{name}'.", nodes)
        if not self.is_a(found, of.name):
            raise GraphQLError(f"Runtime Object type '{found}' is not a possible type for '{of}'.", nodes)
        return found

    async def by_itself(self, of: Any, value: Any, info: Any) -> str | None:
        """Without anybody to say it: the name that a mapping holds, or the first type that recognises its own."""
        if isinstance(value, Mapping) and isinstance(value.get("__typename"), str):
            return value["__typename"]
        later = []
        for each in self.schema.get_possible_types(of):
            if each.is_type_of:
                answer = each.is_type_of(value, info)
                if inspect.isawaitable(answer):
                    later.append((each.name, answer))
                elif answer:
                    for _, left in later:
                        left.close()
                    return each.name
        answers = [(name, await answer) for name, answer in later]
        return next((name for name, is_it in answers if is_it), None)


def of_attribute(source: Any, info: Any, **given: Any) -> Any:
    name = info.field_name
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    return value(info, **given) if callable(value) else value


async def settled(value: Any | Awaitable[Any]) -> Any:
    return await value if inspect.isawaitable(value) else value
