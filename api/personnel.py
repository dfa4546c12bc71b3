"""The register of a body's people: its questions, and what its personnel does. Its entries are in `staff.py`."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import partial

import strawberry

from api.batching import Arguments, Taken, Wanted, question
from api.certificates import CertificateStanding
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, among, filtered, narrowed, narrowing, sorted_by, tied_to
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, EXPECTED_VERSION, Payload, act, changed, optional, said
from api.node import one
from api.places import place, position
from api.staff import StaffEntry, StaffEstablishment, StaffRegister
from domain.personnel import commands, view
from domain.personnel.rules import What
from domain.staff import models, register
from domain.work import Work

PERSON = "Who, of your body. 人员"
UNIT = "The unit of your body. 内设机构"
REGISTER = "On which register; auxiliaries only assist. 人员类别"
ESTABLISHMENT = "On which establishment. 编制类型"
POST = "The post. 职务"
RANK = "The rank. 职级"


@strawberry.enum(description="From which side the register of staff is seen. 查看角度")
class StaffEntrySide(Enum):
    """As `domain/personnel/view.py` has them."""

    HOME = strawberry.enum_value("home", description="Our own people. 本单位人员")
    OVERSEEN = strawberry.enum_value("overseen", description="All that we may see. 监督范围内的全部人员")


@strawberry.input(description="By what the register of staff is narrowed. 人员名册筛选条件")
class StaffEntryFilter:
    """As `domain/personnel/view.py` has it."""

    homes: list[strawberry.ID] | None = among("Of one of these bodies. 编制所在单位", ids_of="Organisation")
    units: list[strawberry.ID] | None = among("In one of these units. 内设机构", ids_of="Unit")
    registers: list[StaffRegister] | None = among("On one of these registers. 人员类别")
    establishments: list[StaffEstablishment] | None = among("On one of these establishments. 编制类型")
    posts: list[str] | None = among("In one of these posts. 职务")
    ranks: list[str] | None = among("Of one of these ranks. 职级")
    hosts: list[strawberry.ID] | None = among(
        "Seconded to one of these bodies: today, or on the day that `onRegisterOn` gives. 用人单位",
        ids_of="Organisation",
    )
    certificates: list[CertificateStanding] | None = among("With such a certificate, or with none. 持证情况")
    certificate_until: Days | None = narrowing(
        "With a certificate, held or withheld, that runs out within these days. 执法证有效期届满日期"
    )
    on_register_on: date | None = narrowing("On the register on this day. 在册日期")
    person: str | None = narrowing("With this in the name. 姓名（任意位置）")


@strawberry.enum(description="The order of the register of staff. 人员名册排序")
class StaffEntrySort(Enum):
    """As `domain/personnel/view.py` has them."""

    NEWEST = strawberry.enum_value("newest", description="The latest made first. 最新在前")
    OLDEST = strawberry.enum_value("oldest", description="The first made first. 最早在前")
    NAME = strawberry.enum_value("name", description="By the name in pinyin. 按姓名拼音")
    SINCE = strawberry.enum_value(
        "since", description="By the first day, the longest there first. 按起始日期"
    )
    UNTIL = strawberry.enum_value(
        "until", description="By the last day, the soonest first, those without one at the end. 按截止日期"
    )


REGISTER_OF_STAFF: Mapping[str, Taken] = {
    "side": Taken(StaffEntrySide, "From which side. 查看角度"),
    **filtered(StaffEntryFilter),
    **sorted_by(StaffEntrySort),
}
"""What the register can be asked, and so what an export of it can be."""


def wanted_of(arguments: Arguments) -> view.Wanted:
    """Which entries the arguments ask for. Raises `BadId`."""
    return view.Wanted(side=arguments["side"].value, filter=narrowed(arguments["filter"], view.Filter))


async def _entries(work: Work, arguments: Arguments, of_these: Wanted) -> PageRow:
    wanted, sort = wanted_of(arguments), arguments["sort"].value
    order = view.order(sort)
    listing = Listing(
        name="staffEntries",
        filters={"side": wanted.side, "sort": sort, **tied_to(wanted.filter)},
        read=partial(view.page, wanted=wanted, sort=sort, columns=of_these.columns),
        count=partial(view.count, wanted=wanted),
        position=partial(position, order),
        placed=partial(place, order),
    )
    return await listing.page(work, arguments)


@strawberry.type
class PersonnelQueries:
    """Reading the register."""

    staff_entries: Connection[StaffEntry] = question(
        _entries,
        description="The register of staff, entries of before included. 人员名册（含历史登记）",
        takes={**REGISTER_OF_STAFF, **PAGING},
    )
    staff_entry: StaffEntry | None = one("StaffEntry", description="One entry. 在册登记")


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class StaffEntryPayload(Payload):
    """Of every act on the register; of a change, the entry that begins with it."""

    staff_entry: StaffEntry | None = changed(register.of_ids, description="As it is now. 办理后的登记")


@strawberry.input(description="Somebody who comes onto the register. 人员登记")
class EnterStaffInput:
    """Somebody new by name, or a person of the body who came back."""

    name: str | None = optional("The name of somebody new. 新进人员姓名")
    person_id: strawberry.ID | None = optional("A person of your body who is known already. 已有人员")
    unit_id: strawberry.ID = strawberry.field(description=UNIT)
    register: StaffRegister = strawberry.field(description=REGISTER)
    establishment: StaffEstablishment = strawberry.field(description=ESTABLISHMENT)
    post: str = strawberry.field(description=POST)
    rank: str | None = optional(RANK)
    since: date = strawberry.field(description="From which day on. 起")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="What somebody is from a day on; what is left out stays. 人员变更")
class ChangeStaffInput:
    """A move to another unit included. From the present entry's first day on it corrects that entry."""

    person_id: strawberry.ID = strawberry.field(description=PERSON)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    since: date = strawberry.field(description="From which day on. 起")
    unit_id: strawberry.ID | None = optional(UNIT)
    register: StaffRegister | None = optional(REGISTER)
    establishment: StaffEstablishment | None = optional(ESTABLISHMENT)
    post: str | None = optional(POST)
    rank: str | None = optional("The rank; empty: none any more. 职级（空为不再定级）")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="Somebody who leaves the body. 人员离岗")
