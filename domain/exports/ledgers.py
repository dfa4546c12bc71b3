"""The ledgers that can be exported: which rows, through which query, under which headings.

A ledger reads through the very queries of its register, so it has the register's rows, order and filter by
construction: whatever a register learns to be asked, its `Wanted` carries here. To add one, write its columns and its
reading, and give it a place in `LEDGERS`.

It is read in two ways: once all the ids in the register's order, then the rows of some of these ids at a time, through
the register's filter again.

What a cell may hold and how it looks stands in `workbook.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, cast, get_args
from uuid import UUID

from pydantic import TypeAdapter

from domain.certificates.rules import WORDS, State, days_left
from domain.deadlines import queries as deadlines
from domain.deadlines.models import Deadline
from domain.deadlines.rules import late
from domain.filters import Age
from domain.organisations import queries as organisations
from domain.referrals import queries as referrals
from domain.referrals import workload
from domain.referrals.by_due import ids_by_due
from domain.referrals.filters import Wanted
from domain.referrals.models import Referral
from domain.referrals.rules import STATES_ZH
from domain.referrals.steps import state
from domain.rulebooks.registry import REGISTRY, STAFF_MODES
from domain.rulebooks.values import Words
from domain.secondments import certified
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment
from domain.staff import queries as staff
from domain.staff import register
from domain.staff.models import StaffEntry
from domain.work import Work
from tenancy.refusals import Language

Cell = str | int | date | datetime | None

Value = Callable[[Any, Language], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how wide it is in characters, and how a line's cell is found."""

    heading: Words
    width: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One ledger. `aspects` are the rights by which it is read, its own first.

    `wanted` is the register's filter and `sorts` are its orders. `ids` answers with all ids in an order; `read` with a
    line for each of some ids, in their order, as far as the register still has them.
    """

    title: Words
    aspects: tuple[str, ...]
    wanted: type[Any]
    sorts: tuple[str, ...]
    columns: tuple[Column, ...]
    ids: Callable[[Work, Any, Any], AsyncIterator[UUID]]
    read: Callable[[Work, Any, Sequence[UUID]], Awaitable[Sequence[Any]]]

    def headings(self, language: Language) -> list[str]:
        """The headings in a language."""
        return [said(column.heading, language) for column in self.columns]

    def cells(self, line: Any, language: Language) -> list[Cell]:
        """A line as cells."""
        return [column.value(line, language) for column in self.columns]


def said(words: Words, language: Language) -> str:
    """One of two languages."""
    return words.en if language == "en" else words.zh


def as_json(ledger: Ledger, wanted: Any) -> dict[str, Any]:
    """What a register's filter says, as it is kept. `from_json` reads it back."""
    kept: dict[str, Any] = TypeAdapter(ledger.wanted).dump_python(wanted, mode="json", exclude_none=True)
    return kept


def from_json(ledger: Ledger, kept: Mapping[str, Any]) -> Any:
    """A register's filter as it was asked for. Raises ValueError for what the register does not know any more."""
    wanted = TypeAdapter(ledger.wanted).validate_python(dict(kept))
    # A field that went is passed over in silence, and without it the filter would admit more than was asked for.
    if _in_any_order(as_json(ledger, wanted)) != _in_any_order(kept):
        raise ValueError(sorted(kept))
    return wanted


def _in_any_order(kept: Any) -> Any:
    match kept:
        case Mapping():
            return {name: _in_any_order(value) for name, value in kept.items()}
        case list():
            return sorted(map(str, kept))
        case _:
            return kept


# --- Referrals -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A referral with the names of its bodies and what is owed next in it."""

    referral: Referral
    names: Mapping[UUID, str]
    owed: Deadline | None
    now: datetime


def _ids_of_referrals(work: Work, wanted: Wanted, sort: Age | Literal["due"]) -> AsyncIterator[UUID]:
    if sort == "due":
        return ids_by_due(work, wanted=wanted)
    return referrals.ids(work, wanted=wanted, age=sort)


