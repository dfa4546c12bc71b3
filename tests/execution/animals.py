"""Animals that have names and friends, for what interfaces and unions are; and a field by itself."""

import asyncio
from types import SimpleNamespace
from typing import Any

from graphql import (
    GraphQLSchema,
)

from tests.execution.by_hand import schema_of

ANIMALS = """
    type Query { pet: Pet, pets: [Pet!], any: [Any], dog: Dog }
    interface Named { name: String }
    interface Pet implements Named { name: String, friend: Pet }
    type Dog implements Pet & Named { name: String, friend: Pet, barks: Boolean, size: Int }
    type Cat implements Pet & Named { name: String, friend: Pet, size: String }
    union Any = Dog | Cat
"""


class Dog(SimpleNamespace):
    pass


class Cat(SimpleNamespace):
    pass


REX = Dog(name="Rex", barks=True, size=3, friend=Cat(name="Tom", size="small"))
TOM = Cat(name="Tom", size="small", friend=REX)


def by_class(value: Any, info: Any, of: Any) -> str | None:
    return type(value).__name__ if isinstance(value, Dog | Cat) else getattr(value, "kind", None)


async def by_class_later(value: Any, info: Any, of: Any) -> str | None:
    await asyncio.sleep(0)
    return by_class(value, info, of)


def animals(**root: Any) -> tuple[GraphQLSchema, dict[str, Any]]:
    types = {"Pet": {"resolve_type": by_class}, "Any": {"resolve_type": by_class_later}}
    return schema_of(ANIMALS, types=types), {"root_value": root}


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


def of(sdl: str, resolve: Any) -> GraphQLSchema:
    """A schema with one field `f`, and what answers it."""
    return schema_of(f"type Query {{ f: {sdl} }} type Thing {{ a: Int, must: Int! }}", {"Query.f": resolve})
