"""Whether the schema keeps what front ends were promised: what would break for a client of the last release.

`schema.released.graphql` is the schema as it was last released. Whatever of it is gone, or asks for more, or answers
otherwise, breaks somebody; only what the released schema itself already calls deprecated may go. A default that changes
counts as well: the same words would ask for something else. What is merely new, a value of an enum among it, breaks
nobody who leaves room for it, as the guide for front ends says.

A release accepts the schema as it is, once and for all: `cp schema.graphql schema.released.graphql`.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLSchema,
    NamedTypeNode,
    Node,
    TypeDefinitionNode,
    Visitor,
    build_ast_schema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    parse,
    visit,
)
from graphql.utilities import BreakingChange, BreakingChangeType, DangerousChange, DangerousChangeType

ROOTS = ("Query", "Mutation", "Subscription")

MAY_GO = {
    BreakingChangeType.FIELD_REMOVED,
    BreakingChangeType.ARG_REMOVED,
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
    BreakingChangeType.TYPE_REMOVED,
}
"""What may be done to whatever was deprecated."""

OTHER_ANSWERS = {
    DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
}


def broken(released: str, now: str) -> list[str]:
    """What a client of the released schema would miss or find otherwise, in a sentence each."""
    before, after = parse(released), build_schema(now, assume_valid_sdl=True)
    staying = set(_changes(_without_what_may_go(before), after))
    return [
        change.description
        for change in _changes(build_ast_schema(before, assume_valid_sdl=True), after)
        if change.type not in MAY_GO or change in staying
    ]


def _changes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[BreakingChange | DangerousChange]:
    yield from find_breaking_changes(before, after)
    yield from (each for each in find_dangerous_changes(before, after) if each.type in OTHER_ANSWERS)


class _Deprecated(Visitor):
    """Takes out whatever is deprecated."""

    def enter(self, node: Node, *_where: Any) -> Any:
        marks = getattr(node, "directives", None) or ()
        return REMOVE if any(mark.name.value == "deprecated" for mark in marks) else None


class _Names(Visitor):
    """Notes the types of which fields, arguments and inputs speak. Which interfaces a type has, is not asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_named_type(
        self, node: NamedTypeNode, _key: Any, _parent: Any, path: list[Any], *_: Any
    ) -> None:
        if "interfaces" not in path:
            self.found.add(node.name.value)


def _without_what_may_go(released: DocumentNode) -> GraphQLSchema:
    """What stays of a schema without what is deprecated, and without the types that nothing else speaks of."""
    kept: DocumentNode = visit(released, _Deprecated())
    gone = _spoken_of(released) - _spoken_of(kept)
    definitions = [each for each in kept.definitions if _name_of(each) not in gone]
    return build_ast_schema(DocumentNode(definitions=tuple(definitions)), assume_valid=True)


def _spoken_of(document: DocumentNode) -> set[str]:
    """The types that a question can come to by the types of fields, arguments and inputs."""
    known = {_name_of(each): each for each in document.definitions}
    reached: set[str] = set()
    waiting = {root for root in ROOTS if root in known}
    while waiting:
        reached |= waiting
        names = _Names()
        for name in waiting & known.keys():
            visit(known[name], names)
        waiting = names.found - reached
    return reached


def _name_of(definition: Node) -> str | None:
    return definition.name.value if isinstance(definition, TypeDefinitionNode) else None
