"""The spreadsheet: cells as Excel holds them, sheets within Excel's limits, written while the rows come.

Each sheet begins with a title line and the headings, which stay in sight and can be filtered by. Text is text whatever
it looks like: no cell becomes a formula, a link or a number. Rows go to the disk as they are added, so that a million
take no more memory than ten.

It knows no ledger and no rights, and whoever calls it sees to it that it does not keep an event loop waiting.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

Cell = str | int | date | datetime | None

ROWS_OF_A_SHEET = 1_048_576
LONGEST_TEXT = 32_767
"""In units of UTF-16, as Excel counts."""

UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML document can hold. The others of Unicode it can; halves of characters the database refuses."""

REPLACED_BY = "\ufffd"
CUT = "……（原文{length}字，超出单元格上限，已截断 cut, too long for a cell）"

TITLE, HEADINGS, FIRST = 0, 1, 2
"""The rows with which each sheet begins."""


def storable(text: str) -> str:
    """The text as a cell can hold it: without characters that XML cannot, cut with a note where it is too long."""
    text = UNWRITABLE.sub(REPLACED_BY, text)
    if _units(text) > LONGEST_TEXT:
        note = CUT.format(length=len(text))
        kept = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(note))]
        text = kept.decode("utf-16-le", errors="ignore") + note
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter takes such a text for markup of its own and writes it unescaped: into the file, as it is.
        text += " "
    return text


@dataclass
class Workbook:
    """One file at `path`, which is there once `close` returns; `scratch` is a folder for what is written meanwhile."""

    path: Path
    scratch: Path
    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    zone: ZoneInfo
    rows_of_a_sheet: int = ROWS_OF_A_SHEET
    _book: Any = field(init=False)
    _sheet: Any = field(init=False, default=None)
    _row: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._book = xlsxwriter.Workbook(
            str(self.path), {"constant_memory": True, "tmpdir": str(self.scratch), "use_zip64": True}
        )
        self._bold = self._book.add_format({"bold": True})
        self._heading = self._book.add_format({"bold": True, "bg_color": "#E7ECF2", "bottom": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._begin_a_sheet()

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write these rows below the others, on a further sheet where one is full."""
        for row in rows:
            if self._row == self.rows_of_a_sheet:
                self._end_the_sheet()
                self._begin_a_sheet()
            for column, value in enumerate(row):
                self._write(column, value)
            self._row += 1

    def close(self) -> None:
        """Put the file together."""
        self._end_the_sheet()
        self._book.close()

    def _begin_a_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.write_string(TITLE, 0, storable(self.title), self._bold)
        for column, (heading, width) in enumerate(zip(self.headings, self.widths, strict=True)):
            self._sheet.write_string(HEADINGS, column, heading, self._heading)
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(FIRST, 0)
        self._row = FIRST

    def _end_the_sheet(self) -> None:
        self._sheet.autofilter(HEADINGS, 0, max(self._row - 1, HEADINGS), len(self.headings) - 1)

    def _write(self, column: int, value: Cell) -> None:
        match value:
            case None:
                return
            case str():
                self._sheet.write_string(self._row, column, storable(value))
            case datetime():
                # To the second: the last instant of a day must not be rounded into the next.
                local = value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
                self._sheet.write_datetime(self._row, column, local, self._instant)
            case date():
                self._sheet.write_datetime(self._row, column, value, self._day)
            case int():
                self._sheet.write_number(self._row, column, value)


def _units(text: str) -> int:
    # No text has more units than twice its characters, and most have as many: the count is seldom needed.
    return len(text) if 2 * len(text) <= LONGEST_TEXT else len(text.encode("utf-16-le")) // 2
