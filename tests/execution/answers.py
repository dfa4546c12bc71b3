"""What random fields answer: right values mostly, and every fault that a resolver can have.

A value is drawn when it is asked for, from a seed made of who is asked, for which field, with which arguments. So it is
the same whoever executes, in whatever order and how often, and generators and coroutines are new each time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator
from dataclasses import dataclass
from inspect import CORO_CREATED, getcoroutinestate
from random import Random
from typing import Any
from zlib import crc32

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
)

ATTRIBUTE = "the_"
"""What stands before a field's name in the name of the attribute that holds its value."""


@dataclass(frozen=True, slots=True)
class Moods:
    """How often what goes wrong or takes a while, and how long lists are."""

    faults: float
    nulls: float
    awaits: float
    longest: int


def moods(random: Random) -> Moods:
    return Moods(
        faults=random.choice((0, 0, 0.01, 0.03, 0.1, 0.3)),
        nulls=random.choice((0, 0.1, 0.3)),
        awaits=random.choice((0, 0, 0.1, 0.5)),
        longest=random.choice((1, 2, 3, 4)),
    )


class Thing:
    """An object of a type of the schema; each such type has a class of its own. Its attributes are drawn as well."""

    def __init__(self, answers: "Answers", seed: int) -> None:
        self._answers = answers
        self._seed = seed

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._seed})"

    def __getattr__(self, name: str) -> Any:
        described = self._answers.schema.get_type(type(self).__name__)
        known = described.fields.get(name.removeprefix(ATTRIBUTE)) if not name.startswith("_") else None
        if known is None:
            raise AttributeError(name)
        return self._answers.at_once(self, name.removeprefix(ATTRIBUTE), known.type)


class Misfit:
    """No object of any type, though it may say so."""

    def __init__(self, name: Any) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Misfit) and repr(self.name) == repr(other.name)

    def __hash__(self) -> int:
        return hash(repr(self.name))

    def __repr__(self) -> str:
        return f"Misfit({self.name!r})"


def type_name(value: Any) -> Any:
    """Which type a value says that it has: not always a name, nor the right one."""
    if isinstance(value, Misfit):
        if isinstance(value.name, Exception):
            raise value.name
        return value.name
    return type(value).__name__ if isinstance(value, Thing) else None


async def soon(value: Any, turns: int) -> Any:
    """The value, some turns later; an exception is raised."""
    for _ in range(turns):
        await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


