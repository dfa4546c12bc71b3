"""Random documents over any schema: valid ones, with everything that a document may hold; variables that may be wrong.

A response name means one field with one set of arguments wherever it stands, so that whatever is merged may be merged.
Not always: a document in which names are used freely is written too, and kept if it happens to be valid.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
    is_union_type,
    parse,
    validate,
)

LITERALS = {
    "Int": ("1", "-7", "0"),
    "Float": ("1.5", "2", "-3e2"),
    "String": ('""', '"text"', '"昆阳"', '"""of\n   lines"""'),
    "Boolean": ("true", "false"),
    "ID": ('"a"', "7"),
    "Odd": ("1", '"five"', "{a: [1]}", "NAME"),
}

SENT = {
    "Int": (1, -7, 0),
    "Float": (1.5, 2, 0),
    "String": ("", "text", "昆阳"),
    "Boolean": (True, False),
    "ID": ("a", 7),
    "Odd": (1, "five", {"a": [1]}, None),
}

INTROSPECTION = (
    "__schema { queryType { name } types { name kind possibleTypes { name } } }",
    "__schema { directives { name args { name defaultValue type { ...on __Type { kind ofType { name } } } } } }",
    '__type(name: "T0") { name fields(includeDeprecated: true) { name type { kind name } } }',
    '__type(name: "Nobody") { name }',
)

MOST_FIELDS = (3, 5, 8, 12, 20, 30)
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Document:
    """What is asked in a request."""

    text: str
    variables: dict[str, Any] | None
    operation: str | None
    parsed: DocumentNode


@dataclass(frozen=True, slots=True)
class Written:
    """A valid document, which can be sent again and again."""

    text: str
    parsed: DocumentNode
    writer: "Writer"

    def sent(self, random: Random) -> Document:
        """With variables and an operation's name, which may be wrong."""
        self.writer.random = random
        return Document(self.text, *self.writer.sent(), self.parsed)


def written(schema: GraphQLSchema, random: Random) -> Written:
    while True:
        writer = Writer(schema, random)
        text = writer.write()
        parsed = parse(text)
        if not validate(schema, parsed):
            return Written(text, parsed, writer)


@dataclass(slots=True)
class Variable:
    """A variable, which is the same in every operation that uses it."""

    of: Any
    default: str | None

    def __str__(self) -> str:
        return f"{self.of} = {self.default}" if self.default is not None else str(self.of)


@dataclass(slots=True)
class Fragment:
    """A named fragment: on what, its text, and which variables it uses, itself or through others."""

    on: Any
    text: str
    variables: set[str] = field(default_factory=set)
    fragments: set[str] = field(default_factory=set)


