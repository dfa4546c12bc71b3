"""A roster as a spreadsheet: who is what in which body, and who of them is seconded where, by which document.

Pure: from rows to what they mean, as far as the row alone can tell; `intake.py` asks what is on record and writes. A row
is a person at home and, where it names another body that uses them, one secondment: whoever works in two townships stands in two rows.
Numbers that only the home may see are kept out of whatever is printed of a row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from domain.personal_data.rules import Kind, normalised
from domain.personnel.rules import What
from domain.rulebooks.registry import STAFF_MODES
from domain.secondments.rules import FIELDS as OF_ORDERS
from domain.secondments.rules import Liaison, Mode
from domain.sheets import Cells, Form, Row, about
from domain.staff.rules import ESTABLISHMENTS_ZH, FIELDS, REGISTERS_ZH
from domain.texts import written

ROSTER = Form(
    en="roster",
    zh="人员名册",
    headings=MappingProxyType(
        {
            "name": "姓名",
            "home": "派出单位",
            "unit": "内设机构",
            "register": "人员类别",
            "establishment": "编制类型",
            "post": "职务",
            "rank": "职级",
            "entered": "在册起",
            "host": "用人单位",
            "mode": "派驻方式",
            "host_post": "岗位",
            "liaison": "联系分工",
            "order_number": "文号",
            "since": "起",
            "until": "止",
            "certificate": "证号",
            "issued_on": "发证日期",
            "valid_until": "有效期至",
            "identity_number": "身份证号",
            "telephone": "联系电话",
        }
    ),
    optional=frozenset(
        {
            "rank",
            "entered",
            "host",
            "mode",
            "host_post",
            "liaison",
            "order_number",
            "until",
            "certificate",
            "issued_on",
            "valid_until",
            "identity_number",
            "telephone",
        }
    ),
)
"""Its columns. `docs/rosters.md` says what stands in each."""

EXAMPLE: Mapping[str, str] = MappingProxyType(
    {
        "name": "张某某",
        "home": "某某县综合行政执法局",
        "unit": "某某中队",
        "register": "执法人员",
        "establishment": "行政执法专项编制",
        "post": "某某中队队员",
        "entered": "2020-07-01",
        "host": "某某镇人民政府",
        "mode": "派驻",
        "host_post": "某某镇综合行政执法队成员",
        "order_number": "某委编〔2024〕1号",
        "since": "2024-01-01",
    }
)
"""The row of nobody with which a template begins. No body is called so, and so it is never taken in by mistake."""

PERSONAL: tuple[Kind, ...] = ("identity_number", "telephone")

_MODES_ZH = {mode: words.zh for mode, words in STAFF_MODES.items()}
_MODES = {word: mode for mode, zh in _MODES_ZH.items() for word in (mode, zh)}
_REGISTERS = {word: each for each, zh in REGISTERS_ZH.items() for word in (each, zh)}
_ESTABLISHMENTS = {word: each for each, zh in ESTABLISHMENTS_ZH.items() for word in (each, zh)}
_LIAISONS: Mapping[str, Liaison] = {"联系领导": "leader", "联系执法人员": "officer"}

# Two characters are often drawn apart to the width of three.
_DRAWN_APART = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Body:
    """A body that a roster may name, with its units by name and by code."""

    id: UUID
    name: str
    kind: str
    units: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Sent:
    """Where somebody is seconded. The days are the order's."""

    host_id: UUID
    mode: Mode
    post: str
    liaison: Liaison | None
    order_number: str | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that somebody shows."""

    number: str
    issued_on: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a row says of somebody. The days are those of the register at home."""

    name: str
    home_id: UUID
    what: What
    since: date
    until: date | None = None
    sent: Sent | None = None
    certificate: Shown | None = None
    numbers: Mapping[Kind, str] = field(default_factory=dict, repr=False)


def rows_in(file: bytes, *, bodies: Mapping[str, Body], today: date) -> Iterator[Row[Listed]]:
    """Every row of a roster; `bodies` are the county's by every name they have. Raises `NoSheet`."""
    return ROSTER.rows(file, means=_reader(bodies, today), told_by=_told_by)


def _told_by(listed: Listed) -> tuple[tuple[object, ...], str]:
    sent = listed.sent
    when = listed.since if sent is None else sent.since
    return (listed.home_id, listed.name, sent and sent.host_id, when), f"{listed.name}, {when}"


