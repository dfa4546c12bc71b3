"""The county's bodies and their units, as everybody who acts in the county knows them."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar

import strawberry

from api import lineage as shown
from api.batching import Arguments, Taken, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, tied_to
from api.lineage import ON_DAY, FormerName, LineageChange
from api.node import Node, identified, one
from domain.lineage import queries as of_old
from domain.organisations import models, queries
from domain.work import Work


@strawberry.enum(description="The kinds of bodies. 单位类型")
class OrganisationKind(Enum):
    """As `domain/organisations/rules.py` has them."""

    COUNTY_BODY = strawberry.enum_value("county_body", description="A body of the county itself. 县级机构")
    DEPARTMENT = strawberry.enum_value("department", description="A department. 部门")
    TOWNSHIP = strawberry.enum_value("township", description="A town, township or sub-district. 乡镇（街道）")
    PATROL_BODY = strawberry.enum_value(
        "patrol_body", description="A body that only patrols, and hands over what it finds. 巡查单位"
    )


async def _functions(
    work: Work, bodies: Sequence[models.Organisation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[str]]:
    found = await queries.functions_of(work, [body.id for body in bodies])
    return [found.get(body.id, []) for body in bodies]


async def _units(
    work: Work, bodies: Sequence[models.Organisation], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[models.Unit]]:
    found = await queries.units_of(work, [body.id for body in bodies])
    return [found[body.id] for body in bodies]


@strawberry.type(description="A body of the county: it refers, receives, sends officers or hosts them. 单位")
class Organisation(Node):
    """A tenant."""

    row_type: ClassVar[type[Any]] = models.Organisation
    id: strawberry.ID = identified("Organisation", by=queries.of_ids)
    code: str = strawberry.field(description="Its code in the county. 代码")
    name: str = strawberry.field(description="Its full name. 全称")
    short_name: str = strawberry.field(description="As in the numbers of its letters. 简称（用于文号）")
    kind: OrganisationKind = strawberry.field(description="What kind of body it is. 类型")
    name_inferred: bool = strawberry.field(
        description="The name stands in no document and was concluded. 名称系推定"
    )
    inference: str | None = strawberry.field(description="From what it was concluded. 推定依据")
    functions: list[str] = relation(
        _functions, description="The functions it holds. 承担的职能", needs={"id"}
    )
    units: list["Unit"] = relation(_units, description="Its units, by code. 内设（派出）机构", needs={"id"})
    name_on: str = relation(
        shown.name_on,
        needs={"id", "name", "short_name"},
        takes=ON_DAY,
        description="What it was called on a day. 某日的名称",
    )
    former_names: list[FormerName] = relation(
        shown.former_names(of_old.of_bodies),
        needs={"id"},
        description="The names that it gave up, in their order. 曾用名",
    )
    founded_on: date | None = relation(
        shown.founded_on(of_old.of_bodies),
        needs={"id"},
        description="From this day on it is there, if a recorded change brought it; null: it was there before. 设立日期",
    )
    dissolved_on: date | None = relation(
        shown.dissolved_on(of_old.of_bodies),
        needs={"id"},
        description="From this day on it is no more: whoever is its heir goes on with its matters. 撤销日期",
    )
    heir: "Organisation | None" = relation(
        shown.heirs,
        needs={"id"},
        description="Of a body that is no more: which one goes on with its matters today. 承接单位",
    )
    predecessors: list["Organisation"] = relation(
        shown.predecessors, needs={"id"}, description="What it came out of. 前身单位"
    )
    successors: list["Organisation"] = relation(
        shown.successors, needs={"id"}, description="What came out of it, its heir first. 承继单位"
    )
    lineage: list[LineageChange] = relation(
        shown.changes, needs={"id"}, description="The changes that it was part of, by day. 机构沿革"
    )


@strawberry.type(description="A part of a body: a squadron, branch, section or station. 内设（派出）机构")
class Unit(Node):
    """Never acts in its own name."""

    row_type: ClassVar[type[Any]] = models.Unit
    id: strawberry.ID = identified("Unit", by=queries.units_of_ids)
    code: str = strawberry.field(description="Its code within the body. 代码")
    name: str = strawberry.field(description="Its name. 名称")
    name_inferred: bool = strawberry.field(
        description="The name stands in no document and was concluded. 名称系推定"
    )
    inference: str | None = strawberry.field(description="From what it was concluded. 推定依据")
    organisation: Organisation = reference(
        queries.of_ids, through="organisation_id", description="The body that it is part of. 所属单位"
    )
    name_on: str = relation(
        shown.unit_name_on,
        needs={"id", "name"},
        takes=ON_DAY,
        description="What it was called on a day. 某日的名称",
    )
    former_names: list[FormerName] = relation(
        shown.former_names(of_old.of_units),
        needs={"id"},
        description="The names that it gave up, in their order. 曾用名",
    )
    founded_on: date | None = relation(
        shown.founded_on(of_old.of_units),
        needs={"id"},
        description="From this day on it is there, if a recorded change brought it; null: it was there before. 设立日期",
    )
    dissolved_on: date | None = relation(
        shown.dissolved_on(of_old.of_units),
        needs={"id"},
        description="From this day on it is no more: what waits with it is its heir's. 撤销日期",
    )
    lineage: list[LineageChange] = relation(
        shown.changes, needs={"id"}, description="The changes that it was part of, by day. 机构沿革"
    )


@strawberry.input(description="By what the list of bodies is narrowed. 单位筛选条件")
class OrganisationFilter:
    """As `domain/organisations/queries.py` has it."""

    kinds: list[OrganisationKind] | None = among("Of one of these kinds. 单位类型")


async def _organisations(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by = narrowed(arguments["filter"], queries.Filter)
    listing = Listing(
        name="organisations",
        filters=tied_to(by),
        read=partial(queries.page, by=by),
        count=partial(queries.count, by=by),
        position=lambda body: body.code,
        placed=str,
    )
    return await listing.page(work, arguments)


async def _called(work: Work, arguments: Arguments, _wanted: Wanted) -> Sequence[models.Organisation]:
    return await of_old.called(work, arguments["name"])


@strawberry.type
class OrganisationQueries:
    """Reading bodies."""

    organisations: Connection[Organisation] = question(
        _organisations,
        description="The bodies of the county, by code. 本县各单位",
        takes={**filtered(OrganisationFilter), **PAGING},
    )
    organisations_called: list[Organisation] = question(
        _called,
        description="The bodies that are or were called so, by any part of a name or short name. 按现名或曾用名查找单位",
        takes={"name": Taken(str, "A part of a name, old or new. 名称或曾用名（可为其中一部分）")},
    )
    organisation: Organisation | None = one("Organisation", description="One body. 单位")
