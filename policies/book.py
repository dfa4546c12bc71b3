"""A book of rows behind Casbin, in drawers. The only file that imports Casbin.

One enforcer over all rows reads every row for every question (measured: 300 rows, 1.4 ms), and Casbin's own answer
to that, `FastEnforcer`, rewrites the enforcer while it is asked and so gives false answers to concurrent threads.
So the rows are laid into drawers once, one per (aspect, action), each with an allow-only enforcer of its own that
nobody touches again; a question opens one drawer and reads a handful of rows (0.12 ms). A drawer that nobody filled
does not exist and permits nothing, which also keeps us clear of an enforcer without rows: asked with empty words,
Casbin would allow.

A book remembers no answers (`snapshot.py` does) and knows nothing about actors or tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

import casbin

from policies.rows import Row, platform_rows
from policies.vocabulary import Effect

MODEL: Final = Path(__file__).with_name("model.conf")

# Casbin parses its matcher anew for each question, and CPython counts the depth of what it parses in one place for all
# threads: two that parse at the same moment can fail with a SystemError (seen on 3.11.7 when a collection of garbage
# fell between). So they take turns; remembered answers do not come here.
_one_at_a_time: Final = Lock()


@dataclass(frozen=True, slots=True)
class Drawer:
    """The rows on one action on one aspect, of one effect; `relations` are those that at least one row names."""

    enforcer: Any  # casbin ships no types
    relations: tuple[str, ...]

    def relations_of(self, roles: Iterable[str], *, county: str, aspect: str, action: str) -> frozenset[str]:
        """The relations in which at least one of these roles finds a row."""
        with _one_at_a_time:
            return frozenset(
                relation
                for relation in self.relations
                if any(self.enforcer.enforce(county, role, relation, aspect, action) for role in roles)
            )


class Book:
    """Immutable once made: permits and forbids, each in allow-only drawers."""

    __slots__ = ("_forbids", "_permits", "rows")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._permits = _drawers(self.rows, "permit")
        self._forbids = _drawers(self.rows, "forbid")

    def permitting(self, *, county: str, roles: frozenset[str], aspect: str, action: str) -> frozenset[str]:
        """The relations that permit the action to one of the roles. Silence permits nothing."""
        return _ask(self._permits, county=county, roles=roles, aspect=aspect, action=action)

    def forbidding(self, *, county: str, roles: frozenset[str], aspect: str, action: str) -> frozenset[str]:
        """The relations in which one of the roles is banned from the action."""
        return _ask(self._forbids, county=county, roles=roles, aspect=aspect, action=action)


@cache
def platform_book() -> Book:
    """The platform's rows, which come with the code: laid into drawers once, for every county and whoever asks."""
    return Book(platform_rows())


Drawers = Mapping[tuple[str, str], Drawer]


def _ask(drawers: Drawers, *, county: str, roles: frozenset[str], aspect: str, action: str) -> frozenset[str]:
    drawer = drawers.get((aspect, action))
    if drawer is None:
        return frozenset()
    return drawer.relations_of(roles, county=county, aspect=aspect, action=action)


def _drawers(rows: Iterable[Row], effect: Effect) -> Drawers:
    sorted_out: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.effect == effect:
            sorted_out[row.aspect, row.action].append(row)
    return MappingProxyType({key: _drawer(laid) for key, laid in sorted_out.items()})


def _drawer(rows: list[Row]) -> Drawer:
    model = casbin.Model()
    model.load_model_from_text(_model_text())
    for row in rows:
        model.add_policy("p", "p", [row.county, row.role, row.relation, row.aspect, row.action])
    return Drawer(enforcer=casbin.Enforcer(model), relations=tuple(sorted({row.relation for row in rows})))


@cache
def _model_text() -> str:
    return MODEL.read_text(encoding="utf-8")
