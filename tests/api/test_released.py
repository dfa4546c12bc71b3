"""The check for breaking changes bites: whatever a client relies on may go only after it was called deprecated."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.released import broken
from api.schema import sdl
from ops.cli import app

RELEASED = Path(__file__).parents[2] / "schema.released.graphql"

BEFORE = """
interface Node { id: ID! }
type Query { referral(id: ID!, old: Int @deprecated(reason: "r"), sort: Sort! = NEWEST): Referral }
enum Sort { NEWEST OLDEST RANDOM @deprecated(reason: "r") }
type Referral implements Node {
  id: ID!
  party: String!
  note: Note @deprecated(reason: "r")
  place: Place
  length: Int @deprecated(reason: "r")
}
type Note implements Node { id: ID! text: Text }
type Text { zh: String }
type Place { name: String }
type Stray implements Node { id: ID! }
input Days { since: String }
"""


class TestTheReleasedSchema:
    def test_is_kept(self) -> None:
        assert broken(RELEASED.read_text(encoding="utf-8"), sdl()) == []

    @pytest.mark.parametrize(
        ("here", "there", "said"),
        [
            ("  letterNumber: String", "  letterNo: String", "letterNumber was removed"),
            ("  outcome: String\n", "  outcome: Int\n", "outcome changed type"),
            ("sort: ReferralSort! = NEWEST", "sort: ReferralSort! = DUE", "changed defaultValue"),
            ("  box: ReferralBox!\n", "  box: ReferralBox!\n\n    county: ID!\n", "county"),
            ("  IF_ANY\n", "  SOMETIMES\n", "IF_ANY was removed"),
        ],
    )
    def test_would_be_broken(self, here: str, there: str, said: str) -> None:
        now = sdl()
        assert here in now
        assert any(said in each for each in broken(now, now.replace(here, there))), broken(
            now, now.replace(here, there)
        )


class TestWhatIsDeprecated:
    @pytest.mark.parametrize(
        "there",
        [
            (', old: Int @deprecated(reason: "r")', ""),
            (' RANDOM @deprecated(reason: "r")', ""),
            ('  length: Int @deprecated(reason: "r")\n', ""),
            ('  note: Note @deprecated(reason: "r")\n', ""),
        ],
    )
    def test_may_go(self, there: tuple[str, str]) -> None:
        assert broken(BEFORE, BEFORE.replace(*there)) == []

    def test_takes_with_it_what_nothing_else_speaks_of(self) -> None:
        after = BEFORE.replace('  note: Note @deprecated(reason: "r")\n', "")
        after = after.replace("type Note implements Node { id: ID! text: Text }\n", "")
        assert broken(BEFORE, after.replace("type Text { zh: String }\n", "")) == []

    def test_may_not_change_while_it_stays(self) -> None:
        assert broken(BEFORE, BEFORE.replace("length: Int @", "length: String @")) != []


class TestWhatIsNot:
    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ("  party: String!\n", ""),
            ("party: String!", "party: String"),
            ("sort: Sort! = NEWEST", "sort: Sort!"),
            ("sort: Sort! = NEWEST", "sort: Sort! = OLDEST"),
            ("id: ID!, old", "id: ID!, must: Int!, old"),
            ("OLDEST ", ""),
            ("  place: Place\n", ""),
            ("type Stray implements Node { id: ID! }\n", ""),
            ("type Place { name: String }", "input Place { name: String }"),
            ("type Referral implements Node {", "type Referral {"),
            ("input Days { since: String }", "input Days { since: String until: String! }"),
        ],
    )
    def test_breaks(self, here: str, there: str) -> None:
        assert here in BEFORE
        assert broken(BEFORE, BEFORE.replace(here, there)) != []

    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ("OLDEST ", "OLDEST DUE "),
            ("  party: String!\n", '  party: String! @deprecated(reason: "r")\n  name: String!\n'),
            ("id: ID!, old", "id: ID!, more: Int, old"),
            ("input Days { since: String }", "input Days { since: String until: String }"),
        ],
    )
    def test_is_added_freely(self, here: str, there: str) -> None:
        assert broken(BEFORE, BEFORE.replace(here, there)) == []


class TestTheCommand:
    def test_says_what_breaks_and_fails(self, tmp_path: Path) -> None:
        promised = tmp_path / "promised.graphql"
        promised.write_text(
            sdl().replace("  letterNumber: String\n", "  letterNumber: String\n  stamp: String\n")
        )
        ran = CliRunner().invoke(app, ["schema", "--against", str(promised)])
        assert ran.exit_code == 1
        assert "Referral.stamp was removed" in ran.output
        promised.write_text(sdl())
        assert CliRunner().invoke(app, ["schema", "--against", str(promised)]).exit_code == 0
