"""A catalogue as a spreadsheet (XLSX or CSV): from its rows to items, with a report of every row that cannot be taken.

Nothing is written here and nobody is asked for a right: `intake.py` does that. The first row holds the headings, in any
order; what a cell of a sheet holds as a number or a day is taken as that. A row that fails does not stop the others.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import python_calamine

from domain.catalogue.commands import Published
from domain.catalogue.rules import POWERS, POWERS_ZH
from domain.texts import FieldEmpty
from tenancy.refusals import Refusal

HEADINGS: Mapping[str, str] = {
    "code": "代码",
    "name": "名称",
    "field": "领域",
    "department": "主管部门",
    "powers": "权限",
    "establishing_basis": "设立依据",
    "punishing_basis": "处罚依据",
    "bands": "裁量档次",
    "since": "起日",
    "until": "终止日",
}
OPTIONAL = frozenset({"bands", "until"})

ROWS_AT_MOST = 20_000
"""A county has some hundred items; a whole province some thousand."""

# As people write them, in half width and in full.
BAND = re.compile(r"\s*(.+?)\s*[:：]\s*(\d{1,9})\s*元?\s*[-－–—~～至]+\s*(\d{1,9})\s*元?\s*")
BETWEEN = re.compile(r"[;；、,，/／\n]+")
XLSX = b"PK\x03\x04"


class NoCatalogue(Refusal):
    """The file is no spreadsheet, or lacks a column."""

    code = "CATALOGUE_NO_SPREADSHEET"
    en = "This is no catalogue: {problem_en}. Begin with a row of the headings {headings}, as XLSX or CSV."
    zh = "文件不是权力事项目录：{problem_zh}。首行应为表头（{headings}），格式为 XLSX 或 CSV。"


class BadRow(Refusal):
    """A cell that cannot be read."""

    code = "CATALOGUE_BAD_ROW"
    en = "“{heading}”: “{text}” is not {wanted_en}. Correct the cell."
    zh = "“{heading}”栏的“{text}”不是{wanted_zh}，请更正。"


class RowTwice(Refusal):
    """A code with the same first day that stands in the file twice."""

    code = "CATALOGUE_ROW_TWICE"
    en = "{item} from {since} on stands in row {earlier} already. Strike one of the two out."
    zh = "{item}自{since}起的内容已见第{earlier}行，请删去其一。"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet by its number there, and the item that it holds or why it cannot be taken."""

    number: int
    item: Published | None
    refusal: Refusal | None = None


def rows_in(file: bytes, *, departments: Mapping[str, UUID], made_up: bool = False) -> Iterator[Row]:
    """Every row of a catalogue; `departments` are the county's by code and by name. Raises `NoCatalogue`."""
    numbered = enumerate(_cells(file), start=1)
    headings = _headings(next(numbered, (0, []))[1])
    seen: dict[tuple[str, date], int] = {}
    for number, cells in numbered:
        texts = {name: cells[place] if place < len(cells) else "" for name, place in headings.items()}
        if not any(str(text).strip() for text in texts.values()):
            continue
        try:
            item = _item(texts, departments, made_up)
            earlier = seen.setdefault((item.code, item.since), number)
            if earlier != number:
                raise RowTwice(item=item.code, since=item.since.isoformat(), earlier=earlier)
        except Refusal as refusal:
            yield Row(number, None, refusal)
        else:
            yield Row(number, item)


def _cells(file: bytes) -> Iterator[Sequence[Any]]:
    try:
        rows = _of_a_workbook(file) if file.startswith(XLSX) else _of_a_text(file)
    except (python_calamine.CalamineError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise _no_catalogue("it cannot be read", "无法读取") from error
    if len(rows) > ROWS_AT_MOST:
        raise _no_catalogue(f"it has more than {ROWS_AT_MOST} rows", f"超过{ROWS_AT_MOST}行")
    yield from rows


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


def _headings(cells: Sequence[Any]) -> dict[str, int]:
    written = [str(cell).strip() for cell in cells]
    found = {name: written.index(heading) for name, heading in HEADINGS.items() if heading in written}
    missing = [heading for name, heading in HEADINGS.items() if name not in found and name not in OPTIONAL]
    if missing:
        raise _no_catalogue(f"columns are missing ({', '.join(missing)})", f"缺少“{'、'.join(missing)}”栏")
    return found


def _no_catalogue(en: str, zh: str) -> NoCatalogue:
    return NoCatalogue(problem_en=en, problem_zh=zh, headings="、".join(HEADINGS.values()))


def _item(cells: Mapping[str, Any], departments: Mapping[str, UUID], made_up: bool) -> Published:
    texts = {name: _text(cell) for name, cell in cells.items()}
    since = _day("since", cells["since"])
    if since is None:
        raise FieldEmpty(field="since", name="The first day", name_zh=HEADINGS["since"])
    department = departments.get(texts["department"])
    if department is None:
        raise _bad("department", texts["department"], "a department of the county", "本县部门的代码或者名称")
    return Published(
        code=texts["code"],
        name=texts["name"],
        field=texts["field"],
        department_id=department,
        powers=frozenset(_powers(texts["powers"])),
        establishing_basis=texts["establishing_basis"],
        punishing_basis=texts["punishing_basis"],
        bands=list(_bands(texts.get("bands", ""))),
        since=since,
        until=_day("until", cells.get("until", "")),
        made_up=made_up,
    )


def _text(cell: Any) -> str:
    # A code of digits is a number to a spreadsheet.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _day(name: str, cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if not text:
        return None
    try:
        return date(*map(int, re.split(r"[-/.年月]", text.rstrip("日"))))
    except (TypeError, ValueError, OverflowError) as error:
        raise _bad(name, text, "a day such as 2026-03-10", "2026-03-10这样的日期") from error


def _powers(text: str) -> Iterator[str]:
    words = {zh: power for power, zh in POWERS_ZH.items()} | {power: power for power in POWERS}
    for part in _parts(text):
        if part not in words:
            raise _bad(
                "powers", part, f"a power ({', '.join(POWERS)})", f"权限（{'、'.join(POWERS_ZH.values())}）"
            )
        yield words[part]


def _bands(text: str) -> Iterator[tuple[str, int, int]]:
    for part in _parts(text):
        found = BAND.fullmatch(part)
        if found is None:
            raise _bad("bands", part, "a band such as 一般：1000-5000", "“一般：1000-5000”这样的档次")
        yield found[1], int(found[2]), int(found[3])


def _parts(text: str) -> Iterable[str]:
    return filter(None, (part.strip() for part in BETWEEN.split(text)))


def _bad(name: str, text: str, en: str, zh: str) -> BadRow:
    return BadRow(heading=HEADINGS[name], text=text, wanted_en=en, wanted_zh=zh)
