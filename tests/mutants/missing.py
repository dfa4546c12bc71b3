"""What is taken away at the moment, wherever the house looks for it. Nothing of this is in the product.

The places are changed once, when a hunt begins (`installed`), and ask then what is missing. What the house keeps for long, plans
and statements, is kept for one absence only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false

import policies.relations
import policies.rows
from domain import statements
from domain.edge import Edge
from domain.notifications import commands as notifications
from domain.rulebooks.entries import Permit
from domain.rulebooks.rules import Rulebook, Shelf
from policies import registry
from policies.authority import Authority
from policies.book import Book
from policies.relations import Declaration, Relation, Standing
from policies.rows import Row
from policies.snapshot import Snapshot
from tenancy.actor import Actor
from tests.isolation.locks import Unfiltered


@dataclass
class Missing:
    """One thing at most is missing; beside a row-level policy, which the database lacks, the filter is."""

    row: tuple[str, ...] | None = None
    permit: tuple[str, Permit] | None = None
    relation: tuple[type[Any], str] | None = None
    filter: bool = False
    turn: int = 0
    """How often something was taken away or put back: what was kept before is not what is so now."""
    books: dict[int, Book] = field(default_factory=dict)
    made: list[Snapshot] = field(default_factory=list)


NOW = Missing()


def forgotten() -> None:
    """Nothing is kept of before: a test that comes now makes for itself what it uses, and is seen to."""
    _turn()


@contextmanager
def without(**what: Any) -> Iterator[None]:
    """Take something away for a while."""
    _turn(**what)
    try:
        yield
    finally:
        _turn(row=None, permit=None, relation=None, filter=False)


def _turn(**what: Any) -> None:
    for name, value in what.items():
        setattr(NOW, name, value)
    NOW.turn += 1
    NOW.books.clear()
    NOW.made.clear()
    notifications._overseers_of.cache_clear()


def installed() -> None:
    """Let the house ask what is missing, until the process ends."""
    _rows_are_missing_where_they_are_read()
    _rows_are_missing_in_snapshots()
    _permits_are_missing()
    _relations_are_missing()
    _the_filter_is_missing()
    _statements_are_kept_for_one_turn()


def _left(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.words != NOW.row)


def _rows_are_missing_where_they_are_read() -> None:
    read = policies.rows._rows_of

    def rows_of(file: Any) -> Iterator[Row]:
        yield from _left(tuple(read(file)))

    policies.rows._rows_of = rows_of


def _rows_are_missing_in_snapshots() -> None:
    """An edge lives as long as a session of tests: a snapshot of another turn is not one it can go by."""
    make, look_up = Snapshot.__init__, Edge._snapshot

    def made(self: Snapshot, *, platform: Book, **given: Any) -> None:
        if NOW.row is not None:
            platform = NOW.books.get(id(platform)) or NOW.books.setdefault(
                id(platform), Book(_left(platform.rows))
            )
        make(self, platform=platform, **given)
        NOW.made.append(self)

    def looked_up(self: Edge, actor: Actor, shelf: Shelf, today: date) -> Snapshot:
        kept = self._snapshots.get(actor.county_id)
        if kept is not None and not any(kept[3] is each for each in NOW.made):
            del self._snapshots[actor.county_id]
        return look_up(self, actor, shelf, today)

    Snapshot.__init__ = made  # type: ignore[method-assign, assignment]  # that is the point of it
    Edge._snapshot = looked_up  # type: ignore[method-assign]  # likewise


def _permits_are_missing() -> None:
    """Of the text that answers, and no other: what a county's own says is not missed in the platform's below it."""
    compile_ = Rulebook.permits

    def permits(self: Rulebook) -> frozenset[Permit]:
        found = compile_(self)
        if NOW.permit is None:
            return found
        title, permit = NOW.permit
        said = {
            power
            for version in self.versions
            if version.draft.title == title
            for power in version.draft.powers
        }
        answering = {power for power in self.powers() if permit in power.permits()}
        return found - {permit} if answering and answering <= said else found

    Rulebook.permits = permits  # type: ignore[method-assign]  # that is the point of it


def _relations_are_missing() -> None:
    """Nobody stands in it, neither for a decision nor for a list, and the platform is not told of it when it starts."""
    standing, sql, declared = Relation.standing, Relation.sql, registry.declaration_of

    def stood(self: Relation, actor: Actor, model: type[Any]) -> Standing:
        found = standing(self, actor, model)
        if NOW.relation != (model, self.name):
            return found
        return Standing(found.attribute, None, found.tenant, found.parties)

    def put(self: Relation, actor: Any, model: type[Any]) -> ColumnElement[bool]:
        return false() if NOW.relation == (model, self.name) else sql(self, actor, model)

    def told(model: type[Any]) -> Declaration:
        found = declared(model)
        left = {name: column for name, column in found.columns.items() if NOW.relation != (model, name)}
        return replace(found, columns=left)

    registry.declaration_of = told  # type: ignore[attr-defined]  # that is the point of it
    Relation.standing = stood  # type: ignore[method-assign]  # likewise
    Relation.sql = put  # type: ignore[method-assign]  # likewise


def _the_filter_is_missing() -> None:
    for name in ("may", "require", "visible", "visible_as", "may_at_all"):
        _open(name, getattr(Authority, name))


def _open(name: str, closed: Any) -> None:
    opened = getattr(Unfiltered, name)
    if name == "visible_as":

        def opened(self: Authority, model: Any, aspect: str, relation: str, action: str = "read") -> Any:
            # Which side of a list is asked for is no right: it stays.
            return policies.relations.RELATIONS[relation].sql(self.actor, model)

    def asked(self: Authority, *given: Any, **named: Any) -> Any:
        return (opened if NOW.filter else closed)(self, *given, **named)

    setattr(Authority, name, asked)


def _statements_are_kept_for_one_turn() -> None:
    key = statements._key

    def of_the_turn(*given: Any) -> tuple[Any, ...]:
        return (NOW.turn, *key(*given))

    statements._key = of_the_turn
