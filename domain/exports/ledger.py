"""What a ledger is: its title, the rights by which it is read, its register's filter and orders, its columns and its reading.

It is read in two ways: once all the ids in the register's order, then the rows of some of these ids at a time, through
the register's filter again. Which ledgers there are, is in `ledgers.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.organisations import queries as organisations
from domain.rulebooks.values import Words
from domain.work import Work
from tenancy.refusals import Language

Cell = str | int | date | datetime | None

Value = Callable[[Any, Language], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how wide it is in characters, and how a line's cell is found."""

    heading: Words
    width: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One ledger. `aspects` are the rights by which it is read, its own first.

    `wanted` is the register's filter and `sorts` are its orders. `ids` answers with all ids in an order; `read` with a
    line for each of some ids, in their order, as far as the register still has them.
    """

    title: Words
    aspects: tuple[str, ...]
    wanted: type[Any]
    sorts: tuple[str, ...]
    columns: tuple[Column, ...]
    ids: Callable[[Work, Any, Any], AsyncIterator[UUID]]
    read: Callable[[Work, Any, Sequence[UUID]], Awaitable[Sequence[Any]]]

    def headings(self, language: Language) -> list[str]:
        """The headings in a language."""
        return [said(column.heading, language) for column in self.columns]

    def cells(self, line: Any, language: Language) -> list[Cell]:
        """A line as cells."""
        return [column.value(line, language) for column in self.columns]


def said(words: Words, language: Language) -> str:
    """One of two languages."""
    return words.en if language == "en" else words.zh


def as_json(ledger: Ledger, wanted: Any) -> dict[str, Any]:
    """What a register's filter says, as it is kept. `from_json` reads it back."""
    kept: dict[str, Any] = TypeAdapter(ledger.wanted).dump_python(wanted, mode="json", exclude_none=True)
    return kept


def from_json(ledger: Ledger, kept: Mapping[str, Any]) -> Any:
    """A register's filter as it was asked for. Raises ValueError for what the register does not know any more."""
    wanted = TypeAdapter(ledger.wanted).validate_python(dict(kept))
    # A field that went is passed over in silence, and without it the filter would admit more than was asked for.
    if _in_any_order(as_json(ledger, wanted)) != _in_any_order(kept):
        raise ValueError(sorted(kept))
    return wanted


def _in_any_order(kept: Any) -> Any:
    match kept:
        case Mapping():
            return {name: _in_any_order(value) for name, value in kept.items()}
        case list():
            return sorted(map(str, kept))
        case _:
            return kept


async def names_of_bodies(work: Work, ids: set[UUID]) -> dict[UUID, str]:
    """The names of these bodies, for a ledger's lines."""
    return {body.id: body.name for body in (await organisations.of_ids(work, ids)).values()}
