"""What an answer may cost, in points, worked out from the document and its variables before anything is executed.

    a field of the answer          1 point, as often as it can come at most
    a page                         what is in it, times `first` (or `last`); the ordinary size of a page if neither is said
    any other list                 what is in it, times `n` if the field takes one, else times an estimate
    a field that asks the database 20 points for each place in the document; within a list of pages, for each page
    an act                         10 points more; signing in, 1 000
    a feed                         20 points more, and so each message of it that was missed
    what is asked of the schema    a tenth: its lists are as long as those of this schema are on average

Whatever leaves everything out is a point. It is an upper bound, not a measurement: a page that turns out short costs the same. What `@skip` and `@include` leave out
costs nothing, and of several types that may stand in a place the dearest counts. Fragments are priced once for each type.
The numbers are `limits.py`'s; who pays is the business of `allowances.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_enum_type,
)
from strawberry.types.field import StrawberryField

from api.batching import asks_the_database
from api.connections import PAGE_AT_MOST, PAGE_BY_DEFAULT
from api.limits import ABOUT_THE_SCHEMA, Limits
from tenancy.refusals import Refusal

SIZES = ("first", "last", "n")
"""The arguments by which a field says how many it answers with."""

SIGNING_IN = "signIn"

SHARE_OF_THE_SCHEMA = 0.1
"""What is asked about the schema is answered from memory."""


OPERATIONS_KEPT = 300
PRICES_OF_ONE = 50
"""As many prices as are kept: of how many operations, and of each for how many sets of variables."""

PRICED = ("Int", "Boolean")
"""The types that a variable must have to stand for a size or a condition."""

Said = tuple[tuple[str, Any], ...]


class CostTooHigh(Refusal):
    """The answer could be larger than one request may ask for. Nothing was read."""

    code = "COST_TOO_HIGH"
    en = (
        "This may cost {cost} points, and one request at most {limit}. "
        "Ask for shorter pages (first), for fewer lists within lists, or in several requests."
    )
    zh = "本次查询最多需{cost}点，单次上限{limit}点。请减小每页条数（first）、减少嵌套列表，或分多次查询。"
    shown = ("cost", "limit")


class Price(NamedTuple):
    """Points of what stands here, of each entry if it is a page, and of the places that ask the database once for all."""

    here: float = 0
    each: float = 0
    places: float = 0

    def __add__(self, other: object) -> "Price":
        """What stands beside it as well."""
        assert isinstance(other, Price)
        return Price(self.here + other.here, self.each + other.each, self.places + other.places)

    def times(self, count: float) -> "Price":
        """As often as there are entries; a batch asks once for all of them."""
        return Price(self.here * count, self.each * count, self.places)

    @property
    def whole(self) -> float:
        """Everything together."""
        return self.here + self.places


class Costs:
    """The prices of one schema. What they are derived from is the schema itself; nothing is kept by hand."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self.length_of: Mapping[str, float] = _lists_of(schema)
        self._priced: dict[int, _Priced] = {}

    def of(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any] | None
    ) -> int:
        """What this operation of a valid document may cost with these variables."""
        priced = self._priced.get(id(operation))
        if priced is None:
            if len(self._priced) >= OPERATIONS_KEPT:
                self._priced.clear()
            priced = self._priced[id(operation)] = _Priced(operation)
        said = priced.said(variables or {})
        price = priced.prices.get(said)
        if price is None:
            if len(priced.prices) >= PRICES_OF_ONE:
                priced.prices.clear()
            price = priced.prices[said] = self._of(document, operation, variables or {})
        return price

    def _of(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> int:
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            return 1
        pricing = _Pricing(self, document, operation, variables)
        return max(1, ceil(pricing.below(operation.selection_set, root).whole))


class _Priced:
    """The prices of one operation, by what its variables say of sizes and conditions; other variables have no price."""

    def __init__(self, operation: OperationDefinitionNode) -> None:
        # Kept with it, so that no other operation can stand where it stood in memory.
        self.operation = operation
        self.prices: dict[Said, int] = {}
        self._names = [
            variable.variable.name.value
            for variable in operation.variable_definitions or ()
            if _named(variable.type) in PRICED
        ]

    def said(self, variables: Mapping[str, Any]) -> "Said":
        """What these variables say, of whatever may be sent for them. True is not 1 here, and what is not sent is not null."""
        return tuple(_said_by(variables, name) for name in self._names)


def _said_by(variables: Mapping[str, Any], name: str) -> tuple[str, Any]:
    if name not in variables:
        return "nothing", None
    given = variables[name]
    if given is None or isinstance(given, bool | int | float):
        return type(given).__name__, given
    # Whatever it is, `_Pricing` takes it for the most there can be.
    return "something", None


def _named(type_: TypeNode) -> str | None:
    inner = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return inner.name.value if isinstance(inner, NamedTypeNode) else None


@dataclass(slots=True)
class _Pricing:
    """One operation with its variables."""

    costs: Costs
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    _fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    _defaults: dict[str, ValueNode | None] = field(default_factory=dict)
    # By selection and type; the document lives as long as this does.
    _priced: dict[tuple[int, str], Price] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.document.definitions:
            if isinstance(node, FragmentDefinitionNode):
                self._fragments[node.name.value] = node
        for variable in self.operation.variable_definitions or ():
            self._defaults[variable.variable.name.value] = variable.default_value

    def below(self, selections: SelectionSetNode, at: GraphQLNamedType) -> Price:
        """What a selection costs where an object of this type stands, or the dearest of its kinds."""
        if is_abstract_type(at):
            kinds = self.costs.schema.get_possible_types(at)
            prices = [self.below(selections, kind) for kind in kinds] or [Price()]
            return Price(*map(max, zip(*prices, strict=True)))
        assert isinstance(at, GraphQLObjectType)
        key = id(selections), at.name
        if key not in self._priced:
            self._priced[key] = (
                Price()
            )  # while it is being priced: validation has seen that nothing goes in circles
            self._priced[key] = sum(self._parts(selections, at), Price())
        return self._priced[key]

    def _parts(self, selections: SelectionSetNode, at: GraphQLObjectType) -> Iterator[Price]:
        for selection in selections.selections:
            if not self._is_wanted(selection.directives or ()):
                continue
            if isinstance(selection, FieldNode):
                yield self._field(selection, at)
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            assert isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode)
            if self._applies(fragment, at):
                yield self.below(fragment.selection_set, at)

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, at: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        schema = self.costs.schema
        condition = schema.type_map[fragment.type_condition.name.value]
        return condition is at or (is_abstract_type(condition) and schema.is_sub_type(condition, at))

    def _field(self, node: FieldNode, at: GraphQLObjectType) -> Price:
        name = node.name.value
        asked = self.costs.schema.get_field(at, name)
        if asked is None:
            return Price(here=1)
        limits = self.costs.limits
        answered = get_named_type(asked.type)
        below = Price() if node.selection_set is None else self.below(node.selection_set, answered)
        price = Price(here=1) + self._as_many(node, asked, below, at)
        if name in ABOUT_THE_SCHEMA:
            return Price(here=1 + below.whole * SHARE_OF_THE_SCHEMA)
        if at is self.costs.schema.mutation_type:
            act = limits.cost_of_a_sign_in if name == SIGNING_IN else limits.cost_of_an_act
            return price + Price(here=act)
        if at is self.costs.schema.subscription_type:
            return price + Price(here=limits.cost_of_asking)
        if asks_the_database(_definition_of(asked)):
            # Pages are read one for each parent, and so are totals; whatever else is asked, for all parents at once.
            one_by_one = is_page(answered) or is_page(at)
            asking = limits.cost_of_asking
            return price + (Price(here=asking) if one_by_one else Price(places=asking))
        if is_page(at) and _is_list(asked.type):
            return Price(here=1, each=below.here, places=below.places)
        return price

    def _as_many(self, node: FieldNode, asked: GraphQLField, below: Price, at: GraphQLObjectType) -> Price:
        """What stands below the field, for as many as it answers with."""
        if is_page(get_named_type(asked.type)):
            return Price(below.here + below.each * self._size(node, asked), 0, below.places)
        if node.selection_set is None or not _is_list(asked.type):
            return below
        if at.name.startswith("__"):
            return below.times(self.costs.length_of.get(node.name.value, 1))
        if any(size in asked.args for size in SIZES):
            return below.times(self._size(node, asked))
        return below.times(self.costs.limits.length_of_a_list)

    def _size(self, node: FieldNode, asked: GraphQLField) -> int:
        """How many are asked for. Whoever asks for more than a page may hold is refused when it is read."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        default = next((asked.args[size].default_value for size in SIZES if size in asked.args), None)
        usual = default if isinstance(default, int) else PAGE_BY_DEFAULT
        # A field that answers with more than a page holds when nobody says how many does so when they say it, too.
        most = max(PAGE_AT_MOST, usual)
        said = [self._number(given[size], most) for size in SIZES if size in given]
        sizes = [number for number in said if number is not None]
        return max(0, min(max(sizes), most)) if sizes else usual

    def _number(self, value: ValueNode | None, most: int) -> int | None:
        """What an argument says, through its variable; what is no number counts as the most there can be."""
        if value is None or isinstance(value, NullValueNode):
            return None
        if isinstance(value, IntValueNode):
            return int(value.value)
        if isinstance(value, VariableNode):
            name = value.name.value
            if name not in self.variables:
                return self._number(self._defaults.get(name), most)
            given = self.variables[name]
            if given is None:
                return None
            if isinstance(given, int | float) and abs(given) <= most:
                return int(given)
            return -1 if isinstance(given, int | float) and given < 0 else most
        return most

    def _is_wanted(self, directives: tuple[DirectiveNode, ...]) -> bool:
        """Whether `@skip` and `@include` let it through. What they say that is no truth value is left to execution."""
        for directive in directives:
            name = directive.name.value
            if name in ("skip", "include"):
                said = next(
                    (each.value for each in directive.arguments or () if each.name.value == "if"), None
                )
                if self._truth(said) is (name == "skip"):
                    return False
        return True

    def _truth(self, value: ValueNode | None) -> Any:
        if isinstance(value, VariableNode):
            name = value.name.value
            return self.variables[name] if name in self.variables else self._truth(self._defaults.get(name))
        return value.value if isinstance(value, BooleanValueNode) else None


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation of this name; without a name the only one."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((node for node in operations if node.name and node.name.value == name), None)


def is_page(kind: GraphQLNamedType) -> bool:
    """Whether a type is a page of a list, as Relay defines it."""
    return isinstance(kind, GraphQLObjectType) and "edges" in kind.fields and "pageInfo" in kind.fields


def _definition_of(asked: GraphQLField) -> StrawberryField | None:
    definition = asked.extensions.get("strawberry-definition")
    return definition if isinstance(definition, StrawberryField) else None


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _lists_of(schema: GraphQLSchema) -> dict[str, float]:
    """How long the lists are by which this schema describes itself: the types exactly, the others on average."""
    types = list(schema.type_map.values())
    with_fields = [kind for kind in types if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [each for kind in with_fields for each in kind.fields.values()]
    counts = {
        "fields": len(fields),
        "inputFields": sum(len(kind.fields) for kind in types if isinstance(kind, GraphQLInputObjectType)),
        "enumValues": sum(len(kind.values) for kind in types if is_enum_type(kind)),
        "interfaces": sum(len(kind.interfaces) for kind in with_fields),
        "possibleTypes": sum(
            len(schema.get_possible_types(kind)) for kind in types if is_abstract_type(kind)
        ),
    }
    arguments = sum(len(each.args) for each in fields)
    return {
        "types": len(types),
        "directives": len(schema.directives),
        "args": arguments / max(1, len(fields)),
        **{name: count / len(types) for name, count in counts.items()},
    }
