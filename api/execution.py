"""Around the executor: documents that are known already, limits, validation, and the one snapshot of a read.

A document that was parsed, measured and found valid before is not looked at again. A read opens its snapshot before
the first resolver runs, so that a missing token is one answer and not one per field; an act opens none by itself.

How single fields are answered stands in `batching.py`; what acts do, in `mutations.py`.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension

from api.asked import Asked
from api.batching import names_in
from api.limits import Limits, excess
from api.telemetry import Measured
from tenancy.refusals import Refusal

NEED_NO_SNAPSHOT = frozenset({"viewer", "__typename", "__schema", "__type"})
"""Root fields that can be answered to somebody who has not chosen a capacity yet."""

KNOWN_DOCUMENTS = 500
LONGEST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks to be executed."""

    query: str
    variables: dict[str, Any] | None
    name: str | None
    extensions: dict[str, Any] | None


class HouseSchema(strawberry.Schema):
    """The schema, and the documents that it knows. Errors are logged where they are shown (`errors.py`), not here."""

    def __init__(self, *, introspection: bool = True, limits: Limits | None = None, **parts: Any) -> None:
        super().__init__(extensions=[Measured, Execution], **parts)
        self.limits = limits or Limits()
        self.introspection = introspection
        self.rules = (*specified_rules, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self.known: OrderedDict[str, DocumentNode] = OrderedDict()

    def process_errors(self, errors: list[GraphQLError], execution_context: object = None) -> None:
        """Nothing: an expected refusal is no error of the house, and the others are logged once, with their id."""

    def keep(self, query: str, document: DocumentNode) -> None:
        """Know this document from now on; the least recently used one is forgotten."""
        if len(query) <= LONGEST_KEPT:
            self.known[query] = document
            if len(self.known) > KNOWN_DOCUMENTS:
                self.known.popitem(last=False)


class Execution(SchemaExtension):
    """One operation from its text to its answer."""

    _is_known = False

    @property
    def _schema(self) -> HouseSchema:
        schema = self.execution_context.schema
        assert isinstance(schema, HouseSchema)
        return schema

    def on_parse(self) -> Iterator[None]:
        """Take a known document as it is; measure an unknown one."""
        context = self.execution_context
        schema = self._schema
        context.parse_options = {"max_tokens": schema.limits.tokens}
        known = schema.known.get(context.query or "")
        if known is not None:
            schema.known.move_to_end(context.query or "")
            context.graphql_document = known
            self._is_known = True
        yield
        document = context.graphql_document
        if document is None or context.pre_execution_errors:
            return
        refusal = None if self._is_known else excess(document, schema.limits)
        if refusal is not None:
            context.pre_execution_errors = [GraphQLError(str(refusal), original_error=refusal)]
        elif self._names_none_of_several(document):
            context.pre_execution_errors = [
                GraphQLError("Must provide operation name if query contains multiple operations.")
            ]

    def on_validate(self) -> Iterator[None]:
        """Validate what is not known to be valid. Suggestions would cost a search and tell what introspection hides."""
        context = self.execution_context
        document = context.graphql_document
        if context.pre_execution_errors is None and document is not None:
            # An empty list also tells strawberry that validation was done.
            context.pre_execution_errors = []
            if not self._is_known:
                schema = self._schema
                context.pre_execution_errors = validate(
                    schema._schema, document, schema.rules, hide_suggestions=not schema.introspection
                )
                if not context.pre_execution_errors:
                    schema.keep(context.query or "", document)
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Open the snapshot of a read, and close whatever the operation read in before it is answered."""
        context = self.execution_context
        asked: Asked = context.context
        if self._needs_a_snapshot():
            try:
                await asked.reading.open()
            except Refusal as refusal:
                error = GraphQLError(str(refusal), original_error=refusal)
                context.result = ExecutionResult(data=None, errors=[error])
        try:
            yield
        finally:
            await asked.reading.close()

    def _names_none_of_several(self, document: DocumentNode) -> bool:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        return len(operations) > 1 and self.execution_context._provided_operation_name is None

    def _needs_a_snapshot(self) -> bool:
        document = self.execution_context.graphql_document
        if document is None:
            return False
        name = self.execution_context.operation_name
        fragments: Mapping[str, FragmentDefinitionNode] = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode) and (node.name.value if node.name else None) == name:
                return node.operation is OperationType.QUERY and bool(
                    names_in(node.selection_set, fragments) - NEED_NO_SNAPSHOT
                )
        return False
