"""What a register can be asked, used a second time: as the input of whatever takes a register's filter, and in words.

Both come from the arguments that the register's field declares, so a filter that a register learns is an input of an
export the same day, and stands in the title of its file, in the reader's language.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar, get_args

import strawberry
from strawberry.types.base import get_object_definition, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition

from api.batching import Arguments, Taken
from api.descriptions import spoken
from api.filters import IDS_OF, Days
from api.mutations import said
from api.node import node_of
from domain.work import Work
from tenancy.refusals import Language

T = TypeVar("T")


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
    """What a register is asked, as a reader would say it; what was left open is not mentioned. Raises `BadId`."""
    told: list[str] = []
    for name, taken in register.items():
        value = arguments[name]
        if has_object_definition(value):
            told += await _filter_in_words(work, value, language)
        elif value not in (None, taken.default):
            told.append(_labelled(taken.description, value, language))
    return ("; " if language == "en" else "；").join(told)


async def _filter_in_words(work: Work, narrowed_by: Any, language: Language) -> list[str]:
    told = []
    for part in get_object_definition(narrowed_by, strict=True).fields:
        value = said(getattr(narrowed_by, part.python_name))
        if value is not None:
            if part.metadata.get(IDS_OF):
                value = await _names(work, value)
            told.append(_labelled(part.description or part.python_name, value, language))
    return told


async def _names(work: Work, ids: Sequence[str]) -> list[str]:
    """The names of what ids stand for, as far as they are visible and have one. Raises `BadId`."""
    return [str(getattr(await node_of(work, each), "name", each)) for each in ids]


def _labelled(description: str, value: Any, language: Language) -> str:
    colon = ": " if language == "en" else "："
    return f"{spoken(description, language)}{colon}{_said(value, language)}"


def _said(value: Any, language: Language) -> str:
    match value:
        case bool():
            return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
        case list():
            return (", " if language == "en" else "、").join(_said(each, language) for each in value) or "—"
        case Enum():
            return spoken(_described(value), language)
        case Days(since=since, until=until):
            return f"{said(since) or ''}–{said(until) or ''}"
        case _:
            return str(value)


def _described(member: Enum) -> str:
    definition: StrawberryEnumDefinition = type(member).__strawberry_definition__  # type: ignore[attr-defined]  # set by the decorator
    return next(each.description or each.name for each in definition.values if each.name == member.name)


def _is_needed(taken: Taken) -> bool:
    return taken.default is strawberry.UNSET and type(None) not in get_args(taken.type)
