"""What is worked out once for a document and used for each of its executions: which fields are selected where, and how
each is answered and completed.

Fields are collected by graphql-core itself, so that fragments, aliases, merging and conditions mean here what they mean
there. A plan holds for one operation and one set of conditions (the values of the variables in its `@skip` and
`@include`). It grows as it is used: what is selected on a type is found out when the first object of that type comes.
No other value of any execution is kept in it.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNameMetaFieldDef,
    ValueNode,
    VariableNode,
    get_named_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values

from api.execution.kinds import Kind, kind_of
from api.execution.needs import NeedsAnywhere
from api.execution.ways import Attribute, FromSource, Needs, needed_by, way_of

Key = TypeVar("Key")
Kept = TypeVar("Kept")

OPERATIONS_KEPT = 300
PLANS_OF_ONE = 4
"""Each combination of conditions has a plan of its own, and there are as many as whoever asks likes."""

LONGEST_KEPT = 20_000
"""Characters. What is kept holds the whole document, which takes a hundred times its text."""

OF_A_SCHEMA = "execution.plans"
"""The name of the extension of a schema that holds its plans."""

IN_PARTS = frozenset({"defer", "stream"})
CONDITIONS = frozenset({"skip", "include"})


class Left(StrEnum):
    """Why something is left to graphql-core."""

    NO_ROOT = "no such root"
    OF_THE_OPERATION = "directives on the operation"
    OF_FRAGMENTS = "arguments of fragments"
    IN_PARTS = "answers in parts"
    NO_CONDITION = "a condition that is no truth value"
    NO_SENSE = "fields that make no sense"
    MIDDLEWARE = "middleware"
    ABORTED = "a signal to abort"


class NotCovered(Exception):
    """This is left to graphql-core."""

    def __init__(self, why: Left) -> None:
        super().__init__(why)
        self.why = why


class Plan:
    """How one operation is executed under one set of conditions. Raises GraphQLError where its fields make no sense."""

    def __init__(self, executor: Executor[Any], conditions: VariableValues) -> None:
        self.schema: GraphQLSchema = executor.schema
        self.operation: OperationDefinitionNode = executor.operation
        self.fragments: dict[str, FragmentDetails] = executor.fragments
        self.hide_suggestions: bool = executor.hide_suggestions
        self.conditions = conditions
        kind = self.schema.get_root_type(self.operation.operation)
        if kind is None:
            raise NotCovered(Left.NO_ROOT)
        self.needs_anywhere = NeedsAnywhere(
            self.schema, self.operation, executor.fragment_definitions.values()
        )
        self.is_mutation = self.operation.operation is OperationType.MUTATION
        collected = collect_fields(
            self.schema, self.fragments, conditions, kind, self.operation, self.hide_suggestions
        )
        self.root = Selection(self._selected(kind, collected.grouped_field_set))
        self.roots_one_by_one = [Selection([selected]) for selected in self.root.fields]

    def selection(self, kind: GraphQLObjectType, details: FieldDetailsList) -> "Selection":
        """What is selected on objects of this type by these fields. Raises GraphQLError."""
        collected = collect_subfields(
            self.schema, self.fragments, self.conditions, self.operation, kind, details, self.hide_suggestions
        )
        return Selection(self._selected(kind, collected.grouped_field_set))

    def _selected(self, kind: GraphQLObjectType, fields: GroupedFieldSet) -> "list[Selected]":
        defined = (
            (key, self.schema.get_field(kind, each[0].node.name.value), each) for key, each in fields.items()
        )
        return [Selected(self, kind, key, field, each) for key, field, each in defined if field is not None]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected on objects of one type in one place, in the order of the answer."""

    fields: "list[Selected]"
    blank: dict[str, Any] = field(init=False)
    """An answer with its keys in their order, and nothing behind them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "blank", dict.fromkeys(each.key for each in self.fields))


class Selected:
    """One field of a selection."""

    def __init__(
        self,
        plan: Plan,
        parent_type: GraphQLObjectType,
        key: str,
        definition: GraphQLField,
        details: FieldDetailsList,
    ) -> None:
        self.plan = plan
        self.parent_type = parent_type
        self.key = key
        self.definition = definition
        self.details = details
        self.nodes: list[FieldNode] = [each.node for each in details]
        self.name: str = self.nodes[0].name.value
        self.way = way_of(definition)
        # Nothing is asked for it, and nobody is waited for.
        self.is_plain = isinstance(self.way, Attribute | FromSource) and not definition.args
        self.kind: Kind = kind_of(definition.type, self)
        self._selections: dict[GraphQLObjectType, Selection] = {}
        self._names: frozenset[str] | None = None
        self._needs: dict[tuple[str, ...], Needs] = {}
        is_constant = definition is TypeNameMetaFieldDef
        self.needed: Needs = frozenset() if is_constant else needed_by(definition)
        given = self.nodes[0].arguments or ()
        self._takes_none = not definition.args and not given
        self._arguments_vary = any(_holds_a_variable(each.value) for each in given)
        self._arguments: dict[str, Any] | None = None

    @property
    def names_below(self) -> frozenset[str]:
        """The names selected below, on whatever type."""
        if self._names is None:
            self._names = frozenset(
                name
                for node in self.nodes
                if node.selection_set is not None
                for name in names_in(
                    node.selection_set,
                    {name: each.definition for name, each in self.plan.fragments.items()},
                )
            )
        return self._names

    def needs(self, *fields: str) -> Needs:
        """Which attributes are made something of, of the objects that this field gives, or of those that stand below
        these fields of them, one after the other."""
        if fields not in self._needs:
            self._needs[fields] = self._needs_of(fields)
        return self._needs[fields]

    def needs_anywhere(self) -> Needs:
        """Which attributes are made something of, anywhere in the document, of objects of the type that this field gives."""
        return self.plan.needs_anywhere.of(get_named_type(self.definition.type))

    def _needs_of(self, fields: tuple[str, ...]) -> Needs:
        kind = get_named_type(self.definition.type)
        if not isinstance(kind, GraphQLObjectType):
            return None
        below = self.selection_on(kind).fields
        if fields:
            parts = [each.needs(*fields[1:]) for each in below if each.name == fields[0]]
        else:
            parts = [each.needed for each in below]
        known = [each for each in parts if each is not None]
        return frozenset().union(*known) if len(known) == len(parts) else None

    def arguments(self, variables: VariableValues) -> dict[str, Any]:
        """The arguments, with defaults. Raises GraphQLError."""
        if self._takes_none:
            return {}
        if self._arguments is not None:
            return self._arguments
        arguments = get_argument_values(
            self.definition, self.nodes[0], variables, None, self.plan.hide_suggestions
        )
        if not self._arguments_vary:
            self._arguments = arguments
        return arguments

    def selection_on(self, kind: GraphQLObjectType) -> Selection:
        """What is selected below, on objects of this type. Raises GraphQLError."""
        found = self._selections.get(kind)
        if found is None:
            found = self._selections[kind] = self.plan.selection(kind, self.details)
        return found


class _Known:
    """What is known of one operation: the variables of its conditions, or why it is not covered; and its last plans."""

    def __init__(self, executor: Executor[Any]) -> None:
        self.operation = executor.operation
        self.uncovered = _why_uncovered(executor)
        self.variables = frozenset(_variables_of_conditions(executor))
        self.plans: OrderedDict[tuple[bool, ...], Plan] = OrderedDict()


class Plans:
    """The plans of one schema, those of the operations that were used last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, bool], _Known] = OrderedDict()

    @classmethod
    def of(cls, schema: GraphQLSchema) -> "Plans":
        """Those of this schema, which lives as long as they do."""
        plans = schema.extensions.get(OF_A_SCHEMA)
        if not isinstance(plans, Plans):
            plans = schema.extensions[OF_A_SCHEMA] = cls()
        return plans

    def plan(self, executor: Executor[Any]) -> Plan:
        """The plan by which to execute this. Raises `NotCovered`, and GraphQLError where its fields make no sense."""
        # As long as the operation is kept here, nothing else can have its id.
        key = id(executor.operation), executor.hide_suggestions
        known = self._known.get(key) or _Known(executor)
        if _is_worth_keeping(executor.operation):
            _keep(self._known, key, known, OPERATIONS_KEPT)
        if known.uncovered is not None:
            raise NotCovered(known.uncovered)
        given = executor.variable_values
        values = tuple(given.coerced.get(name) is True for name in known.variables)
        if not all(isinstance(given.coerced.get(name), bool) for name in known.variables):
            raise NotCovered(Left.NO_CONDITION)
        plan = known.plans.get(values) or Plan(
            executor,
            VariableValues(
                {name: given.sources[name] for name in known.variables},
                {name: given.coerced[name] for name in known.variables},
            ),
        )
        _keep(known.plans, values, plan, PLANS_OF_ONE)
        return plan