async def _read_referrals(work: Work, wanted: Wanted, ids: Sequence[UUID]) -> list[ReferralLine]:
    found = await referrals.among_ids(work, wanted=wanted, ids=ids)
    rows = [found[each] for each in ids if each in found]
    running = await deadlines.of_subjects(work, [row.id for row in rows], open_only=True)
    bodies = {body for row in rows for body in (row.from_id, row.addressee_id, row.owner_id)}
    names = await _names_of_bodies(work, bodies)
    return [
        ReferralLine(row, names, min(running[row.id], key=lambda each: each.due_at, default=None), work.now)
        for row in rows
    ]


async def _names_of_bodies(work: Work, ids: set[UUID]) -> dict[UUID, str]:
    return {body.id: body.name for body in (await organisations.of_ids(work, ids)).values()}


def _attribute(name: str) -> Value:
    return lambda line, _: getattr(line.referral, name)


def _body(name: str) -> Value:
    return lambda line, _: line.names.get(getattr(line.referral, name))


def _state(line: ReferralLine, language: Language) -> str:
    now = state(line.referral)
    return STATES_ZH[now] if language == "zh" else now.replace("_", " ")


def _sent_late(line: ReferralLine, language: Language) -> str | None:
    return None if line.referral.sent_at is None else _yes_or_no(line.referral.sent_late, language)


def _what_is_owed(line: ReferralLine, language: Language) -> str | None:
    return None if line.owed is None else said(REGISTRY[line.owed.kind].means, language)


def _overdue(line: ReferralLine, language: Language) -> str | None:
    if line.owed is None:
        return None
    if line.owed.suspended_since is not None:
        return {"zh": "中止计算", "en": "suspended"}[language]
    return _yes_or_no(late(met_at=line.now, due_at=line.owed.due_at), language)


def _yes_or_no(answer: bool, language: Language) -> str:
    return {"zh": ("否", "是"), "en": ("no", "yes")}[language][answer]


REFERRALS = Ledger(
    title=Words("Ledger of referrals", "案件移送台账"),
    aspects=("referral.letter", "deadline.clock", "organisation.entry"),
    wanted=Wanted,
    sorts=(*get_args(Age), "due"),
    ids=_ids_of_referrals,
    read=_read_referrals,
    columns=(
        Column(Words("Letter number", "移送函文号"), 24, _attribute("letter_number")),
        Column(Words("Receipt number", "回执文号"), 24, _attribute("receipt_number")),
        Column(Words("Sender", "移送单位"), 24, _body("from_id")),
        Column(Words("Receiver", "接收单位"), 24, _body("addressee_id")),
        Column(Words("Party", "当事人"), 28, _attribute("party")),
        Column(Words("Item code", "权力事项代码"), 16, _attribute("item_code")),
        Column(Words("Place", "违法行为发生地"), 32, _attribute("place")),
        Column(Words("Found on", "发现日期"), 12, _attribute("found_on")),
        Column(Words("State", "状态"), 12, _state),
        Column(Words("Body answerable", "当前承办单位"), 24, _body("owner_id")),
        Column(Words("Sent at", "移送时间"), 17, _attribute("sent_at")),
        Column(Words("Sent late", "是否逾期移送"), 13, _sent_late),
        Column(Words("Reason for sending late", "逾期理由"), 28, _attribute("late_reason")),
        Column(Words("Taken in at", "收件时间"), 17, _attribute("taken_in_at")),
        Column(Words("Answered at", "答复时间"), 17, _attribute("answered_at")),
        Column(Words("Reasons for return", "退回理由"), 28, _attribute("return_reasons")),
        Column(Words("Reason for withdrawal", "撤回理由"), 28, _attribute("withdrawn_reason")),
        Column(Words("Served or ended on", "送达或者终结日期"), 15, _attribute("effective_on")),
        Column(Words("Outcome", "办理结果"), 36, _attribute("outcome")),
        Column(Words("Current limit", "当前期限事项"), 36, _what_is_owed),
        Column(Words("Due at", "当前期限届满"), 17, lambda line, _: line.owed and line.owed.due_at),
        Column(Words("Overdue", "是否逾期"), 10, _overdue),
    ),
)


