"""The lists beside the catalogue over GraphQL: what townships patrol and how often, and the four lists of lenient handling."""

from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar, cast
from uuid import UUID

import strawberry

from api.batching import Arguments, Wanted, derived, question, reference
from api.catalogue import Item
from api.connections import PAGING, Connection, Listing, PageRow
from api.filters import among, filtered, narrowed, orders_by_age, sorted_by, tied_to
from api.identifiers import identifier_of
from api.mutations import CLIENT_MUTATION_ID, Payload, act, changed, optional, said
from api.node import Node, identified
from api.organisations import Organisation
from domain.catalogue import commands, lists, models, queries, rules
from domain.organisations import queries as organisations
from domain.work import Work

UNTIL = "The first day on which it no longer holds, if that is fixed. 终止日"


@strawberry.enum(description="In which period patrols are counted. 巡查周期")
class PatrolPeriod(Enum):
    """As `domain/catalogue/rules.py` has them."""

    WEEK = strawberry.enum_value("week", description="A week. 周")
    MONTH = strawberry.enum_value("month", description="A month. 月")
    QUARTER = strawberry.enum_value("quarter", description="A quarter. 季度")
    YEAR = strawberry.enum_value("year", description="A year. 年")


@strawberry.enum(description="The four lists of lenient handling. 包容审慎四张清单")
class LenientList(Enum):
    """As `domain/catalogue/rules.py` has them."""

    NO_PENALTY = strawberry.enum_value("no_penalty", description="No penalty. 不予处罚")
    MITIGATED = strawberry.enum_value("mitigated", description="Below the statutory range. 减轻处罚")
    LIGHTER = strawberry.enum_value("lighter", description="At its lower end. 从轻处罚")
    NO_COMPULSION = strawberry.enum_value("no_compulsion", description="No compulsory measure. 免予行政强制")


@strawberry.type(description="What a township patrols. 巡查清单事项")
class PatrolEntry(Node):
    """As the township claimed it."""

    row_type: ClassVar[type[Any]] = models.PatrolEntry
    id: strawberry.ID = identified("PatrolEntry", by=lists.patrols_of_ids)
    township: Organisation = reference(
        organisations.of_ids, through="township_id", description="Which township. 乡镇（街道）"
    )
    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    times: int = strawberry.field(description="How often in each period. 次数")
    per: PatrolPeriod = strawberry.field(description="The period. 周期")
    since: date = strawberry.field(description="Its first day. 起日")
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="When an item is handled leniently. 包容审慎清单事项")
class LenientEntry(Node):
    """On one of the four lists."""

    row_type: ClassVar[type[Any]] = models.LenientEntry
    id: strawberry.ID = identified("LenientEntry", by=lists.leniencies_of_ids)
    leniency: LenientList = derived(
        lambda entry, _asked: entry.kind, needs={"kind"}, description="On which list. 清单"
    )
    item: Item = reference(queries.items_of_ids, through="item_id", description="The item. 权力事项")
    circumstances: str = strawberry.field(description="Under which circumstances. 适用情形")
    basis: str = strawberry.field(description="By what. 依据")
    since: date = strawberry.field(description="Its first day. 起日")
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.input(description="By what the patrol lists are narrowed. 巡查清单筛选条件")
class PatrolEntryFilter:
    """As `domain/catalogue/lists.py` has it."""

    townships: list[strawberry.ID] | None = among(
        "Of one of these townships. 乡镇（街道）", ids_of="Organisation"
    )


@strawberry.input(description="By what the lists of lenient handling are narrowed. 包容审慎清单筛选条件")
class LenientEntryFilter:
    """As `domain/catalogue/lists.py` has it."""

    leniencies: list[LenientList] | None = among("On one of these lists. 清单")
    item_codes: list[str] | None = among("About one of these items. 权力事项代码")


PatrolEntrySort = orders_by_age("PatrolEntrySort", "The order of the patrol lists. 巡查清单排序")
LenientEntrySort = orders_by_age(
    "LenientEntrySort", "The order of the lists of lenient handling. 包容审慎清单排序"
)


