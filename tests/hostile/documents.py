"""Random documents: a walk through the schema that asks for this and that, mostly as it may be asked, sometimes not.

A seed says everything: the same seed writes the same documents. Nothing of what is asked is known to exist.
"""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

TEXTS = (
    "",
    " ",
    "昆阳",
    "a" * 5000,
    "\0",
    "\ud800",
    "\U0001f600",
    "%_\\",
    "';--",
    "${7*7}",
    "{x}",
    "\u202e",
    "0",
    "null",
    "2026-02-30",
    "2026-11-21",
    "2026-11-21T10:00:00+08:00",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01",
    "P1D",
    "12345678901234567890",
)
NUMBERS = (0, 1, -1, 2, 100, 101, 2**31 - 1, -(2**31), 2**31, 2**53, 2**63, 10**40)
SMALL = 8
"""So many of them are of 32 bits."""

ODD: tuple[Any, ...] = (None, True, 1.5, -0.0, 1e308, [], [None], {}, {"a": 1}, "x", 7, [[[[]]]])

DIRECTIVES = ("@include(if: true)", "@skip(if: false)") * 8 + ("@unknown", "@skip")

LEFT_ALONE = {"signOut"}
"""Whoever signs out is refused everything from there on, and finds nothing more."""


@dataclass
class Asked:
    """One operation, as it is posted."""

    query: str
    variables: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The body."""
        return {"query": self.query, "variables": self.variables}


class Literal(str):
    """Written without quotes: the value of an enum."""

    __slots__ = ()


@dataclass
class Writer:
    """Writes one document after the other. `ids` are some that exist, for acts and nodes that get somewhere."""

    schema: GraphQLSchema
    ids: tuple[str, ...]
    random: random.Random
    depth: int = 5
    _variables: dict[str, Any] = field(default_factory=dict)
    _declared: list[str] = field(default_factory=list)
    _fragments: list[str] = field(default_factory=list)

    def document(self) -> Asked:
        """Another one."""
        self._variables, self._declared, self._fragments = {}, [], []
        kind = self.random.choices(("query", "mutation", "subscription"), (60, 35, 5))[0]
        root = {
            "query": self.schema.query_type,
            "mutation": self.schema.mutation_type,
            "subscription": self.schema.subscription_type,
        }[kind]
        assert root is not None
        selection = self._selection(root, 0, most=3)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        text = " ".join([f"{kind} Q{declared} {selection}", *self._fragments])
        return Asked(self._bent(text), self._variables)

    def _chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def _selection(self, kind: Any, depth: int, most: int = 4) -> str:
        if isinstance(kind, GraphQLUnionType):
            return f"{{ __typename {self._narrowed(kind, depth)} }}"
        fields = [each for each in kind.fields.items() if each[0] not in LEFT_ALONE]
        flat = [each for each in fields if not _is_composite(each[1].type)]
        if depth >= self.depth:
            fields = flat or []
        chosen = self.random.sample(fields, min(len(fields), self.random.randint(1, most)))
        parts = [self._field(name, one, depth) for name, one in chosen]
        if isinstance(kind, GraphQLInterfaceType) and depth < self.depth:
            parts.append(self._narrowed(kind, depth))
        if self._chance(5) and not isinstance(kind, GraphQLInterfaceType):
            parts.append(self._fragment(kind, depth))
        if self._chance(10) or not parts:
            parts.append("__typename")
        self.random.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def _narrowed(self, kind: Any, depth: int) -> str:
        possible = self.random.choice(list(self.schema.get_possible_types(kind)))
        return f"... on {possible.name} {self._selection(possible, depth + 1)}"

    def _fragment(self, kind: GraphQLObjectType, depth: int) -> str:
        name = f"F{len(self._fragments)}"
        place = len(self._fragments)
        self._fragments.append("")
        self._fragments[place] = f"fragment {name} on {kind.name} {self._selection(kind, depth + 1)}"
        return f"...{name}"

    def _field(self, name: str, one: Any, depth: int) -> str:
        given = []
        for argument, taken in one.args.items():
            if isinstance(taken.type, GraphQLNonNull) or self._chance(40):
                given.append(f"{argument}: {self._argument(taken.type)}")
        alias = f"a{self.random.randrange(1000)}: " if self._chance(15) else ""
        directive = self.random.choice(DIRECTIVES) if self._chance(3) else ""
        text = f"{alias}{name}" + (f"({', '.join(given)})" if given else "") + f" {directive}"
        named = get_named_type(one.type)
        return text + (self._selection(named, depth + 1) if _is_composite(named) else "")

    def _argument(self, kind: Any) -> str:
        value = self._value(kind)
        if self._chance(50):
            name = f"v{len(self._declared)}"
            self._declared.append(f"${name}: {kind}")
            self._variables[name] = _as_json(value)
            return f"${name}"
        return _as_literal(value)

    def _value(self, kind: Any, depth: int = 0) -> Any:
        if self._chance(1):
            return self.random.choice(ODD)
        if isinstance(kind, GraphQLNonNull):
            return self._something(kind.of_type, depth)
        return None if self._chance(5) else self._something(kind, depth)

    def _something(self, kind: Any, depth: int) -> Any:
        if isinstance(kind, GraphQLList):
            return [self._value(kind.of_type, depth + 1) for _ in range(self.random.choice((0, 1, 1, 2, 30)))]
        if isinstance(kind, GraphQLEnumType):
            return Literal(
                "NOTHING_OF_THE_KIND" if self._chance(1) else self.random.choice(list(kind.values))
            )
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: self._value(part.type, depth + 1)
                for name, part in kind.fields.items()
                if isinstance(part.type, GraphQLNonNull) or (depth < 3 and self._chance(40))
            }
        return self._scalar(kind.name)

    def _scalar(self, name: str) -> Any:
        match name:
            case "Int":
                return self.random.choice(NUMBERS if self._chance(3) else NUMBERS[:SMALL])
            case "Float" | "BigInt":
                return self.random.choice(NUMBERS)
            case "Boolean":
                return self._chance(50)
            case "ID":
                return self.random.choice((*self.ids, *self.ids, *TEXTS))
            case "Date" | "DateTime" if self._chance(95):
                day = f"2026-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
                return day if name == "Date" else f"{day}T08:00:00+08:00"
        return self.random.choice(TEXTS)

    def _bent(self, text: str) -> str:
        """Now and then with a piece cut out, doubled or put elsewhere."""
        while self._chance(5):
            begin = self.random.randrange(len(text) + 1)
            end = min(len(text), begin + self.random.randrange(12))
            piece = self.random.choice(
                ("", text[begin:end] * 2, "{", "}", "$", "@", "...", '"""', "\ufeff", "#", "\\u")
            )
            text = text[:begin] + piece + text[end:]
        return text


def _is_composite(kind: Any) -> bool:
    return isinstance(get_named_type(kind), GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value


def _as_literal(value: Any) -> str:
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_as_literal(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_literal, value)) + "]"
    return json.dumps(value)
