"""The hunt, as a plugin of pytest: its own loop over the collected tests, in one process on one database.

First everything of a stage runs once, whole, and is watched. Then each mutant that still lives meets the tests that used it, until
one fails; and at the end of the stage each test that missed something must pass once more with everything in place, or it is
not believed. What tests share for the session was made while nothing was missing; what they share in a module stays while tests
of that module follow each other.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from _pytest.runner import runtestprotocol

from tests.databases import MigratedDatabase
from tests.mutants import missing
from tests.mutants.found import Found
from tests.mutants.kinds import Mutant, every_mutant
from tests.mutants.owner import Owner
from tests.mutants.watching import Watch

STAGES: Sequence[Sequence[str]] = (
    (
        "tests/rights",
        "tests/tenancy/test_walls.py",
        "tests/tenancy/test_logins.py",
        "tests/domain/secondments/test_commands.py",
    ),
    ("tests/tenancy", "tests/domain", "tests/oracle"),
    ("tests/api", "tests/workers"),
)
"""Where tests are that know what is missing from what happens: the cheap and likely ones first."""

NO_BEHAVIOUR = (
    *(f"tests/tenancy/test_{name}.py" for name in ("backup", "catalogue", "distribution", "reviewed_walls")),
    *(f"tests/api/test_{name}.py" for name in ("descriptions", "errors", "indexes", "released", "schema")),
    "tests/domain/referrals/test_plans.py",
    "tests/domain/secondments/test_plans.py",
)
"""What compares declarations, plans and prints, or looks at everything at once and tells nothing of one thing."""

OTHER_PROCESSES = {"processes", "nursery", "walks_database"}
"""Fixtures of tests whose work is done elsewhere, where nothing is missing."""

SECONDS = 8.0
"""A test that takes longer is not asked again and again."""

TRIES = 40
"""So many tests of a stage that used something are asked about it, the likeliest and shortest first."""


@dataclass
class Hunt:
    """What was found, and what still lives."""

    named: Sequence[str] = ()
    """Only mutants in whose name one of these occurs; none: all."""
    stages: Sequence[Sequence[str]] = STAGES
    found: Found = field(default_factory=Found.before)
    alive: list[Mutant] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    never_used: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    """Tests that fail with everything in place: they can miss nothing."""
    believed: dict[tuple[str, bool], bool] = field(default_factory=dict)
    """By test, and whether the filter is off: whether it passes with everything in place."""
    ran: int = 0
    _database: MigratedDatabase | None = None

    @pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
    async def database_of_the_hunt(self, migrated_database: MigratedDatabase) -> None:
        """The database from which policies are taken away."""
        self._database = migrated_database

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only what runs here and behaves."""
        items[:] = [
            item
            for item in items
            if not item.nodeid.startswith(NO_BEHAVIOUR)
            and not OTHER_PROCESSES & set(getattr(item, "fixturenames", ()))
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hunt, stage by stage, until nothing lives or nothing is left to ask."""
        missing.installed()
        watch = Watch()
        watch.installed()
        loop = Loop(session)
        owner: Owner | None = None
        try:
            for stage in self.stages:
                items = [item for item in session.items if item.nodeid.startswith(tuple(stage))]
                if not items or (owner is not None and not self.alive):
                    continue
                asked = self._watched(items, watch, loop)
                if owner is None:
                    owner = self._listed()
                met = {mutant.name: self._likeliest(mutant, asked, watch) for mutant in self.alive}
                # What the tests of a module share is made once for all that meet that module first.
                for mutant in sorted(self.alive, key=lambda each: _module_of(met[each.name])):
                    self._met(mutant, met[mutant.name], loop, owner)
                self._verified(asked, loop, owner)
        finally:
            loop.ends()
            if owner is not None:
                owner.goes()
        return True

    def _listed(self) -> Owner:
        assert self._database is not None, "no test asked for a database"
        owner = Owner(self._database.owner)
        self.mutants = [each for each in every_mutant(owner) if self._is_meant(each)]
        self.alive = [each for each in self.mutants if each.name not in self.found.killed]
        self.never_used = {each.name for each in self.alive}
        said(f"{len(self.mutants)} mutants, {len(self.mutants) - len(self.alive)} of them dead already")
        return owner

    def _is_meant(self, mutant: Mutant) -> bool:
        return not self.named or any(word in mutant.name for word in self.named)

    def _watched(self, items: Sequence[pytest.Item], watch: Watch, loop: "Loop") -> list[pytest.Item]:
        """Run everything once, whole; what passes in time can be asked."""
        asked, began = [], time.monotonic()
        for item in items:
            missing.forgotten()
            watch.begins(item.nodeid)
            passed = loop.runs(item)
            watch.ends(loop.seconds)
            if not passed:
                self.broken.append(item.nodeid)
            elif loop.seconds <= SECONDS:
                asked.append(item)
        said(f"{len(asked)} of {len(items)} tests watched in {time.monotonic() - began:.0f} s")
        return asked

    def _likeliest(self, mutant: Mutant, items: Sequence[pytest.Item], watch: Watch) -> Sequence[pytest.Item]:
        """The tests that used it, the likeliest and shortest first."""
        ranked = []
        for item in items:
            uses = watch.of[item.nodeid]
            likely = mutant.used_by(uses)
            if likely is not None:
                ranked.append((likely, uses.seconds, item.nodeid, item))
        if ranked:
            self.never_used.discard(mutant.name)
        return [item for *_, item in sorted(ranked, key=lambda each: each[:3])]

    def _met(self, mutant: Mutant, items: Sequence[pytest.Item], loop: "Loop", owner: Owner) -> None:
        for item in items[:TRIES]:
            self.ran += 1
            with mutant.taken_away(owner):
                passed = loop.runs(item)
            if not passed and self._passes_in_place(item, mutant, loop, owner):
                self.found.kill(mutant.name, item.nodeid)
                self.alive.remove(mutant)
                said(f"killed  {mutant.name}  by  {item.nodeid}")
                return
        said(f"lives   {mutant.name}  after {min(len(items), TRIES)} of {len(items)} tests that used it")

    def _passes_in_place(self, item: pytest.Item, mutant: Mutant, loop: "Loop", owner: Owner) -> bool:
        """Whether the test passes with everything in place, and where row security is alone, without the filter."""
        way = (item.nodeid, mutant.without_the_filter)
        if way not in self.believed:
            self.ran += 1
            with mutant.put_back(owner):
                self.believed[way] = loop.runs(item)
        return self.believed[way]

    def _verified(self, items: Sequence[pytest.Item], loop: "Loop", owner: Owner) -> None:
        """Every test that missed something passes with everything in place; what one said that does not, is not believed."""
        of = {item.nodeid: item for item in items}
        self.believed.clear()
        for mutant in self.mutants:
            test = self.found.killed.get(mutant.name, "")
            if test not in of:
                continue
            if not self._passes_in_place(of[test], mutant, loop, owner):
                said(f"lives   {mutant.name}: {test} fails with everything in place")
                self.found.revive(mutant.name)
                self.alive.append(mutant)


class Loop:
    """Runs single tests again and again, keeping what they share as long as it can."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self.seconds = 0.0

    def runs(self, item: pytest.Item) -> bool:
        """Whether it passes. What it shares with its module is kept for whoever comes next of the same."""
        state = self._session._setupstate
        state.teardown_exact(item)
        item._initrequest()  # type: ignore[attr-defined]  # a test that ran once is made ready to run again
        began = time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=self._sibling(item))
        self.seconds = time.monotonic() - began
        return not any(report.failed for report in reports)

    def ends(self) -> None:
        """Take everything down."""
        self._session._setupstate.teardown_exact(None)

    def _sibling(self, item: pytest.Item) -> pytest.Item | None:
        """Another test of the same module, or any other one."""
        others = (each for each in self._session.items if each is not item)
        near = next((each for each in others if each.path == item.path), None)
        return near or next((each for each in self._session.items if each is not item), None)


def _module_of(items: Sequence[pytest.Item]) -> str:
    """Where the first of them stands."""
    return str(items[0].path) if items else ""


def paths(stages: Sequence[Sequence[str]]) -> list[str]:
    """All that is collected, each place once."""
    return [
        *dict.fromkeys(path for stage in stages for path in stage if Path(path.partition("::")[0]).exists())
    ]


def said(line: str) -> None:
    """Tell whoever waits."""
    print(line, flush=True)