class LetStaffLeaveInput:
    """With that, all posts and secondments that the body granted are gone, and the certificate is handed in."""

    person_id: strawberry.ID = strawberry.field(description=PERSON)
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    leaves_on: date = strawberry.field(
        description="The first day without them; today: at once. 离岗日期（当日即时生效）"
    )
    reason: str = strawberry.field(description="Why. 理由")
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _enter(work: Work, given: EnterStaffInput) -> models.StaffEntry:
    person_id = said(given.person_id)
    return await commands.enter(
        work,
        what=What(
            unit_id=identifier_of("Unit", given.unit_id, field="unit_id"),
            register=str(given.register.value),
            establishment=str(given.establishment.value),
            post=given.post,
            rank=said(given.rank),
        ),
        since=given.since,
        name=said(given.name),
        person_id=None if person_id is None else identifier_of("Person", person_id, field="person_id"),
    )


async def _change(work: Work, given: ChangeStaffInput) -> models.StaffEntry:
    unit_id, register, establishment = said(given.unit_id), said(given.register), said(given.establishment)
    return await commands.change(
        work,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        expected_version=given.expected_version,
        since=given.since,
        unit_id=None if unit_id is None else identifier_of("Unit", unit_id, field="unit_id"),
        register_=None if register is None else str(register.value),
        establishment=None if establishment is None else str(establishment.value),
        post=said(given.post),
        rank=said(given.rank),
    )


async def _leave(work: Work, given: LetStaffLeaveInput) -> models.StaffEntry:
    return await commands.leave(
        work,
        person_id=identifier_of("Person", given.person_id, field="person_id"),
        expected_version=given.expected_version,
        leaves_on=given.leaves_on,
        reason=given.reason,
    )


@strawberry.type
class PersonnelMutations:
    """In the order in which somebody meets them."""

    enter_staff: StaffEntryPayload | None = act(
        _enter,
        given=EnterStaffInput,
        answers=StaffEntryPayload,
        description="Enter somebody on your body's register. 人员登记",
    )
    change_staff: StaffEntryPayload | None = act(
        _change,
        given=ChangeStaffInput,
        answers=StaffEntryPayload,
        description="Change what somebody is, a move to another unit included. 人员变更（含内设机构调整）",
    )
    let_staff_leave: StaffEntryPayload | None = act(
        _leave,
        given=LetStaffLeaveInput,
        answers=StaffEntryPayload,
        description="Let somebody leave your body, with all that it granted. 人员离岗（收回全部权限）",
    )
