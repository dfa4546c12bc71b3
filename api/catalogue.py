"""The catalogue over GraphQL: items with their versions, classes of townships, duty lists. All of it is published."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from api.asked import Asked
from api.batching import Arguments, Taken, Wanted, derived, question, reference, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, narrowing, orders_by_age, sorted_by, tied_to
from api.node import Node, identified, one
from api.organisations import Organisation
from domain.catalogue import models, parts, queries
from domain.catalogue.parts import Part
from domain.catalogue.rules import Band, in_force
from domain.organisations import queries as organisations
from domain.work import Work


@strawberry.enum(description="The separate powers of an item. 权限")
class ItemPower(Enum):
    """As `domain/catalogue/rules.py` has them."""

    PENALTY = strawberry.enum_value("penalty", description="Administrative penalty. 行政处罚")
    INSPECTION = strawberry.enum_value("inspection", description="Administrative inspection. 行政检查")
    COMPULSION = strawberry.enum_value(
        "compulsion", description="Compulsory measures; never entrusted. 行政强制措施，不得委托"
    )


@strawberry.type(description="A discretion band of an item. 裁量档次")
class DiscretionBand:
    """Fines in yuan."""

    name: str = strawberry.field(description="What it is called. 档次")
    least: int = strawberry.field(description="The lowest fine, in yuan. 罚款下限（元）")
    most: int = strawberry.field(description="The highest fine, in yuan. 罚款上限（元）")


def powers(row: Any, _asked: Asked) -> list[str]:
    """The powers that a row names."""
    return list(queries.powers_in(row))


def _bands(row: models.ItemVersion, _asked: Asked) -> Sequence[Band]:
    return queries.bands_in(row.bands)


@strawberry.type(description="An item as it stands from a day on. 权力事项版本")
class ItemVersion:
    """It holds until the next one begins."""

    since: date = strawberry.field(description="Its first day. 起日")
    until: date | None = strawberry.field(
        description="The first day on which it no longer holds, if none follows. 终止日"
    )
    name: str = strawberry.field(description="The name. 事项名称")
    field: str = strawberry.field(description="The field. 领域")
    department: Organisation = reference(
        organisations.of_ids, through="department_id", description="The competent department. 主管部门"
    )
    powers: list[ItemPower] = derived(powers, description="The powers that it carries. 权限")
    establishing_basis: str = strawberry.field(description="The basis to establish it. 设立依据")
    punishing_basis: str = strawberry.field(description="The basis to punish. 处罚依据")
    bands: list[DiscretionBand] = derived(_bands, description="The discretion bands. 裁量档次")


def parts_of(part: Part, *, name: str, description: str) -> Any:
    """The field of a thing by which its parts are read, page by page."""

    async def pages(
        work: Work, things: Sequence[Any], arguments: Arguments, _wanted: Wanted
    ) -> Sequence[PageRow]:
        return [await listing(thing.id).page(work, arguments) for thing in things]

    def listing(within: UUID) -> Listing:
        return Listing(
            name=name,
            filters={"within": within},
            read=partial(parts.page_of, part=part, within=within),
            count=partial(parts.count_of, part=part, within=within),
            position=part.position,
            placed=part.placed,
        )

    return relation(pages, needs={"id"}, description=description, takes=PAGING)


async def _in_force(
    work: Work, items: Sequence[models.Item], arguments: Arguments, _wanted: Wanted
) -> Sequence[models.ItemVersion | None]:
    found = await queries.versions_of(work, [item.id for item in items])
    return [in_force(found.get(item.id, []), arguments["on"] or work.today) for item in items]


@strawberry.type(description="An item of enforcement in the county's catalogue. 权力事项")
class Item(Node):
    """Known by its code; what it says stands in its versions."""

    row_type: ClassVar[type[Any]] = models.Item
    id: strawberry.ID = identified("Item", by=queries.items_of_ids)
    code: str = strawberry.field(description="Its code. 代码")
    made_up: bool = strawberry.field(description="Invented for a demonstration. 虚构事项")
    in_force: ItemVersion | None = relation(
        _in_force,
        needs={"id"},
        description="As it stands on a day; null when it holds on none then. 某日的版本",
        takes={"on": Taken(date | None, "The day; today when it is left out. 日期")},
    )
    versions: Connection[ItemVersion] = parts_of(
        parts.VERSIONS, name="item.versions", description="Its versions, the earliest first. 各版本"
    )


async def _members(
    work: Work, classes: Sequence[models.TownshipClass], arguments: Arguments, _wanted: Wanted
) -> Sequence[PageRow]:
    on = arguments["on"] or work.today
    return [await _members_on(on, each.id).page(work, arguments) for each in classes]


def _members_on(on: date, class_id: UUID) -> Listing:
    return Listing(
        name="townshipClass.members",
        filters={"class": class_id, "on": on},
        read=partial(queries.page_of_members, class_id=class_id, on=on),
        count=partial(queries.count_of_members, class_id=class_id, on=on),
        position=lambda township: township.id,
        placed=UUID,
    )


@strawberry.type(description="Townships that share one list of empowered items. 镇街类别")
class TownshipClass(Node):
    """Which townships those are may change."""

    row_type: ClassVar[type[Any]] = models.TownshipClass
    id: strawberry.ID = identified("TownshipClass", by=queries.classes_of_ids)
    code: str = strawberry.field(description="Its code. 代码")
    name: str = strawberry.field(description="Its name. 名称")
    members: Connection[Organisation] = relation(
        _members,
        needs={"id"},
        description="The townships in it on a day. 某日属于该类别的乡镇（街道）",
        takes={"on": Taken(date | None, "The day; today when it is left out. 日期"), **PAGING},
    )


@strawberry.type(description="An entry of a duty list: whose a matter is that no item covers. 履职清单事项")
class DutyEntry(Node):
    """It holds until the next entry of its code begins."""

    row_type: ClassVar[type[Any]] = models.Duty
    id: strawberry.ID = identified("DutyEntry", by=queries.duties_of_ids)
    code: str = strawberry.field(description="Its code. 代码")
    matter: str = strawberry.field(description="The kind of matter. 事项内容")
    organisation: Organisation = reference(
        organisations.of_ids, through="body_id", description="Whose it is. 责任单位"
    )
    basis: str = strawberry.field(description="By what. 依据")
    since: date = strawberry.field(description="Its first day. 起日")
    until: date | None = strawberry.field(
        description="The first day on which it no longer holds, if none follows. 终止日"
    )


@strawberry.input(description="By what the catalogue is narrowed. 事项筛选条件")
class ItemFilter:
    """As `domain/catalogue/queries.py` has it."""

    codes: list[str] | None = among("With one of these codes. 代码")
    fields: list[str] | None = among("In one of these fields. 领域")
    powers: list[ItemPower] | None = among("With one of these powers. 权限")
    departments: list[strawberry.ID] | None = among(
        "Of one of these departments. 主管部门", ids_of="Organisation"
    )
    in_force_on: date | None = narrowing("In the catalogue on this day, and so in all else. 在目录日期")
    name: str | None = narrowing("With all these words in the name. 名称（任意位置）")


@strawberry.input(description="By what the duty lists are narrowed. 履职清单筛选条件")
class DutyEntryFilter:
    """As `domain/catalogue/queries.py` has it."""

    organisations: list[strawberry.ID] | None = among(
        "Of one of these bodies. 责任单位", ids_of="Organisation"
    )
    codes: list[str] | None = among("With one of these codes. 代码")


async def _items(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by = narrowed(arguments["filter"], queries.ItemFilter)
    listing = Listing(
        name="items",
        filters=tied_to(by),
        read=partial(queries.page_of_items, by=by),
        count=partial(queries.count_of_items, by=by),
        position=lambda item: item.code,
        placed=str,
    )
    return await listing.page(work, arguments)


DutyEntrySort = orders_by_age("DutyEntrySort", "The order of the duty lists. 履职清单排序")


async def _duties(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], queries.DutyEntryFilter), arguments["sort"].value
    listing = Listing(
        name="dutyEntries",
        filters={"sort": age, **tied_to(by)},
        read=partial(queries.page_of_duties, by=by, age=age),
        count=partial(queries.count_of_duties, by=by),
        position=lambda duty: duty.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class CatalogueQueries:
    """Reading items and duty lists."""

    items: Connection[Item] = question(
        _items,
        description="The county's catalogue, by code. 权力事项目录",
        takes={**filtered(ItemFilter), **PAGING},
    )
    item: Item | None = one("Item", description="One item. 权力事项")
    duty_entries: Connection[DutyEntry] = question(
        _duties,
        description="The duty lists. 履职清单",
        takes={**filtered(DutyEntryFilter), **sorted_by(DutyEntrySort), **PAGING},
    )
