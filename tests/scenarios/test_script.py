"""The form of a scenario file: what is read from a good one, and where a bad one is wrong. Nothing is played here."""

from datetime import datetime

import pytest

from tests.scenarios.script import CLOCK, Fact, Said, WrongScript, read

GOOD = """\
# 说明
场景：某案
地方：平阳县
日历：已公布至2025年
简称：昆阳镇=昆阳镇人民政府

2026-02-14 周六（调休上班）
  09:30 昆阳镇 云乙丑 核查〔某案〕
    核查意见：符合立案条件
    → 状态：已核查，昆阳镇负责
    → 〔另案〕办结：移送案件——昆阳镇

2026-02-24 周二
  08:30 时钟
    → 〔某案〕通知：期限预警 → 昆阳镇全体
  10:00 系统管理员 载入放假安排：notice.toml
"""


def wrong(text: str) -> str:
    with pytest.raises(WrongScript) as refused:
        read(text, file="某案.txt")
    return str(refused.value)


class TestAGoodFile:
    def test_says_what_it_is_about(self) -> None:
        script = read(GOOD, file="某案.txt")
        assert (script.title, script.place, script.published_until) == ("某案", "平阳县", 2025)
        assert script.short_names == {"昆阳镇": "昆阳镇人民政府"}

    def test_has_entries_with_what_is_said_and_what_follows(self) -> None:
        act, clock, office = read(GOOD, file="某案.txt").entries
        assert (act.line, act.at) == (8, datetime(2026, 2, 14, 9, 30))  # noqa: DTZ001 - the county's own time
        assert (act.body, act.person, act.verb, act.matter) == ("昆阳镇", "云乙丑", "核查", "某案")
        assert act.said == [Said("核查意见", "符合立案条件", 9)]
        assert act.follows == [
            Fact("状态", "已核查，昆阳镇负责", "某案"),
            Fact("办结", "移送案件——昆阳镇", "另案"),
        ]
        assert (clock.verb, clock.matter) == (CLOCK, None)
        assert (office.person, office.verb) == ("系统管理员", "载入放假安排：notice.toml")


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("2026-02-24 周二", "2026-02-24 周三", "第13行：2026-02-24不是周三，是周二"),
        ("2026-02-24 周二", "2026-02-30 周二", "第13行：没有2026-02-30这一天"),
        ("2026-02-24 周二", "2026-02-13 周五", "第14行：时间早于上一条，应按先后顺序写"),
        ("  08:30 时钟", "  24:30 时钟", "第14行：没有24:30这个时刻"),
        ("  08:30 时钟", "  08:30 到点了", "第14行：应写作“单位 姓名 办理事项〔案件〕”，或者“时钟”"),
        ("    → 状态：已核查", "    状态是已核查", "第10行：看不懂这一行：“状态是已核查，昆阳镇负责”"),
        ("2026-02-14 周六（调休上班）", "", "第8行：前面没有写明日期"),
        ("地方：平阳县", "", "第1行：没有写明“地方”"),
        ("已公布至2025年", "到2025年", "第4行：应写作“日历：已公布至2025年”"),
        ("昆阳镇=昆阳镇人民政府", "昆阳镇", "第5行：应写作“简称：昆阳镇=昆阳镇人民政府”"),
    ],
)
def test_a_bad_file_is_told_where_it_is_wrong(good: str, bad: str, message: str) -> None:
    assert good in GOOD
    assert wrong(GOOD.replace(good, bad, 1)) == f"某案.txt {message}"
