"""The register of secondments: who of which body works in which other."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.batching import Arguments, Taken, Wanted, question, reference
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one, one_by_one
from api.organisations import Organisation, Unit
from api.staff import Person
from domain.organisations import queries as organisations
from domain.secondments import models, queries
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


@strawberry.type(description="An officer of one body in the service of another. 派驻")
class Secondment(Node):
    """An entry of the register."""

    row_type: ClassVar[type[Any]] = models.Secondment
    id: strawberry.ID = identified("Secondment", by=one_by_one(queries.the))
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
    until: date | None = strawberry.field(description="The last day, if it is fixed. 止")


@strawberry.input(description="By what the register is narrowed. 派驻人员筛选条件")
class SecondmentFilter:
    """As `domain/secondments/queries.py` has it."""

    homes: list[strawberry.ID] | None = among("Of one of these bodies. 派出单位", ids_of="Organisation")
    hosts: list[strawberry.ID] | None = among("With one of these bodies. 用人单位", ids_of="Organisation")
    modes: list[SecondmentMode] | None = among("In one of these modes. 派驻方式")
    posts: list[str] | None = among("In one of these posts. 岗位")
    in_force_on: date | None = narrowing("In force on this day. 在派日期")
    person: str | None = narrowing("With this in the officer's name. 姓名（任意位置）")


SecondmentSort = orders_by_age("SecondmentSort", "The order of the register of secondments. 派驻人员排序")

REGISTER: Mapping[str, Taken] = {
    "side": Taken(SecondmentSide, "From which side. 查看角度"),
    **filtered(SecondmentFilter),
    **sorted_by(SecondmentSort),
}
"""What the register can be asked, and so what an export of it can be."""


def wanted_of(arguments: Arguments) -> queries.Wanted:
    """Which entries the arguments ask for. Raises `BadId`."""
    return queries.Wanted(side=arguments["side"].value, filter=narrowed(arguments["filter"], queries.Filter))


async def _secondments(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    wanted, age = wanted_of(arguments), arguments["sort"].value
    listing = Listing(
        name="secondments",
        filters={"side": wanted.side, "sort": age, **tied_to(wanted.filter)},
        read=partial(queries.page, wanted=wanted, age=age),
        count=partial(queries.count, wanted=wanted),
        position=lambda entry: entry.id,
        placed=UUID,
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
