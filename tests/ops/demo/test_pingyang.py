"""The demo county's files against what Kunyang's notice says, and against the promise that nobody real is in them."""

import csv
import io
from collections import Counter

import ops.demo
from ops.demo.people import demo_county, demo_text, sign_ins

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


def roster(host: str) -> list[dict[str, str]]:
    """The rows of a team's roster as the file has them, by heading."""
    return list(csv.DictReader(io.StringIO(demo_text(f"{host}-team.csv"))))


class TestKunyangsTeam:
    KUNYANG = roster("kunyang")

    def test_has_27_members_from_where_the_notice_has_them(self) -> None:
        homes = Counter((row["派出单位"], row["内设机构"]) for row in self.KUNYANG)
        assert homes == {
            ("平阳县综合行政执法局", "昆阳执法中队"): 14,
            ("昆阳镇人民政府", "镇党委、政府"): 2,
            ("昆阳镇人民政府", "昆阳镇总工会"): 1,
            ("平阳县自然资源和规划局", "昆阳资规分局"): 2,
            ("温州市生态环境局平阳分局", "昆阳环保分局"): 2,
            ("平阳县交通运输局", "县交通运输行政执法队"): 1,
            ("平阳县农业农村局", "县农业行政执法队"): 1,
            ("平阳县应急管理局", "昆阳应急管理中心"): 1,
            ("平阳县卫生健康局", "局机关"): 1,
            ("平阳县文化和广电旅游体育局", "县文化市场行政执法队"): 1,
            ("平阳县市场监督管理局", "昆阳市监分局"): 1,
        }
        assert homes.total() == 27

    def test_has_a_leader_a_first_deputy_two_deputies_and_23_members(self) -> None:
        duties = Counter(row["岗位"].removeprefix("昆阳镇综合行政执法队") for row in self.KUNYANG)
        assert duties == {"队长": 1, "第一副队长": 1, "副队长": 2, "成员": 22, "成员兼法制审核员": 1}

    def test_has_the_squadrons_head_instructor_four_deputies_and_eight_staff(self) -> None:
        posts = Counter(row["职务"] for row in self.KUNYANG if row["内设机构"] == "昆阳执法中队")
        assert posts == {
            "昆阳执法中队中队长": 1,
            "昆阳执法中队指导员": 1,
            "昆阳执法中队副中队长": 4,
            "昆阳执法中队工作人员": 7,
            "昆阳执法中队工作人员兼法制审核员": 1,
        }

    def test_seconds_the_24_who_come_from_departments_and_nobody_of_the_town(self) -> None:
        seconded = [row for row in self.KUNYANG if row["用人单位"]]
        assert {row["用人单位"] for row in seconded} == {"昆阳镇人民政府"}
        assert (len(seconded), {row["派驻方式"] for row in seconded}) == (24, {"派驻"})
        assert {row["派出单位"] for row in self.KUNYANG if not row["用人单位"]} == {"昆阳镇人民政府"}

    def test_began_with_the_notice(self) -> None:
        assert {row["起"] for row in self.KUNYANG} == {"2022-11-08"}
        assert {row["文号"] for row in self.KUNYANG if row["用人单位"]} == {"昆政发〔2022〕66号"}


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
        given = {name[1:] for name in DEMO.people()}
        assert given <= {*SOLAR_TERMS, *FEASTS, *CYCLE}

    def test_have_names_of_their_own(self) -> None:
        names = [row["姓名"] for row in roster("kunyang")]
        assert len(names) == len(set(names)) == 27
        assert set(names) <= set(DEMO.people())

    def test_are_said_to_be_made_up(self) -> None:
        """Of the rosters, which hold rows and nothing else, the room itself says it."""
        assert "THE NAMES ARE MADE UP" in (ops.demo.__doc__ or "")
        assert "nvented" in demo_text("staff.toml")
        assert "DEMO ONLY" in demo_text("accounts.toml")


class TestSignIns:
    def test_give_every_department_and_township_a_head_an_officer_and_a_registrar(self) -> None:
        logins = {sign_in.login for sign_in in sign_ins()}
        for body in DEMO.county.bodies.values():
            if body.kind != "county_body":
                assert {f"{body.code}.{role}" for role in ("head", "officer", "registrar")} <= logins

    def test_give_a_department_and_a_township_personnel(self) -> None:
        personnel = {sign_in.login for sign_in in sign_ins() if sign_in.login.endswith(".personnel")}
        kinds = {code: body.kind for code, body in DEMO.county.bodies.items()}
        ours = {login for login in personnel if login.count(".") == 1}
        assert {kinds[login.partition(".")[0]] for login in ours} == {"department", "township"}

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
