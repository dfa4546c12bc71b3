"""Schemas written by hand: SDL, and beside it how fields are answered. What is asked of them is asked of both executors."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute, parse, validate

from api.execution import WAY, BreadthFirst
from tests.execution.judge import signature


def schema_of(
    sdl: str,
    resolvers: Mapping[str, Callable[..., Any]] | None = None,
    ways: Mapping[str, Any] | None = None,
    types: Mapping[str, Mapping[str, Any]] | None = None,
) -> GraphQLSchema:
    """`resolvers` and `ways` are given for `Type.field`, a way also for a `Type`; `types` sets what a type knows."""
    schema = build_schema(sdl)
    for name, resolve in (resolvers or {}).items():
        of, field = name.split(".")
        schema.type_map[of].fields[field].resolve = resolve
    for name, way in (ways or {}).items():
        of, _, field = name.partition(".")
        described = schema.type_map[of].fields[field] if field else schema.type_map[of]
        described.extensions = {WAY: way}
    for name, known in (types or {}).items():
        for attribute, value in known.items():
            setattr(schema.type_map[name], attribute, value)
    return schema


async def by_graphql_core(schema: GraphQLSchema, text: str, **asked: Any) -> ExecutionResult:
    result = execute(schema, parse(text), **asked)
    return await result if inspect.isawaitable(result) else result


async def breadth_first(schema: GraphQLSchema, text: str, **asked: Any) -> ExecutionResult:
    document = parse(text)
    assert not validate(schema, document)
    result: Any = execute(schema, document, executor_class=BreadthFirst, **asked)
    return await result if inspect.isawaitable(result) else result  # what is refused is not waited for


async def answered(schema: GraphQLSchema, text: str, **asked: Any) -> ExecutionResult:
    """What is answered breadth first, which is what graphql-core answers too, its errors in whatever order."""
    result = await breadth_first(schema, text, **asked)
    expected = await by_graphql_core(schema, text, **asked)
    assert repr(result.data) == repr(expected.data)
    assert sorted(map(repr, map(signature, result.errors or ()))) == sorted(
        map(repr, map(signature, expected.errors or ()))
    )
    return result


async def data(schema: GraphQLSchema, text: str, **asked: Any) -> Any:
    """The same, where nothing goes wrong."""
    result = await answered(schema, text, **asked)
    assert result.errors is None
    return result.data


def told(result: ExecutionResult) -> list[tuple[str, list[str | int] | None]]:
    """What an answer says of its errors, the outermost first."""
    errors: list[GraphQLError] = result.errors or []
    return sorted(((each.message, each.path) for each in errors), key=repr)
