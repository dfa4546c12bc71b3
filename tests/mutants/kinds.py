"""What mutants there are: listed from what is there, each with how it is taken away and which tests used it."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from domain.rulebooks.entries import Permit
from domain.rulebooks.reader import parse
from domain.rulebooks.shipped import DEMO
from policies.relations import declaration_of
from policies.rows import Row, platform_rows
from tenancy.kinds import Base
from tests.mutants.missing import without
from tests.mutants.owner import Owner
from tests.mutants.watching import Uses
from tests.worlds import shipped

LIKELY, PERHAPS, HARDLY = range(3)
"""How likely a test that used something misses it."""


class Mutant(Protocol):
    """One thing that can be taken away."""

    @property
    def name(self) -> str:
        """What the house is without."""
        ...

    @property
    def without_the_filter(self) -> bool:
        """Whether the filter is off, so that row security is alone."""
        ...

    def taken_away(self, owner: Owner) -> AbstractContextManager[None]:
        """Without it for a while; the database is changed through its owner."""
        ...

    def put_back(self, owner: Owner) -> AbstractContextManager[None]:
        """The same house with it: what a test must pass in that is to say that it misses it."""
        ...

    def used_by(self, uses: Uses) -> int | None:
        """How likely a test that used these misses it; None if it did not use it."""
        ...


class _InPython:
    """What is missing in this process, and nothing in the database."""

    without_the_filter = False

    def put_back(self, _: Owner) -> AbstractContextManager[None]:
        return without()


@dataclass(frozen=True)
class WithoutRow(_InPython):
    """The platform's book without one row."""

    row: Row

    @property
    def name(self) -> str:
        row = self.row
        effect = "" if row.effect == "permit" else f" {row.effect}"
        return f"row {row.role} {row.relation} {row.aspect} {row.action}{effect}"

    def taken_away(self, _: Owner) -> AbstractContextManager[None]:
        return without(row=self.row.words)

    def used_by(self, uses: Uses) -> int | None:
        row = self.row
        return _of_the_question(uses, row.role, row.relation, row.aspect, row.action)


@dataclass(frozen=True)
class WithoutPermit(_InPython):
    """A place's rulebook, or what the platform says below it, that compiles to one permit less."""

    place: str
    title: str
    permit: Permit

    @property
    def name(self) -> str:
        permit = self.permit
        return f"permit {self.place} {permit.role} {permit.relation} {permit.resource} {permit.action}"

    def taken_away(self, _: Owner) -> AbstractContextManager[None]:
        return without(permit=(self.title, self.permit))

    def used_by(self, uses: Uses) -> int | None:
        permit = self.permit
        return _of_the_question(uses, permit.role, permit.relation, permit.resource, permit.action)


def _of_the_question(uses: Uses, role: str, relation: str, aspect: str, action: str) -> int | None:
    if (role, relation, aspect, action) in uses.required:
        return LIKELY
    if (role, aspect, action) in uses.listed:
        return PERHAPS
    return HARDLY if (role, aspect, action) in uses.asked else None


@dataclass(frozen=True)
class WithoutRelation(_InPython):
    """A table to whose rows nobody stands in one of the relations that it declares."""

    model: type[Base]
    relation: str

    @property
    def name(self) -> str:
        return f"relation {self.model.__tablename__} {self.relation}"

    def taken_away(self, _: Owner) -> AbstractContextManager[None]:
        return without(relation=(self.model, self.relation))

    def used_by(self, uses: Uses) -> int | None:
        asked = (self.model.__name__, self.relation)
        if asked in uses.stood:
            return LIKELY
        if asked in uses.compared:
            return PERHAPS
        return HARDLY if self.model.__name__ in uses.declared else None


