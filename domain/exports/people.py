"""The ledgers of people: the register of secondments and the register of staff, as whoever asks may see them.

What is personal is masked, for whoever reads it so on the screen, and is left out for everybody else.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args
from uuid import UUID

from domain.certificates import queries as certified_at_home
from domain.certificates.models import Certificate
from domain.certificates.rules import WORDS, State, days_left
from domain.exports.ledger import Column, Ledger, Value, names_of_bodies, said
from domain.organisations import queries as organisations
from domain.personal_data import queries as personal_data
from domain.personal_data.rules import Kind
from domain.personnel import view
from domain.referrals import workload
from domain.rulebooks.registry import STAFF_MODES
from domain.rulebooks.values import Words
from domain.secondments import certified
from domain.secondments import queries as secondments
from domain.secondments.models import Secondment
from domain.staff import queries as staff
from domain.staff import register
from domain.staff.models import StaffEntry
from domain.staff.rules import ESTABLISHMENTS_ZH, REGISTERS_ZH, Establishment, Register
from domain.work import Work
from tenancy.refusals import Language


@dataclass(frozen=True, slots=True)
class SecondmentLine:
    """An entry of the register of secondments with the names in it, and what else is known of its officer."""

    entry: Secondment
    names: Mapping[UUID, str]
    at_home: StaffEntry | None
    certificate: certified.Certified | None
    in_hand: int | None
    today: date


@dataclass(frozen=True, slots=True)
class StaffLine:
    """An entry of the register of staff with the names in it, and what else is known of the person today."""

    entry: StaffEntry
    names: Mapping[UUID, str]
    certificate: Certificate | None
    secondments: Sequence[Secondment]
    personal: Mapping[str, str]
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
    names = await names_of_bodies(work, {body for row in rows for body in (row.home_id, row.host_id)})
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
    return lambda line, _: getattr(line.entry, name)


def _named(name: str) -> Value:
    return lambda line, _: line.names.get(getattr(line.entry, name))


def _mode(line: SecondmentLine, language: Language) -> str:
    return said(STAFF_MODES[line.entry.mode], language)


def _certificate(line: SecondmentLine | StaffLine, language: Language) -> str | None:
    if line.certificate is None:
        return None
    en, zh = WORDS[cast("State", line.certificate.state)]
    return zh if language == "zh" else en


def _days_left(line: SecondmentLine | StaffLine, _language: Language) -> int | None:
    return None if line.certificate is None else days_left(line.certificate.valid_until, on=line.today)


CERTIFICATE = (
    Column(Words("Certificate", "执法证状态"), 12, _certificate),
    Column(
        Words("Certificate valid until", "执法证有效期至"),
        14,
        lambda line, _: line.certificate and line.certificate.valid_until,
    ),
    Column(Words("Days left", "距到期天数"), 12, _days_left),
)
"""What is known of somebody's certificate, as far as the actor may know it."""


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
        *CERTIFICATE,
    ),
)


def _ids_of_staff(work: Work, wanted: view.Wanted, sort: view.Sort) -> AsyncIterator[UUID]:
    return view.ids(work, wanted=wanted, sort=sort)


async def _read_staff(work: Work, wanted: view.Wanted, ids: Sequence[UUID]) -> list[StaffLine]:
    found = await view.among_ids(work, wanted=wanted, ids=ids)
    rows = [found[each] for each in ids if each in found]
    ids_of_people = {row.person_id for row in rows}
    people = await staff.of_ids(work, ids_of_people)
    certificates = await certified_at_home.living_of(work, ids_of_people)
    seconded = await secondments.holding_of(work, ids_of_people, on=work.today)
    personal = await personal_data.of_persons(work, ids_of_people)
    units = await organisations.units_of_ids(work, {row.unit_id for row in rows})
    hosts = {each.host_id for some in seconded.values() for each in some}
    names = await names_of_bodies(work, hosts | {row.home_id for row in rows})
    names |= {each.id: each.name for found in (people, units) for each in found.values()}
    return [
        StaffLine(
            row,
            names,
            certificate=certificates.get(row.person_id),
            secondments=seconded[row.person_id],
            personal={each.kind: each.masked for each in personal.get(row.person_id, ())},
            today=work.today,
        )
        for row in rows
    ]


def _register(line: StaffLine, language: Language) -> str:
    register_ = cast("Register", line.entry.register)
    return REGISTERS_ZH[register_] if language == "zh" else register_


def _establishment(line: StaffLine, language: Language) -> str:
    establishment = cast("Establishment", line.entry.establishment)
    return ESTABLISHMENTS_ZH[establishment] if language == "zh" else establishment


def _hosts(line: StaffLine, language: Language) -> str | None:
    hosts = [line.names[each.host_id] for each in line.secondments if each.host_id in line.names]
    return (", " if language == "en" else "、").join(hosts) or None


def _masked(kind: Kind) -> Value:
    return lambda line, _: line.personal.get(kind)


STAFF = Ledger(
    title=Words("Register of staff", "人员名册"),
    aspects=(
        "staff.entry",
        "organisation.entry",
        "certificate.entry",
        "secondment.entry",
        "personal_data.entry",
    ),
    wanted=view.Wanted,
    sorts=get_args(view.Sort),
    ids=_ids_of_staff,
    read=_read_staff,
    columns=(
        Column(Words("Name", "姓名"), 12, _named("person_id")),
        Column(Words("Body", "编制所在单位"), 28, _named("home_id")),
        Column(Words("Unit", "内设机构"), 24, _named("unit_id")),
        Column(Words("Register", "人员类别"), 14, _register),
        Column(Words("Establishment", "编制类型"), 18, _establishment),
        Column(Words("Post", "职务"), 20, _entry("post")),
        Column(Words("Rank", "职级"), 16, _entry("rank")),
        Column(Words("Since", "起"), 12, _entry("since")),
        Column(Words("Until", "止"), 12, _entry("until")),
        Column(Words("Reason for leaving", "离岗理由"), 24, _entry("ended_reason")),
        Column(Words("Seconded today to", "当前用人单位"), 24, _hosts),
        *CERTIFICATE,
        Column(Words("Identity number, masked", "身份证号（脱敏）"), 22, _masked("identity_number")),
        Column(Words("Telephone, masked", "联系电话（脱敏）"), 18, _masked("telephone")),
    ),
)
