"""Random schemas: everything that types, fields and arguments can be. A seed says everything.

How the fields are answered stands in `ways.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    is_leaf_type,
)

from api.execution import WAY, InstancesOf, TypeByValue
from tests.execution.answers import Thing, type_name
from tests.execution.ways import ACTS, WAYS, derived, is_kind, is_kind_later, later_named, told

SHARED_NAMES = ("a", "b", "c", "d")
"""Fields that several types have, each with a type of its own."""


@dataclass(frozen=True, slots=True)
class Made:
    """A schema, and the class of each of its object types' objects."""

    schema: GraphQLSchema
    kinds: dict[str, type[Thing]]


def made(seed: int) -> Made:
    return Maker(Random(seed)).make()


class Maker:
    """One schema in the making."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.required = random.choice((0.1, 0.3, 0.6, 0.9))
        self.leaves = [GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID, odd(), enum()]
        self.inputs = self.input_types()
        names = [f"T{each}" for each in range(random.randrange(2, 6))]
        self.kinds = {name: type(name, (Thing,), {}) for name in (*names, "Query", "Mutation")}
        self.outputs: list[Any] = []
        self.interfaces = self.interface_types(random.randrange(4))
        self.objects = [self.object_type(name, self.implemented()) for name in names]
        self.outputs += self.objects
        self.outputs += [self.union_type(f"U{each}") for each in range(random.randrange(3))]

    def make(self) -> Made:
        schema = GraphQLSchema(
            query=self.object_type("Query", (), root=True),
            mutation=self.object_type("Mutation", (), root=True),
            types=[*self.outputs, *self.inputs],
        )
        return Made(schema, self.kinds)

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    # ---- types ----

    def wrapped(self, of: Any, lists: Sequence[int]) -> Any:
        """The type in lists and non-nulls."""
        for layer in range(self.random.choice(lists) + 1):
            of = GraphQLList(of) if layer else of
            of = GraphQLNonNull(of) if self.chance(self.required) else of
        return of

    def input_types(self) -> list[Any]:
        leaves = list(self.leaves)
        inner = GraphQLInputObjectType("Inner", lambda: {
            "text": GraphQLInputField(GraphQLString, default_value="as ever"),
            "flag": GraphQLInputField(GraphQLNonNull(GraphQLBoolean), out_name="flagged"),
            "again": GraphQLInputField(inner),
        })  # fmt: skip
        outer = GraphQLInputObjectType(
            "Outer",
            {
                "inner": GraphQLInputField(GraphQLList(inner)),
                "leaf": GraphQLInputField(self.random.choice(leaves)),
                "numbers": GraphQLInputField(GraphQLNonNull(GraphQLList(GraphQLInt)), default_value=[1, 2]),
            },
            out_type=lambda given: ("outer", sorted(given.items())),
        )
        return [inner, outer]

    def interface_types(self, number: int) -> list[GraphQLInterfaceType]:
        """Each may implement those before it."""
        found: list[GraphQLInterfaceType] = []
        for each in range(number):
            above = self.random.choice(found) if found and self.chance(0.5) else None
            inherited = [above, *above.interfaces] if above else []
            own = self.own_names([f"i{each}x", f"i{each}y"])
            found.append(GraphQLInterfaceType(
                f"I{each}",
                self.fields(own, inherited),
                interfaces=inherited,
                **self.of_abstract(),
            ))  # fmt: skip
            self.outputs.append(found[-1])
        return found

    def implemented(self) -> list[GraphQLInterfaceType]:
        chosen = [each for each in self.interfaces if self.chance(0.5)]
        return [
            each for each in self.interfaces if each in chosen or any(each in c.interfaces for c in chosen)
        ]

    def own_names(self, names: Sequence[str]) -> list[str]:
        return self.random.sample(names, self.random.randrange(1, len(names) + 1))

    def object_type(self, name: str, interfaces: Sequence[Any], root: bool = False) -> GraphQLObjectType:
        kind = self.kinds[name]
        own = self.own_names(SHARED_NAMES) + ([f"r{each}" for each in range(4)] if root else [])
        extensions = {}
        is_type_of: Callable[..., Any] | None = None
        match 0 if root else self.random.randrange(5):
            case 1:
                is_type_of = is_kind(kind)
            case 2:
                is_type_of = is_kind_later(kind)
            case 3:
                is_type_of, extensions = is_kind(kind), {WAY: InstancesOf(kind)}
        return GraphQLObjectType(
            name,
            self.fields(own, interfaces, acts=name == "Mutation"),
            interfaces=interfaces,
            is_type_of=is_type_of,
            extensions=extensions,
        )

    def union_type(self, name: str) -> GraphQLUnionType:
        members = self.random.sample(self.objects, self.random.randrange(1, len(self.objects) + 1))
        return GraphQLUnionType(name, members, **self.of_abstract())

    def of_abstract(self) -> dict[str, Any]:
        """How the type of an object is found."""
        match self.random.randrange(4):
            case 0:
                return {}
            case 1:
                return {"resolve_type": lambda value, info, of: type_name(value)}
            case 2:
                return {"resolve_type": later_named}
        return {
            "resolve_type": lambda value, info, of: type_name(value),
            "extensions": {WAY: TypeByValue(type_name)},
        }

    # ---- fields ----

    def fields(self, own: Sequence[str], above: Sequence[Any], acts: bool = False) -> Any:
        """Fields of its own and those of what it implements, which it may promise more of. Other types come later."""
        random = Random(self.random.getrandbits(32))

        def all_fields() -> dict[str, GraphQLField]:
            mine = Fields(self, random, acts)
            found = {name: mine.field(name, mine.output(), mine.arguments()) for name in own}
            for name, promised in inherited(above).items():
                of = promised.type
                if not isinstance(of, GraphQLNonNull) and random.random() < 0.3:
                    of = GraphQLNonNull(of)
                found[name] = mine.field(name, of, promised.args)
            return found

        return all_fields


def inherited(interfaces: Sequence[Any]) -> dict[str, GraphQLField]:
    """Each field as the one that promises most has it."""
    found: dict[str, GraphQLField] = {}
    for interface in interfaces:
        for name, field in interface.fields.items():
            if name not in found or isinstance(field.type, GraphQLNonNull):
                found[name] = field
    return found


class Fields:
    """The fields of one type, drawn when all types are there."""

    def __init__(self, maker: Maker, random: Random, acts: bool) -> None:
        self.maker = maker
        self.random = random
        self.acts = acts

    def wrapped(self, of: Any, lists: Sequence[int]) -> Any:
        drawn, self.maker.random = self.maker.random, self.random
        try:
            return self.maker.wrapped(of, lists)
        finally:
            self.maker.random = drawn

    def output(self) -> Any:
        of = self.random.choice(self.maker.leaves if self.random.random() < 0.4 else self.maker.outputs)
        return self.wrapped(of, (0, 0, 0, 1, 1, 1, 2, 2, 3) if is_leaf_type(of) else (0, 0, 0, 1, 1, 2))

    def arguments(self) -> dict[str, GraphQLArgument]:
        found = {}
        for each in range(self.random.choice((0, 0, 0, 1, 1, 2, 3))):
            of = self.wrapped(self.random.choice((*self.maker.leaves, *self.maker.inputs)), (0, 0, 0, 1, 2))
            given = {"out_name": f"out{each}"} if self.random.random() < 0.2 else {}
            leaf = of.of_type if isinstance(of, GraphQLNonNull) else of
            if leaf is GraphQLInt and self.random.random() < 0.7:
                given["default_value"] = 5
            elif leaf is GraphQLString and self.random.random() < 0.7:
                given["default_value"] = "as ever"
            elif of is leaf and self.random.random() < 0.2:
                given["default_value"] = None
            found[f"x{each}"] = GraphQLArgument(of, **given)
        return found

    def field(self, name: str, of: Any, arguments: dict[str, GraphQLArgument]) -> GraphQLField:
        answered = ACTS if self.acts else WAYS if arguments else (*WAYS, derived)
        parts = self.random.choice(answered)(name, of)
        if str(of).rstrip("!") == "String" and self.random.random() < 0.3:
            parts = {"resolve": told}
        return GraphQLField(of, arguments, **parts)


def odd() -> GraphQLScalarType:
    """A scalar that cannot say everything, and does not accept everything."""

    def said(value: Any) -> Any:
        if value == 99:
            raise ValueError("99 cannot be said")
        if value == "text":
            raise GraphQLError("no text", extensions={"code": "NO_TEXT"})
        return (
            None
            if value is True
            else ["odd", value if isinstance(value, int | str) else type(value).__name__]
        )

    def heard(value: Any) -> Any:
        if value == "bad":
            raise GraphQLError("bad is not accepted")
        return ("odd", value)

    return GraphQLScalarType("Odd", serialize=said, parse_value=heard)


def enum() -> GraphQLEnumType:
    """Its values are others inside."""
    return GraphQLEnumType(
        "Colour",
        {
            "RED": GraphQLEnumValue(17),
            "GREEN": GraphQLEnumValue("green inside"),
            "BLUE": GraphQLEnumValue((3,)),
        },
    )
