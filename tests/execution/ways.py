"""Every way to answer a field, and beside each the resolver that says the same of one object: graphql-core takes that.

What is said is drawn in `answers.py`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLResolveInfo

from api.execution import WAY, Attribute, Begun, FromSource, Place, Together
from tests.execution.answers import ATTRIBUTE, Answers, Thing, soon, type_name


def by_default(name: str, of: Any) -> dict[str, Any]:
    return {}


def attribute(name: str, of: Any) -> dict[str, Any]:
    return {
        "resolve": lambda source, info, **given: getattr(source, ATTRIBUTE + name),
        "extensions": {WAY: Attribute(ATTRIBUTE + name)},
    }


def derived(name: str, of: Any) -> dict[str, Any]:
    return {
        "resolve": lambda source, info: info.context.at_once(source, name, of),
        "extensions": {WAY: FromSource(lambda source, context: context.at_once(source, name, of))},
    }


def resolved(name: str, of: Any) -> dict[str, Any]:
    return {"resolve": lambda source, info, **given: info.context.at_once(source, name, of, given)}


def resolved_later(name: str, of: Any) -> dict[str, Any]:
    async def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        return await info.context.later(source, name, of, given)

    return {"resolve": resolve}


def resolved_at_times_later(name: str, of: Any) -> dict[str, Any]:
    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        answers: Answers = info.context
        if answers.of_source(source, name, {"later": None}).random() < 0.5:
            return answers.later(source, name, of, given)
        return answers.at_once(source, name, of, given)

    return {"resolve": resolve}


def together(name: str, of: Any) -> dict[str, Any]:
    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        if lost := info.context.batch_fails(name, given):
            raise lost
        return info.context.at_once(source, name, of, given)

    def answer(sources: Sequence[Any], given: dict[str, Any], place: Place) -> Sequence[Any]:
        return entries(place.context, sources, name, of, given)

    return {"resolve": resolve, "extensions": {WAY: Together(answer)}}


def together_later(name: str, of: Any) -> dict[str, Any]:
    async def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        if lost := info.context.batch_fails(name, given):
            raise lost
        return await info.context.later(source, name, of, given)

    async def answer(sources: Sequence[Any], given: dict[str, Any], place: Place) -> Sequence[Any]:
        await soon(None, len(name) % 3)
        return tuple(entries(place.context, sources, name, of, given))

    return {"resolve": resolve, "extensions": {WAY: Together(answer)}}


def together_begun(name: str, of: Any) -> dict[str, Any]:
    async def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        if lost := info.context.batch_fails(name, given):
            raise lost
        return await info.context.later(source, name, of, given)

    def answer(sources: Sequence[Any], given: dict[str, Any], place: Place) -> Begun:
        return Begun(
            asyncio.ensure_future(soon(None, len(name) % 3)),
            lambda _: tuple(entries(place.context, sources, name, of, given)),
        )

    return {"resolve": resolve, "extensions": {WAY: Together(answer)}}


def entries(answers: Answers, sources: Sequence[Any], name: str, of: Any, given: dict[str, Any]) -> list[Any]:
    answers.batches.append(len(sources))
    if lost := answers.batch_fails(name, given):
        raise lost
    found = []
    for source in sources:
        try:
            found.append(answers.at_once(source, name, of, given))
        except Exception as fault:
            found.append(fault)
    return found


def acted(name: str, of: Any) -> dict[str, Any]:
    async def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        info.context.effects.append(("begins", name, sorted(given.items())))
        try:
            return await info.context.later(source, name, of, given)
        finally:
            info.context.effects.append(("ends", name))

    return {"resolve": resolve}


def acted_at_once(name: str, of: Any) -> dict[str, Any]:
    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        info.context.effects.append(("acts", name, sorted(given.items())))
        return info.context.at_once(source, name, of, given)

    return {"resolve": resolve}


def acted_together(name: str, of: Any) -> dict[str, Any]:
    way = acted(name, of)

    async def answer(sources: Sequence[Any], given: dict[str, Any], place: Place) -> Sequence[Any]:
        place.context.effects.append(("begins", name, sorted(given.items())))
        try:
            return [await place.context.later(source, name, of, given) for source in sources]
        finally:
            place.context.effects.append(("ends", name))

    return {**way, "extensions": {WAY: Together(answer)}}


def told(source: Any, info: GraphQLResolveInfo, **given: Any) -> str:
    """Everything that a resolver is told."""
    path, step = [], info.path
    while step:
        path.append((step.key, step.typename))
        step = step.prev
    nodes = [(node.loc.start, node.loc.end) for node in info.field_nodes]
    named = info.operation.name.value if info.operation.name else None
    return repr((
        info.field_name, str(info.parent_type), str(info.return_type), path[::-1], nodes, named, sorted(info.fragments),
        info.root_value is info.context.root, dict(info.variable_values.coerced), sorted(given.items()),
    ))  # fmt: skip


WAYS = (
    by_default, attribute, attribute, resolved, resolved_later, resolved_at_times_later, together, together, together_later, together_later, together_begun, together_begun,
)  # fmt: skip
ACTS = (acted, acted_at_once, acted_together)


# ---- how types are told ----


def is_kind(kind: type[Thing]) -> Callable[..., bool]:
    return lambda value, info: isinstance(value, kind)


def is_kind_later(kind: type[Thing]) -> Callable[..., Any]:
    async def is_type_of(value: Any, info: GraphQLResolveInfo) -> bool:
        if value == 7:
            raise ValueError("seven is of no type")
        return isinstance(value, kind)

    return is_type_of


async def later_named(value: Any, info: GraphQLResolveInfo, of: Any) -> Any:
    return type_name(value)