def _reader(bodies: Mapping[str, Body], today: date) -> Callable[[Cells], Listed]:
    def listed(cells: Cells) -> Listed:
        home = cells.one_of(
            "home",
            bodies,
            en="a body of the county by its whole name, short name or code",
            zh="本县单位的全称、简称或者代码",
        )
        sent = _sent(cells, bodies, home)
        first, last = _days(cells)
        return Listed(
            name=written("name", _DRAWN_APART.sub("", cells.needed("name")), FIELDS),
            home_id=home.id,
            what=_what(cells, home, stays=sent is None),
            since=(cells.day("entered") or first) if sent else first,
            until=None if sent else last,
            sent=sent,
            certificate=_certificate(cells),
            numbers=_numbers(cells, today),
        )

    return listed


def _what(cells: Cells, home: Body, *, stays: bool) -> What:
    """What somebody is at home; whoever stays there may have a post in the home's own team beside the one they hold."""
    post, beside = cells.needed("post"), cells.text("host_post")
    return What(
        unit_id=cells.one_of("unit", home.units, en=f"a unit of {home.name}", zh=f"{home.name}的内设机构"),
        register=cells.one_of("register", _REGISTERS, en=_listed(REGISTERS_ZH), zh=_listed(REGISTERS_ZH)),
        establishment=cells.one_of(
            "establishment", _ESTABLISHMENTS, en=_listed(ESTABLISHMENTS_ZH), zh=_listed(ESTABLISHMENTS_ZH)
        ),
        post=written("post", f"{post}（{beside}）" if stays and beside else post, FIELDS),
        rank=written("rank", cells.text("rank"), FIELDS) if cells.text("rank") else None,
    )


def _sent(cells: Cells, bodies: Mapping[str, Body], home: Body) -> Sent | None:
    """Nobody is seconded to their own body: whoever is used by it, or of whom nothing is said, is at home."""
    text = cells.text("host")
    if not text:
        return None
    townships = {name: body for name, body in bodies.items() if body.kind == "township" or body == home}
    # People write 昆阳镇 where the whole name is wanted: the example is what they mean, if it is told by that.
    such_as = max(
        townships.values(), key=lambda body: (body.name.startswith(text), body.kind == "township", body.name)
    ).name
    host = cells.one_of(
        "host",
        townships,
        en=f"a township of the county by its whole name (such as {such_as}), short name or code",
        zh=f"本县乡镇（街道）的全称（如{such_as}）、简称或者代码",
    )
    if host == home:
        return None
    first, last = _days(cells)
    number, liaison = cells.text("order_number"), cells.text("liaison")
    with about("host_post"):
        post = written("post", cells.needed("host_post"), OF_ORDERS)
    return Sent(
        host_id=host.id,
        # The words are those of the closed set.
        mode=cast("Mode", cells.one_of("mode", _MODES, en=_listed(_MODES_ZH), zh=_listed(_MODES_ZH))),
        post=post,
        liaison=cells.one_of("liaison", _LIAISONS, en="、".join(_LIAISONS), zh="、".join(_LIAISONS))
        if liaison
        else None,
        order_number=written("order_number", number, OF_ORDERS) if number else None,
        since=first,
        until=last,
    )


def _days(cells: Cells) -> tuple[date, date | None]:
    first, last = cells.needed_day("since"), cells.day("until")
    if last is not None and last < first:
        raise cells.bad("until", last.isoformat(), f"{first} or later", f"{first}或者以后的日期")
    return first, last


def _certificate(cells: Cells) -> Shown | None:
    number = cells.text("certificate")
    if not number:
        return None
    issued_on, valid_until = cells.needed_day("issued_on"), cells.needed_day("valid_until")
    return Shown(number, issued_on, valid_until)


def _numbers(cells: Cells, today: date) -> dict[Kind, str]:
    """What is said of numbers that only the home may see, brought into form. No refusal repeats one."""
    numbers: dict[Kind, str] = {}
    for kind in PERSONAL:
        if cells.text(kind):
            with about(kind):
                numbers[kind] = normalised(kind, cells.text(kind), today=today)
    return numbers


def _listed(words: Mapping[Any, str]) -> str:
    return "、".join(words.values())
