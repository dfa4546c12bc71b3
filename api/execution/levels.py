"""The levels of an answer, from the root downwards: the values of every field for all objects of a level, then the next.

Whatever of a level has to be waited for is waited for together, before any of it is completed: so batches and loaders
see all that is asked of them. Where an object stands (its path) is worked out only when somebody asks: a resolver that
goes object by object, or a type that wants to know.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from graphql import GraphQLResolveInfo, TypeNameMetaFieldDef
from graphql.execution import Executor
from graphql.pyutils import Path

from api.execution.ways import Attribute, Begun, FromSource, Place, Together

if TYPE_CHECKING:
    from api.execution.plans import Selected, Selection


class Broken:
    """In the place of a value that could not be had or completed."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


class Run:
    """One way from a level down to the last one. `levels` are all that there were; `next` those that come next."""

    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.levels: list[Level] = []
        self.next: list[Level] = []
        self.is_whole = True

    async def down_from(self, level: "Level") -> None:
        """Fill the answers of this level, and of all below."""
        self.next = [level]
        while self.next:
            levels, self.next = self.next, []
            self.levels += levels
            spots = [Spot(self, level, selected) for level in levels for selected in level.selection.fields]
            asked = {spot: spot.values() for spot in spots if not spot.selected.is_plain}
            begun = {spot: each for spot, each in asked.items() if isinstance(each, Later) and each.is_begun}
            known = await _all_of({spot: each for spot, each in asked.items() if spot not in begun})
            if 0 < len(begun) < len(spots):
                await let_it_go_out()
            for spot in spots:
                if spot not in begun:
                    await spot.complete(known[spot] if spot in known else spot.plain_values())
            for spot, each in begun.items():
                await spot.complete(await each.ask())


class Level:
    """Objects of one type in one place of the document, each with the answer that is being made of it.

    They stand below a field of the objects of the level above, the `origin`; those of the root stand below nothing.
    """

    def __init__(
        self,
        selection: "Selection",
        sources: Sequence[Any],
        answers: Sequence[dict[str, Any]],
        origin: "Spot | None" = None,
    ) -> None:
        self.selection = selection
        self.sources = sources
        self.answers = answers
        self._origin = origin
        self._paths: list[Path | None] | None = None

    @property
    def paths(self) -> list[Path | None]:
        """Where each of them stands; None at the root."""
        if self._paths is None:
            self._paths = [None] * len(self.answers) if self._origin is None else self._below(self._origin)
        return self._paths

    def _below(self, origin: "Spot") -> list[Path | None]:
        found: dict[int, Path] = {}
        for answer, path in zip(origin.level.answers, origin.paths, strict=True):
            found.update((id(each), at) for each, at in _objects(answer[origin.selected.key], path))
        return [found[id(answer)] for answer in self.answers]


class Later:
    """Values that must be waited for: those that have `begun` come by themselves, the others when somebody asks."""

    __slots__ = ("ask", "is_begun")

    def __init__(self, ask: Callable[[], Awaitable[Sequence[Any]]], *, is_begun: bool = False) -> None:
        self.ask = ask
        self.is_begun = is_begun


