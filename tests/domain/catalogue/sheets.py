"""Catalogues as files, for tests: written by libraries that the platform does not read with."""

import csv
import io

import openpyxl

HEADINGS = ["代码", "名称", "领域", "主管部门", "权限", "设立依据", "处罚依据", "裁量档次", "起日", "终止日"]

GOOD = [
    "330218085000",
    "未采取密闭措施运输渣土",
    "交通运输",
    "县交通运输局",
    "行政处罚、行政检查",
    "《浙江省道路运输条例》",
    "《浙江省道路运输条例》第五十条",
    "轻微：0-1000；一般：1000-5000",
    "2024-01-01",
    "",
]


def row(**changed):
    """A good row with some cells changed, which are named by their headings."""
    return [changed.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True)]


def as_csv(*rows, headings=HEADINGS):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([headings, *rows])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(*rows, headings=HEADINGS):
    book = openpyxl.Workbook()
    for each in (headings, *rows):
        book.active.append(list(each))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
