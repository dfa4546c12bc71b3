"""The ledgers that can be exported, and that of referrals: which rows, through which query, under which headings.

A ledger reads through the very queries of its register, so it has the register's rows, order and filter by
construction: whatever a register learns to be asked, its `Wanted` carries here. To add one, write its columns and its
reading, and give it a place in `LEDGERS`.

What a ledger is stands in `ledger.py`, those of people in `people.py`. What a cell may hold and how it looks stands in
`workbook.py`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args
from uuid import UUID

from domain.deadlines import queries as deadlines
from domain.deadlines.models import Deadline
from domain.deadlines.rules import late
from domain.exports.ledger import Column, Ledger, Value, names_of_bodies, said
from domain.exports.people import SECONDMENTS, STAFF
from domain.filters import Age
from domain.referrals import queries as referrals
from domain.referrals.by_due import ids_by_due
from domain.referrals.filters import Wanted
from domain.referrals.models import Referral
from domain.referrals.rules import STATES_ZH
from domain.referrals.steps import state
from domain.rulebooks.registry import REGISTRY
from domain.rulebooks.values import Words
from domain.work import Work
from tenancy.refusals import Language


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
    names = await names_of_bodies(work, bodies)
    return [
        ReferralLine(row, names, min(running[row.id], key=lambda each: each.due_at, default=None), work.now)
        for row in rows
    ]


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

LEDGERS: Mapping[str, Ledger] = MappingProxyType(
    {"referrals": REFERRALS, "secondments": SECONDMENTS, "staff_entries": STAFF}
)
"""Every ledger by the word of its register."""
