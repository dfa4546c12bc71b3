"""Lists of referrals: narrowed, ordered, paged, and counted as a desk needs it. The types are in `referrals.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from api.assignments import ClaimedBy
from api.batching import Arguments, Taken, Wanted, question, relation
from api.connections import PAGING, Connection, Listing, PageRow
from api.deadlines import DeadlineSide, due_place
from api.filters import Days, among, filtered, narrowed, narrowing, sorted_by, tied_to
from api.node import one
from api.referral_words import ReferralState
from api.referrals import Referral
from domain.columns import Columns
from domain.deadlines.queries import SIDES, Side
from domain.filters import Age
from domain.referrals import models, queries, rules
from domain.referrals.by_due import Place, page_by_due
from domain.referrals.filters import Filter
from domain.referrals.filters import Wanted as WantedReferrals
from domain.spans import Span
from domain.work import Work


@strawberry.enum(description="Which referrals. 移送件箱")
class ReferralBox(Enum):
    """As `domain/referrals/filters.py` has them."""

    SENT = strawberry.enum_value("sent", description="Ours, drafts included. 本单位移送")
    RECEIVED = strawberry.enum_value("received", description="Sent to us. 移送本单位")
    OVERSEEN = strawberry.enum_value("overseen", description="The county's, for oversight. 监督范围")


@strawberry.enum(description="The order of a list of referrals. 移送件排序")
class ReferralSort(Enum):
    """By age, as `domain/filters.py` has it, or as `domain/referrals/by_due.py` does."""

    NEWEST = strawberry.enum_value("newest", description="The latest begun first. 最新在前")
    OLDEST = strawberry.enum_value("oldest", description="The first begun first. 最早在前")
    DUE = strawberry.enum_value(
        "due", description="The soonest due first, then those in which no time limit runs. 最先到期在前"
    )


@strawberry.input(description="By what a list of referrals is narrowed. 移送件筛选条件")
class ReferralFilter:
    """As `domain/referrals/filters.py` has it."""

    open: bool | None = narrowing("Whether it has not come to its end. 是否未办结")
    states: list[ReferralState] | None = among("In one of these states. 状态")
    senders: list[strawberry.ID] | None = among("From one of these bodies. 移送单位", ids_of="Organisation")
    receivers: list[strawberry.ID] | None = among("For one of these bodies. 接收单位", ids_of="Organisation")
    item_codes: list[str] | None = among("About one of these items. 权力事项代码")
    found_on: Days | None = narrowing("The violation was found within these days. 发现日期")
    sent_at: Days | None = narrowing("Sent within these days. 移送日期")
    taken_in_at: Days | None = narrowing("Taken in within these days. 收件日期")
    units: list[strawberry.ID] | None = among(
        "Given to one of your body's units; none of what is only overseen is. 承办机构（监督查看的事项不适用）",
        ids_of="Unit",
    )
    claimed_by: list[ClaimedBy] | None = among(
        "In these hands, seen from your desk; what is only overseen is in none of them. 认领情况（监督查看的事项不适用）"
    )
    overdue: list[DeadlineSide] | None = among(
        "A time limit has run out that we owe, that we wait for, or of others. 已逾期（按期限角度）"
    )
    due_today: list[DeadlineSide] | None = among(
        "A time limit runs out today that we owe, that we wait for, or of others. 今日到期（按期限角度）"
    )
    text: str | None = narrowing(
        "All these words, separated by blanks, in any position of party, place, facts, item code or numbers. 全文检索（任意位置）"
    )


REGISTER: Mapping[str, Taken] = {
    "box": Taken(ReferralBox, "Which box. 移送件箱"),
    **filtered(ReferralFilter),
    **sorted_by(ReferralSort),
}
"""What the register can be asked, and so what an export of it can be."""


def wanted_of(arguments: Arguments) -> WantedReferrals:
    """Which referrals the arguments ask for. Raises `BadId`."""
    return WantedReferrals(box=arguments["box"].value, filter=narrowed(arguments["filter"], Filter))


def _listed(wanted: WantedReferrals, sort: str, **how: Any) -> Listing:
    tied = {"box": wanted.box, "sort": sort, **tied_to(wanted.filter)}
    return Listing(name="referrals", filters=tied, count=partial(queries.count, wanted=wanted), **how)


def _by_age(wanted: WantedReferrals, age: Age, columns: Columns) -> Listing:
    read = partial(queries.page, wanted=wanted, age=age, columns=columns)
    return _listed(wanted, age, read=read, position=lambda referral: referral.id, placed=UUID)


def _by_due(wanted: WantedReferrals) -> Listing:
    places: dict[UUID, Place] = {}

    async def read(work: Work, span: Span[Place]) -> Sequence[models.Referral]:
        found = await page_by_due(work, wanted=wanted, span=span)
        places.update((referral.id, place) for referral, place in found)
        return [referral for referral, _ in found]

    def position(referral: models.Referral) -> str:
        due_at = places[referral.id].due_at
        return f"{due_at.isoformat() if due_at else ''}/{referral.id}"

    return _listed(wanted, "due", read=read, position=position, placed=_due_place)


def _due_place(position: str) -> Place:
    return Place(None, UUID(position[1:])) if position.startswith("/") else Place(*due_place(position))


async def _referrals(work: Work, arguments: Arguments, of_these: Wanted) -> PageRow:
    wanted, sort = wanted_of(arguments), arguments["sort"].value
    listing = _by_due(wanted) if sort == "due" else _by_age(wanted, sort, of_these.columns)
    return await listing.page(work, arguments)


@dataclass(frozen=True, slots=True)
class CountsRow:
    """What stands behind `ReferralCounts`: which referrals are counted."""

    wanted: WantedReferrals


@dataclass(frozen=True, slots=True)
class DueCountRow:
    """What stands behind a `ReferralDueCount`."""

    wanted: WantedReferrals
    side: Side


@dataclass(frozen=True, slots=True)
class StateCountRow:
    """What stands behind a `ReferralStateCount`."""

    state: rules.State
    count: int


@strawberry.type(description="How many referrals are in a state. 各状态件数")
class ReferralStateCount:
    """One of the tabs of a desk."""

    state: ReferralState = strawberry.field(description="The state. 状态")
    count: int = strawberry.field(description="How many. 件数")


async def _overdue(
    work: Work, counts: Sequence[DueCountRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int]:
    return [await queries.count_overdue(work, wanted=row.wanted, side=row.side) for row in counts]


async def _due_today(
    work: Work, counts: Sequence[DueCountRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int]:
    return [await queries.count_due_today(work, wanted=row.wanted, side=row.side) for row in counts]


@strawberry.type(description="In how many referrals time limits run out. 期限提醒件数")
class ReferralDueCount:
    """What a desk is reminded of, from one side."""

    side: DeadlineSide = strawberry.field(description="Whose time limits. 期限角度")
    overdue: int = relation(_overdue, description="They have run out. 已逾期")
    due_today: int = relation(_due_today, description="They run out today. 今日到期")


async def _total(
    work: Work, counts: Sequence[CountsRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[int]:
    return [await queries.count(work, wanted=row.wanted) for row in counts]


async def _by_state(
    work: Work, counts: Sequence[CountsRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[StateCountRow]]:
    found = [await queries.count_by_state(work, wanted=row.wanted) for row in counts]
    return [[StateCountRow(state, of_one.get(state, 0)) for state in rules.STATES_ZH] for of_one in found]


async def _by_side(
    _work: Work, counts: Sequence[CountsRow], _arguments: Arguments, _wanted: Wanted
) -> Sequence[list[DueCountRow]]:
    return [[DueCountRow(row.wanted, side) for side in SIDES] for row in counts]


@strawberry.type(description="How many referrals there are; each figure is counted only if asked. 移送件统计")
class ReferralCounts:
    """The same box, the same filter and the same rights as the list."""

    total: int = relation(_total, description="In all. 总数")
    by_state: list[ReferralStateCount] = relation(_by_state, description="In each state. 按状态")
    by_deadline: list[ReferralDueCount] = relation(_by_side, description="By their time limits. 按期限")


async def _counts(_work: Work, arguments: Arguments, _wanted: Wanted) -> CountsRow:
    return CountsRow(wanted_of(arguments))


@strawberry.type
class ReferralQueries:
    """Reading referrals."""

    referrals: Connection[Referral] = question(
        _referrals,
        description="Referrals of one box. 移送件列表",
        takes={**REGISTER, **PAGING},
    )
    referral_counts: ReferralCounts = question(
        _counts,
        description="How many referrals of one box there are. 移送件统计",
        takes={name: taken for name, taken in REGISTER.items() if name != "sort"},
    )
    referral: Referral | None = one("Referral", description="One referral. 移送件")
