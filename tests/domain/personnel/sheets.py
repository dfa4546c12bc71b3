"""Rosters as files, for tests, in a clerk's columns."""

from tests.domain.catalogue import sheets

HEADINGS = [
    "姓名",
    "派出单位",
    "内设机构",
    "人员类别",
    "编制类型",
    "职务",
    "职级",
    "在册起",
    "用人单位",
    "派驻方式",
    "岗位",
    "联系分工",
    "文号",
    "起",
    "止",
    "证号",
    "发证日期",
    "有效期至",
    "身份证号",
    "联系电话",
]

GOOD = {
    "姓名": "钱新",
    "派出单位": "县交通运输局",
    "内设机构": "第一执法中队",
    "人员类别": "执法人员",
    "编制类型": "行政执法专项编制",
    "职务": "队员",
    "在册起": "2020-07-01",
    "用人单位": "鳌江镇人民政府",
    "派驻方式": "派驻",
    "岗位": "执法队成员",
    "文号": "平委编〔2026〕1号",
    "起": "2026-01-05",
}

AT_HOME = {**GOOD, "在册起": "", "用人单位": "", "派驻方式": "", "岗位": "", "文号": "", "起": "2020-07-01"}


def row(known=None, **changed):
    """A good row with some cells changed, which are named by their headings."""
    said = {**(GOOD if known is None else known), **changed}
    return [said.get(heading, "") for heading in HEADINGS]


def at_home(**changed):
    """The same of somebody who is seconded nowhere."""
    return row(AT_HOME, **changed)


def as_csv(*rows, headings=HEADINGS):
    return sheets.as_csv(*rows, headings=headings)


def as_xlsx(*rows, headings=HEADINGS):
    return sheets.as_xlsx(*rows, headings=headings)
