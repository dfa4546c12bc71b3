"""What a register can be asked, used a second time: as the input of whatever takes a register's filter, and in words.

Both come from the arguments that the register's field declares, so a filter that a register learns is an input of an
export the same day, and stands in the title of its file, in the reader's language.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, get_args

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from api.batching import Arguments, Taken
from api.mutations import said
from api.node import node_of
from domain.work import Work
from tenancy.refusals import Language

T = TypeVar("T")

BOTH_LANGUAGES = re.compile(r"(?P<en>[\x00-\x7f‘’“”…]*)\.\s+(?P<zh>\S.*)", re.DOTALL)
"""How the house describes: English, a full stop, Chinese."""


def taking(register: Mapping[str, Taken], *, description: str) -> Callable[[type[T]], type[T]]:
    """Make a class the input that has a register's arguments as its fields."""

    def made(kind: type[T]) -> type[T]:
        kind.__annotations__ = {name: taken.type for name, taken in register.items()}
        for name, taken in register.items():
            default = {} if _is_needed(taken) else {"default": taken.default}
            setattr(kind, name, strawberry.field(description=taken.description, **default))
        return strawberry.input(kind, description=description)

    return made


def arguments_of(register: Mapping[str, Taken], given: Any) -> Arguments:
    """The arguments that an input made by `taking` stands for."""
    return {name: said(getattr(given, name)) for name in register}


async def in_words(
    work: Work, register: Mapping[str, Taken], arguments: Arguments, language: Language
) -> str:
    """A register's filter as a reader would say it; what was not asked for is not mentioned. Raises `BadId`."""
    told = []
    for name, taken in register.items():
        value = arguments[name]
        if value is None or value is False:  # a flag says something when it is set
            continue
        label = spoken(taken.description, language)
        if _names_something(taken.type):
            value = await _names(work, value)
        told.append(label if value is True else f"{label}: {_said(value, language)}")
    return ("; " if language == "en" else ";").join(told)


def spoken(description: str, language: Language) -> str:
    """One language of a description."""
    found = BOTH_LANGUAGES.fullmatch(description)
    return description if found is None else found[language]


async def _names(work: Work, ids: str | list[str]) -> list[str]:
    """The names of what ids stand for, as far as they are visible and have one. Raises `BadId`."""
    given = ids if isinstance(ids, list) else [ids]
    return [str(getattr(await node_of(work, each), "name", each)) for each in given]


def _said(value: Any, language: Language) -> str:
    match value:
        case list():
            return (", " if language == "en" else "、").join(_said(each, language) for each in value)
        case Enum():
            return spoken(_described(value), language)
        case _:
            return str(value)


def _described(member: Enum) -> str:
    definition: StrawberryEnumDefinition = type(member).__strawberry_definition__  # type: ignore[attr-defined]  # set by the decorator
    return next(each.description or each.name for each in definition.values if each.name == member.name)


def _is_needed(taken: Taken) -> bool:
    return taken.default is strawberry.UNSET and type(None) not in get_args(taken.type)


def _names_something(kind: Any) -> bool:
    return kind is strawberry.ID or any(_names_something(part) for part in get_args(kind))
