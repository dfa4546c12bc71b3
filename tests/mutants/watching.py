"""Which test uses what: rows, relations and tables, as far as can be seen from this process.

It tells where to look first, not whether something is missed: that is found out by taking it away.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from asyncpg.protocol import Protocol

import domain.tables
from policies.authority import Authority
from policies.registry import Registry
from policies.relations import RELATIONS, Relation
from tenancy.kinds import Base

assert domain.tables.MODULES

WORDS = re.compile(r"\w+")
TABLES = frozenset(table.name for table in Base.metadata.sorted_tables)


@dataclass
class Uses:
    """What one test used, and how long it took."""

    test: str = ""
    seconds: float = 0.0
    required: set[tuple[str, str, str, str]] = field(default_factory=set)
    """(role, relation, aspect, action) by which alone an act was permitted."""
    listed: set[tuple[str, str, str]] = field(default_factory=set)
    """(role, aspect, action) for which a list was read."""
    asked: set[tuple[str, str, str]] = field(default_factory=set)
    """(role, aspect, action) of which anything was asked."""
    stood: set[tuple[str, str]] = field(default_factory=set)
    """(model, relation) by which alone an act was permitted."""
    compared: set[tuple[str, str]] = field(default_factory=set)
    """(model, relation) that was asked at all."""
    declared: set[str] = field(default_factory=set)
    """Models of which the platform was told when it started."""
    sent: set[tuple[str, str, str]] = field(default_factory=set)
    """(login, verb, table) of statements."""


class Watch:
    """Writes down what the test that runs uses."""

    def __init__(self) -> None:
        self.of: dict[str, Uses] = defaultdict(Uses)
        self._now: Uses | None = None
        self._logins: dict[int, str] = {}

    def begins(self, test: str) -> None:
        """From here on, it is this test's."""
        self._now = self.of[test]
        self._now.test = test

    def ends(self, seconds: float) -> None:
        """Nobody's any more."""
        assert self._now is not None
        self._now.seconds = seconds
        self._now = None

    def installed(self) -> None:
        """Look over the shoulders of the authority, of relations, of the registry, and of the driver of PostgreSQL."""
        self._at_authorities()
        self._at_relations()
        self._at_registries()
        self._at_the_driver()

    def _at_authorities(self) -> None:
        plan, require = Authority.plan, Authority.require
        visible, visible_as = Authority.visible, Authority.visible_as

        def planned(authority: Authority, aspect: str, action: str) -> Any:
            if self._now is not None:
                self._now.asked |= {(role, aspect, action) for role in authority.actor.roles}
            return plan(authority, aspect, action)

        def required(authority: Authority, action: str, aspect: str, row: object) -> None:
            require(authority, action, aspect, row)
            if self._now is not None:
                self._decided(self._now, authority, action, aspect, row)

        def listed(authority: Authority, aspect: str, action: str) -> None:
            if self._now is not None:
                self._now.listed |= {(role, aspect, action) for role in authority.actor.roles}

        def seen(authority: Authority, model: Any, aspect: str, action: str = "read") -> Any:
            listed(authority, aspect, action)
            return visible(authority, model, aspect, action)

        def seen_as(
            authority: Authority, model: Any, aspect: str, relation: str, action: str = "read"
        ) -> Any:
            listed(authority, aspect, action)
            return visible_as(authority, model, aspect, relation, action)

        Authority.plan = planned  # type: ignore[method-assign]  # that is the point of it
        Authority.require = required  # type: ignore[method-assign]  # likewise
        Authority.visible = seen  # type: ignore[method-assign]  # likewise
        Authority.visible_as = seen_as  # type: ignore[method-assign]  # likewise

    def _decided(self, uses: Uses, authority: Authority, action: str, aspect: str, row: object) -> None:
        plan = authority.plan(aspect, action)
        holding = [name for name in plan.permitting if RELATIONS[name].holds(authority.actor, row)]
        if len(holding) == 1:
            uses.required |= {(role, holding[0], aspect, action) for role in authority.actor.roles}
            uses.stood.add((type(row).__name__, holding[0]))

    def _at_relations(self) -> None:
        for name in ("standing", "sql"):
            self._at(name, getattr(Relation, name))

    def _at_registries(self) -> None:
        register = Registry.register

        def registered(registry: Registry, model: type[Any], resource: str) -> None:
            if self._now is not None:
                self._now.declared.add(model.__name__)
            register(registry, model, resource)

        Registry.register = registered  # type: ignore[method-assign]  # likewise

    def _at(self, name: str, asked: Callable[..., Any]) -> None:
        def watched(relation: Relation, actor: Any, model: type[Any]) -> Any:
            if self._now is not None:
                self._now.compared.add((model.__name__, relation.name))
            return asked(relation, actor, model)

        setattr(Relation, name, watched)

    def _at_the_driver(self) -> None:
        connected = Protocol.set_connection
        executed, executed_many, queried = Protocol.bind_execute, Protocol.bind_execute_many, Protocol.query
        bound = Protocol.bind

        def set_connection(protocol: Any, connection: Any) -> Any:
            self._logins[id(protocol)] = login_of(connection._params.user)
            return connected(protocol, connection)

        def sends(protocol: Any, text: str) -> None:
            if self._now is not None:
                login = self._logins.get(id(protocol), "")
                self._now.sent |= {(login, verb, table) for verb, table in reached(text)}

        def bind_execute(protocol: Any, state: Any, *given: Any, **named: Any) -> Any:
            sends(protocol, state.query)
            return executed(protocol, state, *given, **named)

        def bind_execute_many(protocol: Any, state: Any, *given: Any, **named: Any) -> Any:
            sends(protocol, state.query)
            return executed_many(protocol, state, *given, **named)

        def bind(protocol: Any, state: Any, *given: Any, **named: Any) -> Any:
            sends(protocol, state.query)
            return bound(protocol, state, *given, **named)

        def query(protocol: Any, text: str, *given: Any, **named: Any) -> Any:
            sends(protocol, text)
            return queried(protocol, text, *given, **named)

        for name, replacement in (
            ("set_connection", set_connection),
            ("bind_execute", bind_execute),
            ("bind_execute_many", bind_execute_many),
            ("bind", bind),
            ("query", query),
        ):
            setattr(Protocol, name, replacement)


def login_of(user: str) -> str:
    """What a login of a test's database is for: owner, app, worker, backup."""
    return next((duty for duty in ("owner", "app", "worker", "backup") if duty in user), user)


def reached(text: str) -> Iterator[tuple[str, str]]:
    """The tables that a statement names, each with the verbs that it may need on it."""
    words = WORDS.findall(text.lower())
    for at, word in enumerate(words):
        if word not in TABLES:
            continue
        before = words[at - 1] if at else ""
        if before == "into":
            yield "insert", word
        elif before == "update":
            yield from (("update", word), ("select", word))
        elif words[max(at - 2, 0) : at] == ["delete", "from"]:
            yield from (("delete", word), ("select", word))
        else:
            yield "select", word
