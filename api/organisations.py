"""The county's bodies and their units, as everybody who acts in the county knows them."""

from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Any, ClassVar

import strawberry

from api.batching import Arguments, Wanted, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, tied_to
from api.node import Node, identified, one
from domain.organisations import models, queries
from domain.work import Work


@strawberry.enum(description="The kinds of bodies. 单位类型")
class OrganisationKind(Enum):
    """As `domain/organisations/rules.py` has them."""

    COUNTY_BODY = strawberry.enum_value("county_body", description="A body of the county itself. 县级机构")
    DEPARTMENT = strawberry.enum_value("department", description="A department. 部门")
    TOWNSHIP = strawberry.enum_value("township", description="A town, township or sub-district. 乡镇(街道)")
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
    short_name: str = strawberry.field(description="As in the numbers of its letters. 简称(用于文号)")
    kind: OrganisationKind = strawberry.field(description="What kind of body it is. 类型")
    name_inferred: bool = strawberry.field(
        description="The name stands in no document and was concluded. 名称系推定"
    )
    inference: str | None = strawberry.field(description="From what it was concluded. 推定依据")
    functions: list[str] = relation(
        _functions, description="The functions it holds. 承担的职能", needs={"id"}
    )
    units: list["Unit"] = relation(_units, description="Its units, by code. 内设(派出)机构", needs={"id"})


@strawberry.type(description="A part of a body: a squadron, branch, section or station. 内设(派出)机构")
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


@strawberry.type
class OrganisationQueries:
    """Reading bodies."""

    organisations: Connection[Organisation] = question(
        _organisations,
        description="The bodies of the county, by code. 本县各单位",
        takes={**filtered(OrganisationFilter), **PAGING},
    )
    organisation: Organisation | None = one("Organisation", description="One body. 单位")
