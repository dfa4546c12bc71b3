"""The import contracts bite: each one is broken on purpose in a copy of the house, and must say so by its name.

That the real house keeps them is for `make check`; here it is only the starting point.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("api", "domain", "migrations", "ops", "policies", "tenancy", "workers")


@dataclass(frozen=True)
class Verdict:
    """What the contracts said."""

    kept: bool
    said: str


@dataclass(frozen=True)
class Copy:
    """A copy of the house that may be damaged."""

    folder: Path

    def judged(self) -> Verdict:
        """Run the contracts over the copy."""
        linted = subprocess.run(
            [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return Verdict(linted.returncode == 0, " ".join((linted.stdout + linted.stderr).split()))

    def judged_with(self, path: str, line: str) -> Verdict:
        """The verdict with `line` added to the file `path` (made if missing), which is mended afterwards."""
        file = self.folder / path
        before = file.read_text() if file.exists() else None
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{before or ''}\n{line}\n")
        try:
            return self.judged()
        finally:
            if before is None:
                shutil.rmtree(file.parent)
            else:
                file.write_text(before)


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    with tempfile.TemporaryDirectory() as folder:
        for room in ROOMS:
            shutil.copytree(HOUSE / room, Path(folder) / room, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HOUSE / ".importlinter", folder)
        yield Copy(Path(folder))


class TestTheContracts:
    def test_pass_an_undamaged_copy(self, copy: Copy) -> None:
        verdict = copy.judged()
        assert verdict.kept, verdict.said

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("tenancy/refusals.py", "import policies"),
            ("policies/rows.py", "import domain.work"),
            ("domain/work.py", "import api"),
            ("domain/work.py", "import workers"),
            ("domain/work.py", "import ops"),
            ("api/__init__.py", "import workers"),
            ("workers/__init__.py", "import api"),
            ("api/__init__.py", "import ops.settings"),
        ],
    )
    def test_refuse_a_door_that_opens_the_wrong_way(self, copy: Copy, path: str, line: str) -> None:
        verdict = copy.judged_with(path, line)
        assert not verdict.kept
        assert "Rooms: ops > api, workers, migrations > domain > policies > tenancy BROKEN" in verdict.said

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("domain/organisations/models.py", "import domain.referrals.models"),
            ("domain/deadlines/rules.py", "import domain.referrals.rules"),
            ("domain/audit/rules.py", "import domain.outbox.rules"),
            ("domain/agreements/queries.py", "import domain.referrals.steps"),
            ("domain/alerts/commands.py", "import domain.referrals.commands"),
            ("domain/referrals/commands.py", "import domain.alerts.commands"),
            ("domain/catalogue/commands.py", "import domain.supervision.commands"),
            ("domain/texts.py", "import domain.audit.rules"),
            ("domain/referrals/commands.py", "import domain.edge"),
            ("domain/referrals/queries.py", "import domain.exports.ledgers"),
        ],
    )
    def test_refuse_a_capability_that_knows_an_upper_one(self, copy: Copy, path: str, line: str) -> None:
        verdict = copy.judged_with(path, line)
        assert not verdict.kept
        assert "Capabilities: each knows only those below BROKEN" in verdict.said

    def test_refuse_a_new_capability_until_it_has_a_place(self, copy: Copy) -> None:
        verdict = copy.judged_with("domain/weddings/__init__.py", '"""A capability nobody has placed."""')
        assert not verdict.kept
        assert "Capabilities: each knows only those below BROKEN" in verdict.said
        assert "weddings" in verdict.said

    @pytest.mark.parametrize("room", ["domain/work.py", "policies/rows.py", "tenancy/refusals.py"])
    def test_refuse_transport_below_the_surface(self, copy: Copy, room: str) -> None:
        verdict = copy.judged_with(room, "import strawberry, graphql, starlette, arq, redis, uvicorn")
        assert not verdict.kept
        assert "know no GraphQL, HTTP or job queue BROKEN" in verdict.said
        for transport in ("strawberry", "graphql", "starlette", "arq", "redis", "uvicorn"):
            assert f"is not allowed to import {transport}:" in verdict.said

    @pytest.mark.parametrize("room", ["api/__init__.py", "workers/__init__.py"])
    def test_refuse_sql_above_the_domain(self, copy: Copy, room: str) -> None:
        verdict = copy.judged_with(room, "import sqlalchemy, asyncpg")
        assert not verdict.kept
        assert (
            "No SQL above the domain: api and workers go through queries and commands BROKEN" in verdict.said
        )
        for database in ("sqlalchemy", "asyncpg"):
            assert f"is not allowed to import {database}:" in verdict.said

    def test_refuse_a_rule_that_knows_tables(self, copy: Copy) -> None:
        verdict = copy.judged_with(
            "domain/referrals/rules.py", "import sqlalchemy, domain.organisations.models"
        )
        assert not verdict.kept
        assert "Pure rules: decisions know no database and no tables BROKEN" in verdict.said
        for table in ("sqlalchemy", "domain.organisations.models"):
            assert f"domain.referrals.rules is not allowed to import {table}:" in verdict.said