class Spot:
    """One field of the objects of one level."""

    __slots__ = ("level", "run", "selected")

    def __init__(self, run: Run, level: Level, selected: "Selected") -> None:
        self.run = run
        self.level = level
        self.selected = selected

    @property
    def paths(self) -> list[Path]:
        """Where the field stands, for each of the objects."""
        selected = self.selected
        return [Path(path, selected.key, selected.parent_type.name) for path in self.level.paths]

    def infos(self) -> list[GraphQLResolveInfo[Any]]:
        """What graphql-core tells a resolver, for each of the objects."""
        selected, build = self.selected, self.run.executor.build_resolve_info
        return [build(selected.definition, selected.nodes, selected.parent_type, path) for path in self.paths]

    def broken(self, error: Exception) -> Broken:
        """What stands in the place of a value that this kept from being there."""
        self.run.is_whole = False
        return Broken(error)

    def plain_values(self) -> Sequence[Any]:
        """The values of a field for which nothing is asked; an exception is one object's error."""
        match self.selected.way:
            case Attribute() as attribute:
                return of_each(attribute.read, self.level.sources)
            case FromSource(derive):
                return of_each(derive, self.level.sources, self.run.executor.context_value)
        raise TypeError(self.selected.way)

    def values(self) -> "Sequence[Any] | Later":
        """The values of another field, or what to wait for; an exception is one object's error."""
        selected, sources = self.selected, self.level.sources
        try:
            arguments = selected.arguments(self.run.executor.variable_values)
        except Exception as error:  # whatever it is, it is told
            return [error] * len(sources)
        if isinstance(selected.way, Together):
            return self._together(selected.way, arguments)
        if selected.definition is TypeNameMetaFieldDef:
            return [selected.parent_type.name] * len(sources)
        return Later(partial(settled, self.run.executor, self._one_by_one(arguments)))

    async def complete(self, values: "Sequence[Any]") -> None:
        """Put what becomes of the values into the answers."""
        key, kind = self.selected.key, self.selected.kind
        if kind.is_at_once:
            completed = kind.written(values, self)
        else:
            completed = await kind.completed(values, self, self.infos)
        for answer, each in zip(self.level.answers, completed, strict=True):
            answer[key] = each

    def _together(self, way: Together, arguments: Mapping[str, Any]) -> "Sequence[Any] | Later":
        executor, sources = self.run.executor, self.level.sources
        selected = self.selected
        place = Place(executor.context_value, selected.names_below, selected.needs, selected.needs_anywhere)
        try:
            # A copy: what it does to them must not outlast it.
            answers = way.answer(sources, dict(arguments), place)
            if not isinstance(answers, Awaitable):
                return self._one_each(way, answers)
        except Exception as error:  # whatever it is, each of them is told
            return [error] * len(sources)
        return Later(partial(self._one_each_of, way, answers), is_begun=isinstance(answers, Begun))

    async def _one_each_of(self, way: Together, answers: Awaitable[Sequence[Any]]) -> Sequence[Any]:
        try:
            return self._one_each(way, await answers)
        except Exception as error:  # whatever it is, each of them is told
            return [error] * len(self.level.sources)

    def _one_each(self, way: Together, answers: Sequence[Any]) -> Sequence[Any]:
        if len(answers) != len(self.level.sources):
            raise LookupError(f"{way.answer} answered {len(answers)} of {len(self.level.sources)} objects")
        return answers

    def _one_by_one(self, arguments: Mapping[str, Any]) -> list[Any]:
        executor = self.run.executor
        resolve = self.selected.definition.resolve or executor.field_resolver
        values: list[Any] = []
        for source, info in zip(self.level.sources, self.infos(), strict=True):
            try:
                values.append(resolve(source, info, **arguments))
            except Exception as error:  # whatever it is, it is this object's
                values.append(error)
        return values


def of_each(ask: Callable[..., Any], sources: Sequence[Any], *given: Any) -> list[Any]:
    """What is said of each; the exception, where it is one."""
    said = []
    for source in sources:
        try:
            said.append(ask(source, *given))
        except Exception as error:  # whatever it is, it is this object's
            said.append(error)
    return said


async def settled(executor: Executor[Any], values: Sequence[Any]) -> Sequence[Any]:
    """The values, with what had to be waited for in its place, or the exception that came instead."""
    if not any(map(_may_have_to_wait, set(map(type, values)))):
        return values
    indices = [index for index, value in enumerate(values) if executor.is_awaitable(value)]
    answers = await asyncio.gather(*(values[index] for index in indices), return_exceptions=True)
    settled_values = list(values)
    for index, answer in zip(indices, answers, strict=True):
        if isinstance(answer, BaseException) and not isinstance(answer, Exception):
            raise answer
        settled_values[index] = answer
    return settled_values


async def _all_of(asked: "Mapping[Spot, Sequence[Any] | Later]") -> Mapping[Spot, Sequence[Any]]:
    """The same, where what must be waited for never fails by itself."""
    known = {spot: each for spot, each in asked.items() if not isinstance(each, Later)}
    waiting = {spot: each for spot, each in asked.items() if isinstance(each, Later)}
    if len(waiting) == 1:
        for spot, each in waiting.items():
            known[spot] = await each.ask()
    elif waiting:
        answers = await asyncio.gather(*(each.ask() for each in waiting.values()))
        known.update(zip(waiting, answers, strict=True))
    return known


async def let_it_go_out() -> None:
    """Let what was begun be sent before anything else is done."""
    await asyncio.sleep(0)


def _may_have_to_wait(class_: type[Any]) -> bool:
    return hasattr(class_, "__await__") or class_ is GeneratorType


def _objects(value: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    if isinstance(value, dict):
        yield value, path
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _objects(each, path.add_key(index, None))