def _keep(kept: OrderedDict[Key, Kept], key: Key, one: Kept, most: int) -> None:
    """Keep this one, and let go of what was not used for longest."""
    kept[key] = one
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)


def _is_worth_keeping(operation: OperationDefinitionNode) -> bool:
    # A long text is parsed anew each time, so nothing would ever be found again.
    return operation.loc is not None and len(operation.loc.source.body) <= LONGEST_KEPT


def names_in(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """The names of the fields that a selection may ask for, fragments followed, conditions not weighed."""
    return {node.name.value for node in _selected(selections, fragments) if isinstance(node, FieldNode)}


def _selected(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], *, deeply: bool = False
) -> Iterator[FieldNode | FragmentSpreadNode | InlineFragmentNode]:
    followed: set[str] = set()
    waiting = [selections]
    while waiting:
        for selection in waiting.pop().selections:
            assert isinstance(selection, FieldNode | FragmentSpreadNode | InlineFragmentNode)
            yield selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = fragments.get(selection.name.value)
                if fragment is not None and selection.name.value not in followed:
                    followed.add(selection.name.value)
                    waiting.append(fragment.selection_set)
            elif selection.selection_set and (deeply or isinstance(selection, InlineFragmentNode)):
                waiting.append(selection.selection_set)


def _directives(executor: Executor[Any]) -> Iterator[DirectiveNode]:
    for node in _selected(executor.operation.selection_set, executor.fragment_definitions, deeply=True):
        yield from node.directives or ()


def _why_uncovered(executor: Executor[Any]) -> Left | None:
    if executor.operation.directives:
        return Left.OF_THE_OPERATION
    if any(each.variable_signatures for each in executor.fragments.values()):
        return Left.OF_FRAGMENTS
    if any(each.name.value in IN_PARTS for each in _directives(executor)):
        return Left.IN_PARTS
    return None


def _variables_of_conditions(executor: Executor[Any]) -> Iterator[str]:
    for directive in _directives(executor):
        if directive.name.value in CONDITIONS:
            for argument in directive.arguments or ():
                assert isinstance(argument, ArgumentNode)
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value


def _holds_a_variable(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_holds_a_variable, value.values))
        case ObjectValueNode():
            return any(_holds_a_variable(each.value) for each in value.fields)
    return False