class Writer:
    """One document in the making."""

    def __init__(self, schema: GraphQLSchema, random: Random) -> None:
        self.schema = schema
        self.random = random
        self.size = self.left = random.choice(MOST_FIELDS)
        self.free = self.size < 10 and random.random() < 0.1
        self.variables: dict[str, Variable] = {}
        self.fragments: dict[str, Fragment] = {}
        self.meanings: dict[str, tuple[str, ...]] = {}
        self.used: Fragment = Fragment(None, "")
        self.operations: list[str | None] = []
        self.asked: list[set[str]] = []

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def write(self) -> str:
        composites = [
            each
            for each in self.schema.type_map.values()
            if not each.name.startswith("__") and (hasattr(each, "fields") or is_union_type(each))
            and not isinstance(each, GraphQLInputObjectType)
        ]  # fmt: skip
        for number in range(self.random.choice((0, 0, 1, 2, 3))):
            self.left = min(self.left, 8)
            self.used = Fragment(self.random.choice(composites), "")
            self.used.text = self.selections(self.used.on, self.random.randrange(3))
            self.fragments[f"F{number}"] = self.used
        count = self.random.choice((1, 1, 1, 1, 2, 3))
        texts = []
        reached: set[str] = set()
        for number in range(count):
            self.left = self.size // count + 1
            name = f"O{number}" if count > 1 or self.chance(0.4) else None
            texts.append(self.operation(name))
            reached |= self.used.fragments
        texts += [
            f"fragment {name} on {each.on} {each.text}"
            for name, each in self.fragments.items()
            if name in reached
        ]
        self.random.shuffle(texts)
        return "\n".join(texts)

    def operation(self, name: str | None) -> str:
        acts = self.schema.mutation_type is not None and self.chance(0.25)
        root = self.schema.mutation_type if acts else self.schema.query_type
        self.used = Fragment(root, "")
        text = self.selections(root, DEEPEST)
        self.operations.append(name)
        self.asked.append(self.used.variables)
        declared = ", ".join(f"${each}: {self.variables[each]}" for each in sorted(self.used.variables))
        word = "mutation" if acts else "query"
        if not acts and not name and not declared and self.chance(0.5):
            return text
        return f"{word} {name or ''}{f'({declared})' if declared else ''} {text}"

    # ---- selections ----

    def selections(self, of: Any, deep: int, short: bool = False) -> str:
        parts = [self.selection(of, deep) for _ in range(self.random.randrange(1, 4 if short else 6))]
        parts = [each for each in parts if each] or ([] if short and self.chance(0.9) else ["__typename"])
        if not parts:
            return ""
        return "{\n" + "\n".join(parts) + "\n}"

    def selection(self, of: Any, deep: int) -> str:
        drawn = self.random.random()
        if drawn < 0.06 or (is_union_type(of) and drawn < 0.15):
            return self.named(("__typename",), "__typename") + self.directives()
        if of is self.schema.query_type and drawn < 0.08:
            return self.random.choice(INTROSPECTION)
        if drawn < 0.18 and (
            fitting := [name for name, each in self.fragments.items() if self.fits(of, each)]
        ):
            name = self.random.choice(fitting)
            fragment = self.fragments[name]
            self.used.fragments |= {name} | fragment.fragments
            self.used.variables |= fragment.variables
            return f"...{name}{self.directives()}"
        if is_union_type(of) or drawn < 0.35:
            on = self.random.choice(self.overlapping(of))
            said = f" on {on}" if on is not of or self.chance(0.5) else ""
            within = self.selections(on, deep - 1, short=True) if deep else ""
            return f"...{said}{self.directives()} {within}" if within else ""
        return self.a_field(of, deep)

    def fits(self, of: Any, fragment: Fragment) -> bool:
        return fragment is not self.used and fragment.on in self.overlapping(of)

    def possible(self, of: Any) -> set[Any]:
        return {of} if is_object_type(of) else set(self.schema.get_possible_types(of))

    def overlapping(self, of: Any) -> list[Any]:
        """The types that an object of this one may be of."""
        mine = self.possible(of)
        return [of] + [
            each
            for each in self.schema.type_map.values()
            if each is not of
            and (is_object_type(each) or is_union_type(each) or hasattr(each, "resolve_type"))
            and mine & self.possible(each)
        ]

    def a_field(self, of: Any, deep: int) -> str:
        if self.left <= 0:
            return ""
        name, described = self.random.choice(list(of.fields.items()))
        named = get_named_type(described.type)
        if not is_leaf_type(named) and not deep:
            return ""
        self.left -= 1
        given = self.arguments(described)
        text = self.named((name, given, str(described.type)), name) + given + self.directives()
        return text if is_leaf_type(named) else f"{text} {self.selections(named, deep - 1)}"

    def named(self, meaning: tuple[str, ...], name: str) -> str:
        """The field's name, under an alias where that name means something else already."""
        if self.free:
            return name if self.chance(0.6) else f"{self.random.choice('abck')}: {name}"
        known = [key for key, each in self.meanings.items() if each == meaning]
        if known and self.chance(0.8):
            key = self.random.choice(known)
        else:
            key = name if self.chance(0.7) else self.random.choice("abcdk")
            while self.meanings.setdefault(key, meaning) != meaning:
                key = f"k{self.random.randrange(100)}"
        return name if key == name else f"{key}: {name}"

    def directives(self) -> str:
        if self.chance(0.88):
            return ""
        chosen = self.random.choice((["skip"], ["include"], ["include", "skip"]))
        return "".join(f" @{each}(if: {self.condition(each)})" for each in chosen)

    def condition(self, directive: str) -> str:
        if self.chance(0.4):
            return self.random.choice(("true", "false"))
        likely = "true" if directive == "include" else "false"
        maybe = Variable("Boolean", likely) if self.chance(0.3) else Variable("Boolean!", None)
        return self.variable(maybe)

    # ---- what is given ----

    def arguments(self, described: GraphQLField) -> str:
        given = [
            f"{name}: {self.given(argument)}"
            for name, argument in described.args.items()
            if is_required_argument(argument) or self.chance(0.6)
        ]
        self.random.shuffle(given)
        return f"({', '.join(given)})" if given else ""

    def given(self, argument: GraphQLArgument) -> str:
        if self.chance(0.4):
            return self.variable(self.variable_for(argument.type))
        return self.literal(argument.type)

    def variable_for(self, of: Any) -> Variable:
        """A variable that may stand where this type is expected."""
        if isinstance(of, GraphQLNonNull):
            if self.chance(0.3):
                return Variable(of.of_type, self.literal(of.of_type, constant=True, null=False))
            return Variable(of, self.literal(of, constant=True) if self.chance(0.3) else None)
        if self.chance(0.3):
            return Variable(GraphQLNonNull(of), None)
        return Variable(of, self.literal(of, constant=True) if self.chance(0.3) else None)

    def variable(self, wanted: Variable) -> str:
        alike = [name for name, each in self.variables.items() if str(each) == str(wanted)]
        if alike and self.chance(0.6):
            name = self.random.choice(alike)
        else:
            name = f"v{len(self.variables)}"
            self.variables[name] = wanted
        self.used.variables.add(name)
        return f"${name}"

    def literal(self, of: Any, constant: bool = False, null: bool = True) -> str:
        if isinstance(of, GraphQLNonNull):
            of = of.of_type
        elif null and self.chance(0.1):
            return "null"
        if isinstance(of, GraphQLList):
            if self.chance(0.2) and not isinstance(of.of_type, GraphQLList):
                return self.literal(of.of_type, constant, null=False)
            return (
                f"[{', '.join(self.within(of.of_type, constant) for _ in range(self.random.randrange(3)))}]"
            )
        if isinstance(of, GraphQLEnumType):
            return self.random.choice(list(of.values))
        if isinstance(of, GraphQLInputObjectType):
            given = [
                f"{name}: {self.within(each.type, constant)}"
                for name, each in of.fields.items()
                if is_required_input_field(each) or self.chance(0.4)
            ]
            return f"{{{', '.join(given)}}}"
        return self.random.choice(LITERALS[of.name])

    def within(self, of: Any, constant: bool) -> str:
        """A value inside of another, where a variable may stand too."""
        if not constant and self.chance(0.2):
            return self.variable(self.variable_for(of))
        return self.literal(of, constant)

    def sent(self) -> tuple[dict[str, Any] | None, str | None]:
        """The variables' values and the operation's name as a front end sends them, now and then wrongly."""
        wrong = self.chance(0.05)
        values = {}
        for name, each in self.variables.items():
            of = self.type_named(str(each.of))
            may_miss = each.default is not None or not isinstance(of, GraphQLNonNull)
            if (may_miss and self.chance(0.4)) or (wrong and self.chance(0.3)):
                continue
            values[name] = self.random.choice(("bad", 1.5, {"no": 1}, None)) if wrong else self.value(of)
        if self.chance(0.1):
            values["nobodys"] = 1
        name = self.random.choice(self.operations)
        if self.chance(0.03) or (len(self.operations) == 1 and self.chance(0.3)):
            name = self.random.choice((None, "Unknown", ""))
        return (values or self.random.choice((None, {})), name)

    def type_named(self, text: str) -> Any:
        if text.endswith("!"):
            return GraphQLNonNull(self.type_named(text[:-1]))
        if text.startswith("["):
            return GraphQLList(self.type_named(text[1:-1]))
        return self.schema.type_map[text]

    def value(self, of: Any) -> Any:
        if isinstance(of, GraphQLNonNull):
            of = of.of_type
        elif self.chance(0.1):
            return None
        if isinstance(of, GraphQLList):
            if self.chance(0.2) and not isinstance(of.of_type, GraphQLList):
                return self.value(of.of_type)
            return [self.value(of.of_type) for _ in range(self.random.randrange(3))]
        if isinstance(of, GraphQLEnumType):
            return self.random.choice(list(of.values))
        if isinstance(of, GraphQLInputObjectType):
            return {
                name: self.value(each.type)
                for name, each in of.fields.items()
                if is_required_input_field(each) or self.chance(0.4)
            }
        return self.random.choice(SENT[of.name])


def shown(document: Document) -> str:
    """As it can be sent by hand."""
    return f"{document.text}\nvariables: {json.dumps(document.variables, ensure_ascii=False)}\noperation: {document.operation}"
