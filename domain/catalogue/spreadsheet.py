"""A catalogue as a spreadsheet: from its rows to items, with a report of every row that cannot be taken.

Nothing is written here and nobody is asked for a right: `intake.py` does that. How sheets are read is `domain/sheets.py`.
"""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.catalogue.commands import Published
from domain.catalogue.rules import POWERS, POWERS_ZH
from domain.sheets import Cells, Form, Row

CATALOGUE = Form(
    en="catalogue",
    zh="权力事项目录",
    headings={
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
    },
    optional=frozenset({"bands", "until"}),
)

# As people write them, in half width and in full.
BAND = re.compile(r"\s*(.+?)\s*[:：]\s*(\d{1,9})\s*元?\s*[-－–—~～至]+\s*(\d{1,9})\s*元?\s*")


def rows_in(
    file: bytes, *, departments: Mapping[str, UUID], made_up: bool = False
) -> Iterator[Row[Published]]:
    """Every row of a catalogue; `departments` are the county's by code and by name. Raises `NoSheet`."""
    return CATALOGUE.rows(
        file,
        means=lambda cells: _item(cells, departments, made_up),
        told_by=lambda item: ((item.code, item.since), f"{item.code}, {item.since}"),
    )


def _item(cells: Cells, departments: Mapping[str, UUID], made_up: bool) -> Published:
    return Published(
        since=cells.needed_day("since"),
        department_id=cells.one_of(
            "department", departments, en="a department of the county", zh="本县部门的代码或者名称"
        ),
        code=cells.text("code"),
        name=cells.text("name"),
        field=cells.text("field"),
        powers=frozenset(_powers(cells)),
        establishing_basis=cells.text("establishing_basis"),
        punishing_basis=cells.text("punishing_basis"),
        bands=list(_bands(cells)),
        until=cells.day("until"),
        made_up=made_up,
    )


def _powers(cells: Cells) -> Iterator[str]:
    words = {zh: power for power, zh in POWERS_ZH.items()} | {power: power for power in POWERS}
    for part in cells.parts("powers"):
        if part not in words:
            raise cells.bad(
                "powers", part, f"a power ({', '.join(POWERS)})", f"权限（{'、'.join(POWERS_ZH.values())}）"
            )
        yield words[part]


def _bands(cells: Cells) -> Iterator[tuple[str, int, int]]:
    for part in cells.parts("bands"):
        found = BAND.fullmatch(part)
        if found is None:
            raise cells.bad("bands", part, "a band such as 一般：1000-5000", "“一般：1000-5000”这样的档次")
        yield found[1], int(found[2]), int(found[3])