@dataclass(frozen=True)
class Policy:
    """One row-level policy, as the catalogue has it."""

    table: str
    name: str
    verb: str
    login: str
    using: str | None
    check: str | None

    @property
    def created(self) -> str:
        """The statement that makes it."""
        using = f" using ({self.using})" if self.using else ""
        check = f" with check ({self.check})" if self.check else ""
        return f'create policy {self.name} on "{self.table}" for {self.verb} to {self.login}{using}{check}'

    @property
    def opened(self) -> str:
        """The statement that lets it let everything pass."""
        using = " using (true)" if self.using else ""
        check = " with check (true)" if self.check else ""
        return f'alter policy {self.name} on "{self.table}"{using}{check}'

    @property
    def restored(self) -> str:
        """The statement that lets it say again what it said."""
        using = f" using ({self.using})" if self.using else ""
        check = f" with check ({self.check})" if self.check else ""
        return f'alter policy {self.name} on "{self.table}"{using}{check}'


class _InTheDatabase:
    """What the database is without, while the filter is off."""

    without_the_filter = True
    policy: Policy

    def put_back(self, _: Owner) -> AbstractContextManager[None]:
        return without(filter=True)

    def used_by(self, uses: Uses) -> int | None:
        policy = self.policy
        login = policy.login.removeprefix("gongguan_")
        verbs = {policy.verb} if policy.verb != "all" else {"select", "insert", "update", "delete"}
        if not any((login, verb, policy.table) in uses.sent for verb in verbs):
            return None
        # Tests of walls are named by the verb and the table, those of logins by the login and the table.
        if uses.test.endswith(f"[{login}-{policy.table}]"):
            return LIKELY
        if not uses.test.endswith(f"[{policy.table}]"):
            return HARDLY
        return LIKELY if f"::Test{policy.verb.title()}::" in uses.test else PERHAPS


@dataclass(frozen=True)
class WithoutPolicy(_InTheDatabase):
    """The database without one policy: nobody of that login does that to that table any more."""

    policy: Policy

    @property
    def name(self) -> str:
        return f"policy {self.policy.table} {self.policy.name}"

    @contextmanager
    def taken_away(self, owner: Owner) -> Iterator[None]:
        owner.does(f'drop policy {self.policy.name} on "{self.policy.table}"')
        try:
            with without(filter=True):
                yield
        finally:
            owner.does(self.policy.created)


@dataclass(frozen=True)
class WithoutWall(_InTheDatabase):
    """The database with a policy that lets everything pass."""

    policy: Policy

    @property
    def name(self) -> str:
        return f"wall {self.policy.table} {self.policy.name}"

    @contextmanager
    def taken_away(self, owner: Owner) -> Iterator[None]:
        owner.does(self.policy.opened)
        try:
            with without(filter=True):
                yield
        finally:
            owner.does(self.policy.restored)


def every_mutant(owner: Owner) -> Sequence[Mutant]:
    """All that can be taken away, in the order in which a reader looks for them."""
    return [*_rows(), *_permits(), *_relations(), *_policies(owner)]


def _rows() -> Iterator[Mutant]:
    for row in platform_rows():
        yield WithoutRow(row)


def _permits() -> Iterator[Mutant]:
    everywhere = {(each.role, each.relation, each.aspect, each.action) for each in platform_rows()}
    for place in (*sorted(DEMO), "platform"):
        draft = parse(shipped(f"{place}.toml"), name=place)
        for permit in sorted(draft.permits()):
            # A list of roles is of both sides; what a row gives one of them everywhere is missed with the row.
            if (permit.role, permit.relation, permit.resource, permit.action) not in everywhere:
                yield WithoutPermit(place, draft.title, permit)


def _relations() -> Iterator[Mutant]:
    models = [mapper.class_ for mapper in Base.registry.mappers]
    for model in sorted(models, key=lambda each: each.__tablename__):
        for relation in declaration_of(model).columns:
            yield WithoutRelation(model, relation)


def _policies(owner: Owner) -> Iterator[Mutant]:
    found = [Policy(*row) for row in owner.asks(IN_FORCE)]
    for policy in found:
        yield WithoutPolicy(policy)
    for policy in found:
        if {policy.using, policy.check} - {None, "true"}:
            yield WithoutWall(policy)


IN_FORCE = """
    select tablename::text, policyname::text, lower(cmd), roles[1]::text, qual, with_check from pg_policies
    where schemaname = 'public' order by 1, 2
"""
