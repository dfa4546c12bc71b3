"""The register of secondments: who of which body works in which other.

Its sides are the three views of seconded staff: a department's, a township's, the county's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar

import strawberry

from api.attendance import FROM_TO, AttendanceTally, TallyRow, tallied
from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.certificates import CertificateStanding, CertificateState
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import Days, among, filtered, narrowed, narrowing, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation, Unit
from api.places import place, position
from api.secondment_aspects import SecondmentAspect, aspects_of
from api.staff import Person, StaffEstablishment
from domain.certificates.rules import days_left
from domain.consultations import queries as consultations
from domain.organisations import queries as organisations
from domain.referrals import workload
from domain.secondments import certified, models, queries
from domain.staff import queries as staff
from domain.work import Work


@strawberry.enum(description="From which side the register is seen. 查看角度")
class SecondmentSide(Enum):
    """As `domain/secondments/queries.py` has them."""

    HOME = strawberry.enum_value("home", description="Our people elsewhere. 本单位派出的人员")
    HOST = strawberry.enum_value("host", description="Others' people with us. 派驻本单位的人员")
    OVERSEEN = strawberry.enum_value("overseen", description="All that we may see. 监督范围内的全部人员")


@strawberry.enum(description="How an officer is seconded. 派驻方式")
class SecondmentMode(Enum):
    """As `domain/secondments/rules.py` has them."""

    STATIONED = strawberry.enum_value("stationed", description="Stationed in one township. 派驻")
    AREA_TEAM = strawberry.enum_value("area_team", description="In an area team covering several. 按区域设置")
    ITINERANT = strawberry.enum_value("itinerant", description="Itinerant. 巡回")


@strawberry.enum(description="What somebody of an area team is to a host. 联系分工")
class SecondmentLiaison(Enum):
    """As `domain/secondments/rules.py` has them."""

    LEADER = strawberry.enum_value("leader", description="Leads the contact. 联系领导")
    OFFICER = strawberry.enum_value("officer", description="Keeps the contact. 联系执法人员")


@strawberry.enum(description="What can be done with a secondment. 可办理的操作")
class SecondmentAct(Enum):
    """As `domain/secondments/rules.py` has them, but for the one that begins it."""

    EXTEND = strawberry.enum_value("extend", description="Let it last longer. 延长")
    END = strawberry.enum_value("end", description="End it, or call it off. 终止")
    CONSULT = strawberry.enum_value(
        "consult",
        description="Propose the recall (`proposeConsultation`), because somebody is asked or told before it ends. 提出召回（须先征求意见、征得同意或者告知）",
    )


@strawberry.enum(description="Where the establishment of seconded staff is kept. 编制归属")
class EstablishmentKept(Enum):
    """As `domain/rulebooks/entries_of/staff.py` has them."""

    HOME = strawberry.enum_value("home", description="With the body that seconds them. 留在派出单位")
    HOST = strawberry.enum_value("host", description="With the body that uses them. 下沉至用人单位")


@dataclass(frozen=True, slots=True)
class EstablishmentRow:
    """What stands behind `SecondmentEstablishment`."""

    kept: str
    locked: bool
    source: str


@strawberry.type(description="What the county's rules say of a seconded officer's establishment. 编制规定")
class SecondmentEstablishment:
    """By the rules of the first day."""

    kept: EstablishmentKept = strawberry.field(description="Where it is kept. 归属")
    locked: bool = strawberry.field(description="Whether nobody changes it meanwhile. 是否锁定")
    source: str = strawberry.field(description="Where that is said. 依据")


async def _establishments(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[EstablishmentRow]:
    rulebooks = [work.rulebook_on(each.since) for each in entries]
    return [
        EstablishmentRow(
            kept=each.choice("staff.establishment_kept"),
            locked=each.flag("staff.establishment_locked"),
            source=each.cited("staff.establishment_kept"),
        )
        for each in rulebooks
    ]


async def _days_left(
    work: Work, certificates: Sequence[certified.Certified], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int]:
    return [days_left(each.valid_until, on=work.today) for each in certificates]


@strawberry.type(description="The enforcement certificate of somebody seconded. 派驻人员执法证情况")
class SecondedCertificate:
    """So much of it as a host must know; the certificate itself is its issuer's and the home's."""

    state: CertificateState = strawberry.field(description="Held or withheld. 状态")
    valid_until: date = strawberry.field(description="The last day of its validity. 有效期至")
    days_left: int = relation(
        _days_left,
        needs={"valid_until"},
        description="After how many days it runs out; below 0 once it has. 距到期天数（已过期为负数）",
    )


async def _certificates(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[certified.Certified | None]:
    found = await certified.of_entries(work, entries)
    return [found.get(each.id) for each in entries]


async def _workloads(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int | None]:
    found = await workload.of_people(work, {each.person_id for each in entries})
    return [None if found is None else found.get(each.person_id, 0) for each in entries]


async def _attendances(
    work: Work, entries: Sequence[models.Secondment], arguments: Arguments, _wanted: Wanted
) -> Sequence[TallyRow | None]:
    found = await tallied(work, {each.person_id for each in entries}, arguments)
    of_person = {each.person_id: each for each in found}
    return [of_person.get(each.person_id) for each in entries]


async def _together(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[models.Secondment]]:
    found = await queries.of_orders(work, {each.order_id for each in entries})
    return [found[each.order_id] for each in entries]


async def _acts(
    work: Work, entries: Sequence[models.Secondment], _arguments: Arguments, _wanted: Wanted
) -> Sequence[Sequence[str]]:
    return await consultations.open_acts(work, entries)


@strawberry.type(description="An officer of one body in the service of another. 派驻")
class Secondment(Node):
    """An entry of the register."""

    row_type: ClassVar[type[Any]] = models.Secondment
    id: strawberry.ID = identified("Secondment", by=queries.of_ids)
    person: Person = reference(staff.of_ids, through="person_id", description="Who. 人员")
    home: Organisation = reference(
        organisations.of_ids, through="home_id", description="The body they are established with. 派出单位"
    )
    home_unit: Unit = reference(
        organisations.units_of_ids, through="home_unit_id", description="The unit there. 派出单位内设机构"
    )
    host: Organisation = reference(
        organisations.of_ids, through="host_id", description="The body they work in. 用人单位"
    )
    mode: SecondmentMode = strawberry.field(description="How. 派驻方式")
    post: str = strawberry.field(description="The post with the host. 岗位")
    order_number: str | None = strawberry.field(description="The number of the order. 文号")
    since: date = strawberry.field(description="The first day. 起")
    until: date | None = strawberry.field(
        description="The last day, if it is fixed; before the first one where it was called off. 止"
    )
    version: int = strawberry.field(description="Rises by one with every act. 版本")
    acts: list[SecondmentAct] = relation(
        _acts,
        description="What you could do with it now, by your rights and the county's rules; a recall that is proposed goes on in its consultation. 当前可办理的操作",
    )
    liaison: SecondmentLiaison | None = strawberry.field(
        description="What they are to this host, in an area team. 联系分工"
    )
    ended_reason: str | None = strawberry.field(description="Why it was ended, if it was. 终止理由")
    together: list["Secondment"] = relation(
        _together,
        needs={"order_id"},
        description="All entries under the same order that you may see, this one included. 同一文件的派驻",
    )
    certificate: SecondedCertificate | None = relation(
        _certificates,
        needs={"id", "person_id", "host_id"},
        description="Whether and until when they may enforce; null: there is none, or none that you may see. As a host you see that "
        "of whoever works with you today, and everybody sees their own. 执法证情况（用人单位可见当日在派人员的，本人可见自己的）",
    )
    workload: int | None = relation(
        _workloads,
        needs={"person_id"},
        description="How many open matters they have in hand in your body; null where you may not see that. 在本单位手头在办事项数",
    )
    attendance: AttendanceTally | None = relation(
        _attendances,
        needs={"person_id"},
        takes=FROM_TO,
        description="What is on record of them between two days, a year at most; null where you may not read it. 考勤统计",
    )
    establishment: SecondmentEstablishment = relation(
        _establishments,
        needs={"since"},
        description="Where the rules of the first day keep the establishment. 编制归属",
    )
    aspects: list[SecondmentAspect] = relation(
        aspects_of,
        description="Who decides what about the officer by today's rules, who is asked first and who gets a copy. 权责划分",
    )


@strawberry.input(description="By what the register is narrowed. 派驻人员筛选条件")
class SecondmentFilter:
    """As `domain/secondments/queries.py` has it."""

    homes: list[strawberry.ID] | None = among("Of one of these bodies. 派出单位", ids_of="Organisation")
    units: list[strawberry.ID] | None = among(
        "From one of these units of theirs. 派出单位内设机构", ids_of="Unit"
    )
    hosts: list[strawberry.ID] | None = among("With one of these bodies. 用人单位", ids_of="Organisation")
    modes: list[SecondmentMode] | None = among("In one of these modes. 派驻方式")
    posts: list[str] | None = among("In one of these posts. 岗位")
    establishments: list[StaffEstablishment] | None = among(
        "Today on one of these establishments at home, as far as you may see that. 编制类型"
    )
    ranks: list[str] | None = among("Today of one of these ranks, as far as you may see that. 职级")
    in_force_on: date | None = narrowing("In force on this day. 在派日期")
    certificates: list[CertificateStanding] | None = among(
        "Whose officers have such a certificate, or none; as a host you find whoever works with you today. 持证情况"
    )
    certificate_until: Days | None = narrowing(
        "With a certificate, held or withheld, that runs out within these days. 执法证有效期届满日期"
    )
    person: str | None = narrowing("With this in the officer's name. 姓名（任意位置）")


@strawberry.enum(description="The order of the register of secondments. 派驻人员排序")
class SecondmentSort(Enum):
    """As `domain/secondments/queries.py` has them."""

    NEWEST = strawberry.enum_value("newest", description="The latest made first. 最新在前")
    OLDEST = strawberry.enum_value("oldest", description="The first made first. 最早在前")
    NAME = strawberry.enum_value("name", description="By the officer's name in pinyin. 按姓名拼音")
    SINCE = strawberry.enum_value("since", description="By the first day, the longest here first. 按起始日期")
    UNTIL = strawberry.enum_value(
        "until", description="By the last day, the soonest first, those without one at the end. 按截止日期"
    )


REGISTER: Mapping[str, Taken] = {
    "side": Taken(SecondmentSide, "From which side. 查看角度"),
    **filtered(SecondmentFilter),
    **sorted_by(SecondmentSort),
}
"""What the register can be asked, and so what an export of it can be."""


def wanted_of(arguments: Arguments) -> queries.Wanted:
    """Which entries the arguments ask for. Raises `BadId`."""
    return queries.Wanted(side=arguments["side"].value, filter=narrowed(arguments["filter"], queries.Filter))


async def _secondments(work: Work, arguments: Arguments, of_these: Wanted) -> PageRow:
    wanted, sort = wanted_of(arguments), arguments["sort"].value
    order = queries.order(sort)
    listing = Listing(
        name="secondments",
        filters={"side": wanted.side, "sort": sort, **tied_to(wanted.filter)},
        read=partial(queries.page, wanted=wanted, sort=sort, columns=of_these.columns),
        count=partial(queries.count, wanted=wanted),
        position=partial(position, order),
        placed=partial(place, order),
    )
    return await listing.page(work, arguments)


@strawberry.type
class SecondmentQueries:
    """Reading the register."""

    secondments: Connection[Secondment] = question(
        _secondments,
        description="Entries of the register. 派驻人员名册",
        takes={**REGISTER, **PAGING},
    )
    secondment: Secondment | None = one("Secondment", description="One entry. 派驻登记")
