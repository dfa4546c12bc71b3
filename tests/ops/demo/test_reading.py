"""The readers of bodies, rosters and accounts: what they take, and the line and column of what they refuse."""

import pytest

from domain.rulebooks.located import FileRefused
from ops.demo.accounts import AccountsRefused, read_accounts
from ops.demo.county import CountyFileRefused, CountyPlan, read_county
from ops.demo.roster import RosterRefused, read_roster

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

ORDER = """[order]
number = "东政发〔2024〕1号"
date = 2024-01-01
host = "town"
team = "东镇综合行政执法队"
members = 2
"""

MAYOR = """
[[person]]
name = "甲"
post = "镇长"
duty = "队长"
unit = "town/team"
roles = ["head"]
"""

OFFICER = """
[[person]]
name = "乙"
post = "一中队队员"
duty = "成员"
unit = "traffic/first"
mode = "stationed"
"""


@pytest.fixture(scope="module")
def county() -> CountyPlan:
    return read_county(COUNTY, name="county.toml")


def roster_faults(text: str, county: CountyPlan) -> list[tuple[str, int, int]]:
    with pytest.raises(RosterRefused) as refused:
        read_roster(text, name="roster.toml", county=county)
    return faults(refused.value)


def faults(refused: FileRefused) -> list[tuple[str, int, int]]:
    return [(fault.code, fault.place.line, fault.place.column) for fault in refused.faults]


class TestRoster:
    def test_says_who_comes_from_where_in_which_mode(self, county: CountyPlan) -> None:
        roster = read_roster(ORDER + MAYOR + OFFICER, name="roster.toml", county=county)
        mayor, officer = roster.entries
        assert roster.order is not None
        assert (roster.order.number, roster.order.host, str(roster.since)) == (
            "东政发〔2024〕1号",
            "town",
            "2024-01-01",
        )
        assert (mayor.body, mayor.mode, mayor.roles) == ("town", None, ("head",))
        assert (officer.body, officer.unit, officer.mode, officer.roles) == (
            "traffic",
            "first",
            "stationed",
            ("officer",),
        )

    def test_may_be_a_plain_list_without_an_order(self, county: CountyPlan) -> None:
        text = '[list]\ndate = 2024-01-01\n[[person]]\nname = "丙"\npost = "局长"\nunit = "traffic/first"\n'
        roster = read_roster(text, name="list.toml", county=county)
        assert roster.order is None
        assert roster.entries[0].mode is None

    def test_tells_namesakes_apart_by_id(self, county: CountyPlan) -> None:
        text = ORDER + MAYOR + OFFICER.replace("乙", "甲") + 'id = "甲二"\n'
        assert [entry.identity for entry in read_roster(text, name="x", county=county).entries] == [
            "甲",
            "甲二",
        ]

    @pytest.mark.parametrize(
        ("was", "becomes", "fault"),
        [
            ('name = "乙"', 'name = "甲"', ("TWICE", 16, 8)),
            ('unit = "traffic/first"', 'unit = "traffic/frist"', ("UNKNOWN_UNIT", 19, 8)),
            ('mode = "stationed"', 'mode = "stationned"', ("UNKNOWN_WORD", 20, 8)),
            ('mode = "stationed"\n', "", ("MISSING_FIELD", 15, 3)),
            ('unit = "traffic/first"', 'unit = "town/team"', ("NOT_SECONDED", 20, 8)),
            ("members = 2", "members = 3", ("DOES_NOT_ADD_UP", 6, 11)),
            ("members = 2", 'members = "2"', ("WRONG_TYPE", 6, 11)),
            ("members = 2\n", "", ("MISSING_FIELD", 1, 2)),
            ("number =", "nubmer =", ("UNKNOWN_FIELD", 2, 1)),
            ('host = "town"', 'host = "traffic"', ("UNKNOWN_TOWNSHIP", 4, 8)),
            ("date = 2024-01-01", 'date = "2024-01-01"', ("WRONG_TYPE", 3, 8)),
            ('post = "一中队队员"\n', "", ("MISSING_FIELD", 15, 3)),
            ('post = "一中队队员"', "post = 1", ("WRONG_TYPE", 17, 8)),
            ('duty = "成员"', 'dutty = "成员"', ("UNKNOWN_FIELD", 18, 1)),
            ('roles = ["head"]', 'roles = ["mayor"]', ("UNKNOWN_WORD", 13, 9)),
            ('name = "乙"', 'name = "乙', ("NOT_TOML", 16, 10)),
        ],
    )
    def test_is_refused_with_the_line_and_column_of_each_fault(
        self, county: CountyPlan, was: str, becomes: str, fault: tuple[str, int, int]
    ) -> None:
        text = (ORDER + MAYOR + OFFICER).replace(was, becomes, 1)
        assert fault in roster_faults(text, county)

    def test_is_refused_with_all_its_faults_at_once(self, county: CountyPlan) -> None:
        text = ORDER + MAYOR.replace("town/team", "town/taem") + OFFICER.replace("stationed", "floating")
        assert [code for code, _, _ in roster_faults(text, county)] == ["UNKNOWN_UNIT", "UNKNOWN_WORD"]

    def test_names_the_unit_that_was_probably_meant(self, county: CountyPlan) -> None:
        with pytest.raises(RosterRefused) as refused:
            read_roster(
                ORDER + MAYOR + OFFICER.replace("traffic/first", "traffic/frist"), name="x", county=county
            )
        assert "是否应为“traffic/first”？" in refused.value.sentence("zh")

    def test_is_refused_without_anybody_in_it(self, county: CountyPlan) -> None:
        assert ("MISSING_FIELD", 1, 1) in roster_faults(ORDER, county)

    def test_is_refused_when_it_has_somebody_at_another_home_than_an_earlier_one(
        self, county: CountyPlan
    ) -> None:
        earlier = read_roster(ORDER + MAYOR + OFFICER, name="a", county=county)
        text = '[list]\ndate = 2024-01-01\n[[person]]\nname = "乙"\npost = "内勤"\nunit = "town/team"\n'
        with pytest.raises(RosterRefused) as refused:
            read_roster(text, name="b", county=county, earlier=[earlier])
        assert faults(refused.value) == [("OTHER_HOME", 6, 8)]
        same_home = text.replace("town/team", "traffic/first")
        assert len(read_roster(same_home, name="b", county=county, earlier=[earlier]).entries) == 1


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
