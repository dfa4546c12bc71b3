"""How fields and types say that they can be dealt with for many objects at once.

    GraphQLField(…, extensions={WAY: Together(answer)})

A field without a way is answered by its resolver, object by object; a type without one is asked object by object too.
What a way says must be what the resolver beside it would say: graphql-core, which knows no ways, answers from that.
"""

from asyncio import Future
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from graphql import GraphQLField

WAY = "execution"
"""The name of the extension of a field or a type that holds its way."""


Needs = frozenset[str] | None
"""The attributes of a source that something is made of; None: that is not known, so it may be any of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document a field is asked for: the context of the operation, and what is selected below."""

    context: Any
    names: frozenset[str]
    needs: Callable[..., Needs]
    """What is made of the objects that the field gives, or of those that stand below these fields of them, in turn."""
    needs_anywhere: Callable[[], Needs]
    """What is made of objects of the type that the field gives, in all places of the document."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Answers that are under way already, and come without anybody waiting: `then` makes them of what is `coming`."""

    coming: Future[Any]
    then: Callable[[Any], Sequence[Any]]

    def __await__(self) -> Generator[Any, None, Sequence[Any]]:
        """The answers."""
        return self.then((yield from self.coming))


@dataclass(frozen=True, slots=True)
class Together:
    """Answered for all objects of a level by one call.

    `answer(sources, arguments, place)` gives one entry for each source, in their order; an entry that is an exception is
    raised for that source alone, an exception that is raised is each source's. It is never called without sources.
    """

    answer: Callable[[Sequence[Any], Mapping[str, Any], Place], Sequence[Any] | Awaitable[Sequence[Any]]]
    needs: Needs = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the source."""

    name: str
    read: Callable[[Any], Any] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", attrgetter(self.name))

    @property
    def needs(self) -> Needs:
        """That attribute."""
        return frozenset({self.name})


@dataclass(frozen=True, slots=True)
class FromSource:
    """Worked out from the source and the context of the operation, at once and without arguments."""

    derive: Callable[[Any, Any], Any]
    needs: Needs = None


@dataclass(frozen=True, slots=True)
class InstancesOf:
    """Of an object type: its objects are the instances of this class."""

    kind: type[Any]


@dataclass(frozen=True, slots=True)
class TypeByValue:
    """Of an interface or a union: the name of an object's type, found without asking anybody; None if it has none."""

    name_of: Callable[[Any], str | None]


def way_of(described: Any) -> Any:
    """The way of a field or a type, or None."""
    return described.extensions.get(WAY)


def needed_by(field: GraphQLField) -> Needs:
    """What a field looks at of its source."""
    return getattr(way_of(field), "needs", None)
