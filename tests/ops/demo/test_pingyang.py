"""The demo county's files against what Kunyang's notice says, and against the promise that nobody real is in them."""

from collections import Counter

from ops.demo.people import demo_county, demo_text, sign_ins
from ops.demo.roster import Roster

DEMO = demo_county()

SOLAR_TERMS = [
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "清明",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
    "小寒",
    "大寒",
]
FEASTS = ["端阳", "中秋", "重阳"]
CYCLE = [stem + branch for stem in "甲乙丙丁戊己庚辛壬癸" for branch in "子丑寅卯辰巳午未申酉戌亥"]


def team(host: str) -> Roster:
    return next(roster for roster in DEMO.rosters if roster.order is not None and roster.order.host == host)


class TestKunyangsTeam:
    KUNYANG = team("kunyang")

    def test_has_27_members_from_where_the_notice_has_them(self) -> None:
        homes = Counter((entry.body, entry.unit) for entry in self.KUNYANG.entries)
        assert homes == {
            ("zonghe", "kunyang"): 14,
            ("kunyang", "government"): 2,
            ("kunyang", "union"): 1,
            ("zigui", "kunyang"): 2,
            ("huanbao", "kunyang"): 2,
            ("jiaotong", "enforcement"): 1,
            ("nongye", "enforcement"): 1,
            ("yingji", "kunyang"): 1,
            ("weijian", "office"): 1,
            ("wenhua", "enforcement"): 1,
            ("shijian", "kunyang"): 1,
        }
        assert homes.total() == 27

    def test_has_a_leader_a_first_deputy_two_deputies_and_23_members(self) -> None:
        assert Counter(entry.duty for entry in self.KUNYANG.entries) == {
            "队长": 1,
            "第一副队长": 1,
            "副队长": 2,
            "成员": 23,
        }

    def test_has_the_squadrons_head_instructor_four_deputies_and_eight_staff(self) -> None:
        posts = Counter(entry.post for entry in self.KUNYANG.entries if entry.body == "zonghe")
        assert posts == {
            "昆阳执法中队中队长": 1,
            "昆阳执法中队指导员": 1,
            "昆阳执法中队副中队长": 4,
            "昆阳执法中队工作人员": 7,
            "昆阳执法中队工作人员兼法制审核员": 1,
        }

    def test_seconds_the_24_who_come_from_departments_and_nobody_of_the_town(self) -> None:
        seconded = [entry for order, entry in DEMO.secondments() if order.host == "kunyang"]
        assert len(seconded) == 24
        assert {entry.mode for entry in seconded} == {"stationed"}
        assert {entry.body for entry in self.KUNYANG.entries if entry.mode is None} == {"kunyang"}

    def test_began_with_the_notice(self) -> None:
        assert self.KUNYANG.order is not None
        assert (self.KUNYANG.order.number, str(self.KUNYANG.order.since)) == (
            "昆政发〔2022〕66号",
            "2022-11-08",
        )


class TestBodies:
    def test_are_marked_as_inferred_where_the_notice_does_not_name_them(self) -> None:
        departments = [body for body in DEMO.county.bodies.values() if body.kind == "department"]
        assert [body.code for body in departments if body.inferred is None] == ["weijian"]
        assert len(departments) == 9

    def test_that_coordinate_and_supervise_oversee_the_county(self) -> None:
        held = {body.code: body.functions for body in DEMO.county.bodies.values() if body.oversees}
        assert held == {"xietiao": ("coordination",), "sifa": ("supervision",)}

    def test_include_three_townships(self) -> None:
        townships = [body.code for body in DEMO.county.bodies.values() if body.kind == "township"]
        assert townships == ["kunyang", "aojiang", "shuitou"]


class TestPeople:
    def test_have_made_up_names_out_of_a_calendar(self) -> None:
        given = {name[1:] for name in DEMO.people().values()}
        assert given <= {*SOLAR_TERMS, *FEASTS, *CYCLE}

    def test_have_names_of_their_own(self) -> None:
        names = list(DEMO.people().values())
        assert len(names) == len(set(names))

    def test_are_said_to_be_made_up_in_every_file_that_names_them(self) -> None:
        assert "MADE UP" in demo_text("kunyang-team.toml")
        for name in ("aojiang-team.toml", "shuitou-team.toml", "staff.toml"):
            assert "nvented" in demo_text(name)
        assert "DEMO ONLY" in demo_text("accounts.toml")


class TestSignIns:
    def test_give_every_department_and_township_a_head_an_officer_and_a_registrar(self) -> None:
        logins = {sign_in.login for sign_in in sign_ins()}
        for body in DEMO.county.bodies.values():
            if body.kind != "county_body":
                assert {f"{body.code}.{role}" for role in ("head", "officer", "registrar")} <= logins

    def test_carry_the_role_that_the_login_says(self) -> None:
        roles = {(post.person, post.body): post.roles for post in DEMO.posts()}
        for account in DEMO.accounts.accounts:
            body, _, role = account.login.partition(".")
            assert roles[account.person, body] == (role,)

    def test_include_officers_with_a_post_at_home_and_one_in_kunyang(self) -> None:
        of_two = {
            sign_in.login: [body for body, _ in sign_in.posts]
            for sign_in in sign_ins()
            if len(sign_in.posts) > 1
        }
        assert of_two == {
            "zonghe.officer": ["平阳县综合行政执法局", "昆阳镇人民政府"],
            "nongye.officer": ["平阳县农业农村局", "昆阳镇人民政府"],
        }

    def test_name_the_post_in_the_team(self) -> None:
        posts = {sign_in.login: sign_in.posts for sign_in in sign_ins()}
        assert posts["zonghe.officer"][1][1] == "昆阳镇综合行政执法队成员"
        assert posts["kunyang.head"] == (
            ("昆阳镇人民政府", "镇党委副书记、镇长（昆阳镇综合行政执法队队长）"),
        )
