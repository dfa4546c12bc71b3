"""The spreadsheet as whoever opens it finds it: read back by another library than the one that wrote it."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from domain.exports.workbook import LONGEST_TEXT, Workbook, storable

SHANGHAI = ZoneInfo("Asia/Shanghai")


def written(folder: Path, *rows: list, rows_of_a_sheet: int = 1_048_576) -> openpyxl.Workbook:
    scratch = folder / "scratch"
    scratch.mkdir()
    book = Workbook(
        path=folder / "ledger.xlsx",
        scratch=scratch,
        title="案件移送台账 · 昆阳镇",
        headings=["当事人", "时间"],
        widths=[20, 17],
        zone=SHANGHAI,
        rows_of_a_sheet=rows_of_a_sheet,
    )
    for row in rows:
        book.add([row])
    book.close()
    assert list(scratch.iterdir()) == []
    return openpyxl.load_workbook(folder / "ledger.xlsx")


def only_sheet(book: openpyxl.Workbook) -> Worksheet:
    (sheet,) = book.worksheets
    return sheet


class TestASheet:
    def test_begins_with_its_title_and_headings_that_stay_in_sight(self, tmp_path):
        sheet = only_sheet(written(tmp_path, ["甲", None], ["乙", None]))
        assert sheet["A1"].value == "案件移送台账 · 昆阳镇"
        assert [cell.value for cell in sheet[2]] == ["当事人", "时间"]
        assert sheet.freeze_panes == "A3"
        assert sheet.auto_filter.ref == "A2:B4"
        assert sheet.column_dimensions["A"].width > 19

    def test_can_be_empty(self, tmp_path):
        sheet = only_sheet(written(tmp_path))
        assert sheet.max_row == 2
        assert sheet.auto_filter.ref == "A2:B2"

    def test_is_followed_by_another_when_it_is_full(self, tmp_path):
        book = written(tmp_path, *([f"第{n}家", None] for n in range(1, 8)), rows_of_a_sheet=5)
        told = [[row[0] for row in sheet.iter_rows(min_row=3, values_only=True)] for sheet in book.worksheets]
        assert told == [["第1家", "第2家", "第3家"], ["第4家", "第5家", "第6家"], ["第7家"]]
        assert {sheet["A2"].value for sheet in book.worksheets} == {"当事人"}
        assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A2:B5", "A2:B5", "A2:B3"]


class TestCells:
    def test_hold_instants_as_the_countys_time_and_days_as_dates(self, tmp_path):
        sheet = only_sheet(
            written(tmp_path, ["甲", datetime(2026, 3, 10, 17, 30, tzinfo=UTC)], ["乙", date(2026, 3, 10)])
        )
        assert sheet["B3"].value == datetime.fromisoformat("2026-03-11 01:30")
        assert sheet["B3"].number_format == "yyyy-mm-dd hh:mm"
        assert sheet["B4"].value == datetime.fromisoformat("2026-03-10")
        assert sheet["B4"].number_format == "yyyy-mm-dd"

    def test_keep_the_last_instant_of_a_day_in_it(self, tmp_path):
        sheet = only_sheet(written(tmp_path, ["甲", datetime(2026, 3, 10, 15, 59, 59, 999999, tzinfo=UTC)]))
        # As it is kept in the file: nothing that somebody's rounding could make the 11th of.
        assert sheet["B3"].value == datetime.fromisoformat("2026-03-10 23:59:59")

    @pytest.mark.parametrize(
        "text",
        [
            '=HYPERLINK("http://evil.example","看")',
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "{=1+1}",
            "http://evil.example",
            "mailto:a@b",
            "internal:Sheet1!A1",
            "0123",
            "TRUE",
            " 前后有空格 ",
            "两\n行",
            "a<b>&\"'",
            "_x0041_",
            "货运部🚚",
        ],
    )
    def test_hold_text_as_text_whatever_it_looks_like(self, tmp_path, text):
        sheet = only_sheet(written(tmp_path, [text, None]))
        cell = sheet["A3"]
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        # Excel itself says `_x005F_` for the underscore with which such an escape begins.
        assert cell.value.replace("_x005F_", "_") == text

    def test_hold_no_markup_that_pretends_to_be_the_writers_own(self, tmp_path):
        smuggled = '<r></is></c><c r="B3"><f>HYPERLINK(1)</f><v>1</v></c><c><is><t></r>'
        sheet = only_sheet(written(tmp_path, [smuggled, None]))
        assert sheet["A3"].value.strip() == smuggled
        assert sheet["B3"].value is None
        with zipfile.ZipFile(tmp_path / "ledger.xlsx") as parts:
            assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")

    def test_hold_a_sign_instead_of_what_no_document_can(self, tmp_path):
        sheet = only_sheet(written(tmp_path, ["甲\x01\x0b\x1f乙\ufffe丙\uffff\t", None]))
        assert sheet["A3"].value == "甲\ufffd\ufffd\ufffd乙\ufffd丙\ufffd\t"

    @pytest.mark.parametrize("letter", ["字", "🚚"])
    def test_say_when_a_text_is_cut(self, tmp_path, letter):
        sheet = only_sheet(written(tmp_path, [letter * 40_000, None]))
        value = sheet["A3"].value
        assert len(value.encode("utf-16-le")) // 2 <= LONGEST_TEXT
        assert value.startswith(letter * 10_000)
        assert "原文40000字" in value

    def test_are_not_cut_for_nothing(self):
        assert storable("字" * LONGEST_TEXT) == "字" * LONGEST_TEXT
        assert storable("🚚" * (LONGEST_TEXT // 2)) == "🚚" * (LONGEST_TEXT // 2)
