"""Around the executor: documents that are known already, limits, validation, costs, and the one snapshot of a read.

A document that was parsed, measured and found valid before is not looked at again. What it may cost depends on its
variables as well, so that is worked out each time, and paid for before anything is executed. The snapshot of a read is being
opened while it is worked out what to read; nothing is read before it is open, and if it is not, that is the one answer, and
not one per field. An act opens none by itself.

How single fields are answered stands in `batching.py`; what acts do, in `mutations.py`; what is paid, in `payments.py`.
"""

from asyncio import Future
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
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.allowances import RateLimited
from api.asked import Asked
from api.costs import Costs, operation_of
from api.errors import BadRequest, logged
from api.execution import BreadthFirst, Left, let_it_go_out
from api.execution.plans import names_in
from api.limits import Limits, excess, too_long
from api.payments import Payment
from api.telemetry import note_operation
from api.trusted import ManifestRefused, TrustedDocuments
from tenancy.actor import Actor
from tenancy.refusals import Refusal
from tenancy.telemetry import current, note_whether_known, stage

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

    def __init__(
        self,
        *,
        introspection: bool = True,
        limits: Limits | None = None,
        breadth_first: bool = True,
        **parts: Any,
    ) -> None:
        super().__init__(
            extensions=[Execution],
            execution_context_class=_executor(introspection=introspection, breadth_first=breadth_first),
            **parts,
        )
        self.limits = limits or Limits()
        self.costs = Costs(self._schema, self.limits)
        self.introspection = introspection
        self.rules = (*specified_rules, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self.known: OrderedDict[str, DocumentNode] = OrderedDict()
        self.trusted: dict[str, DocumentNode] = {}

    def process_errors(self, errors: list[GraphQLError], execution_context: object = None) -> None:
        """Nothing: an expected refusal is no error of the house, and the others are logged once, with their id."""

    def keep(self, query: str, document: DocumentNode) -> None:
        """Know this document from now on; the least recently used one is forgotten."""
        if len(query) <= LONGEST_KEPT:
            self.known[query] = document
            if len(self.known) > KNOWN_DOCUMENTS:
                self.known.popitem(last=False)

    def trust(self, documents: TrustedDocuments) -> None:
        """Know these documents for good, introspection or not. Raises `ManifestRefused` if some do not fit."""
        faults = []
        for identifier, text in documents.by_id.items():
            try:
                document = parse(text, max_tokens=self.limits.tokens)
                refusal = excess(document, self.limits)
                found = validate(self._schema, document, specified_rules)
                problems = [refusal.sentence("en")] if refusal else [each.message for each in found]
            except (GraphQLError, RecursionError) as error:
                problems = [str(error).partition("\n")[0]]
            faults += [f"{identifier}: {problem}" for problem in problems]
            if not problems:
                self.trusted[text] = document
        if faults:
            raise ManifestRefused(documents.name, faults)


class Reticent(StrawberryGraphQLCoreExecutionContext):
    """Executes without suggesting names in what it says of wrong variables: they would tell what introspection hides."""

    @classmethod
    def build(cls, *given: Any, **named: Any) -> Any:
        """As ever, but for the suggestions."""
        return super().build(*given, **named | {"hide_suggestions": True})


class LevelByLevel(BreadthFirst):
    """Executes breadth first, and says what it left to graphql-core."""

    def left_to_graphql_core(self, reason: Left) -> None:
        """For the metrics."""
        passage = current()
        if passage is not None:
            passage.left_over = reason


def _executor(*, introspection: bool, breadth_first: bool) -> type[StrawberryGraphQLCoreExecutionContext]:
    kinds: list[type[Any]] = [StrawberryGraphQLCoreExecutionContext]
    if not introspection:
        kinds = [Reticent]
    if breadth_first:
        kinds.insert(0, LevelByLevel)
    return type("HouseExecutor", tuple(kinds), {})


class Execution(SchemaExtension):
    """One operation from its text to its answer."""

    _is_known = False
    _payment: Payment

    @property
    def _schema(self) -> HouseSchema:
        schema = self.execution_context.schema
        assert isinstance(schema, HouseSchema)
        return schema

    async def on_operation(self) -> AsyncIterator[None]:
        """Reading a text takes as long as it is, whether it is then answered or refused: so it is paid for first."""
        schema, query = self._schema, self.execution_context.query or ""
        self._payment = Payment(self.execution_context, schema.costs)
        if query not in schema.known and query not in schema.trusted:
            await self._payment.pay_for_reading(query)
        yield

    def on_parse(self) -> Iterator[None]:
        """Take a known document as it is; measure an unknown one."""
        with stage("parse"):
            self._take_what_is_known()
            yield
            self._measure_what_is_not()

    async def on_validate(self) -> AsyncIterator[None]:
        """Validate what is not known to be valid; then pay."""
        with stage("validate"):
            await self._validate_and_pay()
            yield
        note_operation(self.execution_context)

    async def on_execute(self) -> AsyncIterator[None]:
        """Wait for a turn, open the snapshot of a read, and close whatever the operation read in before it is answered.

        Who reads is found out while it is worked out what to read; before that is known nothing is read, and whoever is not
        let in is told that alone. Of a read whose time was over nothing is told: half a page looks like a whole one. An act's
        payload stays, because it says what was done.
        """
        context = self.execution_context
        asked: Asked = context.context
        with stage("execute"):
            async with AsyncExitStack() as until_answered:
                opening = await self._begin(until_answered)
                not_let_in = None
                try:
                    yield
                    not_let_in = await self._why_not_let_in(opening)
                finally:
                    untold = await _why_untold(asked)
        why = not_let_in or untold or (asked.reading.timed_out if opening is not None else None)
        if why is not None and isinstance(context.result, ExecutionResult):
            context.result.data, context.result.errors = None, [_located_nowhere(why)]
        asked.forget_who_was_not_let_in(getattr(context.result, "errors", None) or ())

    def _take_what_is_known(self) -> None:
        context, schema = self.execution_context, self._schema
        context.parse_options = schema.limits.of_the_text  # type: ignore[assignment]  # strawberry names one of them
        query = context.query or ""
        known = schema.trusted.get(query) or schema.known.get(query)
        note_whether_known(known=query in schema.known)
        if known is not None:
            if query in schema.known:
                schema.known.move_to_end(query)
            context.graphql_document = known
            self._is_known = True

    def _measure_what_is_not(self) -> None:
        context, schema = self.execution_context, self._schema
        document = context.graphql_document
        if document is None or context.pre_execution_errors:
            _say_what_is_too_long(context.pre_execution_errors or (), schema.limits)
            return
        refusal = None if self._is_known else excess(document, schema.limits)
        if refusal is not None:
            context.pre_execution_errors = [_located_nowhere(refusal)]
        elif self._names_none_of_several(document):
            several = BadRequest(
                problem_en="the document holds several operations. Name the one that is meant in `operationName`.",
                problem_zh="文档中有多个操作。请用 operationName 指明要执行的操作。",
            )
            context.pre_execution_errors = [_located_nowhere(several)]

    async def _validate_and_pay(self) -> None:
        """Suggestions would cost a search and tell what introspection hides."""
        context, schema = self.execution_context, self._schema
        document = context.graphql_document
        if context.pre_execution_errors is not None or document is None:
            return
        # An empty list also tells strawberry that validation was done.
        context.pre_execution_errors = []
        if not self._is_known:
            context.pre_execution_errors = validate(
                schema._schema, document, schema.rules, hide_suggestions=not schema.introspection
            )
            if context.pre_execution_errors:
                return
            schema.keep(context.query or "", document)
        try:
            await self._payment.pay(document, concerns_a_body=self._concerns_a_body())
        except Refusal as refusal:
            context.pre_execution_errors = [_located_nowhere(refusal)]

    async def _begin(self, until_answered: AsyncExitStack) -> "Future[Actor] | None":
        """Wait for a turn, which is kept until then, and open the snapshot of a read; or give the refusal as the result."""
        context, payment = self.execution_context, self._payment
        try:
            if context.operation_type is not OperationType.SUBSCRIPTION:
                await payment.wait_for_a_turn(until_answered)
            if context.operation_type is OperationType.QUERY and self._concerns_a_body():
                opening = payment.open()
                await let_it_go_out()
                return opening
            if context.operation_type is OperationType.MUTATION:
                payment.refuse_who_was_not_let_in()
        except RateLimited as refusal:
            context.result = PreExecutionError(data=None, errors=[_located_nowhere(refusal)])
        except Refusal as refusal:
            context.result = ExecutionResult(None, [_located_nowhere(refusal)])
        return None

    async def _why_not_let_in(self, opening: "Future[Actor] | None") -> Refusal | None:
        try:
            if opening is not None:
                self._payment.learn(await opening)
        except Refusal as refusal:
            return refusal
        return None

    def get_results(self) -> dict[str, Any]:
        """What the operation cost, beside its answer; of a subscription, beside its first message."""
        cost, self._payment.shown = self._payment.shown, None
        return {} if cost is None else {"cost": cost}

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


async def _why_untold(asked: Asked) -> Refusal | None:
    """Leave what is being read in. Returns why nothing of what was read may be told, if something keeps it back."""
    with suppress(Exception):
        await asked.leave()
    match asked.unrecorded:
        case None:
            return None
        case Refusal() as refusal:
            return refusal
        case failure:
            return logged(failure, where="leaving a snapshot")


def _located_nowhere(refusal: Refusal) -> GraphQLError:
    return GraphQLError(str(refusal), original_error=refusal)


def _say_what_is_too_long(errors: Iterable[GraphQLError], limits: Limits) -> None:
    for error in errors:
        refusal = too_long(error, limits)
        if refusal is not None:
            # With a place in the text it would pass for a mistake that stands there.
            error.original_error, error.locations = refusal, None
