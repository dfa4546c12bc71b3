"""Attendance: sheets of days, what was corrected, tallies of people; and the two acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, among, filtered, narrowed, narrowing, tied_to
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, Payload, act, changed, optional, said
from api.night_duty import day_place
from api.node import Node, identified, one
from api.organisations import Organisation
from api.staff import Person, stood_in_for
from domain.attendance import commands, models, queries, rules
from domain.attendance.rules import Marked
from domain.leave.rules import few_days
from domain.organisations import queries as organisations
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="Whether somebody was in post. 考勤情况")
class AttendanceMark(Enum):
    """As `domain/attendance/rules.py` has them."""

    PRESENT = strawberry.enum_value("present", description="In post. 到岗")
    LATE = strawberry.enum_value("late", description="Came late. 迟到")
    ABSENT = strawberry.enum_value("absent", description="Absent without leave. 旷工（未请假缺勤）")
    ELSEWHERE = strawberry.enum_value("elsewhere", description="On duty elsewhere. 外出公务")


@strawberry.enum(description="Whose attendance. 查看范围")
class AttendanceEntrySide(Enum):
    """As `domain/attendance/queries.py` has them."""

    BODY = strawberry.enum_value(
        "body", description="Of those who work with us or are our own, as far as we may read it. 本单位考勤表"
    )
    MINE = strawberry.enum_value("mine", description="My own, wherever. 本人考勤")


@strawberry.type(description="What was on record of a day before it was corrected. 更正前的登记")
class FormerAttendance:
    """As it was put on record then."""

    mark: AttendanceMark = strawberry.field(description="Whether they were in post. 考勤情况")
    note: str | None = strawberry.field(description="What was noted. 说明")
    recorded_by: Person = reference(
        staff.of_ids, through="recorded_by", description="Who recorded it. 登记人"
    )
    recorded_at: datetime = strawberry.field(description="When. 登记时间")


async def _formers(
    work: Work, entries: Sequence[models.AttendanceEntry], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[models.AttendanceEntry]]:
    found = await queries.formers_of(work, entries)
    return [found[each.id] for each in entries]


@strawberry.type(description="Whether somebody was in post on a day. 考勤登记")
class AttendanceEntry(Node):
    """Never changed: a correction takes its place, and it stays to be read."""

    row_type: ClassVar[type[Any]] = models.AttendanceEntry
    id: strawberry.ID = identified("AttendanceEntry", by=queries.of_ids)
    person: Person = reference(staff.of_ids, through="person_id", description="Who. 人员")
    body: Organisation = reference(
        organisations.of_ids, through="body_id", description="The body that recorded it. 登记单位"
    )
    home: Organisation = reference(
        organisations.of_ids,
        through="home_id",
        description="The body they are established with. 编制所在单位",
    )
    host: Organisation = reference(
        organisations.of_ids, through="host_id", description="The body they worked with. 用人单位"
    )
    day: date = strawberry.field(description="The day. 日期")
    mark: AttendanceMark = strawberry.field(description="Whether they were in post. 考勤情况")
    note: str | None = strawberry.field(description="What was noted. 说明")
    formers: list[FormerAttendance] = relation(
        _formers,
        needs={"id", "person_id", "day"},
        description="What was on record of this day before, the latest first. 更正前的登记",
    )
    reason: str | None = strawberry.field(description="Why the last of those was corrected. 更正理由")
    recorded_by: Person = reference(
        staff.of_ids, through="recorded_by", description="Who recorded it. 登记人"
    )
    recorded_for: Person | None = stood_in_for("recorded_for")
    recorded_at: datetime = strawberry.field(description="When. 登记时间")
    superseded_at: datetime | None = strawberry.field(
        description="When a correction took its place; null while it counts. 被更正的时间"
    )


@dataclass(frozen=True, slots=True)
class TallyRow:
    """What stands behind `AttendanceTally`."""

    person_id: UUID
    present: int
    late: int
    absent: int
    elsewhere: int
    leave_days: float
    nights_missed: int


@strawberry.type(description="Facts of one person between two days. 考勤统计")
class AttendanceTally:
    """What follows from them is not decided here."""

    person: Person = reference(staff.of_ids, through="person_id", description="Who. 人员")
    present: int = strawberry.field(description="Days in post. 到岗天数")
    late: int = strawberry.field(description="Days on which they came late. 迟到天数")
    absent: int = strawberry.field(description="Days absent without leave. 旷工天数")
    elsewhere: int = strawberry.field(description="Days on duty elsewhere. 外出公务天数")
    leave_days: float = strawberry.field(
        description="Working days on approved leave, in halves. 请假天数（工作日，以半天计）"
    )
    nights_missed: int = strawberry.field(description="Nights on duty that they missed. 未到岗值班次数")


@strawberry.input(description="By what a sheet is narrowed. 考勤筛选条件")
class AttendanceEntryFilter:
    """As `domain/attendance/queries.py` has it."""

    people: list[strawberry.ID] | None = among("Of one of these people. 人员", ids_of="Person")
    marks: list[AttendanceMark] | None = among("With one of these marks. 考勤情况")
    day: Days | None = narrowing("Within these days. 日期")


async def _sheet(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    wanted = queries.Wanted(
        side=arguments["side"].value, filter=narrowed(arguments["filter"], queries.Filter)
    )
    listing = Listing(
        name="attendance",
        filters={"side": wanted.side, **tied_to(wanted.filter)},
        read=partial(queries.page, wanted=wanted),
        count=partial(queries.count, wanted=wanted),
        position=lambda entry: f"{entry.day.isoformat()}/{entry.id}",
        placed=day_place,
    )
    return await listing.page(work, arguments)


FROM_TO = {
    "since": Taken(date, "The first day. 起"),
    "until": Taken(date, "The last day. 止"),
}


async def _tallies(work: Work, arguments: Arguments, _wanted: Wanted) -> list[TallyRow]:
    people = {identifier_of("Person", each, field="people") for each in arguments["people"]}
    rules.some_people(people)
    return await tallied(work, people, arguments)


async def tallied(work: Work, people: set[UUID], arguments: Arguments) -> list[TallyRow]:
    """The facts of these people between the days of `FROM_TO`; those whom the actor may not read are left out."""
    first, last = few_days(arguments["since"], arguments["until"], most=rules.MOST_DAYS)
    return [
        TallyRow(
            person_id=each.person_id,
            present=each.marks["present"],
            late=each.marks["late"],
            absent=each.marks["absent"],
            elsewhere=each.marks["elsewhere"],
            leave_days=each.leave_half_days / 2,
            nights_missed=each.nights_missed,
        )
        for each in await queries.tallies(work, people, first=first, last=last)
    ]


@strawberry.type
class AttendanceQueries:
    """Reading sheets and tallies."""

    attendance: Connection[AttendanceEntry] = question(
        _sheet,
        description="The entries that count, by day; who is on leave is among the absences. 考勤表（请假人员另见请假）",
        takes={
            "side": Taken(AttendanceEntrySide, "Whose. 查看范围"),
            **filtered(AttendanceEntryFilter),
            **PAGING,
        },
    )
    attendance_entry: AttendanceEntry | None = one("AttendanceEntry", description="One entry. 考勤登记")
    attendance_tallies: list[AttendanceTally] = question(
        _tallies,
        description="Facts of people between two days, a year at most; those whom you may not read are left out. 考勤统计",
        takes={
            "people": Taken(list[strawberry.ID], "Of whom; 100 at most. 人员"),
            **FROM_TO,
        },
    )


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class AttendancePayload(Payload):
    """Of a sheet, the first of those on it."""

    attendance_entry: AttendanceEntry | None = changed(
        queries.of_ids,
        description="As it is now; of several, the first. 办理后的考勤登记（多人的为首名人员的）",
    )


@strawberry.input(description="What is put on record of somebody. 人员考勤")
class MarkedInput:
    """Whoever was on leave the whole day is left out."""

    person_id: strawberry.ID = strawberry.field(description="Who. 人员")
    mark: AttendanceMark = strawberry.field(description="Whether they were in post. 考勤情况")
    note: str | None = optional("Something to note. 说明")


@strawberry.input(description="A day that is put on record. 登记考勤")
class RecordAttendanceInput:
    """All of these people, or none."""

    day: date = strawberry.field(description="The day. 日期")
    people: list[MarkedInput] = strawberry.field(description="Who, and whether they were in post. 人员")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="An entry that was wrong. 更正考勤")
class CorrectAttendanceInput:
    """The former stays to be read; an entry that was corrected cannot be corrected once more."""

    attendance_entry_id: strawberry.ID = strawberry.field(description="The entry. 考勤登记编号")
    mark: AttendanceMark = strawberry.field(description="What it should have been. 更正后的情况")
    reason: str = strawberry.field(description="Why. 更正理由")
    note: str | None = optional("Something to note. 说明")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _record(work: Work, given: RecordAttendanceInput) -> models.AttendanceEntry:
    people = [
        Marked(identifier_of("Person", each.person_id, field="people"), str(each.mark.value), said(each.note))
        for each in given.people
    ]
    entries = await commands.record(work, day=given.day, people=people)
    return entries[0]


async def _correct(work: Work, given: CorrectAttendanceInput) -> models.AttendanceEntry:
    return await commands.correct(
        work,
        entry_id=identifier_of("AttendanceEntry", given.attendance_entry_id, field="attendance_entry_id"),
        mark=str(given.mark.value),
        reason=given.reason,
        note=said(given.note),
    )


@strawberry.type
class AttendanceMutations:
    """In the order in which an entry meets them."""

    record_attendance: AttendancePayload | None = act(
        _record,
        given=RecordAttendanceInput,
        answers=AttendancePayload,
        description="Put on record who was in post on a day. 登记考勤",
    )
    correct_attendance: AttendancePayload | None = act(
        _correct,
        given=CorrectAttendanceInput,
        answers=AttendancePayload,
        description="Correct an entry, with a reason. 更正考勤",
    )