async def _patrols(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], lists.PatrolEntryFilter), arguments["sort"].value
    listing = Listing(
        name="patrolEntries",
        filters={"sort": age, **tied_to(by)},
        read=partial(lists.page_of_patrols, by=by, age=age),
        count=partial(lists.count_of_patrols, by=by),
        position=lambda entry: entry.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


async def _leniencies(work: Work, arguments: Arguments, _wanted: Wanted) -> PageRow:
    by, age = narrowed(arguments["filter"], lists.LenientEntryFilter), arguments["sort"].value
    listing = Listing(
        name="lenientEntries",
        filters={"sort": age, **tied_to(by)},
        read=partial(lists.page_of_leniencies, by=by, age=age),
        count=partial(lists.count_of_leniencies, by=by),
        position=lambda entry: entry.id,
        placed=UUID,
    )
    return await listing.page(work, arguments)


@strawberry.type
class CatalogueListQueries:
    """Reading the lists beside the catalogue."""

    patrol_entries: Connection[PatrolEntry] = question(
        _patrols,
        description="What townships patrol. 巡查清单",
        takes={**filtered(PatrolEntryFilter), **sorted_by(PatrolEntrySort), **PAGING},
    )
    lenient_entries: Connection[LenientEntry] = question(
        _leniencies,
        description="When items are handled leniently. 包容审慎清单",
        takes={**filtered(LenientEntryFilter), **sorted_by(LenientEntrySort), **PAGING},
    )


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class PatrolEntryPayload(Payload):
    """Of claiming an item to patrol."""

    patrol_entry: PatrolEntry | None = changed(lists.patrols_of_ids, description="As it is now. 巡查清单事项")


@strawberry.type(description="The entry after the act, or why nothing was done. 办理结果")
class LenientEntryPayload(Payload):
    """Of publishing a leniency."""

    lenient_entry: LenientEntry | None = changed(
        lists.leniencies_of_ids, description="As it is now. 包容审慎清单事项"
    )


@strawberry.input(description="An item that the township patrols from a day on. 认领巡查事项")
class ClaimPatrolInput:
    """So many times in each period."""

    item_id: strawberry.ID = strawberry.field(description="The item. 权力事项")
    times: int = strawberry.field(description="How often in each period. 次数")
    per: PatrolPeriod = strawberry.field(description="The period. 周期")
    since: date = strawberry.field(description="From which day on. 起日")
    until: date | None = optional(UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


@strawberry.input(description="When an item is handled leniently, from a day on. 公布包容审慎清单事项")
class PublishLeniencyInput:
    """On one of the four lists."""

    item_id: strawberry.ID = strawberry.field(description="The item. 权力事项")
    leniency: LenientList = strawberry.field(description="On which list. 清单")
    circumstances: str = strawberry.field(description="Under which circumstances. 适用情形")
    basis: str = strawberry.field(description="By what. 依据")
    since: date = strawberry.field(description="From which day on. 起日")
    until: date | None = optional(UNTIL)
    client_mutation_id: str | None = optional(CLIENT_MUTATION_ID)


async def _claim(work: Work, given: ClaimPatrolInput) -> models.PatrolEntry:
    return await commands.claim_patrol(
        work,
        item_id=identifier_of("Item", given.item_id, field="item_id"),
        times=given.times,
        per=cast("rules.Period", given.per.value),
        since=given.since,
        until=said(given.until),
    )


async def _publish(work: Work, given: PublishLeniencyInput) -> models.LenientEntry:
    return await commands.publish_leniency(
        work,
        item_id=identifier_of("Item", given.item_id, field="item_id"),
        kind=cast("rules.Leniency", given.leniency.value),
        circumstances=given.circumstances,
        basis=given.basis,
        since=given.since,
        until=said(given.until),
    )


@strawberry.type
class CatalogueListMutations:
    """What townships claim, and what the county publishes beside the catalogue."""

    claim_patrol: PatrolEntryPayload | None = act(
        _claim,
        given=ClaimPatrolInput,
        answers=PatrolEntryPayload,
        description="Put an item on your township's patrol list. 认领巡查事项",
    )
    publish_leniency: LenientEntryPayload | None = act(
        _publish,
        given=PublishLeniencyInput,
        answers=LenientEntryPayload,
        description="Publish when an item is handled leniently. 公布包容审慎清单事项",
    )
