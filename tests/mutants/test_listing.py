"""What the hunt goes by: nothing that can be taken away is forgotten, and what was taken away is put back as it was.

The hunt itself takes its time and is `make mutants`.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from domain.rulebooks.entries import Permit
from domain.rulebooks.rules import Rulebook, Shelf, parse
from domain.rulebooks.shipped import drafts_below, shipped_text
from policies.rows import RULES
from tenancy.kinds import Base
from tests.databases import MigratedDatabase
from tests.mutants import missing
from tests.mutants.kinds import IN_FORCE, WithoutPolicy, WithoutRow, WithoutWall, every_mutant
from tests.mutants.owner import Owner
from tests.mutants.watching import Uses, login_of, reached

TODAY = date(2026, 3, 10)


@pytest.fixture
def owner(migrated_database: MigratedDatabase):
    opened = Owner(migrated_database.owner)
    yield opened
    opened.goes()


def rows_in(folder: Path) -> int:
    """How many lines of the rules are neither empty nor a comment."""
    lines = [line for file in folder.glob("*.csv") for line in file.read_text(encoding="utf-8").splitlines()]
    return sum(1 for line in csv.reader(lines) if line and not line[0].startswith("#"))


class TestTheList:
    def test_has_every_row_every_relation_and_every_policy(self, owner: Owner) -> None:
        names = [each.name for each in every_mutant(owner)]
        assert len(names) == len(set(names))
        said = [name.split()[0] for name in names]
        assert said.count("row") == rows_in(RULES) > 300
        declared = [mapper.class_.relations for mapper in Base.registry.mappers]
        assert said.count("relation") == sum(map(len, declared)) > 80
        ((in_force,),) = owner.asks("select count(*) from pg_policies where schemaname = 'public'")
        assert said.count("policy") == in_force > 300

    def test_has_every_permit_that_a_place_gives_to_a_side(self, owner: Owner) -> None:
        """Kunyang's, Fuling's, Huancui's and the unnamed city's documents have both bodies read the register by four roles. That
        personnel reads whom it sends, a row says of every county."""
        permits = [each.name for each in every_mutant(owner) if each.name.startswith("permit ")]
        of_the_register = [name for name in permits if name.endswith("secondment.entry read")]
        assert len(of_the_register) == 4 * (4 + 3)

    def test_opens_no_policy_that_is_open(self, owner: Owner) -> None:
        walls = [each for each in every_mutant(owner) if isinstance(each, WithoutWall)]
        assert {each.policy.login for each in walls} == {"gongguan_app"}
        assert len(walls) > 100


class TestWhatIsTakenAway:
    @pytest.mark.parametrize("kind", [WithoutPolicy, WithoutWall])
    def test_is_gone_meanwhile_and_as_it_was_afterwards(self, owner: Owner, kind: type) -> None:
        before = owner.asks(IN_FORCE)
        some = [each for each in every_mutant(owner) if isinstance(each, kind)]
        for each in (each for each in some if each.policy.table == "referral_notes"):
            with each.taken_away(owner):
                assert owner.asks(IN_FORCE) != before
            assert owner.asks(IN_FORCE) == before

    def test_is_a_permit_of_that_place_and_of_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also where the platform says the same below: then nobody has it in that place any more."""
        monkeypatch.setattr(Rulebook, "permits", Rulebook.permits)  # put back afterwards
        missing._permits_are_missing()
        books = {
            place: Shelf.of(*drafts_below(), parse(shipped_text(f"{place}.toml"), name=place), county=place)
            for place in ("pingyang", "huancui", "yangxin")
        }
        permit = Permit("head", "home", "secondment.recall", "decide")
        for missed, where in (("huancui.toml", "huancui"), ("platform.toml", "pingyang yangxin")):
            title = parse(shipped_text(missed), name=missed).title
            with missing.without(permit=(title, permit)):
                without = {place for place, book in books.items() if permit not in book.on(TODAY).permits()}
            assert without == set(where.split())


class TestUses:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("select * from files f join exports e on true", {("select", "files"), ("select", "exports")}),
            ('insert into "files" (id) values ($1)', {("insert", "files")}),
            ("update files set name = $1 where id = $2", {("update", "files"), ("select", "files")}),
            ("delete from files where id = $1", {("delete", "files"), ("select", "files")}),
            ("select 1", set()),
        ],
    )
    def test_are_told_from_statements(self, statement: str, expected: set[tuple[str, str]]) -> None:
        assert set(reached(statement)) == expected

    def test_are_the_logins_by_duty(self) -> None:
        assert login_of("gongguan_app_1f2e") == "app"

    def test_of_a_row_are_those_of_its_role_aspect_and_action(self) -> None:
        row = next(each for each in _rows() if each.name == "row head sender referral.letter approve")
        assert row.used_by(Uses()) is None
        asked = Uses(asked={("head", "referral.letter", "approve")})
        decided = Uses(required={("head", "sender", "referral.letter", "approve")})
        assert row.used_by(decided) < row.used_by(asked)
        assert row.used_by(Uses(asked={("officer", "referral.letter", "approve")})) is None


def _rows() -> list[WithoutRow]:
    from policies.rows import platform_rows

    return [WithoutRow(row) for row in platform_rows()]