# --- Secondments -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SecondmentLine:
    """An entry of the register of secondments with the names in it, and what else is known of its officer."""

    secondment: Secondment
    names: Mapping[UUID, str]
    at_home: StaffEntry | None
    certificate: certified.Certified | None
    in_hand: int | None
    today: date


def _ids_of_secondments(
    work: Work, wanted: secondments.Wanted, sort: secondments.Sort
) -> AsyncIterator[UUID]:
    return secondments.ids(work, wanted=wanted, sort=sort)


async def _read_secondments(
    work: Work, wanted: secondments.Wanted, ids: Sequence[UUID]
) -> list[SecondmentLine]:
    found = await secondments.among_ids(work, wanted=wanted, ids=ids)
    rows = [found[each] for each in ids if each in found]
    ids_of_people = {row.person_id for row in rows}
    people = await staff.of_ids(work, ids_of_people)
    at_home = await register.on(work, ids_of_people, work.today)
    certificates = await certified.of_entries(work, rows)
    in_hand = await workload.of_people(work, ids_of_people)
    units = await organisations.units_of_ids(work, {row.home_unit_id for row in rows})
    names = await _names_of_bodies(work, {body for row in rows for body in (row.home_id, row.host_id)})
    names |= {each.id: each.name for found in (people, units) for each in found.values()}
    return [
        SecondmentLine(
            row,
            names,
            at_home=at_home.get(row.person_id),
            certificate=certificates.get(row.id),
            in_hand=None if in_hand is None else in_hand.get(row.person_id, 0),
            today=work.today,
        )
        for row in rows
    ]


def _entry(name: str) -> Value:
    return lambda line, _: getattr(line.secondment, name)


def _named(name: str) -> Value:
    return lambda line, _: line.names.get(getattr(line.secondment, name))


def _mode(line: SecondmentLine, language: Language) -> str:
    return said(STAFF_MODES[line.secondment.mode], language)


def _certificate(line: SecondmentLine, language: Language) -> str | None:
    if line.certificate is None:
        return None
    en, zh = WORDS[cast("State", line.certificate.state)]
    return zh if language == "zh" else en


def _certificate_days_left(line: SecondmentLine, _language: Language) -> int | None:
    return None if line.certificate is None else days_left(line.certificate.valid_until, on=line.today)


SECONDMENTS = Ledger(
    title=Words("Register of secondments", "派驻人员名册"),
    aspects=(
        "secondment.entry",
        "organisation.entry",
        "staff.entry",
        "certificate.entry",
        "secondment.certificate",
        "assignment.entry",
        "referral.letter",
    ),
    wanted=secondments.Wanted,
    sorts=get_args(secondments.Sort),
    ids=_ids_of_secondments,
    read=_read_secondments,
    columns=(
        Column(Words("Name", "姓名"), 12, _named("person_id")),
        Column(Words("Home", "派出单位"), 28, _named("home_id")),
        Column(Words("Unit", "派出单位内设机构"), 24, _named("home_unit_id")),
        Column(Words("Host", "用人单位"), 24, _named("host_id")),
        Column(Words("Mode", "派驻方式"), 14, _mode),
        Column(Words("Post", "岗位"), 20, _entry("post")),
        Column(Words("Order number", "文号"), 24, _entry("order_number")),
        Column(Words("Since", "起"), 12, _entry("since")),
        Column(Words("Until", "止"), 12, _entry("until")),
        Column(Words("Rank", "职级"), 16, lambda line, _: line.at_home and line.at_home.rank),
        Column(Words("Matters in hand", "手头在办事项"), 14, lambda line, _: line.in_hand),
        Column(Words("Certificate", "执法证状态"), 12, _certificate),
        Column(
            Words("Certificate valid until", "执法证有效期至"),
            14,
            lambda line, _: line.certificate and line.certificate.valid_until,
        ),
        Column(Words("Days left", "距到期天数"), 12, _certificate_days_left),
    ),
)

LEDGERS: Mapping[str, Ledger] = MappingProxyType({"referrals": REFERRALS, "secondments": SECONDMENTS})
"""Every ledger by the word of its capability."""
