"""For every question, act and feed of the schema an operation that can be sent: what it asks, and sample variables.

It asks for what somebody new wants to see first: the plain fields, and of what hangs below them the ids and names.
Arguments that must be given become variables, and so does a thing that a question is about; their values say what belongs
there, or are one that would do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

WHOLE, IN_A_LIST, MENTIONED = "whole", "in a list", "mentioned"
"""How much is asked of an object: its fields and what hangs below; without the lists below; what it is called."""

CALLED = ("id", "version", "day", "state", "kind", "code", "name", "title", "number", "message", "text")
"""What an object is called where it is only mentioned; one that has no more of these than an id shows its fields, and what it refers to."""

WRAPPINGS = ("edges", "pageInfo", "userErrors")
"""What lists and payloads are wrapped in, of which everything is asked."""

SAMPLES: dict[str, Any] = {
    "ID": "请填写全局编号",
    "String": "请填写",
    "Int": 1,
    "BigInt": 1,
    "Boolean": True,
    "Float": 1.0,
    "Date": "2026-11-20",
    "DateTime": "2026-11-20T09:00:00+08:00",
}


@dataclass(frozen=True, slots=True)
class SampleOperation:
    """An operation and its variables."""

    query: str
    variables: dict[str, Any]


def sample_operation(verb: str, name: str, called: GraphQLField) -> SampleOperation:
    """The operation that calls a root field: `verb` is query, mutation or subscription."""
    needed = {
        word: argument
        for word, argument in called.args.items()
        if is_required_argument(argument) or get_named_type(argument.type).name == "ID"
    }
    declared = ", ".join(f"${word}: {argument.type}" for word, argument in needed.items())
    handed = ", ".join(f"{word}: ${word}" for word in needed)
    title = name[0].upper() + name[1:]
    lines = [
        f"{verb} {title}{f'({declared})' if declared else ''} {{",
        *_indented(_call(f"{name}{f'({handed})' if handed else ''}", called.type, WHOLE)),
        "}",
    ]
    return SampleOperation("\n".join(lines), {word: _sample(each.type) for word, each in needed.items()})


def _call(said: str, kind: GraphQLType, extent: str) -> list[str]:
    named = get_named_type(kind)
    if is_leaf_type(named):
        return [said]
    return [f"{said} {{", *_indented(_selection(named, extent)), "}"]


def _selection(kind: GraphQLNamedType, extent: str) -> Iterator[str]:
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        yield "__typename"
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        asked = {name: field for name, field in kind.fields.items() if _can_be_asked(field)}
        called = [name for name in asked if name in CALLED]
        nameless = extent == MENTIONED and len(called) < 2
        for name, field in asked.items():
            if is_leaf_type(get_named_type(field.type)):
                if extent != MENTIONED or name in CALLED or nameless:
                    yield name
            else:
                yield from _relation(name, field, IN_A_LIST if nameless else extent)


def _can_be_asked(field: GraphQLField) -> bool:
    return field.deprecation_reason is None and not any(map(is_required_argument, field.args.values()))


def _relation(name: str, field: GraphQLField, extent: str) -> list[str]:
    named = get_named_type(field.type)
    if name in WRAPPINGS:
        return _call(name, named, extent)
    if name == "node":
        return _call(name, named, IN_A_LIST)
    if extent == MENTIONED or (_is_a_list(field) and extent == IN_A_LIST) or _is_paged(named):
        return []
    return _call(name, named, MENTIONED)


def _is_a_list(field: GraphQLField) -> bool:
    return is_list_type(field.type) or (is_non_null_type(field.type) and is_list_type(field.type.of_type))


def _is_paged(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and "edges" in kind.fields


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _sample(kind: GraphQLType) -> Any:
    if is_non_null_type(kind):
        return _sample(kind.of_type)
    if is_list_type(kind):
        return [_sample(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return _sample_object(kind)
    return SAMPLES.get(get_named_type(kind).name, "请填写")


def _sample_object(kind: GraphQLInputObjectType) -> dict[str, Any]:
    given = [name for name, field in kind.fields.items() if is_required_input_field(field)]
    if is_one_of(kind):
        given = [next(iter(kind.fields))]
    return {name: _sample(kind.fields[name].type) for name in given}


def is_one_of(kind: GraphQLInputObjectType) -> bool:
    """Whether exactly one of its fields is to be given. strawberry knows, and does not tell graphql-core."""
    return kind.is_one_of or bool(getattr(kind.extensions.get("strawberry-definition"), "is_one_of", False))
