"""The readers of bodies, people and accounts: what they take, and the line and column of what they refuse."""

import pytest

from domain.rulebooks.located import FileRefused
from ops.demo.accounts import AccountsRefused, read_accounts
from ops.demo.county import CountyFileRefused, CountyPlan, read_county
from ops.demo.staff import StaffRefused, read_staff

COUNTY = """[county]
code = "east"
name = "东县"
time_zone = "Asia/Shanghai"

[[body]]
code = "town"
name = "东镇人民政府"
short_name = "东政"
kind = "township"
[[body.unit]]
code = "team"
name = "东镇综合行政执法队"

[[body]]
code = "traffic"
name = "东县交通运输局"
short_name = "东交"
kind = "department"
inferred = "由执法队推定"
[[body.unit]]
code = "first"
name = "一中队"
"""

STAFF = """[list]
date = 2024-01-01

[[person]]
name = "甲"
post = "镇长"
unit = "town/team"
roles = ["head"]

[[person]]
name = "乙"
post = "一中队队员"
unit = "traffic/first"
"""


@pytest.fixture(scope="module")
def county() -> CountyPlan:
    return read_county(COUNTY, name="county.toml")


def staff_faults(text: str, county: CountyPlan) -> list[tuple[str, int, int]]:
    with pytest.raises(StaffRefused) as refused:
        read_staff(text, name="staff.toml", county=county)
    return faults(refused.value)


def faults(refused: FileRefused) -> list[tuple[str, int, int]]:
    return [(fault.code, fault.place.line, fault.place.column) for fault in refused.faults]


class TestStaff:
    def test_says_who_is_in_which_post_and_role(self, county: CountyPlan) -> None:
        staff = read_staff(STAFF, name="staff.toml", county=county)
        mayor, officer = staff.entries
        assert str(staff.since) == "2024-01-01"
        assert (mayor.body, mayor.unit, mayor.roles) == ("town", "team", ("head",))
        assert (officer.body, officer.unit, officer.roles) == ("traffic", "first", ("officer",))

    @pytest.mark.parametrize(
        ("was", "becomes", "fault"),
        [
            ('name = "乙"', 'name = "甲"', ("TWICE", 11, 8)),
            ('unit = "traffic/first"', 'unit = "traffic/frist"', ("UNKNOWN_UNIT", 13, 8)),
            ("date = 2024-01-01", 'date = "2024-01-01"', ("WRONG_TYPE", 2, 8)),
            ("date = 2024-01-01", "dated = 2024-01-01", ("UNKNOWN_FIELD", 2, 1)),
            ('post = "一中队队员"\n', "", ("MISSING_FIELD", 10, 3)),
            ('post = "一中队队员"', "post = 1", ("WRONG_TYPE", 12, 8)),
            ('post = "一中队队员"', 'post = "x"\nmode = "stationed"', ("UNKNOWN_FIELD", 13, 1)),
            ('roles = ["head"]', 'roles = ["mayor"]', ("UNKNOWN_WORD", 8, 9)),
            ('name = "乙"', 'name = "乙', ("NOT_TOML", 11, 10)),
        ],
    )
    def test_is_refused_with_the_line_and_column_of_each_fault(
        self, county: CountyPlan, was: str, becomes: str, fault: tuple[str, int, int]
    ) -> None:
        assert fault in staff_faults(STAFF.replace(was, becomes, 1), county)

    def test_is_refused_with_all_its_faults_at_once(self, county: CountyPlan) -> None:
        text = STAFF.replace("town/team", "town/taem").replace('["head"]', '["mayor"]')
        assert [code for code, _, _ in staff_faults(text, county)] == ["UNKNOWN_UNIT", "UNKNOWN_WORD"]

    def test_names_the_unit_that_was_probably_meant(self, county: CountyPlan) -> None:
        with pytest.raises(StaffRefused) as refused:
            read_staff(STAFF.replace("traffic/first", "traffic/frist"), name="x", county=county)
        assert "是否应为“traffic/first”？" in refused.value.sentence("zh")

    def test_is_refused_without_anybody_in_it(self, county: CountyPlan) -> None:
        assert ("MISSING_FIELD", 1, 1) in staff_faults("[list]\ndate = 2024-01-01\n", county)


class TestCounty:
    def test_has_bodies_with_their_units_and_marks_inferred_names(self, county: CountyPlan) -> None:
        assert county.bodies["traffic"].inferred == "由执法队推定"
        assert county.bodies["town"].inferred is None
        assert county.units() == ("town/team", "traffic/first")

    @pytest.mark.parametrize(
        ("was", "becomes", "fault"),
        [
            ('kind = "township"', 'kind = "town"', ("UNKNOWN_WORD", 10, 8)),
            ('code = "traffic"', 'code = "town"', ("TWICE", 16, 8)),
            ('short_name = "东交"', 'short_name = "东政"', ("TWICE", 18, 14)),
            ('code = "traffic"', 'code = "Traffic"', ("WRONG_FORM", 16, 8)),
            ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Pingyang"', ("UNKNOWN_WORD", 4, 13)),
            (
                'kind = "department"',
                'kind = "department"\nfunctions = ["coordnation"]',
                ("UNKNOWN_WORD", 20, 13),
            ),
            ('kind = "department"', 'kind = "department"\noversees = true', ("WITHOUT_FUNCTION", 20, 12)),
            (
                'name = "一中队"\n',
                'name = "一中队"\n[[body.unit]]\ncode = "first"\nname = "二中队"\n',
                ("TWICE", 25, 8),
            ),
            ('name = "东县"\n', "", ("MISSING_FIELD", 1, 2)),
        ],
    )
    def test_is_refused_with_the_line_and_column_of_each_fault(
        self, was: str, becomes: str, fault: tuple[str, int, int]
    ) -> None:
        with pytest.raises(CountyFileRefused) as refused:
            read_county(COUNTY.replace(was, becomes, 1), name="county.toml")
        assert fault in faults(refused.value)

    def test_is_refused_when_it_is_empty(self) -> None:
        with pytest.raises(CountyFileRefused):
            read_county("", name="county.toml")


class TestAccounts:
    TEXT = '[demo]\npassword = "long enough"\n[[account]]\nlogin = "town.head"\nperson = "甲"\n'

    def test_give_a_login_to_a_person_of_a_roster(self) -> None:
        read = read_accounts(self.TEXT, name="accounts.toml", people=["甲"])
        assert (read.password, read.accounts[0].login, read.accounts[0].person) == (
            "long enough",
            "town.head",
            "甲",
        )

    @pytest.mark.parametrize(
        ("was", "becomes", "fault"),
        [
            ('person = "甲"', 'person = "乙"', ("UNKNOWN_PERSON", 5, 10)),
            ('"long enough"', '"short"', ("WRONG_FORM", 2, 12)),
            ('"town.head"', '"Town Head"', ("WRONG_FORM", 4, 9)),
            (
                'person = "甲"\n',
                'person = "甲"\n[[account]]\nlogin = "town.head"\nperson = "丙"\n',
                ("TWICE", 7, 9),
            ),
            (
                'person = "甲"\n',
                'person = "甲"\n[[account]]\nlogin = "town.two"\nperson = "甲"\n',
                ("TWICE", 8, 10),
            ),
        ],
    )
    def test_are_refused_with_the_line_and_column_of_each_fault(
        self, was: str, becomes: str, fault: tuple[str, int, int]
    ) -> None:
        with pytest.raises(AccountsRefused) as refused:
            read_accounts(self.TEXT.replace(was, becomes, 1), name="accounts.toml", people=["甲", "丙"])
        assert faults(refused.value) == [fault]
