"""What is made of the objects of each type, anywhere in an operation.

The same object may stand in several places of an answer. Whoever fetches it once for all of them fetches what any of
them needs. Conditions are not weighed: what may be left out is counted as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    TypeNameMetaFieldDef,
    Visitor,
    is_abstract_type,
    visit,
)

from api.execution.ways import Needs, needed_by


class NeedsAnywhere:
    """What is made of the objects of each type in one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Iterable[FragmentDefinitionNode],
    ) -> None:
        types = TypeInfo(schema)
        asked = _Asked(schema, types)
        visit(DocumentNode(definitions=(operation, *fragments)), TypeInfoVisitor(types, asked))
        self._needs: Mapping[str, Needs] = {name: _all_of(parts) for name, parts in asked.needs.items()}

    def of(self, kind: GraphQLNamedType) -> Needs:
        """What is made of objects of this type; None: that is not known."""
        return self._needs.get(kind.name, frozenset()) if isinstance(kind, GraphQLObjectType) else None


class _Asked(Visitor):
    def __init__(self, schema: GraphQLSchema, types: TypeInfo) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self.needs: dict[str, list[Needs]] = defaultdict(list)

    def enter_field(self, node: FieldNode, *_where: Any) -> None:
        """Count what this field needs of whatever it may be asked of."""
        parent = self._types.get_parent_type()
        if parent is None:
            return
        for kind in self._schema.get_possible_types(parent) if is_abstract_type(parent) else (parent,):
            field = self._schema.get_field(kind, node.name.value)
            if field is not None and field is not TypeNameMetaFieldDef:
                self.needs[kind.name].append(needed_by(field))


def _all_of(parts: Iterable[Needs]) -> Needs:
    known: set[str] = set()
    for part in parts:
        if part is None:
            return None
        known |= part
    return frozenset(known)