class Answers:
    """The context of an execution: it knows what everything answers, and writes down what an act did."""

    def __init__(self, schema: GraphQLSchema, kinds: dict[str, type[Thing]], seed: int, moods: Moods) -> None:
        self.schema = schema
        self.kinds = kinds
        self.seed = seed
        self.root: Any = None
        self.moods = moods
        self.things: dict[tuple[str, int], Thing] = {}
        self.effects: list[tuple[Any, ...]] = []
        self.awaitables: list[Coroutine[Any, Any, Any]] = []
        self.within = 0
        self.batches: list[int] = []

    # ---- who is asked what ----

    def draws(self, *asked: Any) -> Random:
        return Random(crc32(repr((self.seed, *asked)).encode()))

    def of_source(self, source: Any, name: str, arguments: dict[str, Any]) -> Random:
        who = (type(source).__name__, source._seed) if isinstance(source, Thing) else repr(type(source))
        return self.draws(who, name, sorted(arguments.items()))

    def at_once(self, source: Any, name: str, of: GraphQLOutputType, arguments: Any = ()) -> Any:
        """A field's value; raises where that is its fault."""
        return self.value(of, self.of_source(source, name, dict(arguments)))

    def later(self, source: Any, name: str, of: GraphQLOutputType, arguments: Any = ()) -> Awaitable[Any]:
        """The same value, awaited."""
        turns = self.of_source(source, name, {"turns": None}).randrange(3)
        try:
            return self.soon(self.at_once(source, name, of, arguments), turns)
        except Exception as fault:
            return self.soon(fault, turns)

    def soon(self, value: Any, turns: int | None) -> Any:
        """The value, to be waited for if it takes any turns."""
        if turns is None:
            return value
        awaitable = soon(value, turns)
        if not self.within:
            # Of a list within a list that fails, nobody need know what it holds.
            self.awaitables.append(awaitable)
        return awaitable

    def forgotten(self) -> int:
        """How much of what was to be waited for nobody began to wait for."""
        left = [each for each in self.awaitables if getcoroutinestate(each) == CORO_CREATED]
        for each in left:
            each.close()
        return len(left)

    def batch_fails(self, name: str, arguments: dict[str, Any]) -> Exception | None:
        """Whether a whole batch is lost, which depends on nobody in it."""
        random = self.draws("batch", name, sorted(arguments.items()))
        return error(random) if random.random() < self.moods.faults / 2 else None

    # ---- what they answer ----

    def thing(self, kind: str, seed: int) -> Thing:
        """Always the same object for a seed: two of a list may be one."""
        if (kind, seed) not in self.things:
            self.things[kind, seed] = self.kinds[kind](self, seed)
        return self.things[kind, seed]

    def value(self, of: GraphQLOutputType, random: Random) -> Any:
        if random.random() < self.moods.faults:
            return self.fault(of, random)
        if isinstance(of, GraphQLNonNull):
            of = of.of_type
        elif random.random() < self.moods.nulls:
            return None
        if isinstance(of, GraphQLList):
            return self.sequence(of.of_type, random)
        if isinstance(of, GraphQLEnumType):
            return random.choice([each.value for each in of.values.values()])
        if isinstance(of, GraphQLScalarType):
            return scalar(of.name, random)
        if isinstance(of, GraphQLObjectType):
            return self.thing(of.name, random.randrange(30))
        kinds = self.schema.get_possible_types(of)
        return self.thing(random.choice(kinds).name, random.randrange(30)) if kinds else None

    def fault(self, of: GraphQLOutputType, random: Random) -> Any:
        match random.randrange(7):
            case 0 | 1:
                raise error(random)
            case 2:
                return error(random)
            case 3:
                return None
            case 4:
                return Undefined
        if isinstance(of, GraphQLNonNull):
            of = of.of_type
        if isinstance(of, GraphQLList):
            return self.no_list(of.of_type, random)
        if isinstance(of, GraphQLEnumType | GraphQLScalarType):
            return random.choice(
                (99, "text", 1.5, float("nan"), 2**40, True, [], [1], {}, b"x", (), Misfit(1))
            )
        kinds = [*self.kinds, "Nowhere", "Odd", *self.schema.type_map]
        return random.choice(
            (7, "text", [], {}, Misfit(None), Misfit(5), Misfit(error(random)), Misfit(random.choice(kinds)))
            + (self.thing(random.choice(list(self.kinds)), random.randrange(30)),) * 4
        )

    def no_list(self, of: GraphQLOutputType, random: Random) -> Any:
        """What is no list, or ends as one that failed."""
        match random.randrange(6):
            case 0:
                return 7
            case 1:
                return "text"
            case 2:
                return {"a": 1}
            case 3:
                return Misfit(None)
            case 4:
                return self.generator(self.items(of, random), error(random))
        return async_generator(self.items(of, random), error(random))

    def listed(self, items: list[tuple[Any, int | None]]) -> list[Any]:
        return [self.soon(*each) for each in items]

    def generator(self, items: list[tuple[Any, int | None]], end: Exception | None = None) -> Iterator[Any]:
        for each in items:
            yield self.soon(*each)
        if end:
            raise end

    def items(self, of: GraphQLOutputType, random: Random) -> list[tuple[Any, int | None]]:
        """What stands in a list, each with the turns that it takes if it takes any."""
        found: list[tuple[Any, int | None]] = []
        for _ in range(random.randrange(self.moods.longest + 1)):
            self.within += 1
            try:
                item = self.value(of, random)
            except Exception as fault:
                item = fault
            finally:
                self.within -= 1
            found.append((item, random.randrange(3) if random.random() < self.moods.awaits else None))
        return found

    def sequence(self, of: GraphQLOutputType, random: Random) -> Any:
        """A list, or what goes for one."""
        items = self.items(of, random)
        match random.randrange(12):
            case 0 | 1:
                return tuple(self.listed(items))
            case 2:
                return self.generator(items)
            case 3:
                return dict(enumerate(self.listed(items))).values()
            case 4 if all(isinstance(item, int | str) and turns is None for item, turns in items):
                return {item for item, _ in items}
            case 5:
                return iter(self.listed(items))
            case 6:
                return async_generator(items)
        return self.listed(items)


async def async_generator(
    items: list[tuple[Any, int | None]], end: Exception | None = None
) -> AsyncIterator[Any]:
    for item, turns in items:
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        yield item
    if end:
        raise end


def error(random: Random) -> Exception:
    """One of the ways to fail, told apart by a number."""
    which = random.getrandbits(20)
    match random.randrange(6):
        case 0:
            return ValueError(f"a value {which}")
        case 1:
            return KeyError(which)
        case 2:
            return RuntimeError()
        case 3:
            return GraphQLError(f"refused {which}", extensions={"code": "REFUSED", "which": which})
        case 4:
            return GraphQLError(f"from elsewhere {which}", path=["elsewhere", which])
    return GraphQLError(f"told {which}")


def scalar(name: str, random: Random) -> Any:
    match name:
        case "Int":
            return random.choice((0, -1, 7, 2**31 - 1, 3.0, "12", True))
        case "Float":
            return random.choice((0, 1.5, -2, "2.5", True))
        case "Boolean":
            return random.choice((True, False, 1, 0, 2.5))
        case "ID":
            return random.choice(("a", "", 7, 0))
        case "Odd":
            return random.choice((1, 3, "five", 0))
    return random.choice(("", "text", "昆阳", 7, 1.5, True))
