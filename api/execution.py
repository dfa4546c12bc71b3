"""Around the executor: documents that are known already, limits, validation, costs, and the one snapshot of a read.

A document that was parsed, measured and found valid before is not looked at again. What it may cost depends on its
variables as well, so that is worked out each time, and paid for before anything is executed. A read opens its snapshot
before the first resolver runs, so that a missing token is one answer and not one per field; an act opens none by itself.

How single fields are answered stands in `batching.py`; what acts do, in `mutations.py`.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, suppress
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
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.allowances import Allowances, Payer, RateLimited
from api.asked import Asked
from api.batching import names_in
from api.costs import Costs, CostTooHigh, operation_of
from api.limits import Limits, excess, too_long
from tenancy.refusals import Refusal
from tenancy.transactions import PROBLEMS

CONCERN_NO_BODY = frozenset({"viewer", "signIn", "signOut", "__typename", "__schema", "__type"})
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
        super().__init__(extensions=[Execution], **parts)
        self.limits = limits or Limits()
        self.costs = Costs(self._schema, self.limits)
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
    _payer: Payer = None
    _has_paid = False
    _cost: dict[str, Any] | None = None
    _not_let_in: Refusal | None = None

    @property
    def _schema(self) -> HouseSchema:
        schema = self.execution_context.schema
        assert isinstance(schema, HouseSchema)
        return schema

    async def on_operation(self) -> AsyncIterator[None]:
        """Whatever was refused before it was paid for has been read all the same, and so it costs something."""
        yield
        asked: Asked = self.execution_context.context
        if asked.allowances is not None and not self._has_paid:
            with suppress(RateLimited):
                payer = asked.allowances.payer(asked.credentials)
                await asked.allowances.spend(payer, self._schema.limits.cost_of_asking)

    def on_parse(self) -> Iterator[None]:
        """Take a known document as it is; measure an unknown one."""
        context = self.execution_context
        schema = self._schema
        context.parse_options = schema.limits.of_the_text  # type: ignore[assignment]  # strawberry names one of them
        known = schema.known.get(context.query or "")
        if known is not None:
            schema.known.move_to_end(context.query or "")
            context.graphql_document = known
            self._is_known = True
        yield
        document = context.graphql_document
        if document is None or context.pre_execution_errors:
            _say_what_is_too_long(context.pre_execution_errors or (), schema.limits)
            return
        refusal = None if self._is_known else excess(document, schema.limits)
        if refusal is not None:
            context.pre_execution_errors = [_as_error(refusal)]
        elif self._names_none_of_several(document):
            context.pre_execution_errors = [
                GraphQLError("Must provide operation name if query contains multiple operations.")
            ]

    async def on_validate(self) -> AsyncIterator[None]:
        """Validate what is not known to be valid; then pay. Suggestions would cost a search and tell what introspection
        hides."""
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
            if not context.pre_execution_errors:
                try:
                    await self._pay(document)
                except Refusal as refusal:
                    context.pre_execution_errors = [_as_error(refusal)]
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Wait for a turn, open the snapshot of a read, and close whatever the operation read in before it is answered."""
        context = self.execution_context
        asked: Asked = context.context
        async with AsyncExitStack() as held:
            try:
                if asked.allowances is not None and context.operation_type is not OperationType.SUBSCRIPTION:
                    await held.enter_async_context(asked.allowances.turn(self._payer))
                held.push_async_callback(asked.leave)
                if context.operation_type is OperationType.QUERY and self._concerns_a_body():
                    await self._open(asked)
            except RateLimited as refusal:
                context.result = PreExecutionError(data=None, errors=[_as_error(refusal)])
            except Refusal as refusal:
                context.result = ExecutionResult(data=None, errors=[_as_error(refusal)])
            yield
        if asked.allowances is not None and _lets_nobody_in(context.result):
            asked.allowances.forget(asked.credentials)

    def get_results(self) -> dict[str, Any]:
        """What the operation cost, beside its answer; of a subscription, beside its first message."""
        cost, self._cost = self._cost, None
        return {} if cost is None else {"cost": cost}

    async def _pay(self, document: DocumentNode) -> None:
        """Take what the operation may cost from whoever's allowance it is. Raises `CostTooHigh`, `RateLimited`."""
        context, costs = self.execution_context, self._schema.costs
        operation = operation_of(document, context.operation_name)
        if operation is None:
            return
        cost, limit = costs.of(document, operation, context.variables), costs.limits.cost
        self._cost = {"requested": cost, "limit": limit}
        if cost > limit:
            raise CostTooHigh(cost=cost, limit=limit)
        asked: Asked = context.context
        if asked.allowances is None:
            return
        self._has_paid = True  # or is refused because nothing is left
        self._payer = asked.allowances.payer(asked.credentials)
        if self._payer is None and self._concerns_a_body():
            try:
                await self._introduce(asked, asked.allowances)
            except RateLimited:
                raise
            except Refusal as refusal:
                self._not_let_in = refusal
                return
        balance = await asked.allowances.spend(self._payer, cost)
        self._cost["allowance"] = balance.as_json()

    async def _introduce(self, asked: Asked, allowances: Allowances) -> None:
        """Learn who a stranger is, which the strangers pay for."""
        await allowances.spend(None, self._schema.limits.cost_of_asking)
        async with allowances.turn(None):
            try:
                await self._open(asked)
            finally:
                # Whoever waits for a turn holds no connection to the database meanwhile.
                await asked.read_afresh()

    async def _open(self, asked: Asked) -> None:
        if self._not_let_in is not None:
            raise self._not_let_in
        actor = await asked.reading.open()
        if asked.allowances is not None:
            self._payer = actor.tenant_id
            asked.allowances.learn(asked.credentials, actor.tenant_id)

    def _names_none_of_several(self, document: DocumentNode) -> bool:
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        return len(operations) > 1 and self.execution_context._provided_operation_name is None

    def _concerns_a_body(self) -> bool:
        """Whether it can be answered only to somebody who acts for a body."""
        document = self.execution_context.graphql_document
        operation = document and operation_of(document, self.execution_context.operation_name)
        if not document or not operation:
            return False
        fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        return bool(names_in(operation.selection_set, fragments) - CONCERN_NO_BODY)


def _as_error(refusal: Refusal) -> GraphQLError:
    return GraphQLError(str(refusal), original_error=refusal)


def _say_what_is_too_long(errors: Iterable[GraphQLError], limits: Limits) -> None:
    for error in errors:
        refusal = too_long(error, limits)
        if refusal is not None:
            # With a place in the text it would pass for a mistake that stands there.
            error.original_error, error.locations = refusal, None


def _lets_nobody_in(result: Any) -> bool:
    """Whether an operation was answered that whoever asked is nobody, or holds no such post."""
    causes = [error.original_error for error in getattr(result, "errors", None) or ()]
    return any(isinstance(cause, Refusal) and cause.code in PROBLEMS for cause in causes)
