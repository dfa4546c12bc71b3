"""Lists that people keep as spreadsheets (XLSX or CSV): from a file to its rows, each with what it means or why it cannot.

A capability says what its list looks like (`Form`) and what one row of it means; nothing is written here, nobody is asked
for a right, and no list is known. The first row holds the headings, in any order; what a cell holds as a number or a day
is taken as that. A row that fails does not stop the others. A refusal's `field` is the column that it is about.
"""

import csv
import io
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import python_calamine

from domain.texts import FieldEmpty
from tenancy.refusals import Refusal

Meant = TypeVar("Meant")
Word = TypeVar("Word")

ROWS_AT_MOST = 20_000
"""A county has some hundred items and some hundred people; a whole province some thousand."""

# As people write them, in half width and in full.
BETWEEN = re.compile(r"[;；、,，/／\n]+")
XLSX = b"PK\x03\x04"


class NoSheet(Refusal):
    """The file is no spreadsheet, or lacks a column."""

    code = "SHEET_NOT_READABLE"
    en = "This is no {list_en}: {problem_en}. Begin with a row of the headings {headings}, as XLSX or CSV."
    zh = "文件不是{list_zh}：{problem_zh}。首行应为表头（{headings}），格式为 XLSX 或 CSV。"


class BadCell(Refusal):
    """A cell that cannot be read."""

    code = "SHEET_BAD_CELL"
    en = "“{heading}”: “{text}” is not {wanted_en}. Correct the cell."
    zh = "“{heading}”栏的“{text}”不是{wanted_zh}，请更正。"


class RowTwice(Refusal):
    """Something that stands in the file twice."""

    code = "SHEET_ROW_TWICE"
    en = "{item} stands in row {earlier} already. Strike one of the two out."
    zh = "{item}已见第{earlier}行，请删去其一。"


@dataclass(frozen=True, slots=True)
class Row(Generic[Meant]):
    """A row of the sheet by its number there, and what it means or why it cannot be taken."""

    number: int
    meant: Meant | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file: how many rows were taken, how many were no news, and which were refused, why."""

    taken: int
    known: int
    refused: tuple[tuple[int, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a list looks like as a sheet: what it is called, its columns with their headings, and which may be missing."""

    en: str
    zh: str
    headings: Mapping[str, str]
    optional: frozenset[str]

    def rows(
        self,
        file: bytes,
        *,
        means: Callable[["Cells"], Meant],
        told_by: Callable[[Meant], tuple[Hashable, str]],
    ) -> Iterator[Row[Meant]]:
        """Every row that is not blank. `told_by` is what no two rows have in common, and how it is said.

        Raises `NoSheet`.
        """
        numbered = enumerate(self._read(file), start=1)
        places = self._places(next(numbered, (0, []))[1])
        seen: dict[Hashable, int] = {}
        for number, row in numbered:
            cells = Cells(self, {name: row[at] if at < len(row) else "" for name, at in places.items()})
            if cells.are_blank:
                continue
            try:
                meant = means(cells)
                key, said = told_by(meant)
                if seen.setdefault(key, number) != number:
                    raise RowTwice(item=said, earlier=seen[key])
            except Refusal as refusal:
                yield Row(number, None, refusal)
            else:
                yield Row(number, meant)

    def column_of(self, refusal: Refusal) -> str | None:
        """The heading of the column that a refusal is about, if it is about one."""
        return self.headings.get(refusal.field or "")

    def _read(self, file: bytes) -> Sequence[Sequence[Any]]:
        try:
            rows = _of_a_workbook(file) if file.startswith(XLSX) else _of_a_text(file)
        except (python_calamine.CalamineError, UnicodeDecodeError, csv.Error, ValueError) as error:
            raise self._refused("it cannot be read", "无法读取") from error
        if len(rows) > ROWS_AT_MOST:
            raise self._refused(f"it has more than {ROWS_AT_MOST} rows", f"超过{ROWS_AT_MOST}行")
        return rows

    def _places(self, first: Sequence[Any]) -> dict[str, int]:
        written = [str(cell).strip() for cell in first]
        found = {
            name: written.index(heading) for name, heading in self.headings.items() if heading in written
        }
        missing = [each for name, each in self.headings.items() if name not in {*found, *self.optional}]
        if missing:
            raise self._refused(
                f"columns are missing ({', '.join(missing)})", f"缺少“{'、'.join(missing)}”栏"
            )
        return found

    def _refused(self, en: str, zh: str) -> NoSheet:
        headings = "、".join(self.headings.values())
        return NoSheet(list_en=self.en, list_zh=self.zh, problem_en=en, problem_zh=zh, headings=headings)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a sheet, by column. A column that the sheet does not have is blank."""

    form: Form
    raw: Mapping[str, Any]

    @property
    def are_blank(self) -> bool:
        """Whether nothing stands in the row."""
        return not any(str(cell).strip() for cell in self.raw.values())

    def text(self, name: str) -> str:
        """What stands there, perhaps nothing."""
        cell = self.raw.get(name, "")
        # A code of digits is a number to a spreadsheet.
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()

    def needed(self, name: str) -> str:
        """What stands there, which is something. Raises `FieldEmpty`."""
        text = self.text(name)
        if not text:
            heading = f"“{self.form.headings[name]}”"
            raise FieldEmpty(field=name, name=heading, name_zh=heading)
        return text

    def day(self, name: str) -> date | None:
        """The day that stands there, if one does. Raises `BadCell`."""
        cell = self.raw.get(name, "")
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = self.text(name)
        if not text:
            return None
        try:
            return date(*map(int, re.split(r"[-/.年月]", text.rstrip("日"))))
        except (TypeError, ValueError, OverflowError) as error:
            raise self.bad(name, text, "a day such as 2026-03-10", "2026-03-10这样的日期") from error

    def needed_day(self, name: str) -> date:
        """The day that stands there. Raises `FieldEmpty`, `BadCell`."""
        self.needed(name)
        day = self.day(name)
        assert day is not None
        return day

    def parts(self, name: str) -> list[str]:
        """What stands there one after the other."""
        return [part for part in (each.strip() for each in BETWEEN.split(self.text(name))) if part]

    def one_of(self, name: str, words: Mapping[str, Word], *, en: str, zh: str) -> Word:
        """What the word there stands for. Raises `FieldEmpty`, and `BadCell` with what is wanted where it is no such word."""
        text = self.needed(name)
        if text not in words:
            raise self.bad(name, text, en, zh)
        return words[text]

    def bad(self, name: str, text: str, en: str, zh: str) -> BadCell:
        """The refusal of what stands there, with what was wanted."""
        return BadCell(field=name, heading=self.form.headings[name], text=text, wanted_en=en, wanted_zh=zh)


@contextmanager
def about(column: str) -> Iterator[None]:
    """Whatever is refused here is about this column, whatever it is called elsewhere."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = column
        raise


def _of_a_workbook(file: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(file)).get_sheet_by_index(0).to_python()


def _of_a_text(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_decoded(file), newline="")))


def _decoded(file: bytes) -> str:
    # A Chinese desk's spreadsheet writes CSV in GBK, of which GB 18030 is the whole.
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.decode("gb18030")
